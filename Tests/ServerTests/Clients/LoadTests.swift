import Foundation
import Testing

@testable import Server

private let engines = RunningServer.engines
private let wrk = ClientProgram("wrk")
private let ab = ClientProgram("ab")
private let siege = ClientProgram("siege")

/// Programs that make load, for a moment: that every answer is right, not how many there are.
@Suite(.serialized) struct LoadTests {
    @Test(.enabled(if: wrk.isInstalled, "wrk is not installed"), arguments: engines)
    func wrkSeesNoErrors(engine: EngineName) throws {
        let site = try ClientSite(engine)
        for path in ["/", "/big.bin"] {
            let ending = try ClientProgram.run(
                ["wrk", "-t", "1", "-c", "16", "-d", "1s", site.url + path])
            #expect(ending.code == 0)
            #expect(!ending.output.contains("Socket errors"), "\(ending.output)")
            #expect(!ending.output.contains("Non-2xx"), "\(ending.output)")
            let line = ending.output.split(separator: "\n").first { $0.contains(" requests in ") }
            let count = line?.split(separator: " ").first.flatMap { Int($0) }
            #expect(try #require(count) > 0)
        }
    }

    @Test(.enabled(if: ab.isInstalled, "ab is not installed"), arguments: engines)
    func abSeesNoFailures(engine: EngineName) throws {
        let site = try ClientSite(engine)
        for kept in [["-k"], []] {
            let ending = try ClientProgram.run(
                ["ab", "-q", "-n", "1000", "-c", "10"] + kept + [site.url + "/"])
            #expect(ending.code == 0, "\(ending.complaint)")
            func value(_ name: String) -> String? {
                ending.output.split(separator: "\n").first { $0.hasPrefix(name + ":") }?
                    .split(separator: " ").last.map(String.init)
            }
            #expect(value("Complete requests") == "1000")
            #expect(value("Failed requests") == "0")
            #expect(value("Non-2xx responses") == nil)
            if !kept.isEmpty { #expect(value("Keep-Alive requests") == "1000") }
        }
    }

    @Test(.enabled(if: siege.isInstalled, "siege is not installed"), arguments: engines)
    func siegeSeesNoFailures(engine: EngineName) throws {
        let site = try ClientSite(engine)
        let ending = try ClientProgram.run(
            ["siege", "-b", "-q", "-j", "-r", "40", "-c", "5", site.url + "/"])
        let start = try #require(ending.output.firstIndex(of: "{"), "\(ending)")
        let json = try JSONSerialization.jsonObject(with: Data(ending.output[start...].utf8))
        let values = try #require(json as? [String: Double])
        #expect(values["transactions"] == 200)
        #expect(values["failed_transactions"] == 0)
        #expect(values["availability"] == 100)
    }
}

import HTTP1
import Testing
import Wire

@testable import Server

/// The text is read back by the format's own rules.
@Suite struct MetricsTests {
    struct Sample {
        let name: String
        let labels: String
        let value: Double
    }

    struct Exposition {
        var types: [String: String] = [:]
        var samples: [Sample] = []

        init(_ text: String) throws {
            #expect(text.hasSuffix("\n"))
            var helped: Set<String> = []
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ", maxSplits: 3).map(String.init)
                if words[0] == "#" {
                    #expect(["HELP", "TYPE"].contains(words[1]))
                    if words[1] == "HELP" { #expect(helped.insert(words[2]).inserted, "\(line)") }
                    if words[1] == "TYPE" {
                        #expect(helped.contains(words[2]))
                        #expect(types.updateValue(words[3], forKey: words[2]) == nil)
                    }
                    continue
                }
                let match = try #require(
                    line.wholeMatch(
                        of:
                            /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)/
                    ), "\(line)")
                samples.append(
                    Sample(
                        name: String(match.1), labels: String(match.2 ?? ""),
                        value: try #require(Double(match.3), "\(line)")))
            }
        }

        func value(_ name: String, _ labels: String = "") -> Double? {
            samples.first { $0.name == name && $0.labels == labels }?.value
        }
    }

    private static func text(_ telemetry: Telemetry) -> String {
        let metrics = Metrics(
            telemetry, labels: [("engine", "po\"ol\\\n")], startSeconds: 1_700_000_000)
        return String(decoding: metrics.text(), as: UTF8.self)
    }

    @Test func whatIsCountedIsSaid() throws {
        let telemetry = Telemetry(loopCount: 2)
        telemetry.loops[0].counters.add(.requests, 5)
        telemetry.loops[1].counters.add(.requests, 6)
        telemetry.loops[1].counters.add(.openConnections, 4)
        telemetry.loops[0].counters.add(.responses4xx)
        telemetry.loops[0].counters.count(.headerTimeout)
        telemetry.loops[1].counters.count(Rejection(HTTP1Reason.bareLF, at: 3))
        let read = try Exposition(Self.text(telemetry))
        #expect(read.value("zyphos_requests_total") == 11)
        #expect(read.types["zyphos_requests_total"] == "counter")
        #expect(read.value("zyphos_open_connections") == 4)
        #expect(read.types["zyphos_open_connections"] == "gauge")
        #expect(read.value("zyphos_responses_total", "{class=\"4xx\"}") == 1)
        #expect(read.value("zyphos_responses_total", "{class=\"5xx\"}") == 0)
        let refusals = "zyphos_refusals_total"
        #expect(
            read.value(refusals, "{source=\"server\",reason=\"headerTimeout\",status=\"408\"}") == 1
        )
        #expect(read.value(refusals, "{source=\"parser\",reason=\"bareLF\",status=\"400\"}") == 1)
        #expect(read.value("zyphos_start_time_seconds") == 1_700_000_000)
    }

    @Test func everySampleHasAFamilyAndNoneStandsTwice() throws {
        let read = try Exposition(Self.text(Telemetry(loopCount: 1)))
        var seen: Set<String> = []
        for sample in read.samples {
            #expect(sample.name.hasPrefix("zyphos_"))
            #expect(seen.insert(sample.name + sample.labels).inserted, "\(sample)")
            let family = sample.name.replacing(/_(bucket|sum|count)$/, with: "")
            #expect(read.types[sample.name] != nil || read.types[family] == "histogram")
            #expect((read.types[sample.name] == "counter") == sample.name.hasSuffix("_total"))
        }
        for type in read.types.keys { #expect(read.samples.contains { $0.name.hasPrefix(type) }) }
    }

    @Test func theHistogramIsCumulativeAndItsBoundsAreExact() throws {
        let telemetry = Telemetry(loopCount: 2)
        // At a bound, one behind it, and far beyond the last.
        for duration in [1, 16_383, 16_384, 1 << 20, 1 << 40] as [UInt64] {
            telemetry.loops[Int(duration % 2)].requestDurations.record(nanoseconds: duration)
        }
        let read = try Exposition(Self.text(telemetry))
        let name = "zyphos_request_duration_seconds"
        let buckets = read.samples.filter { $0.name == name + "_bucket" }
        #expect(buckets.map(\.value) == buckets.map(\.value).sorted())
        #expect(buckets.last?.labels == "{le=\"+Inf\"}")
        #expect(buckets.last?.value == 5)
        #expect(read.value(name + "_count") == 5)
        #expect(read.value(name + "_bucket", "{le=\"0.000016383\"}") == 2)
        #expect(read.value(name + "_bucket", "{le=\"0.000032767\"}") == 3)
        let sum: UInt64 = 1 + 16_383 + 16_384 + (1 << 20) + (1 << 40)
        #expect(read.value(name + "_sum") == Double(sum) / 1e9)
    }
}

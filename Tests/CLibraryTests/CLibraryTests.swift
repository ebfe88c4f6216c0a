import Foundation
import Testing

/// The library as its users meet it: C against the header, Python through ctypes.
@Suite struct CLibraryTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Where the build put its products: beside the program that runs this test.
    private static let products = URL(fileURLWithPath: "/proc/self/exe")
        .resolvingSymlinksInPath().deletingLastPathComponent()

    private func run(_ command: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    private func compiled(
        _ compiler: [String], _ name: String, example: String = "heads"
    ) throws -> String {
        let program = FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "\(name)-\(example)-\(ProcessInfo.processInfo.processIdentifier)"
            ).path
        let include = Self.root.appendingPathComponent("Sources/CZyParsers/include").path
        let source = Self.root.appendingPathComponent("Examples/c/\(example).c").path
        let built = try run(
            compiler + [
                "-Wall", "-Wextra", "-Werror", "-I", include, source, "-o", program,
                "-L", Self.products.path, "-lzyparsers", "-Wl,-rpath," + Self.products.path,
            ])
        #expect(built.status == 0, "\(built.output)")
        defer { try? FileManager.default.removeItem(atPath: program) }
        let ran = try run([program])
        #expect(ran.status == 0)
        return ran.output
    }

    @Test(arguments: [["cc", "-std=c11"], ["c++", "-x", "c++"]])
    func exampleInC(compiler: [String]) throws {
        let expected = """
            interface 1
            after 40 bytes: incomplete
            after 68 bytes: complete, 8 tokens
            method POST
            target /upload?id=7
            field Host
              value example.com
            field Content-Length
              value 5
            framing 1, body of 5 bytes, keep-alive 1
            rejected at 45: lengthAndTransferEncoding (RFC 9112 §6.1, §6.3), answer 400
            with a leniency: framing 2, keep-alive 0
            body: hello, world
            consumed 46 of 49 bytes
            misuse: -2 -2
            no room: -1

            """
        #expect(try compiled(compiler, compiler[0]) == expected)
    }

    @Test(arguments: [["cc", "-std=c11"], ["c++", "-x", "c++"]])
    func everyProtocolInC(compiler: [String]) throws {
        let output = try compiled(compiler, compiler[0], example: "protocols")
        let names =
            "http1.request http1.response http1.chunked http1.stream hpack http2.frame "
            + "websocket.frame quic.packet utf8"
        let expected = """
            \(names)
            http2.frame: outcome 2 at 24: windowIncrementZero, answer 1
              2 at 0: SETTINGS of 6
              3 at 5: stream 0
              12 at 9: MAX_CONCURRENT_STREAMS = 100
            http2.frame: outcome 0, 28 bytes
              2 at 0: SETTINGS of 6
              3 at 5: stream 0
              12 at 9: MAX_CONCURRENT_STREAMS = 100
              2 at 15: WINDOW_UPDATE of 4
              3 at 20: stream 0
              10 at 24: increment 0
            hpack: outcome 0, 17 bytes
              1 at 0: indexed
              2 at 0: name
              3 at 7: value
              1 at 1: indexed
              2 at 10: name
              3 at 17: value
              1 at 2: indexed
              2 at 21: name
              3 at 26: value
              1 at 3: incrementalIndexing
              2 at 27: name
              3 at 37: value
              6 at 17: block ends
              7 at 1: table
              decoded: :methodGET:schemehttp:path/:authoritywww.example.com
            utf8: outcome 2 at 6: surrogate, answer 0
              1 at 6: ill-formed (surrogate)
            unknown protocol 'http3'; known: \(names.split(separator: " ").joined(separator: ", "))
            unknown role 'proxy'; known: client, server
            unknown leniency 'lenient'

              :method = GET
              :scheme = http
              :path = /
              :authority = www.example.com
              cache-control = no-cache
            index 0: 2
            afterwards: 2
            misuse: -2 -2

            """
        #expect(output == expected)
    }

    @Test func exampleInPython() throws {
        let library = Self.products.appendingPathComponent("libzyparsers.so").path
        let script = Self.root.appendingPathComponent("Examples/python/heads.py").path
        let expected = """
            method GET
            target /search?q=zyphos
            name Host
            value example.com
            name Accept
            value */*
            outcome 0 consumed 65 keep-alive 1
            rejected at 14 bareLF

            """
        let ran = try run(["python3", script, library])
        #expect(ran.status == 0)
        #expect(ran.output == expected)
    }
}

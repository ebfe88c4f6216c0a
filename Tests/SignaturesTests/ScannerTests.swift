import Differential
import Generation
import ParserBench
import Testing

@testable import Signatures

/// Inputs of the corpus that there are patterns for.
enum ScannedCorpus {
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    static func cases(_ paths: String...) throws -> [CorpusCase] {
        try Corpus().cases(in: paths.map { "\(root)/Corpus/\($0)" })
    }
}

@Suite struct ScannerTests {
    private static func ids(_ matches: [SignatureMatch], _ set: SignatureSet) -> [String] {
        matches.map { set.classes[$0.index].id }
    }

    private static func streamed(
        _ scanner: SignatureScanner, _ bytes: [UInt8], cuts: [Int]
    ) -> [SignatureMatch] {
        scanner.reset()
        var matches: [SignatureMatch] = []
        var start = 0
        for cut in cuts + [bytes.count] where cut >= start {
            scanner.scan(bytes.span.extracting(start..<cut)) { matches.append($0) }
            start = cut
        }
        scanner.finish { matches.append($0) }
        return matches.sorted()
    }

    /// The canonical bytes of some classes of each family, and what they are.
    private static let known: [(bytes: String, id: String, end: Int)] = [
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n", "H1-TE-03", 45),
        (
            "POST / HTTP/1.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n",
            "H1-TE-01", 54
        ),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: \u{B}chunked\r\n\r\n", "H1-TE-31", 37),
        ("POST / HTTP/1.1\r\nContent-Length: +6\r\n\r\n", "", 0),
        ("POST / HTTP/1.1\r\nContent-Length: 0x5\r\n\r\n", "H1-CL-10", 35),
        ("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "H1-CL-02", 51),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
            "H1-CH-21", 49
        ),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;\nXX\r\n", "H1-CH-24", 50),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXY0\r\n\r\n",
            "H1-CH-36", 0
        ),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: evil\r\n\r\n",
            "H1-TR-05", 0
        ),
        ("GET / HTTP/1.1\nHost: x\n\n", "H1-HD-01", 15),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "H1-HO-03", 30),
        ("GET /%2e%2e/ HTTP/1.1\r\nHost: a\r\n\r\n", "H1-RL-38", 11),
        ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: TLS/1.0\r\n\r\n", "H1-CN-21", 38),
    ]

    @Test func knownBytesAreTold() throws {
        let set = try SignatureSet.compiled()
        let scanner = try SignatureScanner(set)
        for example in Self.known where !example.id.isEmpty {
            let found = scanner.matches(in: Array(example.bytes.utf8).span)
            let match = found.first { set.classes[$0.index].id == example.id }
            #expect(match != nil, "\(example.id): \(Self.ids(found, set))")
            if example.end > 0 { #expect(match?.end == example.end, "\(example.id)") }
        }
    }

    @Test func plainTrafficMatchesNothing() throws {
        let set = try SignatureSet.compiled()
        let scanner = try SignatureScanner(set)
        for passOver in [true, false] {
            scanner.passOver = passOver
            for request in BenchTraffic.requests(500, seed: 11) {
                let found = scanner.matches(in: request.span)
                #expect(found.isEmpty, "\(Self.ids(found, set)): \(EscapedBytes.text(request))")
            }
        }
    }

    @Test func realisticCasesMatchNothing() throws {
        var cases: [CorpusCase] = []
        for name in [
            "http1.request", "http1.response", "http1.chunked", "http1.stream", "hpack",
            "http2.frame", "websocket.frame",
        ] {
            cases += try ScannedCorpus.cases(name).filter { $0.file.contains("/realistic-") }
        }
        #expect(cases.count > 50)
        var scanners: [SignatureSet.Subject: (SignatureSet, SignatureScanner)] = [:]
        for one in cases {
            let subject = try #require(SignatureSet.Subject(protocolName: one.protocolName))
            if scanners[subject] == nil {
                let set = try SignatureSet.compiled(for: subject)
                scanners[subject] = (set, try SignatureScanner(set))
            }
            let (set, scanner) = try #require(scanners[subject])
            for passOver in [true, false] {
                scanner.passOver = passOver
                let found = scanner.matches(in: one.bytes.span)
                #expect(found.isEmpty, "\(one.id): \(Self.ids(found, set))")
            }
        }
    }

    @Test(arguments: SignatureSet.Subject.allCases)
    func cutsChangeNothing(subject: SignatureSet.Subject) throws {
        let names = [
            "http1.stream", "http1.request", "http1.response", "http1.chunked", "hpack",
            "http2.frame", "websocket.frame",
        ]
        let protocols = names.filter { SignatureSet.Subject(protocolName: $0) == subject }
        let set = try SignatureSet.compiled(for: subject)
        let whole = try SignatureScanner(try SignatureSet.compiled(for: subject, mode: .whole))
        let scanner = try SignatureScanner(set)
        var random = SplitMix64(seed: 5)
        var inputs: [[UInt8]] = []
        for name in protocols {
            let cases = try ScannedCorpus.cases(name).filter { $0.bytes.count <= 4_096 }
            inputs += cases.enumerated().filter { $0.offset % 9 == 0 }.map(\.element.bytes)
        }
        if subject == .http1 {
            inputs += (0..<40).map { _ in Self.mixed(&random) }
        }
        var compared = 0
        for bytes in inputs {
            let expected = whole.matches(in: bytes.span)
            #expect(Self.streamed(scanner, bytes, cuts: []) == expected)
            #expect(Self.streamed(scanner, bytes, cuts: Array(0..<bytes.count)) == expected)
            for _ in 0..<3 {
                let cuts = (0..<4).map { _ in Int(random.next() % UInt64(bytes.count + 1)) }
                    .sorted()
                #expect(Self.streamed(scanner, bytes, cuts: cuts) == expected)
            }
            compared += 5
        }
        print("\(subject): \(inputs.count) inputs, \(compared) comparisons of streams with blocks")
        #expect(compared > 30)
    }

    /// Plain requests with bodies, and an attack behind them in two of three.
    private static func mixed(_ random: inout SplitMix64) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<(random.next() % 6) {
            if random.next() % 2 == 0 {
                bytes += Array(
                    "GET /a?b=c%20d HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n".utf8)
            } else {
                let length = Int(random.next() % 300)
                bytes += Array(
                    "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n".utf8)
                bytes += Array(repeating: UInt8(ascii: "q"), count: length)
            }
        }
        guard random.next() % 3 > 0 else { return bytes }
        return bytes + Array(known[Int(random.next() % UInt64(known.count))].bytes.utf8)
    }

    @Test func passingOverChangesNothing() throws {
        let set = try SignatureSet.compiled()
        let scanner = try SignatureScanner(set)
        var passed = 0
        var cases = 0
        for name in ["http1.stream", "http1.request", "http1.response"] {
            for one in try ScannedCorpus.cases(name) where one.bytes.count <= 20_000 {
                cases += 1
                scanner.passOver = true
                let with = scanner.matches(in: one.bytes.span)
                passed += scanner.plainByteCount
                scanner.passOver = false
                let without = scanner.matches(in: one.bytes.span)
                #expect(
                    with == without, "\(one.id): \(Self.ids(with, set)), \(Self.ids(without, set))")
            }
        }
        print("\(cases) cases, \(passed) bytes passed over")
        #expect(passed > 1_000)
    }

    @Test func aStreamIsForgotten() throws {
        let set = try SignatureSet.compiled()
        let scanner = try SignatureScanner(set)
        let attack = Array(Self.known[0].bytes.utf8)
        let first = Self.streamed(scanner, attack, cuts: [10])
        #expect(!first.isEmpty)
        #expect(Self.streamed(scanner, attack, cuts: [20]) == first)
        let half = Array(attack.prefix(40))
        _ = Self.streamed(scanner, half, cuts: [])
        #expect(
            Self.streamed(scanner, Array(attack.suffix(from: 40)), cuts: []).allSatisfy {
                set.classes[$0.index].id != "H1-TE-03"
            })
    }

    @Test func emptyAndHugeHeadsAreScanned() throws {
        let scanner = try SignatureScanner(try SignatureSet.compiled())
        #expect(scanner.matches(in: [UInt8]().span).isEmpty)
        let long =
            Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8)
            + Array(repeating: UInt8(ascii: "a"), count: 20_000)
            + Array("\r\nTransfer-Encoding : chunked\r\n\r\n".utf8)
        let whole = scanner.matches(in: long.span)
        #expect(!whole.isEmpty)
        #expect(
            Self.streamed(scanner, long, cuts: Array(stride(from: 0, to: long.count, by: 100)))
                == whole)
    }

    @Test func offsetsCountFromTheStreamsFirstByte() throws {
        let set = try SignatureSet.compiled()
        let scanner = try SignatureScanner(set)
        let plain = Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let attack = Self.known[0]
        let found = scanner.matches(in: (plain + plain + Array(attack.bytes.utf8)).span)
        #expect(scanner.plainByteCount == 2 * plain.count)
        #expect(
            found.contains {
                set.classes[$0.index].id == attack.id && $0.end == 2 * plain.count + attack.end
            })
    }
}

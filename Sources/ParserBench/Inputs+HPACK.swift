private import Foundation
internal import HPACK
internal import Wire

extension BenchInputs {
    /// Stories that our encoder made from invented requests, plain literals, Huffman strings by themselves; and the stories
    /// of hpack-test-case in the folder that `ZYPHOS_HPACK_STORIES` names.
    static func hpack() -> [BenchInput] {
        var made: [BenchInput] = []
        if let folder = environmentValue("ZYPHOS_HPACK_STORIES") {
            made += HPACKStories.read(folder).map { name, stories in
                stories.input("\(name), decoders made anew", makesDecoders: true)
            }
        }
        let stories = HPACKStories.invented(seed: 7_541)
        return [
            stories.input("Huffman and dynamic table"),
            stories.input("Huffman and dynamic table in 2000 pieces", pieces: 2_000),
            stories.plain.input("plain literals"),
            HPACKStories.huffmanStrings(seed: 7_541).input("Huffman strings of 20 B"),
        ] + made
    }
}

/// Blocks, story by story.
struct HPACKStories {
    struct Block {
        var bytes: [UInt8]
        var tableSize: Int?
        var fields: [HPACKField] = []
    }

    var stories: [[Block]] = []

    /// The input: a story is a message, a block is a part.
    func input(_ name: String, pieces: Int = 1, makesDecoders: Bool = false) -> BenchInput {
        let messages = stories.map { $0.flatMap(\.bytes) }
        let contexts = stories.map { story in
            [
                "blocks": story.map { "\($0.bytes.count)" }.joined(separator: ","),
                "tableSizes": story.map { $0.tableSize.map(String.init) ?? "-" }
                    .joined(separator: ","),
            ]
        }
        return BenchInput(
            name: name, protocolName: "hpack", messages: messages,
            partCounts: stories.map(\.count), pieces: pieces, contexts: contexts, part: "block",
            work: makesDecoders ? makers : nil)
    }

    /// Parsing with a parser made for each story, as each connection makes one.
    private var makers: @Sendable (String) -> ((Int) -> Void)? {
        let messages = stories.map { $0.flatMap(\.bytes) }
        let configurations = stories.map { story in
            let blocks = story.map {
                HPACKContext.Block(length: $0.bytes.count, tableSizeMax: $0.tableSize)
            }
            return Configuration(
                policy: .strict, limits: HPACKLimits().untyped,
                context: HPACKContext(blocks: blocks))
        }
        return { name in
            guard let variant = HPACKProtocols.hpack.variants.first(where: { $0.name == name })
            else { return nil }
            return { count in
                var tape = Tape(tokenCapacity: 16_384, arenaCapacity: 1 << 18)
                for _ in 0..<count {
                    for (message, configuration) in zip(messages, configurations) {
                        guard var parser = variant.makeParser(configuration) else { return }
                        tape.removeAll()
                        _ = parser.parse(message.span, into: &tape)
                    }
                }
            }
        }
    }

    /// The same fields as literals without Huffman code and without a table.
    var plain: HPACKStories {
        HPACKStories(
            stories: stories.map { story in
                story.map { Block(bytes: Self.literals($0.fields), tableSize: nil) }
            })
    }

    private static func literals(_ fields: [HPACKField]) -> [UInt8] {
        fields.flatMap { [0] + string($0.name) + string($0.value) }
    }

    private static func string(_ text: [UInt8]) -> [UInt8] {
        text.count < 127
            ? [UInt8(text.count)] + text
            : [127, UInt8((text.count - 127) & 127) | 128, UInt8((text.count - 127) >> 7)] + text
    }
}

// MARK: Invented stories

extension HPACKStories {
    /// Thirty stories of a hundred requests each (chosen: what hpack-test-case has).
    static func invented(seed: UInt64) -> HPACKStories {
        var random = HPACKRandom(state: seed)
        return HPACKStories(
            stories: (0..<30).map { _ in
                var encoder = HPACKEncoder()
                let site = HPACKSite(&random)
                return (0..<100).map { _ in
                    let fields = site.request(&random)
                    return Block(bytes: encoder.encode(fields), fields: fields)
                }
            })
    }

    /// Stories of one block of a hundred fields, each with an indexed name and a Huffman string of 26 octets of text in the
    /// mean, which is some 20 octets.
    static func huffmanStrings(seed: UInt64) -> HPACKStories {
        var random = HPACKRandom(state: seed)
        let text = Array(
            "abcdefghijklmnopqrstuvwxyz0123456789-./=etaoinshrdluetaoinETAOINS_%;".utf8)
        return HPACKStories(
            stories: (0..<100).map { _ in
                var encoder = HPACKEncoder()
                let fields = (0..<100).map { _ in
                    let value = (0..<(10 + random.below(33))).map { _ in
                        text[random.below(text.count)]
                    }
                    return HPACKField(
                        name: Array("etag".utf8), value: value, isNeverIndexed: false)
                }
                return [Block(bytes: encoder.encode(fields), fields: fields)]
            })
    }

    /// The stories under `folder`, by the name of the encoder that made them.
    static func read(_ folder: String) -> [(String, HPACKStories)] {
        let manager = FileManager.default
        let encoders = ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return encoders.filter { $0 != "raw-data" }.compactMap { encoder in
            let path = folder + "/" + encoder
            let names = ((try? manager.contentsOfDirectory(atPath: path)) ?? []).sorted()
            let stories = names.filter { $0.hasSuffix(".json") }
                .compactMap { story(path + "/" + $0) }
            return stories.isEmpty ? nil : (encoder, HPACKStories(stories: stories))
        }
    }

    private static func story(_ path: String) -> [Block]? {
        guard let data = FileManager.default.contents(atPath: path),
            let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let cases = root["cases"] as? [[String: Any]]
        else { return nil }
        return cases.map { one in
            let digits = (one["wire"] as? String ?? "").compactMap(\.hexDigitValue)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
                UInt8(digits[$0] * 16 + digits[$0 + 1])
            }
            return Block(bytes: bytes, tableSize: one["header_table_size"] as? Int)
        }
    }
}

/// What stays the same over the requests of one connection.
private struct HPACKSite {
    private let host: String
    private let agent: String
    private let language: String
    private let cookie: String
    private let paths: [String]

    init(_ random: inout HPACKRandom) {
        host = "\(random.word()).\(random.word()).example"
        agent =
            "Mozilla/5.0 (X11; Linux x86_64; rv:\(90 + random.below(50)).0) Gecko/20100101 "
            + "Firefox/\(90 + random.below(50)).0"
        language = random.below(2) == 0 ? "en-US,en;q=0.5" : "de-DE,de;q=0.8,en;q=0.5"
        cookie = "session=\(random.word())\(random.below(1_000_000))\(random.word()); theme=dark"
        var paths: [String] = []
        for _ in 0..<40 {
            paths.append(
                "/\(random.word())/\(random.word())/\(random.word())-\(random.below(999)).js")
        }
        self.paths = paths
    }

    func request(_ random: inout HPACKRandom) -> [HPACKField] {
        var fields = [
            HPACKField(":method", random.below(12) == 0 ? "POST" : "GET"),
            HPACKField(":scheme", "https"),
            HPACKField(
                ":authority", random.below(4) == 0 ? "static\(random.below(3)).\(host)" : host),
            HPACKField(
                ":path", paths[random.below(paths.count)] + "?v=\(random.below(100_000))"),
            HPACKField("user-agent", agent),
            HPACKField(
                "accept", random.below(3) == 0 ? "*/*" : "text/html,application/xhtml+xml,*/*;q=0.8"
            ),
            HPACKField("accept-language", language),
            HPACKField("accept-encoding", "gzip, deflate, br"),
            HPACKField("referer", "https://\(host)\(paths[random.below(6)])"),
        ]
        if random.below(3) > 0 { fields.append(HPACKField("cookie", cookie)) }
        if random.below(2) == 0 {
            fields.append(HPACKField("x-request-id", "\(random.word())-\(random.below(1 << 40))"))
        }
        if random.below(4) == 0 {
            fields.append(
                HPACKField("if-none-match", "\"\(random.below(1 << 40))-\(random.word())\""))
        }
        fields.append(HPACKField("sec-fetch-mode", random.below(2) == 0 ? "cors" : "no-cors"))
        return fields
    }
}

/// A linear congruential generator: the same inputs in every run. Source: Knuth, MMIX.
private struct HPACKRandom {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func word() -> String {
        let letters = Array("etaoinshrdlucmfwypvbgkjqxz")
        return String((0..<(3 + below(8))).map { _ in letters[below(1 + below(letters.count))] })
    }
}

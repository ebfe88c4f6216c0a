import HPACK
import Testing
import Wire

/// The examples of RFC 7541 Appendix C, read by every variant; those of C.3 to C.6 are also what the encoder's choices
/// lead to where it makes the same ones.
@Suite struct AppendixCTests {
    struct Example: Sendable {
        let name: String
        let blocks: [String]
        let fields: [[(String, String)]]
        /// The table's size in octets behind each block.
        let sizes: [Int]
        var tableSize: Int?
    }

    static let examples: [Example] = [
        Example(
            name: "C.2.1",
            blocks: ["400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"],
            fields: [[("custom-key", "custom-header")]], sizes: [55]),
        Example(
            name: "C.2.2", blocks: ["040c 2f73 616d 706c 652f 7061 7468"],
            fields: [[(":path", "/sample/path")]], sizes: [0]),
        Example(
            name: "C.2.3", blocks: ["1008 7061 7373 776f 7264 0673 6563 7265 74"],
            fields: [[("password", "secret")]], sizes: [0]),
        Example(name: "C.2.4", blocks: ["82"], fields: [[(":method", "GET")]], sizes: [0]),
        Example(
            name: "C.3",
            blocks: [
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
            ], fields: requests, sizes: [57, 110, 164]),
        Example(
            name: "C.4",
            blocks: [
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
            ], fields: requests, sizes: [57, 110, 164]),
        Example(
            name: "C.5",
            blocks: [
                "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
                    + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65"
                    + "7861 6d70 6c65 2e63 6f6d",
                "4803 3330 37c1 c0bf",
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
                    + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157"
                    + "454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b"
                    + "2076 6572 7369 6f6e 3d31",
            ], fields: responses, sizes: [222, 222, 215], tableSize: 256),
        Example(
            name: "C.6",
            blocks: [
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                    + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                "4883 640e ffc1 c0bf",
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27"
                    + "0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
            ], fields: responses, sizes: [222, 222, 215], tableSize: 256),
    ]

    private static let requests = [
        [
            (":method", "GET"), (":scheme", "http"), (":path", "/"),
            (":authority", "www.example.com"),
        ],
        [
            (":method", "GET"), (":scheme", "http"), (":path", "/"),
            (":authority", "www.example.com"), ("cache-control", "no-cache"),
        ],
        [
            (":method", "GET"), (":scheme", "https"), (":path", "/index.html"),
            (":authority", "www.example.com"), ("custom-key", "custom-value"),
        ],
    ]

    private static let date = "Mon, 21 Oct 2013 20:13:21 GMT"
    private static let responses = [
        [
            (":status", "302"), ("cache-control", "private"), ("date", date),
            ("location", "https://www.example.com"),
        ],
        [
            (":status", "307"), ("cache-control", "private"), ("date", date),
            ("location", "https://www.example.com"),
        ],
        [
            (":status", "200"), ("cache-control", "private"),
            ("date", "Mon, 21 Oct 2013 20:13:22 GMT"), ("location", "https://www.example.com"),
            ("content-encoding", "gzip"),
            (
                "set-cookie",
                "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
            ),
        ],
    ]

    /// In C.5 and C.6 the table has 256 octets, which the examples take for agreed: a size update is put in front.
    @Test(arguments: HPACKProtocols.hpack.variants.map(\.name), examples.indices)
    func isReadAsTheRFCSays(variantName: String, index: Int) throws {
        let variant = try Decoding.description.variant(named: variantName)
        let example = Self.examples[index]
        var blocks = example.blocks.map(Decoding.octets)
        if example.tableSize == 256 { blocks[0] = [0x3F, 0xE1, 0x01] + blocks[0] }
        let outcome = try #require(
            Decoding.outcome(variant, blocks, sizes: [example.tableSize]))
        #expect(outcome.verdict == .complete(consumed: blocks.reduce(0) { $0 + $1.count }))
        let expected = example.fields.map { $0.map { HPACKField($0.0, $0.1) } }
        let found = outcome.blocks.map { block in
            block.fields.map { HPACKField(name: $0.name, value: $0.value) }
        }
        #expect(found == expected, "\(example.name)")
        #expect(outcome.blocks.map { $0.table?.size } == example.sizes, "\(example.name)")
        let isNever = outcome.blocks.flatMap(\.fields).contains(where: \.isNeverIndexed)
        #expect(isNever == (example.name == "C.2.3"))
    }

    /// RFC 7541 §C.1: 10 and 1337 with five bits, 42 with eight; in a size update's prefix of five bits where it fits.
    @Test func integers() throws {
        for variant in Decoding.description.variants {
            for (octets, size) in [("2a", 10), ("3f9a0a", 1_337), ("3f0b", 42)] {
                let found = Decoding.outcome(variant, [Decoding.octets(octets)])
                #expect(found?.blocks.first?.sizeUpdates == [size], "\(variant.name)")
            }
        }
    }

    @Test func theEncoderWritesC4() {
        var encoder = HPACKEncoder(neverIndexing: .asMarked)
        let example = Self.examples[5]
        for (block, fields) in zip(example.blocks, example.fields) {
            let bytes = encoder.encode(fields.map { HPACKField($0.0, $0.1) })
            #expect(bytes == Decoding.octets(block))
        }
    }
}

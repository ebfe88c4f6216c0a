import HPACK
import Testing
import Wire

/// The digest of `Documentation/HPACK.md` §9 against numbers that were worked out apart from the decoders.
@Suite struct DigestTests {
    private static let examples: [(block: String, digest: UInt64)] = [
        ("", 0x779B_97F4_A7C1_5000),
        ("40 01 61 01 62", 0x8AC0_B4F2_7E2D_8CF7),
        (
            "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"
                + "41 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
            0x7462_F5FE_0BD7_AA8E
        ),
        // 40 octets of table: the second entry evicts the first, and keeps its own number.
        ("3f09 40 01 61 01 62 40 01 63 01 64", 0xD533_B4B2_7374_B440),
        ("40 00 00", 0x82D6_C847_AE4E_F690),
    ]

    @Test(arguments: HPACKProtocols.hpack.variants.map(\.name))
    func isAsThePageSays(variantName: String) throws {
        let variant = try Decoding.description.variant(named: variantName)
        for example in Self.examples {
            let found = Decoding.outcome(variant, [Decoding.octets(example.block)])
            #expect(found?.blocks.first?.table?.digest == example.digest, "\(example.block)")
        }
    }
}

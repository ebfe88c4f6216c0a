import HTTP1
import Testing
import Wire

/// Every variant knows every known name, in every case, and nothing near it.
@Suite struct FieldNameTests {
    private func names(_ variant: Variant, _ name: String) throws -> UInt16 {
        let description = HTTP1.chunked
        var configuration = description.strictConfiguration()
        configuration.policy = [.forbiddenTrailer, .nonTokenFieldName]
        var parser = try #require(variant.makeParser(configuration))
        var tape = Tape()
        let bytes = Array("0\r\n\(name): x\r\n\r\n".utf8)
        let verdict = parser.parse(bytes.span, into: &tape)
        #expect(verdict == .complete(consumed: bytes.count), "\(variant.name): \(name)")
        return tape[1].detail
    }

    @Test(arguments: HTTP1.chunked.variants.map(\.name))
    func knownNames(variantName: String) throws {
        let variant = try HTTP1.chunked.variant(named: variantName)
        for known in FieldName.allCases {
            guard let text = known.text else { continue }
            let mixed = String(
                text.enumerated().map {
                    $0.offset % 2 == 0 ? Character($0.element.uppercased()) : $0.element
                })
            for spelling in [text, text.uppercased(), mixed] {
                #expect(try names(variant, spelling) == UInt16(known.rawValue), "\(spelling)")
            }
            for near in [text + "x", "x" + text, String(text.dropLast()), String(text.dropFirst())]
            {
                #expect(try names(variant, near) == 0, "\(near)")
            }
            for index in text.indices {
                var bytes = Array(text.utf8)
                let place = text.distance(from: text.startIndex, to: index)
                for flip: UInt8 in [0x01, 0x02, 0x40, 0x80] {
                    bytes = Array(text.utf8)
                    bytes[place] ^= flip
                    let changed = String(decoding: bytes, as: UTF8.self)
                    guard bytes[place] > 0x20, bytes[place] < 0x7F, bytes[place] != 0x3A else {
                        continue
                    }
                    let isOther = FieldName.allCases.contains { $0.text == changed.lowercased() }
                    if !isOther { #expect(try names(variant, changed) == 0, "\(changed)") }
                }
            }
        }
    }
}

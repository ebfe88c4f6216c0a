internal import Wire

/// Stories of header blocks: `{"cases": [{"wire": "8286…", "header_table_size": 4096}]}`. The blocks of a story share one
/// dynamic table, so that a story is one input.
enum HPACKStory {
    private struct Story: Decodable {
        let cases: [Block]
    }

    private struct Block: Decodable {
        let wire: String
        let header_table_size: Int?
    }

    static func inputs(
        _ file: String, name: String, _ bytes: [UInt8]
    ) throws(ImportProblem) -> [ImportedInput] {
        let story = try ImportedJSON.decode(Story.self, file, bytes)
        guard !story.cases.isEmpty else { throw ImportProblem(file, "cases", "there are none") }
        var joined: [UInt8] = []
        var lengths: [String] = []
        var sizes: [String] = []
        var current = 4_096
        for (index, block) in story.cases.enumerated() {
            guard let octets = hexadecimal(block.wire) else {
                throw ImportProblem(file, "cases.\(index).wire", "not hexadecimal")
            }
            joined += octets
            lengths.append(String(octets.count))
            let size = block.header_table_size ?? current
            guard (0...1 << 20).contains(size) else {
                throw ImportProblem(
                    file, "cases.\(index).header_table_size", "\(size) is no table size")
            }
            sizes.append(size == current ? "-" : String(size))
            current = size
        }
        var context = ["blocks": lengths.joined(separator: ", ")]
        if sizes.contains(where: { $0 != "-" }) {
            context["tableSizes"] = sizes.joined(separator: ", ")
        }
        return [
            ImportedInput(
                name: name, protocolName: "hpack", bytes: joined, context: context,
                note:
                    "A story of \(story.cases.count) blocks; the fields that it states were left behind."
            )
        ]
    }

    /// The octets of an even number of hexadecimal digits.
    static func hexadecimal(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard
                let octet = UInt8(
                    String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16),
                digits[index] != UInt8(ascii: "+")
            else { return nil }
            octets.append(octet)
        }
        return octets
    }
}

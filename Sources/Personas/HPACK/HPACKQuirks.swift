internal import HPACK
internal import Wire

/// The quirks of HPACK, on a decoder of its own.
struct HPACKQuirks: QuirkModel {
    let protocols = ["hpack"]

    var quirks: [Quirk] {
        HPACKLeniency.all.map { Quirk($0, protocols: protocols) } + integersAndStrings + tables
    }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        let policy = quirks.policy
        let flags = Flags<HPACKFlag>(quirks)
        return { configuration in
            var configuration = configuration
            configuration.policy.formUnion(policy)
            return RereadParser(isStream: false) { [configuration] bytes in
                var pass = HPACKPass(bytes, configuration, flags: flags)
                return pass.read()
            }
        }
    }

    /// What a proxy sends on for a single block. Contexts of several blocks, or with settings of
    /// their own, are left out: where their blocks end could not be told with the bytes.
    func forward(
        _ input: [UInt8], _ configuration: Configuration, quirks: [Quirk]
    ) -> [UInt8]? {
        guard let context = configuration.context as? HPACKContext, context.blocks.count == 1,
            context.blocks[0].tableSizeMax == nil
        else { return nil }
        var configuration = configuration
        configuration.policy.formUnion(quirks.policy)
        let flags = Flags<HPACKFlag>(quirks)
        var pass = HPACKPass(input, configuration, flags: flags)
        let reading = pass.read()
        guard case .complete = reading.verdict else { return nil }
        let tape = TapeSnapshot(tokens: reading.tokens, arena: reading.arena)
        guard let block = HPACKTranscript(tape, context).blocks.first, block.excess == nil else {
            return nil
        }
        var fields = block.fields
        if flags.has(.neverIndexedForwarded) {
            for index in fields.indices { fields[index].isNeverIndexed = false }
        }
        let limits = HPACKLimits(configuration.limits)
        let longest = fields.map { max($0.name.count, $0.value.count) }.max() ?? 0
        return longest <= limits.stringBytesMax ? Self.written(fields) : nil
    }

    /// The fields as literals with plain strings, never indexed where they are marked so.
    private static func written(_ fields: [HPACKField]) -> [UInt8] {
        fields.reduce(into: []) { bytes, field in
            bytes.append(field.isNeverIndexed ? 0x10 : 0x00)
            for text in [field.name, field.value] {
                write(text.count, to: &bytes)
                bytes += text
            }
        }
    }

    private static func write(_ count: Int, to bytes: inout [UInt8]) {
        guard count >= 127 else { return bytes.append(UInt8(count)) }
        bytes.append(127)
        var rest = count - 127
        while rest >= 128 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

// MARK: The catalogue

extension HPACKQuirks {
    private func quirk(
        _ flag: HPACKFlag, _ effect: String, breaks clause: String, seen: String,
        kind: Quirk.Kind = .parsing
    ) -> Quirk {
        Quirk(
            id: flag.rawValue, protocols: protocols, kind: kind, effect: effect, clause: clause,
            seenIn: seen)
    }

    private var integersAndStrings: [Quirk] {
        [
            quirk(
                .indexZero, "An indexed field of index 0 is skipped.", breaks: "RFC 7541 §6.1",
                seen: "published checklists (h2spec); decoders that treat 0 as no entry"),
            quirk(
                .indexPastTable, "An index past the table is an empty field.",
                breaks: "RFC 7541 §2.3.3", seen: "published checklists (h2spec)"),
            quirk(
                .integerLong, "An integer may go on in octets that add nothing, as many as come.",
                breaks: "RFC 7541 §5.1", seen: "h2o (issue 3602): decoders disagree"),
            quirk(
                .integerWraps, "An integer is kept in 32 bits without a check.",
                breaks: "RFC 7541 §5.1", seen: "HAProxy (issue 3036)"),
            quirk(
                .truncatedString, "A string that its block cuts off is what is there.",
                breaks: "RFC 7541 §5.2", seen: "published checklists"),
            quirk(
                .huffmanPaddingLong, "Padding of a Huffman string may be longer than seven bits.",
                breaks: "RFC 7541 §5.2", seen: "ls-hpack (issue 24)"),
            quirk(
                .huffmanPaddingAnyBits, "Padding of a Huffman string may be any bits.",
                breaks: "RFC 7541 §5.2", seen: "Jetty before 9.4.12; published checklists (h2spec)"),
            quirk(
                .huffmanEOSSkipped, "The end-of-string symbol in a Huffman string is skipped.",
                breaks: "RFC 7541 §5.2", seen: "published checklists (h2spec)"),
            quirk(
                .huffmanWrongSymbol, "One code is decoded to another symbol: D0 to D1.",
                breaks: "RFC 7541 Appendix B", seen: "zttp (issue 219): one wrong table entry"),
        ]
    }

    private var tables: [Quirk] {
        [
            quirk(
                .sizeUpdateAboveSetting, "A size update above the setting passes.",
                breaks: "RFC 7541 §6.3", seen: "published checklists (h2spec)"),
            quirk(
                .sizeUpdateNotApplied, "A size update is read, and changes nothing.",
                breaks: "RFC 7541 §4.3", seen: "decoders with a table of fixed size"),
            quirk(
                .reductionIgnored, "A reduced setting asks for no size update, and cuts nothing.",
                breaks: "RFC 7541 §4.2", seen: "Google's decoder in 2015 (kin)"),
            quirk(
                .evictionAtExactSize, "An entry that fills the table exactly evicts one more.",
                breaks: "RFC 7541 §4.4", seen: "published checklists (eviction at exact size)"),
            quirk(
                .entrySizeWithout32, "An entry's size is its octets, without the 32.",
                breaks: "RFC 7541 §4.1", seen: "published checklists"),
            quirk(
                .largeEntryKeepsTable,
                "An entry too large for the table leaves the table as it was.",
                breaks: "RFC 7541 §4.4", seen: "published checklists"),
            quirk(
                .evictedNameLost,
                "A name taken from an entry that the new one evicts is lost.",
                breaks: "RFC 7541 §4.4", seen: "published checklists (name-ref to evicted entry)"),
            quirk(
                .dynamicOldestFirst, "The dynamic table is indexed from its oldest entry.",
                breaks: "RFC 7541 §2.3.2", seen: "decoders with a plain list"),
            quirk(
                .tableClearedPerBlock, "Each block begins with an empty dynamic table.",
                breaks: "RFC 7541 §2.2", seen: "analysers that see single blocks"),
            quirk(
                .blockErrorIgnored,
                "A block that cannot be read ends there, and the next one is read.",
                breaks: "RFC 7541 §2.2, RFC 9113 §4.3",
                seen: "published checklists (state after an error)"),
            quirk(
                .neverIndexedForgotten, "A field never indexed is one without indexing.",
                breaks: "RFC 7541 §6.2.3", seen: "decoders that keep no mark"),
            quirk(
                .neverIndexedForwarded, "A field never indexed is sent on without that mark.",
                breaks: "RFC 7541 §6.2.3, §7.1.3", seen: "proxies whose field lists keep no mark",
                kind: .forwarding),
        ]
    }
}

import Wire

/// Chunk-size lines (RFC 9112 §7.1).
struct TableChunkGrammar: Sendable {
    let automaton: TableAutomaton
    /// At the line's first octet.
    let start: Int
    /// The same, where the count of chunks is used up.
    let startFull: Int

    /// The compiled grammars.
    static let cache = TableCache<TableChunkGrammar>(
        [
            .bareLFInChunkLine, .chunkSizePrefix, .chunkSizeLongestPrefix,
            .chunkSizeTrailingWhitespace, .chunkExtensionWhitespace, .unvalidatedChunkExtension,
            .emptyChunkSize,
        ], compile: TableChunkGrammar.init)

    static let entries = ["chunk-start", "chunk-start-full"]

    private init(_ policy: Policy) {
        let compiled = TableGrammar.compile(Self.text(policy), entries: Self.entries)
        automaton = compiled.automaton
        start = compiled.entry("chunk-start")
        startFull = compiled.entry("chunk-start-full")
    }

    /// The grammar under `policy`.
    static func text(_ policy: Policy) -> String {
        let bareLF = policy.contains(.bareLFInChunkLine)
        let empty = policy.contains(.emptyChunkSize)
        let lone = bareLF ? "%x0A <reject tooManyChunks>" : "%x0A <reject bareLF>"
        return TableGrammar.core + TableGrammar.lineEnds(lfAlone: bareLF) + """
            ; RFC 9112 §7.1: chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
            chunk-start      = <else malformedChunkSize>
                               ( \(sized(policy)) \(empty ? "/ line-end" : "") )
            chunk-start-full = <else malformedChunkSize> ( HEXDIG <reject tooManyChunks>
                               \(empty ? "/ %x0D <reject tooManyChunks> / \(lone)" : "") )
            size-digit            = HEXDIG
            size-zero       = "0"
            size-nonzero    = %x31-39 / %x41-46 / %x61-66
            prefix           = "x"

            """ + restText(policy) + extensionText(policy)
    }

    /// The size: an `x` behind a first zero is no junk where it is a prefix.
    private static func sized(_ policy: Policy) -> String {
        guard policy.contains(.chunkSizePrefix) else { return "1*size-digit size-rest" }
        return """
            size-zero ( zero-rest / prefix 1*size-digit size-rest / 1*size-digit size-rest )
                / size-nonzero *size-digit size-rest
            """
    }

    /// What may follow the digits: the line's end, an extension, white space, junk.
    private static func restText(_ policy: Policy) -> String {
        let before = policy.contains(.chunkExtensionWhitespace)
        let trailing = policy.contains(.chunkSizeTrailingWhitespace)
        let junk = policy.contains(.chunkSizeLongestPrefix)
        var afterSpace: [String] = []
        if trailing { afterSpace.append("line-end") }
        if before { afterSpace.append("extensions") }
        if junk { afterSpace.append("space-junk") }
        let space =
            before || trailing
            ? " / sizeSpace ( \(afterSpace.joined(separator: " / ")) )" : ""
        let white = before || trailing ? "" : "WSP / "
        return """
            size-rest  = line-end / extensions\(space)\(junk ? " / size-junk" : "")
            zero-rest  = line-end / extensions\(space)\(junk ? " / zero-junk" : "")
            sizeSpace  = 1*WSP
            junk       = 1*fieldchar
            ; the first octet of junk: what may not stand there otherwise
            size-junk  = junk-first [ junk ] line-end
            zero-junk  = junk-first-behind-zero [ junk ] line-end
            space-junk = junk-first-behind-space [ junk ] line-end
            junk-first-behind-zero  = \(white)%x21-2F / %x3A / %x3C-40 / %x47-57 / %x59-60 / %x67-77
                                    / %x79-7E / obs-text
            junk-first              = junk-first-behind-zero / "x"
            junk-first-behind-space = %x21-3A / %x3C-7E / obs-text\(before ? "" : " / %x3B")

            """
    }

    /// RFC 9112 §7.1.1: chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
    private static func extensionText(_ policy: Policy) -> String {
        if policy.contains(.unvalidatedChunkExtension) {
            return """
                extensions     = chunkExtension <else malformedChunkExtension> line-end
                chunkExtension = ";" <else malformedChunkExtension> *( %x00-09 / %x0B-0C / %x0E-FF )

                """
        }
        let white = policy.contains(.chunkExtensionWhitespace) ? "*WSP" : ""
        let tail = policy.contains(.chunkSizeTrailingWhitespace) ? "*WSP" : ""
        return #"""
            extensions     = chunkExtension <else malformedChunkExtension> line-end
            ext-value      = 1*tchar / %x22 *( quoted-char / "\" ( quoted-char / %x22 / "\" ) ) %x22
            quoted-char    = WSP / %x21 / %x23-5B / %x5D-7E / obs-text

            """# + """
                chunkExtension = ";" <else malformedChunkExtension> extension
                                 *( \(white) ";" extension ) \(tail)
                extension      = \(white) 1*tchar [ \(white) "=" \(white) ext-value ]

                """
    }
}

/// What stands behind a chunk's data (RFC 9112 §7.1): CRLF.
struct TableDataEndGrammar: Sendable {
    let automaton: TableAutomaton
    /// At the first octet behind the data.
    let start: Int

    /// The compiled grammars.
    static let cache = TableCache<TableDataEndGrammar>(
        [.bareLFAfterChunkData, .uncheckedChunkDataTerminator], compile: TableDataEndGrammar.init)

    static let entries = ["data-end"]

    private init(_ policy: Policy) {
        let compiled = TableGrammar.compile(Self.text(policy), entries: Self.entries)
        automaton = compiled.automaton
        start = compiled.entry("data-end")
    }

    /// The grammar under `policy`.
    static func text(_ policy: Policy) -> String {
        if policy.contains(.uncheckedChunkDataTerminator) { return "data-end = 2%x00-FF\n" }
        let lone = policy.contains(.bareLFAfterChunkData) ? "/ %x0A" : ""
        return "data-end = <else malformedChunkData> ( %x0D %x0A \(lone) )\n"
    }
}

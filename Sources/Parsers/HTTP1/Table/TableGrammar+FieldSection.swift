import Wire

/// Field lines (RFC 9112 §5), one at a time, and the empty line behind them.
///
/// There is an entry for each thing that may have come before: what white space at the start of a
/// line means depends on that. The `full` entries are those where no further field line may begin.
struct TableFieldGrammar: Sendable {
    let automaton: TableAutomaton
    /// Behind the start line.
    let first: Int
    /// Behind a field line.
    let next: Int
    /// Behind a line that was dropped for want of a colon.
    let dropped: Int
    /// The same, where the count of field lines is used up.
    let firstFull: Int
    let nextFull: Int
    let droppedFull: Int

    /// The compiled grammars.
    static let cache = TableCache<TableFieldGrammar>(
        [
            .bareLF, .bareCRInFieldValue, .obsoleteFolding, .whitespaceBeforeColon,
            .whitespaceBeforeFirstField, .emptyFieldName, .nonTokenFieldName, .missingColon,
            .controlInFieldValue, .nulInFieldValue,
        ], compile: TableFieldGrammar.init)

    static let entries = [
        "first", "next", "dropped", "first-full", "next-full", "dropped-full",
    ]

    /// Names that rules know, as tags.
    static let tags = Dictionary(
        uniqueKeysWithValues: FieldName.allCases.compactMap { name in
            name.text.map { ($0, name.rawValue) }
        })

    private init(_ policy: Policy) {
        let compiled = TableGrammar.compile(
            Self.text(policy), entries: Self.entries, tags: Self.tags)
        automaton = compiled.automaton
        first = compiled.entry("first")
        next = compiled.entry("next")
        dropped = compiled.entry("dropped")
        firstFull = compiled.entry("first-full")
        nextFull = compiled.entry("next-full")
        droppedFull = compiled.entry("dropped-full")
    }

    /// The grammar under `policy`.
    static func text(_ policy: Policy) -> String {
        TableGrammar.core + TableGrammar.lineEnds(lfAlone: policy.contains(.bareLF))
            + lineText(policy) + nameText(policy) + valueText(policy)
    }

    /// What may stand at the start of a line.
    private static func lineText(_ policy: Policy) -> String {
        let dropsLeading = policy.contains(.whitespaceBeforeFirstField)
        let folds = policy.contains(.obsoleteFolding)
        let refusedFold = "WSP <reject obsoleteFolding>"
        let fold = folds ? "fold <else controlInFieldValue> value-rest" : refusedFold
        let leading = dropsLeading ? "leading" : "WSP <reject whitespaceBeforeFirstField>"
        return """
            ; RFC 9112 §2.2: no white space between the start line and the first field line
            first        = <else malformedFieldName> ( blank / field-line
                           / \(leading) \(dropsLeading ? "field-line" : "") )
            first-full   = <else tooManyFields> ( blank / \(leading) )
            leading      = 1*WSP
            ; RFC 9112 §5.2: obs-fold
            next         = <else malformedFieldName> ( blank / field-line / \(fold) )
            next-full    = <else tooManyFields> ( blank / \(fold) )
            fold         = WSP <else controlInFieldValue> *WSP
            dropped      = <else malformedFieldName> ( blank / field-line / \(refusedFold) )
            dropped-full = <else tooManyFields> ( blank / \(refusedFold) )

            """
    }

    /// RFC 9112 §5: field-line = field-name ":" OWS field-value OWS, up to the value.
    private static func nameText(_ policy: Policy) -> String {
        let anyName = policy.contains(.nonTokenFieldName)
        let known = FieldName.allCases.compactMap(\.text)
            .map { "\"\($0)\" <is \($0)>" }.joined(separator: "\n           / ")
        let emptyName =
            policy.contains(.emptyFieldName) ? "colon-and-value" : "%x3A <reject emptyFieldName>"
        let space =
            policy.contains(.whitespaceBeforeColon)
            ? "nameSpace colon-and-value" : "WSP <reject whitespaceBeforeColon>"
        let lone = policy.contains(.bareLF) ? "droppedLF" : "%x0A <reject bareLF>"
        let noColon =
            policy.contains(.missingColon)
            ? "( droppedCR <else bareCR> droppedLF / \(lone) )"
            : "( %x0D / %x0A ) <reject missingColon>"
        return """
            field-line = name ( colon-and-value / \(space) / \(noColon) )
                       / \(emptyName)
            name       = 1*name-char
                       / \(known)
            name-char  = \(anyName ? "%x21-39 / %x3B-7E / obs-text" : "tchar")
            nameSpace  = 1*WSP
            droppedCR  = %x0D
            droppedLF  = %x0A
            colon-and-value = gap <else controlInFieldValue> value-rest
            gap        = ":" <else controlInFieldValue> *WSP

            """
    }

    /// RFC 9110 §5.5: field-value, with the white space behind it, and the line's end.
    private static func valueText(_ policy: Policy) -> String {
        let controls =
            policy.contains(.controlInFieldValue)
            ? " / %x01-08 / %x0B-0C / %x0E-1F / %x7F" : ""
        let nul = policy.contains(.nulInFieldValue) ? " / %x00" : ""
        let lone = policy.contains(.bareLF) ? "lf" : "%x0A <reject bareLF>"
        // A CR belongs to the line's end or to the value, and only the octet behind it says which.
        let rest =
            policy.contains(.bareCRInFieldValue)
            ? "[ first-value [ value ] ] *( 1*cr value ) ( 1*cr lf / \(lone) )"
            : "[ first-value [ value ] ] line-end"
        return """
            value-rest  = \(rest)
            first-value = VCHAR / obs-text\(controls)\(nul)
            value       = 1*( WSP / VCHAR / obs-text\(controls)\(nul) )

            """
    }
}

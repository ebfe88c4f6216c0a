package import Wire

/// The grammars of this folder as data, for what derives inputs from them and for what compares automata.
///
/// Nothing that parses comes through here: whoever takes a grammar walks it by himself.
package enum TableDoor: String, CaseIterable, Sendable {
    case requestLine
    case statusLine
    case fieldLine
    case chunkLine
    case dataEnd
    case contentLength
    case lists
    case authority

    /// The leniencies that change the grammar; under any other policy the text is the same.
    package var leniencies: Policy {
        switch self {
        case .requestLine: TableRequestGrammar.cache.leniencies
        case .statusLine: TableStatusGrammar.cache.leniencies
        case .fieldLine: TableFieldGrammar.cache.leniencies
        case .chunkLine: TableChunkGrammar.cache.leniencies
        case .dataEnd: TableDataEndGrammar.cache.leniencies
        case .contentLength: TableLengthGrammar.cache.leniencies
        case .lists: TableListGrammar.cache.leniencies
        case .authority: .strict
        }
    }

    /// The rules at which the parsers enter the grammar.
    package var entries: [String] {
        switch self {
        case .requestLine: TableRequestGrammar.entries
        case .statusLine: TableStatusGrammar.entries
        case .fieldLine: TableFieldGrammar.entries
        case .chunkLine: TableChunkGrammar.entries
        case .dataEnd: TableDataEndGrammar.entries
        case .contentLength: TableLengthGrammar.entries
        case .lists: TableListGrammar.entries
        case .authority: TableAuthorityGrammar.entries
        }
    }

    /// The grammar under `policy`.
    package func grammar(_ policy: Policy) -> TableABNF {
        do {
            return try TableABNF(text(policy))
        } catch {
            preconditionFailure("a grammar of the Table variant is malformed: \(error)")
        }
    }

    /// The automaton of the grammar under `policy`, with the fewest states.
    package func automaton(_ policy: Policy) -> TableDFA {
        automaton(policy, entries: entries)
    }

    /// The same for one rule of the grammar alone.
    package func automaton(_ policy: Policy, entry: String) -> TableDFA {
        automaton(policy, entries: [entry])
    }

    private func automaton(_ policy: Policy, entries: [String]) -> TableDFA {
        do {
            return try TableDFA(
                grammar(policy), entryRules: entries,
                vocabulary: TableGrammar.vocabulary(tags: tags)
            ).minimised()
        } catch {
            preconditionFailure("a grammar of the Table variant does not compile: \(error)")
        }
    }

    /// The name of the element that an automaton's label stands for.
    package static func element(_ label: UInt8) -> String {
        TableElement(rawValue: label).map { String(describing: $0) } ?? "?"
    }

    /// The label of the element called `name`.
    package static func label(_ name: String) -> UInt8? {
        TableElement.allCases.first { String(describing: $0) == name }?.rawValue
    }

    /// The name of a tag of the automaton.
    package func tag(_ number: UInt8) -> String? {
        tags.first { $0.value == number }?.key
    }

    /// Whether a state with this label refuses what led to it; its tag is then the reason's code.
    package static func refuses(_ label: UInt8) -> Bool { label == TableVocabulary.rejectLabel }

    private var tags: [String: UInt8] {
        self == .fieldLine ? TableFieldGrammar.tags : TableGrammar.tags
    }

    private func text(_ policy: Policy) -> String {
        switch self {
        case .requestLine: TableRequestGrammar.text(policy)
        case .statusLine: TableStatusGrammar.text(policy)
        case .fieldLine: TableFieldGrammar.text(policy)
        case .chunkLine: TableChunkGrammar.text(policy)
        case .dataEnd: TableDataEndGrammar.text(policy)
        case .contentLength: TableLengthGrammar.text(policy)
        case .lists: TableListGrammar.text(policy)
        case .authority: TableAuthorityGrammar.text
        }
    }
}

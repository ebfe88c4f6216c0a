/// A grammar as ABNF text (RFC 5234, with the `%s"…"` of RFC 7405), read into a tree.
///
/// Nothing in the `Table` variant says in Swift which octet may stand where: it has this reader, a
/// compiler from grammars to automata, grammar texts, and drivers that count. A mistake of the
/// other variants would have to be repeated in a different language to go unseen.
///
/// ABNF's prose values, `<…>`, are **marks** here. They match nothing and say what the automaton
/// knows:
///
///     <else r>     from here to the end of this concatenation, an octet that no rule takes is
///                  refused for the reason r (an inner `else` comes first)
///     <reject r>   whoever arrives here refuses the octet just taken for the reason r, unless
///                  another path goes on with that octet
///     <is t>       whoever stands here carries the tag t (of several, that of the first
///                  alternative)
package struct TableABNF: Sendable {
    /// The rules by name, in lower case: ABNF's names do not distinguish case.
    package let rules: [String: TableNode]

    /// Reads `text`.
    init(_ text: String) throws(TableGrammarError) {
        var reader = TableABNFReader(text)
        rules = try reader.readRules()
        for (name, node) in rules.sorted(by: { $0.key < $1.key }) {
            try checkNames(node, of: name)
        }
    }

    /// Every rule that is referred to must exist (a typing error would otherwise show when it is
    /// used).
    private func checkNames(_ node: TableNode, of rule: String) throws(TableGrammarError) {
        switch node {
        case .octets, .mark: return
        case .rule(let name):
            if rules[name] == nil { throw .undefinedRule(name, usedBy: rule) }
        case .sequence(let parts), .alternatives(let parts):
            for part in parts { try checkNames(part, of: rule) }
        case .repetition(_, _, let part): try checkNames(part, of: rule)
        }
    }
}

/// What a rule's right side is made of.
package indirect enum TableNode: Hashable, Sendable {
    /// One octet of a set.
    case octets(TableByteSet)
    /// One after the other; none is the empty string.
    case sequence([TableNode])
    /// One of several.
    case alternatives([TableNode])
    /// At least `min` times, at most `max` times, or without end.
    case repetition(min: Int, max: Int?, TableNode)
    /// Another rule.
    case rule(String)
    /// A mark.
    case mark(TableMark)
}

/// What a prose value says.
package enum TableMark: Hashable, Sendable {
    /// `<else r>`
    case otherwise(String)
    /// `<reject r>`
    case reject(String)
    /// `<is t>`
    case tag(String)
}

/// What is wrong with a grammar.
package enum TableGrammarError: Error, Hashable, Sendable {
    /// The text is not ABNF: what was expected, and in which line.
    case malformed(line: Int, expected: String)
    /// A rule is defined twice with `=`, or extended with `=/` before it exists.
    case misdefinedRule(String, line: Int)
    /// A rule refers to one that does not exist.
    case undefinedRule(String, usedBy: String)
    /// A rule contains itself: the language may not be regular.
    case recursiveRule(String)
    /// A mark names a reason or a tag that does not exist.
    case unknownMark(String)
    /// Two readings of one prefix differ in their element or in their reason.
    case ambiguous(String)
    /// The automaton does not fit into its table.
    case tooLarge(states: Int)
}

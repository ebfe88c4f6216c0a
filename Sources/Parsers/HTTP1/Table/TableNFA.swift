/// Names in grammar texts, and the numbers that automata carry for them.
struct TableVocabulary: Sendable {
    /// Rules whose octets carry a label of their own. The innermost labelled rule counts.
    var labels: [String: UInt8] = [:]
    /// Names of reasons.
    var reasons: [String: UInt8] = [:]
    /// Names of tags, which start at 1.
    var tags: [String: UInt8] = [:]

    /// The label of a state in which nothing was taken yet: an entry.
    static let startLabel: UInt8 = 0
    /// The label of octets outside of all labelled rules.
    static let plainLabel: UInt8 = 1
    /// The label of a state that refuses what led to it; its tag is the reason.
    static let rejectLabel: UInt8 = 2
    /// The first label that a grammar may give.
    static let firstLabel: UInt8 = 3
    /// The reason of a state that refuses without one, where no `else` mark is in force.
    static let noReason: UInt8 = 0xff
}

/// A nondeterministic automaton after Thompson: each rule reference is expanded where it stands.
struct TableNFA {
    /// One state. It takes at most one set of octets, to one target.
    struct State {
        /// States that are reached without taking an octet.
        var jumps: [Int] = []
        /// Index into `sets` of what this state takes, or −1.
        var set = -1
        /// Where that leads.
        var target = -1
        /// Why an octet that nothing takes is refused while this state waits.
        var reason = TableVocabulary.noReason
        /// The element that the octet which led here belongs to.
        var label = TableVocabulary.plainLabel
        /// The tag of those who stand here, or 0.
        var tag: UInt8 = 0
        /// The reason for which the octet that led here is refused, or `noReason`.
        var reject = TableVocabulary.noReason
        /// Whether the entry's language contains what led here.
        var accepts = false
    }

    private(set) var states: [State] = []
    private(set) var sets: [TableByteSet] = []
    /// Where each entry rule starts.
    private(set) var entries: [(name: String, state: Int)] = []

    private let grammar: TableABNF
    private let vocabulary: TableVocabulary
    private var setIndex: [TableByteSet: Int] = [:]
    private var open: [String] = []
    private var octetsOfRule: [String: TableByteSet?] = [:]

    /// What is in force at a point of the text.
    private struct Scope {
        var label = TableVocabulary.plainLabel
        var reason = TableVocabulary.noReason
    }

    /// Builds the automaton of `grammar` with one entry for each rule of `entryRules`.
    init(
        _ grammar: TableABNF, entryRules: [String], vocabulary: TableVocabulary
    ) throws(TableGrammarError) {
        self.grammar = grammar
        self.vocabulary = vocabulary
        for name in entryRules {
            let start = makeState()
            let end = try add(.rule(name.lowercased()), from: start, Scope())
            states[end].accepts = true
            entries.append((name, start))
        }
    }

    /// Adds the paths of `node` behind `start`; gives where they end.
    private mutating func add(
        _ node: TableNode, from start: Int, _ scope: Scope
    ) throws(TableGrammarError) -> Int {
        if case .octets(let set) = node { return addStep(set, from: start, scope) }
        if let set = octets(of: node) { return addStep(set, from: start, scope) }
        switch node {
        case .octets(let set): return addStep(set, from: start, scope)
        case .sequence(let parts): return try addSequence(parts, from: start, scope)
        case .alternatives(let parts): return try addAlternatives(parts, from: start, scope)
        case .repetition(let low, let high, let part):
            return try addRepetition(part, low, high, from: start, scope)
        case .rule(let name): return try addRule(name, from: start, scope)
        case .mark(let mark): return try addMark(mark, from: start)
        }
    }

    private mutating func addStep(_ set: TableByteSet, from start: Int, _ scope: Scope) -> Int {
        let source = makeState(behind: start)
        let target = makeState()
        let index = setIndex[set] ?? sets.count
        if index == sets.count {
            sets.append(set)
            setIndex[set] = index
        }
        states[source].set = index
        states[source].target = target
        states[source].reason = scope.reason
        states[target].label = scope.label
        return target
    }

    /// An `else` mark holds for the parts behind it.
    private mutating func addSequence(
        _ parts: [TableNode], from start: Int, _ scope: Scope
    ) throws(TableGrammarError) -> Int {
        var scope = scope
        var end = start
        for part in parts {
            if case .mark(.otherwise(let name)) = part {
                scope.reason = try number(of: name, in: vocabulary.reasons)
            } else {
                end = try add(part, from: end, scope)
            }
        }
        return end
    }

    private mutating func addAlternatives(
        _ parts: [TableNode], from start: Int, _ scope: Scope
    ) throws(TableGrammarError) -> Int {
        let ends = try parts.map { part throws(TableGrammarError) in
            try add(part, from: makeState(behind: start), scope)
        }
        let end = makeState()
        for branch in ends { states[branch].jumps.append(end) }
        return end
    }

    private mutating func addRepetition(
        _ part: TableNode, _ low: Int, _ high: Int?, from start: Int, _ scope: Scope
    ) throws(TableGrammarError) -> Int {
        var end = start
        for _ in 0..<low { end = try add(part, from: end, scope) }
        guard let high else {
            let hub = makeState(behind: end)
            let last = try add(part, from: hub, scope)
            states[last].jumps.append(hub)
            return makeState(behind: hub)
        }
        let exit = makeState()
        for _ in low..<high {
            states[end].jumps.append(exit)
            end = try add(part, from: makeState(behind: end), scope)
        }
        states[end].jumps.append(exit)
        return exit
    }

    private mutating func addRule(
        _ name: String, from start: Int, _ scope: Scope
    ) throws(TableGrammarError) -> Int {
        guard let node = grammar.rules[name] else {
            throw .undefinedRule(name, usedBy: open.last ?? "an entry")
        }
        guard !open.contains(name) else { throw .recursiveRule(name) }
        open.append(name)
        defer { open.removeLast() }
        var scope = scope
        if let label = vocabulary.labels[name] { scope.label = label }
        return try add(node, from: start, scope)
    }

    private mutating func addMark(
        _ mark: TableMark, from start: Int
    ) throws(TableGrammarError) -> Int {
        let state = makeState(behind: start)
        switch mark {
        case .otherwise: return state
        case .tag(let name):
            states[state].tag = try number(of: name, in: vocabulary.tags)
            return state
        case .reject(let name):
            states[state].reject = try number(of: name, in: vocabulary.reasons)
            return makeState()
        }
    }

    /// The set behind a node that is one octet of a set and no more: alternatives of single octets become
    /// one step, not one each. A labelled rule keeps its steps.
    private mutating func octets(of node: TableNode) -> TableByteSet? {
        switch node {
        case .octets(let set): return set
        case .sequence, .repetition, .mark: return nil
        case .alternatives(let parts):
            var result = TableByteSet()
            for part in parts {
                guard let set = octets(of: part) else { return nil }
                result = result.union(set)
            }
            return result
        case .rule(let name):
            if let known = octetsOfRule[name] { return known }
            guard vocabulary.labels[name] == nil, let body = grammar.rules[name] else { return nil }
            octetsOfRule[name] = .some(nil)
            let set = octets(of: body)
            octetsOfRule[name] = .some(set)
            return set
        }
    }

    private func number(
        of name: String, in numbers: [String: UInt8]
    ) throws(TableGrammarError) -> UInt8 {
        guard let number = numbers[name] else { throw .unknownMark(name) }
        return number
    }

    private mutating func makeState(behind start: Int? = nil) -> Int {
        states.append(State())
        if let start { states[start].jumps.append(states.count - 1) }
        return states.count - 1
    }
}

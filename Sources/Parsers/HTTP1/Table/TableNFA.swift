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

/// A nondeterministic automaton after Thompson: each rule is expanded where it stands.
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
    private var expanded: [Place: Int] = [:]
    private var octetsOfRule: [String: TableByteSet?] = [:]

    /// What is in force at a point of the text.
    private struct Scope: Hashable {
        var label = TableVocabulary.plainLabel
        var reason = TableVocabulary.noReason
    }

    /// A rule where it stands: with what is in force there, and with what follows it.
    private struct Place: Hashable {
        let rule: String
        let scope: Scope
        let follower: Int
    }

    /// Builds the automaton of `grammar` with one entry for each rule of `entryRules`.
    init(
        _ grammar: TableABNF, entryRules: [String], vocabulary: TableVocabulary
    ) throws(TableGrammarError) {
        self.grammar = grammar
        self.vocabulary = vocabulary
        let end = makeState()
        states[end].accepts = true
        for name in entryRules {
            let start = try add(.rule(name.lowercased()), Scope(), before: end)
            entries.append((name, makeState(before: start)))
        }
    }

    /// Adds the paths of `node` that end in `follower`; gives where they start.
    private mutating func add(
        _ node: TableNode, _ scope: Scope, before follower: Int
    ) throws(TableGrammarError) -> Int {
        if let set = octets(of: node) { return addStep(set, scope, before: follower) }
        switch node {
        case .octets(let set): return addStep(set, scope, before: follower)
        case .sequence(let parts): return try addSequence(parts, scope, before: follower)
        case .alternatives(let parts):
            let start = makeState()
            for part in parts {
                let branch = try add(part, scope, before: follower)
                states[start].jumps.append(branch)
            }
            return start
        case .repetition(let low, let high, let part):
            return try addRepetition(part, low, high, scope, before: follower)
        case .rule(let name): return try addRule(name, scope, before: follower)
        case .mark(let mark): return try addMark(mark, before: follower)
        }
    }

    private mutating func addStep(
        _ set: TableByteSet, _ scope: Scope, before follower: Int
    ) -> Int {
        let target = makeState(before: follower)
        states[target].label = scope.label
        let index = setIndex[set] ?? sets.count
        if index == sets.count {
            sets.append(set)
            setIndex[set] = index
        }
        let source = makeState()
        states[source].set = index
        states[source].target = target
        states[source].reason = scope.reason
        return source
    }

    /// An `else` mark holds for the parts behind it, so the scopes are found from the left and the
    /// paths are built from the right.
    private mutating func addSequence(
        _ parts: [TableNode], _ scope: Scope, before follower: Int
    ) throws(TableGrammarError) -> Int {
        var scope = scope
        var scoped: [(part: TableNode, scope: Scope)] = []
        for part in parts {
            if case .mark(.otherwise(let name)) = part {
                scope.reason = try number(of: name, in: vocabulary.reasons)
            } else {
                scoped.append((part, scope))
            }
        }
        var start = follower
        for entry in scoped.reversed() {
            start = try add(entry.part, entry.scope, before: start)
        }
        return start
    }

    private mutating func addRepetition(
        _ part: TableNode, _ low: Int, _ high: Int?, _ scope: Scope, before follower: Int
    ) throws(TableGrammarError) -> Int {
        var start = follower
        if let high {
            for _ in low..<high {
                let once = try add(part, scope, before: start)
                start = makeState(before: once)
                states[start].jumps.append(follower)
            }
        } else {
            start = makeState(before: follower)
            let again = try add(part, scope, before: start)
            states[start].jumps.append(again)
        }
        for _ in 0..<low { start = try add(part, scope, before: start) }
        return start
    }

    /// A rule is expanded once for each place; the lines of several entries share what they have in
    /// common.
    private mutating func addRule(
        _ name: String, _ scope: Scope, before follower: Int
    ) throws(TableGrammarError) -> Int {
        guard let node = grammar.rules[name] else {
            throw .undefinedRule(name, usedBy: open.last ?? "an entry")
        }
        guard !open.contains(name) else { throw .recursiveRule(name) }
        let place = Place(rule: name, scope: scope, follower: follower)
        if let known = expanded[place] { return known }
        open.append(name)
        defer { open.removeLast() }
        var scope = scope
        if let label = vocabulary.labels[name] { scope.label = label }
        let start = try add(node, scope, before: follower)
        expanded[place] = start
        return start
    }

    private mutating func addMark(
        _ mark: TableMark, before follower: Int
    ) throws(TableGrammarError) -> Int {
        switch mark {
        case .otherwise: return follower
        case .tag(let name):
            let tag = try number(of: name, in: vocabulary.tags)
            let state = makeState(before: follower)
            states[state].tag = tag
            return state
        case .reject(let name):
            let reason = try number(of: name, in: vocabulary.reasons)
            let state = makeState()
            states[state].reject = reason
            return state
        }
    }

    /// The set behind a node that is one octet of a set and no more: alternatives of single octets
    /// become one step, not one each. A labelled rule keeps its steps.
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

    private mutating func makeState(before follower: Int? = nil) -> Int {
        states.append(State())
        if let follower { states[states.count - 1].jumps.append(follower) }
        return states.count - 1
    }
}

/// A deterministic automaton over byte classes, by subset construction.
///
/// A state knows three things beside its moves: its **label** (the element that the octet which led
/// here belongs to), its **tag**, and whether it accepts. A grammar in which one prefix has two
/// labels is refused as ambiguous: then an element's border is where the label changes, and needs
/// no action of its own.
package struct TableDFA: Sendable {
    /// One state, without its moves.
    package struct State: Hashable, Sendable {
        /// The element of the octet that led here.
        package var label: UInt8
        /// The tag, or the reason where the label is `rejectLabel`.
        package var tag: UInt8
        /// Whether what led here is in the language.
        package var accepts: Bool
    }

    /// The class of each octet.
    package var classes: [UInt8]
    /// Number of classes.
    package var classCount: Int
    /// The states.
    package var states: [State]
    /// `moves[state * classCount + class]`; every state has a move for every class.
    var moves: [Int32]
    /// Where each entry rule starts.
    package var entries: [String: Int]

    /// Makes the automaton of a grammar.
    init(
        _ grammar: TableABNF, entryRules: [String], vocabulary: TableVocabulary
    ) throws(TableGrammarError) {
        let nfa = try TableNFA(grammar, entryRules: entryRules, vocabulary: vocabulary)
        var construction = TableSubsetConstruction(nfa)
        for entry in nfa.entries { construction.addEntry(entry.name, at: entry.state) }
        try construction.run()
        classes = construction.classes
        classCount = construction.classCount
        states = construction.states
        moves = construction.moves
        entries = construction.entries
    }

    /// Where `state` goes with `octet`.
    package func next(_ state: Int, _ octet: UInt8) -> Int {
        Int(moves[state * classCount + Int(classes[Int(octet)])])
    }
}

/// The work of turning sets of NFA states into DFA states.
struct TableSubsetConstruction {
    private let nfa: TableNFA
    private(set) var classes = [UInt8](repeating: 0, count: 256)
    private(set) var classCount = 1
    private(set) var states: [TableDFA.State] = []
    private(set) var moves: [Int32] = []
    private(set) var entries: [String: Int] = [:]

    /// For each set of the NFA, the classes in it.
    private var classesOfSet: [[UInt8]] = []
    /// The NFA states of each DFA state that wait for an octet.
    private var members: [[Int]] = []
    private var ofKernel: [[Int]: Int] = [:]
    /// The same for kernels of one state, which are most.
    private var ofSingle: [Int]
    private var ofReason: [UInt8: Int] = [:]
    private var closures: [[Int]?]

    init(_ nfa: TableNFA) {
        self.nfa = nfa
        closures = Array(repeating: nil, count: nfa.states.count)
        ofSingle = Array(repeating: -1, count: nfa.states.count)
        divideIntoClasses()
    }

    /// Two octets are of one class when every set of the grammar has both or neither.
    private mutating func divideIntoClasses() {
        for set in nfa.sets {
            var renamed = [Int](repeating: -1, count: classCount * 2)
            var count = 0
            for octet in 0..<256 {
                let key = Int(classes[octet]) * 2 + (set.contains(UInt8(octet)) ? 1 : 0)
                if renamed[key] < 0 {
                    renamed[key] = count
                    count += 1
                }
                classes[octet] = UInt8(renamed[key])
            }
            classCount = count
        }
        var representatives = [UInt8](repeating: 0, count: classCount)
        for octet in UInt8.min...UInt8.max { representatives[Int(classes[Int(octet)])] = octet }
        classesOfSet = nfa.sets.map { set in
            (0..<classCount).filter { set.contains(representatives[$0]) }.map { UInt8($0) }
        }
    }

    /// Adds the state of an entry: nothing was taken, so its label is `startLabel`.
    mutating func addEntry(_ name: String, at state: Int) {
        let closure = closure(of: [state])
        entries[name] = append(
            TableDFA.State(
                label: TableVocabulary.startLabel, tag: tag(of: closure),
                accepts: closure.contains { nfa.states[$0].accepts }),
            waiting: closure)
    }

    /// Follows every state's moves until there is no new state.
    mutating func run() throws(TableGrammarError) {
        var targets = [[Int]](repeating: [], count: classCount)
        var state = 0
        while state < states.count {
            defer { state += 1 }
            let isReject = states[state].label == TableVocabulary.rejectLabel
            for index in targets.indices { targets[index].removeAll(keepingCapacity: true) }
            for member in members[state] {
                let target = nfa.states[member].target
                for octetClass in classesOfSet[nfa.states[member].set] {
                    targets[Int(octetClass)].append(target)
                }
            }
            let reason = try reasonToRefuse(members[state])
            for index in targets.indices {
                moves.append(Int32(isReject ? state : try follow(&targets[index], else: reason)))
            }
            guard states.count < 8_192 else { throw .tooLarge(states: states.count) }
        }
    }

    /// The one reason of all that wait here.
    private func reasonToRefuse(_ members: [Int]) throws(TableGrammarError) -> UInt8 {
        var found: UInt8?
        for member in members {
            let reason = nfa.states[member].reason
            if let found, found != reason { throw .ambiguous("reasons \(found) and \(reason)") }
            found = reason
        }
        return found ?? TableVocabulary.noReason
    }

    /// The DFA state behind an octet that led to the NFA states `kernel`.
    private mutating func follow(
        _ kernel: inout [Int], else reason: UInt8
    ) throws(TableGrammarError) -> Int {
        switch kernel.count {
        case 0: return rejecting(reason)
        case 1:
            if ofSingle[kernel[0]] < 0 { ofSingle[kernel[0]] = try make(kernel) }
            return ofSingle[kernel[0]]
        default:
            kernel.sort()
            if let known = ofKernel[kernel] { return known }
            let result = try make(kernel)
            ofKernel[kernel] = result
            return result
        }
    }

    private mutating func make(_ kernel: [Int]) throws(TableGrammarError) -> Int {
        var label: UInt8?
        var refusal: Int?
        for state in kernel {
            let closure = closure(of: [state])
            guard closure.contains(where: { isLive(nfa.states[$0]) }) else {
                let rejects = closure.first { nfa.states[$0].reject != TableVocabulary.noReason }
                refusal = [refusal, rejects].compactMap(\.self).min()
                continue
            }
            let own = nfa.states[state].label
            if let label, label != own { throw .ambiguous("labels \(label) and \(own)") }
            label = own
        }
        guard let label else {
            return rejecting(refusal.map { nfa.states[$0].reject } ?? TableVocabulary.noReason)
        }
        let closure = closure(of: kernel)
        return append(
            TableDFA.State(
                label: label, tag: tag(of: closure),
                accepts: closure.contains { nfa.states[$0].accepts }),
            waiting: closure)
    }

    private func isLive(_ state: TableNFA.State) -> Bool { state.set >= 0 || state.accepts }

    /// Of several tags that of the first alternative: alternatives are numbered in the text's
    /// order.
    private func tag(of closure: [Int]) -> UInt8 {
        closure.first { nfa.states[$0].tag != 0 }.map { nfa.states[$0].tag } ?? 0
    }

    private mutating func rejecting(_ reason: UInt8) -> Int {
        if let known = ofReason[reason] { return known }
        let result = append(
            TableDFA.State(label: TableVocabulary.rejectLabel, tag: reason, accepts: false),
            waiting: [])
        ofReason[reason] = result
        return result
    }

    private mutating func append(_ state: TableDFA.State, waiting closure: [Int]) -> Int {
        states.append(state)
        members.append(closure.filter { nfa.states[$0].set >= 0 })
        return states.count - 1
    }

    /// All NFA states that are reached from `kernel` without an octet, in order.
    private mutating func closure(of kernel: [Int]) -> [Int] {
        if kernel.count == 1 { return closure(of: kernel[0]) }
        var all: [Int] = []
        for state in kernel { all += closure(of: state) }
        all.sort()
        var result: [Int] = []
        for state in all where state != result.last { result.append(state) }
        return result
    }

    private mutating func closure(of state: Int) -> [Int] {
        if let known = closures[state] { return known }
        var result = [state]
        var done = 0
        while done < result.count {
            for jump in nfa.states[result[done]].jumps where !result.contains(jump) {
                result.append(jump)
            }
            done += 1
        }
        result.sort()
        closures[state] = result
        return result
    }
}

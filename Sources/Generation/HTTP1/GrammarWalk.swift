package import HTTP1
internal import Synchronization
package import Wire

/// Random derivations of a grammar: a walk from a rule to octets, choosing at each alternative.
///
/// The grammar is the text that the Table variant compiles, so there is one statement of it. A walk that keeps off the
/// marks `<reject …>` ends in the language of the rule; one that may take them ends with the octet that is refused.
package struct GrammarWalk: Sendable {
    /// A node of the grammar with rules resolved to places in the list.
    private enum Node: Sendable {
        case octets([UInt8])
        case sequence([Int])
        /// The choices; those before `live` do not need a refusal.
        case alternatives([Int], live: Int)
        case repetition(min: Int, max: Int, Int)
        case reject
        case nothing
    }

    private var nodes: [Node] = []
    private var places: [String: Int] = [:]

    /// Reads `grammar`, whose rules must not contain themselves.
    init(_ grammar: TableABNF) {
        for name in grammar.rules.keys.sorted() { _ = place(of: name, in: grammar) }
    }

    /// Chosen: repetitions without an upper bound go on half the time, and end here at the latest.
    private static let repetitionMax = 24

    /// Appends a derivation of `rule` to `bytes`; nothing where the grammar has no such rule.
    ///
    /// - Returns: false where the walk took a `<reject …>`, so that its last octet is refused.
    @discardableResult
    package func derive(
        _ rule: String, takingRejects: Bool = false, into bytes: inout [UInt8],
        _ random: inout SplitMix64
    ) -> Bool {
        guard let start = places[rule] else { return true }
        return walk(start, takingRejects, &bytes, &random)
    }

    private func walk(
        _ node: Int, _ rejects: Bool, _ bytes: inout [UInt8], _ random: inout SplitMix64
    ) -> Bool {
        switch nodes[node] {
        case .nothing: return true
        case .reject: return false
        case .octets(let octets):
            if !octets.isEmpty { bytes.append(random.pick(octets)) }
            return true
        case .sequence(let parts):
            for part in parts {
                guard walk(part, rejects, &bytes, &random) else { return false }
            }
            return true
        case .alternatives(let parts, let live):
            let count = rejects ? parts.count : live
            guard count > 0 else { return false }
            return walk(parts[random.below(count)], rejects, &bytes, &random)
        case .repetition(let low, let high, let part):
            var count = low
            let most = min(high, low + Self.repetitionMax)
            while count < most, random.below(16) < (high == 1 ? 8 : 12) { count += 1 }
            for _ in 0..<count {
                guard walk(part, rejects, &bytes, &random) else { return false }
            }
            return true
        }
    }
}

// MARK: From a grammar

extension GrammarWalk {
    private mutating func place(of rule: String, in grammar: TableABNF) -> Int {
        if let known = places[rule] { return known }
        let place = nodes.count
        nodes.append(.nothing)
        places[rule] = place
        if let body = grammar.rules[rule] { nodes[place] = node(body, grammar) }
        return place
    }

    private mutating func add(_ body: TableNode, _ grammar: TableABNF) -> Int {
        if case .rule(let name) = body { return place(of: name, in: grammar) }
        let made = node(body, grammar)
        nodes.append(made)
        return nodes.count - 1
    }

    private mutating func node(_ body: TableNode, _ grammar: TableABNF) -> Node {
        switch body {
        case .octets(let set): return .octets(Self.weighted(set))
        case .sequence(let parts): return .sequence(parts.map { add($0, grammar) })
        case .alternatives(let parts):
            let live = parts.filter { !needsReject($0, grammar) }
            let dead = parts.filter { needsReject($0, grammar) }
            return .alternatives((live + dead).map { add($0, grammar) }, live: live.count)
        case .repetition(let low, let high, let part):
            return .repetition(min: low, max: high ?? .max, add(part, grammar))
        case .rule(let name): return .sequence([place(of: name, in: grammar)])
        case .mark(.reject): return .reject
        case .mark: return .nothing
        }
    }

    /// Whether every derivation of `body` takes a `<reject …>`.
    private func needsReject(_ body: TableNode, _ grammar: TableABNF) -> Bool {
        switch body {
        case .mark(.reject): true
        case .octets, .mark: false
        case .sequence(let parts): parts.contains { needsReject($0, grammar) }
        case .alternatives(let parts): parts.allSatisfy { needsReject($0, grammar) }
        case .repetition(let low, _, let part): low > 0 && needsReject(part, grammar)
        case .rule(let name): grammar.rules[name].map { needsReject($0, grammar) } ?? false
        }
    }

    /// The octets of a set, with those that are seldom read alike thinned out: one of eight from 0x80.
    private static func weighted(_ set: TableByteSet) -> [UInt8] {
        let all = (UInt8.min...UInt8.max).filter { set.contains($0) }
        guard all.contains(where: { $0 < 0x80 }) else { return all }
        return all.filter { $0 < 0x80 || $0 % 16 == 15 || $0 == 0x80 }
    }
}

// MARK: By part and policy

extension GrammarWalk {
    private struct Key: Hashable {
        let part: TableDoor
        let policy: Policy
    }

    private static let known = Mutex<[Key: GrammarWalk]>([:])

    /// The grammar of a part under a policy, read once.
    package static func of(_ part: TableDoor, _ policy: Policy = .strict) -> GrammarWalk {
        let key = Key(part: part, policy: policy.intersection(part.leniencies))
        return known.withLock { known in
            if let walk = known[key] { return walk }
            let walk = GrammarWalk(part.grammar(key.policy))
            known[key] = walk
            return walk
        }
    }
}

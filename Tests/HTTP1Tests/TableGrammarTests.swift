import Testing
import Wire

@testable import HTTP1

/// The ABNF reader: what it reads, and what it refuses.
@Suite struct TableABNFTests {
    private func set(_ octets: String) -> TableNode {
        var set = TableByteSet()
        for octet in octets.utf8 { set.insert(octet) }
        return .octets(set)
    }

    @Test func elements() throws {
        let grammar = try TableABNF(
            #"""
            ; a comment
            a = "x" / %s"x" b   ; another

              / %x31-33 [ B ] 2*3c *c 4c
            b = %x0D.0A ( %d65 / %b1000010 )
            b =/ <else r> <reject s> <is t>
            C = %x41
            """#)
        #expect(
            grammar.rules["a"]
                == .alternatives([
                    set("xX"), .sequence([set("x"), .rule("b")]),
                    .sequence([
                        set("123"), .repetition(min: 0, max: 1, .rule("b")),
                        .repetition(min: 2, max: 3, .rule("c")),
                        .repetition(min: 0, max: nil, .rule("c")),
                        .repetition(min: 4, max: 4, .rule("c")),
                    ]),
                ]))
        #expect(
            grammar.rules["b"]
                == .alternatives([
                    .sequence([
                        .sequence([set("\r"), set("\n")]), .alternatives([set("A"), set("B")]),
                    ]),
                    .sequence([
                        .mark(.otherwise("r")), .mark(.reject("s")), .mark(.tag("t")),
                    ]),
                ]))
    }

    @Test(arguments: [
        "a", "a =", "a = \"x", "a = (b", "a = [\"x\"", "a = %y41", "a = %x", "a = %x100",
        "a = %x42-41", "a = 3*2\"x\"", "a = <frob x>", "a = <else>", "a = <else x", "= \"x\"",
        "a = \"x\" /", "a = \"x\" )", "a = \"x\"\n b = \"y\"", "a = 99999999\"x\"",
        "a = \"x\ty\"", "a = $", "1a = \"x\"",
    ])
    func malformedText(text: String) {
        #expect {
            try TableABNF(text)
        } throws: { error in
            guard case .malformed = error as? TableGrammarError else { return false }
            return true
        }
    }

    @Test func malformedRules() {
        #expect(throws: TableGrammarError.misdefinedRule("a", line: 2)) {
            try TableABNF("a = \"x\"\nA = \"y\"")
        }
        #expect(throws: TableGrammarError.misdefinedRule("a", line: 1)) {
            try TableABNF("a =/ \"x\"")
        }
        #expect(throws: TableGrammarError.undefinedRule("b", usedBy: "a")) {
            try TableABNF("a = \"x\" *( [ b ] )")
        }
        #expect(throws: TableGrammarError.recursiveRule("a")) {
            try TableDFA(TableABNF("a = \"x\" [ a ]"), entryRules: ["a"], vocabulary: .init())
        }
        #expect(throws: TableGrammarError.unknownMark("nothing")) {
            try TableDFA(
                TableABNF("a = <reject nothing>"), entryRules: ["a"], vocabulary: .init())
        }
    }

    /// Where one prefix has two elements, or two reasons, an element's border is not where a label
    /// changes.
    @Test func ambiguity() throws {
        var vocabulary = TableVocabulary()
        vocabulary.labels = ["p": 3, "q": 4]
        vocabulary.reasons = ["r": 0, "s": 1]
        for text in [
            "a = p \"x\" / q \"y\"\np = \"-\"\nq = \"-\"",
            "a = \"-\" ( <else r> \"x\" / <else s> \"y\" )",
        ] {
            let grammar = try TableABNF(text)
            #expect {
                try TableDFA(grammar, entryRules: ["a"], vocabulary: vocabulary)
            } throws: { error in
                guard case .ambiguous = error as? TableGrammarError else { return false }
                return true
            }
        }
    }
}

/// Says which prefixes of a text a node matches, in the plainest way: sets of positions.
private struct NaiveMatcher {
    let grammar: TableABNF

    func matches(_ rule: String, _ text: [UInt8]) -> Bool {
        ends(.rule(rule), text, [0]).contains(text.count)
    }

    private func ends(_ node: TableNode, _ text: [UInt8], _ starts: Set<Int>) -> Set<Int> {
        switch node {
        case .octets(let set):
            return Set(starts.filter { $0 < text.count && set.contains(text[$0]) }.map { $0 + 1 })
        case .sequence(let parts): return parts.reduce(starts) { ends($1, text, $0) }
        case .alternatives(let parts):
            return parts.reduce(Set()) { $0.union(ends($1, text, starts)) }
        case .repetition(let low, let high, let part):
            var result = starts
            for _ in 0..<low { result = ends(part, text, result) }
            for _ in 0..<(high.map { $0 - low } ?? text.count + 1) {
                result.formUnion(ends(part, text, result))
            }
            return result
        case .rule(let name): return grammar.rules[name].map { ends($0, text, starts) } ?? []
        case .mark: return starts
        }
    }
}

/// Automata against the naive matcher, and against what is known of the smallest ones.
@Suite struct TableAutomatonTests {
    /// All texts over `alphabet` up to `length`.
    private func texts(_ alphabet: String, upTo length: Int) -> [[UInt8]] {
        var all: [[UInt8]] = [[]]
        var last = all
        for _ in 0..<length {
            last = last.flatMap { text in alphabet.utf8.map { text + [$0] } }
            all += last
        }
        return all
    }

    private func run(_ dfa: TableDFA, _ rule: String, _ text: [UInt8]) -> TableDFA.State? {
        var state = dfa.entries[rule]
        for octet in text { state = state.map { dfa.next($0, octet) } }
        return state.map { dfa.states[$0] }
    }

    @Test(arguments: [
        "a = *( \"a\" / \"b\" ) \"a\" ( \"a\" / \"b\" )",
        "a = 2*3( \"a\" [ \"b\" ] ) / 1*\"c\"",
        "a = %s\"aB\" / %i\"aC\" *b\nb = \"a\" / \"A\" \"b\"",
        "a = [ [ \"a\" ] *\"b\" ] *( \"ab\" / \"ba\" / \"c\" )",
        "a = 1*4( *2\"a\" \"b\" ) *\"B\"",
        "a = *1\"a\" *0\"b\" 0\"c\" 2( \"a\" / \"bc\" )",
        "a = *( %x61-62 %x41-43 ) [ b / c ]\nb = 3c\nc = %x61.62 / \"c\"",
    ])
    func againstNaiveMatcher(text: String) throws {
        let grammar = try TableABNF(text)
        let naive = NaiveMatcher(grammar: grammar)
        let dfa = try TableDFA(grammar, entryRules: ["a"], vocabulary: .init())
        let small = dfa.minimised()
        let packed = try TableAutomaton.pack(small)
        #expect(small.states.count <= dfa.states.count)
        for input in texts("abcAB", upTo: 6) {
            let expected = naive.matches("a", input)
            #expect(run(dfa, "a", input)?.accepts == expected)
            #expect(run(small, "a", input)?.accepts == expected)
            var state = try #require(packed.entries["a"])
            for octet in input { state = packed.automaton.next(state, octet) }
            #expect(packed.automaton.accepts(state) == expected)
        }
    }

    /// The n-th octet from the end is an `a`: 2^n states and none fewer, and one for the start,
    /// whose label differs; and no octet that is neither a nor b gets anywhere.
    @Test(arguments: 1...5)
    func minimality(count: Int) throws {
        let grammar = try TableABNF("a = *( \"a\" / \"b\" ) \"a\" \(count - 1)( \"a\" / \"b\" )")
        let dfa = try TableDFA(grammar, entryRules: ["a"], vocabulary: .init()).minimised()
        #expect(dfa.states.count == 1 << count + 2)
        #expect(dfa.minimised().states.count == dfa.states.count)
        #expect(dfa.classCount == 3)
    }

    @Test func redundantStatesMerge() throws {
        let grammar = try TableABNF("a = \"ax\" / \"bx\" / \"cx\" / ( \"a\" / \"b\" ) \"x\"")
        let dfa = try TableDFA(grammar, entryRules: ["a"], vocabulary: .init()).minimised()
        #expect(dfa.states.count == 4)
    }

    /// Labels are the innermost labelled rule's; a live path beats a refusal; the first tag counts.
    @Test func marks() throws {
        var vocabulary = TableVocabulary()
        vocabulary.labels = ["p": 3, "q": 4]
        vocabulary.reasons = ["r": 7, "s": 8, "t": 9]
        vocabulary.tags = ["u": 1, "v": 2]
        let grammar = try TableABNF(
            """
            a = <else r> p ( "!" <reject s> / "?" ( <else t> "z" ) )
            p = 1*( "x" / "y" ) [ "!!" ] / "x" q
            q = "w" <is u> / "w" <is v>
            """)
        let dfa = try TableDFA(grammar, entryRules: ["a"], vocabulary: vocabulary).minimised()
        func state(_ text: String) -> TableDFA.State? { run(dfa, "a", Array(text.utf8)) }
        func refusal(_ reason: UInt8) -> TableDFA.State {
            TableDFA.State(label: TableVocabulary.rejectLabel, tag: reason, accepts: false)
        }
        #expect(state("")?.label == TableVocabulary.startLabel)
        #expect(state("xy")?.label == 3)
        #expect(state("xw")?.label == 4)
        #expect(state("xw")?.tag == 1)
        #expect(state("xy!")?.label == 3)
        #expect(state("xy!!!") == refusal(8))
        #expect(state("xw!") == refusal(8))
        #expect(state("xy?")?.label == TableVocabulary.plainLabel)
        #expect(state("xy?x") == refusal(9))
        #expect(state("w") == refusal(7))
        #expect(state("xyz") == refusal(7))
        #expect(state("xyzxyz") == refusal(7))
        #expect(state("xy?z")?.accepts == true)
    }

    /// A run stops where the element ends, whatever the length, and finds what single steps find.
    @Test func runsAgreeWithSteps() throws {
        var vocabulary = TableVocabulary()
        vocabulary.labels = ["word": 3]
        let grammar = try TableABNF("a = *( word \" \" )\nword = 1*( %x61-7A )")
        let packed = try TableAutomaton.pack(
            TableDFA(grammar, entryRules: ["a"], vocabulary: vocabulary).minimised())
        let automaton = packed.automaton
        for length in 1...40 {
            let text = Array(repeating: UInt8(0x71), count: length) + Array(" abc".utf8)
            var state = automaton.next(try #require(packed.entries["a"]), text[0])
            var next = 0
            #expect(automaton.run(text.span, from: 1, to: text.count, &state, &next) == length)
            #expect(automaton.label(next) == TableVocabulary.plainLabel)
            #expect(automaton.run(text.span, from: 1, to: length, &state, &next) == length)
        }
    }
}

/// The grammars of HTTP/1.
@Suite struct TableGrammarTests {
    private struct Source: Sendable {
        let name: String
        let text: @Sendable (Policy) -> String
        let entries: [String]
        var tags = TableGrammar.tags
    }

    private static let sources = [
        Source(
            name: "request line", text: TableRequestGrammar.text,
            entries: TableRequestGrammar.entries),
        Source(
            name: "status line", text: TableStatusGrammar.text,
            entries: TableStatusGrammar.entries),
        Source(
            name: "field section", text: TableFieldGrammar.text,
            entries: TableFieldGrammar.entries, tags: TableFieldGrammar.tags),
        Source(
            name: "chunk-size line", text: TableChunkGrammar.text,
            entries: TableChunkGrammar.entries),
        Source(
            name: "data end", text: TableDataEndGrammar.text, entries: TableDataEndGrammar.entries),
        Source(
            name: "Content-Length", text: TableLengthGrammar.text,
            entries: TableLengthGrammar.entries),
        Source(name: "lists", text: TableListGrammar.text, entries: TableListGrammar.entries),
        Source(
            name: "authority", text: { _ in TableAuthorityGrammar.text },
            entries: TableAuthorityGrammar.entries),
    ]

    private static var leniencies: [Policy] { HTTP1Leniency.all.map(\.policy) }

    /// Strict, all leniencies, each alone, all but each, and pairs: every rule that a text refers
    /// to exists, no text is ambiguous, and every automaton fits its table.
    @Test func everyPolicyCompiles() throws {
        let all = Self.leniencies.reduce(Policy.strict) { $0.union($1) }
        var policies: Set<Policy> = [.strict, all]
        for leniency in Self.leniencies {
            policies.insert(leniency)
            policies.insert(all.subtracting(leniency))
            for other in Self.leniencies { policies.insert([leniency, other]) }
        }
        var seen: Set<String> = []
        for policy in policies {
            for source in Self.sources where seen.insert(source.text(policy)).inserted {
                let dfa = try TableDFA(
                    TableABNF(source.text(policy)), entryRules: source.entries,
                    vocabulary: TableGrammar.vocabulary(tags: source.tags))
                _ = try TableAutomaton.pack(dfa.minimised())
            }
        }
        #expect(seen.count > 100)
    }

    /// Each label names a rule of some grammar, so that no element can silently be without octets.
    @Test func everyElementIsSomewhere() throws {
        let all = Self.leniencies.reduce(Policy.strict) { $0.union($1) }
        var labels: Set<UInt8> = []
        for source in Self.sources {
            for policy in [all, .strict] {
                let dfa = try TableDFA(
                    TableABNF(source.text(policy)), entryRules: source.entries,
                    vocabulary: TableGrammar.vocabulary(tags: source.tags))
                labels.formUnion(dfa.states.map(\.label))
            }
        }
        #expect(labels == Set(TableElement.allCases.map(\.rawValue)))
        #expect(TableElement.allCases.map(\.rawValue) == Array(0..<UInt8(labels.count)))
    }

    /// Not a test of time: it prints what compiling costs here.
    @Test func report() throws {
        let clock = ContinuousClock()
        for source in Self.sources {
            var line = ""
            let time = try clock.measure {
                let dfa = try TableDFA(
                    TableABNF(source.text(.strict)), entryRules: source.entries,
                    vocabulary: TableGrammar.vocabulary(tags: source.tags))
                let packed = try TableAutomaton.pack(dfa.minimised())
                line = """
                    \(dfa.states.count) states, minimal \(packed.automaton.stateCount), \
                    \(dfa.classCount) classes
                    """
                #expect(packed.automaton.stateCount <= dfa.states.count)
            }
            print("\(source.name): \(line), \(time)")
        }
    }
}

/// What the automaton says of authorities, whose grammar is the longest.
@Suite struct TableAuthorityTests {
    private func accepts(_ text: String, connect: Bool = false) -> Bool {
        let grammar = TableAuthorityGrammar.shared
        var state = grammar.start
        for octet in text.utf8 { state = grammar.automaton.next(state, octet) }
        return grammar.automaton.accepts(state)
            && (!connect || grammar.automaton.tag(state) == TableTag.port.rawValue)
    }

    @Test(arguments: [
        "a", "a:", "a:1", "a:00080", "a:65535", "127.0.0.1", "[::]", "[::1]:80", "a%41:1",
        "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:1.2.3.4]", "[::ffff:255.255.255.255]", "[1::8]",
        "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[v1.a:b]", "[VF.~,]", "x_y!$&'()*+;=",
    ])
    func accepted(text: String) { #expect(accepts(text)) }

    @Test(arguments: [
        "", ":", ":1", "a:b", "a:65536", "a:000080", "a,b", "a@b", "a%4", "a%4g", "[]", "[::1",
        "::1", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1::2::3]", "[::1.2.3.256]",
        "[::1.2.3.04]", "[12345::]", "[1:2:3:4:5:6:7:8::]", "[v.a]", "[vg.a]", "[v1.]", "[::1]a",
        "[::1%25a]", "a/", "[1:2:3:4:5:6:7:1.2.3.4]",
    ])
    func refused(text: String) { #expect(!accepts(text)) }

    @Test(arguments: ["", ":", ":0", ":00000", ":65536", ":70000", ":123456", ":1a"])
    func refusedPort(text: String) { #expect(!accepts("a" + text, connect: true)) }

    @Test func ports() {
        for port in [1, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 59_999, 60_000, 65_535] {
            let digits = String(port)
            for zeros in 0...5 - digits.count {
                let text = "a:" + String(repeating: "0", count: zeros) + digits
                #expect(accepts(text, connect: true))
                #expect(accepts(text))
            }
        }
    }
}

import Synchronization
import Wire

/// The elements of HTTP/1 that grammars label: a rule of the same name (in lower case) gives its
/// label to the octets that it takes.
enum TableElement: UInt8, CaseIterable {
    // In every automaton; the raw values are `TableVocabulary`'s.
    case start, plain, reject

    // Line ends: of a line, and of a line that has nothing else
    case cr, lf, blankCR, blankLF

    // Start lines; the targets stand together
    case method, separator
    case originForm, asteriskForm, scheme, targetAuthority, absoluteRest, connectForm, anyForm
    case version, status, reasonGap, reason

    // Field lines
    case leading, name, nameSpace, gap, value, fold, droppedCR, droppedLF

    // Chunk-size lines; the three that count as extensions stand together
    case digit, prefix, sizeSpace, junk, chunkExtension

    // Lists
    case comma

    /// Whether the element is a request target or a part of one.
    @inline(__always)
    var isTarget: Bool {
        rawValue >= TableElement.originForm.rawValue && rawValue <= TableElement.anyForm.rawValue
    }

    /// Whether its octets count against `chunkExtensionBytesMax`.
    @inline(__always)
    var countsAsExtension: Bool {
        rawValue >= TableElement.sizeSpace.rawValue
            && rawValue <= TableElement.chunkExtension.rawValue
    }

    /// The element of a label that an automaton of this folder gave.
    @inline(__always)
    static func of(_ label: UInt8) -> TableElement {
        // SAFETY: the raw values are those of the cases in order from 0, so every label of the
        // vocabulary, and 0 ... 2, is a case's representation; no automaton has another. A test
        // checks both.
        unsafe unsafeBitCast(label, to: TableElement.self)
    }

    /// The rules that carry the element's label.
    fileprivate var ruleNames: [String] {
        switch self {
        case .start, .plain, .reject: []
        case .value: ["value", "first-value"]
        case .junk: ["junk", "junk-first", "junk-first-behind-zero", "junk-first-behind-space"]
        case .digit: ["size-digit", "size-zero", "size-nonzero"]
        default: [String(describing: self).lowercased()]
        }
    }
}

/// What grammars other than the field lines' tell apart within an element.
enum TableTag: UInt8, CaseIterable {
    case none
    /// Methods that rules name.
    case connect, options, trace
    /// Members of Transfer-Encoding.
    case chunked, registered, unknown, empty
    /// Members of Connection.
    case close, keepAlive, upgrade
    /// An authority's port that a connection can be made to.
    case port
}

/// From grammar text to table.
enum TableGrammar {
    /// Rules of RFC 5234 appendix B.1 and RFC 9110 §5.6.2 that every text may use.
    static let core = #"""
        ALPHA    = %x41-5A / %x61-7A
        DIGIT    = %x30-39
        HEXDIG   = DIGIT / "A" / "B" / "C" / "D" / "E" / "F"
        WSP      = %x20 / %x09
        VCHAR    = %x21-7E
        OCTET    = %x00-FF
        obs-text = %x80-FF
        tchar    = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`"
                 / "|" / "~" / DIGIT / ALPHA
        fieldchar = WSP / VCHAR / obs-text    ; RFC 9110 §5.5: field-vchar, SP, HTAB

        """#

    /// RFC 9112 §2.2: CR LF ends a line; LF alone may, where the policy says so. For each of a
    /// line's end and an empty line's end.
    static func lineEnds(lfAlone: Bool) -> String {
        let lone = lfAlone ? ("lf", "blankLF") : ("%x0A <reject bareLF>", "%x0A <reject bareLF>")
        return """
            cr       = %x0D
            lf       = %x0A
            blankCR  = %x0D
            blankLF  = %x0A
            line-end = cr <else bareCR> lf / \(lone.0)
            blank    = blankCR <else bareCR> blankLF / \(lone.1)

            """
    }

    /// Labels and reasons by their own names; tags as the grammar needs them.
    static func vocabulary(tags: [String: UInt8]) -> TableVocabulary {
        TableVocabulary(labels: labels, reasons: reasons, tags: tags)
    }

    /// `TableTag`s by name.
    static let tags = Dictionary(
        uniqueKeysWithValues: TableTag.allCases.map { (String(describing: $0), $0.rawValue) })

    private static let labels = Dictionary(
        uniqueKeysWithValues: TableElement.allCases.flatMap { element in
            element.ruleNames.map { ($0, element.rawValue) }
        })

    private static let reasons = Dictionary(
        uniqueKeysWithValues: HTTP1Reason.allCases.map { (String(describing: $0), $0.rawValue) })

    /// Compiles a text of this folder. A test compiles every one of them; none depends on input.
    static func compile(
        _ text: String, entries: [String], tags: [String: UInt8] = tags
    ) -> TableCompiled {
        do {
            let dfa = try TableDFA(
                TableABNF(text), entryRules: entries, vocabulary: vocabulary(tags: tags))
            let packed = try TableAutomaton.pack(dfa.minimised())
            return TableCompiled(automaton: packed.automaton, entries: packed.entries)
        } catch {
            preconditionFailure("a grammar of the Table variant does not compile: \(error)")
        }
    }
}

/// An automaton, and where its entry rules start.
struct TableCompiled {
    let automaton: TableAutomaton
    fileprivate let entries: [String: Int]

    /// The start state of an entry rule, which must be one of those that the grammar was compiled
    /// with.
    func entry(_ name: String) -> Int {
        guard let state = entries[name] else { preconditionFailure("no entry rule \(name)") }
        return state
    }
}

/// Compiled grammars by the leniencies that change their text. What was compiled stays.
final class TableCache<Compiled: Sendable>: Sendable {
    private let known = Mutex<[UInt64: Compiled]>([:])
    /// The leniencies that change the text.
    let leniencies: Policy
    private let compile: @Sendable (Policy) -> Compiled

    /// Makes an empty cache for a text that depends on `leniencies` and no others.
    init(_ leniencies: Policy, compile: @escaping @Sendable (Policy) -> Compiled) {
        self.leniencies = leniencies
        self.compile = compile
    }

    /// The grammar under `policy`.
    subscript(policy: Policy) -> Compiled {
        let relevant = policy.intersection(leniencies)
        return known.withLock { known in
            if let compiled = known[relevant.rawValue] { return compiled }
            let compiled = compile(relevant)
            known[relevant.rawValue] = compiled
            return compiled
        }
    }
}

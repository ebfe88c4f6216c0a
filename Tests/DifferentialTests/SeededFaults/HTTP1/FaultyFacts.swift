import HTTP1
import Wire

/// What the known fields of a section say, noted line by line while they pass.
///
/// Meaning is judged when the section has ended, in an order that is not the lines' order; so a line that
/// breaks a rule is noted with its offset, and `FaultyHead.judge` asks for the notes in the rules' order.
struct FaultyFacts {
    /// The Host line that counts, and the second one.
    private(set) var host: FaultyLine?
    private(set) var secondHostLine: Int?
    private(set) var lengths = FaultyLengths()
    private(set) var codings = FaultyCodings()
    /// Members of all Connection lines.
    private(set) var hasClose = false
    private(set) var hasKeepAlive = false
    private(set) var hasUpgrade = false
    /// The first Upgrade line.
    private(set) var upgradeLine: Int?
    private(set) var expectsContinue = false
    /// The first Expect line that expects anything but 100-continue.
    private(set) var unmetExpectationLine: Int?
    /// Fields that may stand once and did, one bit for each raw value.
    private var singletons: UInt32 = 0
    /// The first line that repeats one of them.
    private(set) var repeatedSingletonLine: Int?
    /// In trailers: the first line whose name is known (RFC 9110 §6.5.1).
    private(set) var knownTrailerLine: Int?

    /// Notes a trailer line whose name is known.
    mutating func noteTrailer(_ line: FaultyLine) {
        if knownTrailerLine == nil { knownTrailerLine = line.start }
    }

    /// Notes a header line whose name is known.
    mutating func note(
        _ line: FaultyLine, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) {
        switch line.name {
        case .host: noteHost(line)
        case .contentLength: lengths.note(line, input, grammar, tape)
        case .transferEncoding: codings.note(line, input, grammar, tape)
        case .connection: noteConnection(line.value, input, grammar, tape)
        case .upgrade: if upgradeLine == nil { upgradeLine = line.start }
        case .expect: noteExpect(line, input, tape)
        case .authorization, .contentRange, .contentType, .location, .maxForwards,
            .proxyAuthorization:
            noteSingleton(line)
        case .other, .contentEncoding, .cookie, .keepAlive, .setCookie, .te, .trailer: break
        }
    }

    private mutating func noteHost(_ line: FaultyLine) {
        if host == nil {
            host = line
        } else if secondHostLine == nil {
            secondHostLine = line.start
        }
    }

    /// Connection is a list of options (RFC 9110 §7.6.1).
    private mutating func noteConnection(
        _ value: FaultyValue, _ input: Span<UInt8>, _ grammar: FaultyGrammar,
        _ tape: borrowing Tape
    ) {
        var members = FaultyList(value)
        while let member = members.next(input, tape) {
            if value.spells("keep-alive", in: member, input, tape) {
                hasKeepAlive = true
            } else if value.spells("close", in: member, input, tape) {
                if grammar.has(.closeOnlyAlone), member.count != value.count { continue }
                hasClose = true
            } else if value.spells("upgrade", in: member, input, tape) {
                hasUpgrade = true
            }
        }
    }

    /// 100-continue is the only expectation there is (RFC 9110 §10.1.1).
    private mutating func noteExpect(
        _ line: FaultyLine, _ input: Span<UInt8>, _ tape: borrowing Tape
    ) {
        let whole = 0..<line.value.count
        if line.value.spells("100-continue", in: whole, input, tape) {
            expectsContinue = true
        } else if unmetExpectationLine == nil {
            unmetExpectationLine = line.start
        }
    }

    private mutating func noteSingleton(_ line: FaultyLine) {
        let bit: UInt32 = 1 &<< UInt32(line.name.rawValue)
        if singletons & bit != 0, repeatedSingletonLine == nil {
            repeatedSingletonLine = line.start
        }
        singletons |= bit
    }
}

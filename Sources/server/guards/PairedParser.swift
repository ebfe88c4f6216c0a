public import Wire

/// Two independent parsers that read the same bytes. What they read differently is refused: a disagreement is a desync that
/// has not happened yet.
public struct PairedParser: Parser {
    /// The code of a rejection that stands for a disagreement; no protocol's reason has it.
    public static let disagreement: UInt8 = 0xFF

    private var first: any Parser
    private var second: any Parser
    private var shadow = Shadow()
    private var final: Verdict?

    /// The second parser's tape. A box, as parsers are copied and tapes are not.
    private final class Shadow: @unchecked Sendable {
        // SAFETY of @unchecked: a parser is used by one thread at a time, and its copies are not used at all.
        var tape = Tape(tokenCapacity: 96)
    }

    /// Pairs two parsers of the same protocol and configuration.
    public init(_ first: any Parser, _ second: any Parser) {
        self.first = first
        self.second = second
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let final { return final }
        let verdict = first.parse(input, into: &tape)
        let other = second.parse(input, into: &shadow.tape)
        guard verdict == other, tape == shadow.tape else {
            return refuse(min(Self.offset(verdict, input.count), Self.offset(other, input.count)))
        }
        return verdict
    }

    /// Where a verdict was reached.
    private static func offset(_ verdict: Verdict, _ count: Int) -> Int {
        switch verdict {
        case .complete(let consumed): consumed
        case .incomplete: count
        case .rejected(let rejection): rejection.offset
        }
    }

    private mutating func refuse(_ offset: Int) -> Verdict {
        let verdict = Verdict.rejected(Rejection(code: Self.disagreement, offset: offset))
        final = verdict
        return verdict
    }

    public mutating func reset() {
        first.reset()
        second.reset()
        shadow.tape.removeAll()
        final = nil
    }

    public var releasableCount: Int { min(first.releasableCount, second.releasableCount) }

    public mutating func release(_ count: Int) {
        first.release(count)
        second.release(count)
        shadow.tape.removeAll()
    }
}

/// A parser that accepts nothing: what stands in for one that cannot be made.
struct RefusingParser: Parser {
    func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        .rejected(Rejection(code: PairedParser.disagreement, offset: 0))
    }

    func reset() {}
}

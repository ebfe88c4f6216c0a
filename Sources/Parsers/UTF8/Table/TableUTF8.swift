public import Wire

/// A DFA compiled from ranges of bytes, driven by its table.
public struct TableUTF8: Parser {
    private var validator: TableUTF8Validator
    private var position = 0
    private var rejection: Rejection?

    /// Makes a parser.
    public init(_ configuration: Configuration) {
        validator = TableUTF8Validator(configuration.policy)
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        let piece = input.extracting(position..<input.count)
        if let fault = validator.validate(piece) {
            let offset = position &+ fault.start
            tape.append(Token(illFormed: fault, at: offset))
            tape.commit()
            let found = Rejection(fault.reason, at: offset)
            rejection = found
            return .rejected(found)
        }
        position = input.count
        return validator.openCount == 0 ? .complete(consumed: position) : .incomplete
    }

    public mutating func reset() {
        validator.reset()
        position = 0
        rejection = nil
    }

    public var releasableCount: Int {
        rejection == nil ? position &- validator.openCount : 0
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "the open sequence is not releasable")
        position &-= count
    }
}

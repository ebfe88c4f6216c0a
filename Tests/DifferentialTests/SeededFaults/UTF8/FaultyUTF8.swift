import UTF8Text
import Wire

/// `ScalarUTF8` with one fault.
struct FaultyUTF8: Parser {
    private let fault: UTF8SeededFault?
    private var validator: FaultyUTF8Validator
    private var position = 0
    private var rejection: Rejection?

    init(_ configuration: Configuration, fault: UTF8SeededFault?) {
        self.fault = fault
        validator = FaultyUTF8Validator(configuration.policy, fault)
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection, fault != .rejectionForgotten { return .rejected(rejection) }
        let piece = input.extracting(min(position, input.count)..<input.count)
        if let found = validator.validate(piece) {
            let offset = position &+ found.start
            if fault != .tokenMissing { tape.append(Token(illFormed: found, at: offset)) }
            if fault != .tokenUncommitted { tape.commit() }
            let found = Rejection(found.reason, at: offset)
            rejection = found
            return .rejected(found)
        }
        position = input.count
        if fault == .emptyIsIncomplete, position == 0 { return .incomplete }
        if fault == .openIsComplete { return .complete(consumed: position) }
        if fault == .completeBeforeOpenSequence {
            return .complete(consumed: position - validator.openCount)
        }
        return validator.openCount == 0 ? .complete(consumed: position) : .incomplete
    }

    mutating func reset() {
        if fault != .resetKeepsState { validator.reset() }
        position = 0
        if fault != .resetKeepsRejection { rejection = nil }
    }
}

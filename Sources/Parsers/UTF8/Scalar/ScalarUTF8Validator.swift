public import Wire

/// A state machine that looks at one byte at a time.
public struct ScalarUTF8Validator: Sendable {
    /// What the next byte must be.
    private enum State: UInt8 {
        case awaitingFirst
        /// The last byte of a sequence.
        case awaitingLast
        /// The last two.
        case awaitingTwo
        /// The last three.
        case awaitingThree
        /// Behind C0.
        case awaitingNUL
        /// Behind E0: two more, the next not below A0.
        case awaitingBehindE0
        /// Behind ED: two more, the next below A0.
        case awaitingBehindED
        /// Behind F0: three more, the next not below 90.
        case awaitingBehindF0
        /// Behind F4: three more, the next below 90.
        case awaitingBehindF4
    }

    private let admitsSurrogates: Bool
    private let admitsOverlongNUL: Bool
    private let admitsOverlong: Bool
    private let admitsAboveMaximum: Bool
    private var state = State.awaitingFirst
    /// How many bytes of a sequence that is not whole have come: 0 to 3.
    public private(set) var openCount = 0

    /// Makes a validator that stands at the start of a text.
    public init(_ policy: Policy) {
        admitsSurrogates = policy.contains(.wtf8Surrogates)
        admitsOverlongNUL = policy.contains(.overlongNUL)
        admitsOverlong = policy.contains(.overlongSequences)
        admitsAboveMaximum = policy.contains(.codePointsAboveMaximum)
    }

    /// Makes it stand at the start of a text.
    public mutating func reset() {
        state = .awaitingFirst
        openCount = 0
    }

    /// Looks at the next piece of the text.
    ///
    /// - Returns: the first ill-formed sequence, or nil where all is well so far.
    public mutating func validate(_ piece: Span<UInt8>) -> UTF8Fault? {
        var index = 0
        while index < piece.count {
            let byte = piece[index]
            if state == .awaitingFirst, byte < 0x80 {
                index &+= 1
                continue
            }
            if let reason = step(byte) {
                return UTF8Fault(
                    reason, start: index &- openCount, subpartCount: max(1, openCount))
            }
            index &+= 1
        }
        return nil
    }

    /// Takes one byte; says why it may not stand here, or nothing.
    private mutating func step(_ byte: UInt8) -> UTF8Reason? {
        if state == .awaitingFirst { return first(byte) }
        guard byte & 0xC0 == 0x80 else { return .truncatedSequence }
        switch state {
        case .awaitingFirst: break
        case .awaitingLast:
            reset()
            return nil
        case .awaitingTwo: state = .awaitingLast
        case .awaitingThree: state = .awaitingTwo
        case .awaitingNUL:
            guard byte == 0x80 else { return .overlong }
            reset()
            return nil
        case .awaitingBehindE0:
            guard byte >= 0xA0 else { return .overlong }
            state = .awaitingLast
        case .awaitingBehindED:
            guard byte < 0xA0 else { return .surrogate }
            state = .awaitingLast
        case .awaitingBehindF0:
            guard byte >= 0x90 else { return .overlong }
            state = .awaitingTwo
        case .awaitingBehindF4:
            guard byte < 0x90 else { return .aboveMaximum }
            state = .awaitingTwo
        }
        openCount &+= 1
        return nil
    }

    /// Takes the first byte of a sequence.
    private mutating func first(_ byte: UInt8) -> UTF8Reason? {
        switch byte {
        case 0x00...0x7F: return nil
        case 0x80...0xBF: return .unexpectedContinuation
        case 0xC0:
            guard admitsOverlong || admitsOverlongNUL else { return .overlong }
            state = admitsOverlong ? .awaitingLast : .awaitingNUL
        case 0xC1:
            guard admitsOverlong else { return .overlong }
            state = .awaitingLast
        case 0xC2...0xDF: state = .awaitingLast
        case 0xE0: state = admitsOverlong ? .awaitingTwo : .awaitingBehindE0
        case 0xED: state = admitsSurrogates ? .awaitingTwo : .awaitingBehindED
        case 0xE1...0xEF: state = .awaitingTwo
        case 0xF0: state = admitsOverlong ? .awaitingThree : .awaitingBehindF0
        case 0xF1...0xF3: state = .awaitingThree
        case 0xF4: state = admitsAboveMaximum ? .awaitingThree : .awaitingBehindF4
        case 0xF5...0xF7:
            guard admitsAboveMaximum else { return .aboveMaximum }
            state = .awaitingThree
        default: return .invalidByte
        }
        openCount = 1
        return nil
    }
}

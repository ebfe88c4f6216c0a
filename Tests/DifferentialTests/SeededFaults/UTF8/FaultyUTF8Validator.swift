import UTF8Text
import Wire

/// `ScalarUTF8Validator` with one fault.
struct FaultyUTF8Validator: Sendable {
    /// What the next byte must be.
    private enum State: UInt8 {
        case awaitingFirst
        /// The last byte of a sequence.
        case awaitingLast
        /// The last two.
        case awaitingTwo
        /// The last three.
        case awaitingThree
        /// Behind ED, with a fault: no second half of a pair.
        case awaitingHighSurrogate
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

    private let fault: UTF8SeededFault?
    private let admitsSurrogates: Bool
    private let admitsOverlongNUL: Bool
    private let admitsOverlong: Bool
    private let admitsAboveMaximum: Bool
    private var state = State.awaitingFirst
    /// How many bytes of a sequence that is not whole have come: 0 to 3.
    private(set) var openCount = 0

    /// Makes a validator that stands at the start of a text.
    init(_ policy: Policy, _ fault: UTF8SeededFault?) {
        self.fault = fault
        admitsSurrogates = policy.contains(.wtf8Surrogates)
        admitsOverlongNUL = policy.contains(.overlongNUL)
        admitsOverlong = policy.contains(.overlongSequences)
        admitsAboveMaximum = policy.contains(.codePointsAboveMaximum)
    }

    /// Makes it stand at the start of a text.
    mutating func reset() {
        state = .awaitingFirst
        openCount = 0
    }

    /// Looks at the next piece of the text.
    ///
    /// - Returns: the first ill-formed sequence, or nil where all is well so far.
    mutating func validate(_ piece: Span<UInt8>) -> UTF8Fault? {
        var index = 0
        atCut()
        while index < piece.count {
            let byte = piece[index]
            if state == .awaitingFirst, byte < 0x80, byte > 0 || fault != .nulRefused {
                index &+= 1
                continue
            }
            if let reason = step(byte) {
                return report(reason, index)
            }
            index &+= 1
        }
        return nil
    }

    /// What a cut does to the state.
    private mutating func atCut() {
        if fault == .sequenceForgottenAtCut { reset() }
        if fault == .startMovesToCut { openCount = 0 }
        guard fault == .boundsForgottenAtCut else { return }
        switch state {
        case .awaitingBehindE0, .awaitingBehindED: state = .awaitingTwo
        case .awaitingBehindF0, .awaitingBehindF4: state = .awaitingThree
        default: break
        }
    }

    private func report(_ reason: UTF8Reason, _ index: Int) -> UTF8Fault {
        var found = UTF8Fault(reason, start: index &- openCount, subpartCount: max(1, openCount))
        if fault == .offsetAtLastByte { found.start = index }
        if fault == .subpartTooLong { found.subpartCount = openCount + 1 }
        if fault == .subpartAlwaysOne { found.subpartCount = 1 }
        if fault == .truncatedIsOverlong, reason == .truncatedSequence,
            state == .awaitingBehindE0
        {
            found.reason = .overlong
        }
        return found
    }

    /// Takes one byte; says why it may not stand here, or nothing.
    private mutating func step(_ byte: UInt8) -> UTF8Reason? {
        if state == .awaitingFirst { return first(byte) }
        let isContinuation =
            fault == .continuationUnchecked ? byte >= 0x80 : byte & 0xC0 == 0x80
        guard isContinuation, byte != 0xBF || fault != .lastContinuationRefused else {
            return .truncatedSequence
        }
        switch state {
        case .awaitingFirst: break
        case .awaitingLast:
            reset()
            return nil
        case .awaitingTwo: state = .awaitingLast
        case .awaitingHighSurrogate:
            guard byte < 0xB0 else { return .surrogate }
            state = .awaitingLast
        case .awaitingThree: state = .awaitingTwo
        case .awaitingNUL:
            guard byte == 0x80 || fault == .overlongNULTakesAll else { return .overlong }
            reset()
            return nil
        case .awaitingBehindE0:
            let least: UInt8 = fault == .overlongThreeOffByOne ? 0x9F : 0xA0
            guard byte >= least || fault == .overlongThreeAccepted else { return .overlong }
            state = .awaitingLast
        case .awaitingBehindED:
            let most: UInt8 = fault == .surrogatesOffByOne ? 0xA0 : 0x9F
            guard byte <= most || fault == .surrogatesAccepted else { return .surrogate }
            state = .awaitingLast
        case .awaitingBehindF0:
            guard byte >= 0x90 || fault == .overlongFourAccepted else { return .overlong }
            state = .awaitingTwo
        case .awaitingBehindF4:
            guard byte < 0x90 || fault == .aboveMaximumAccepted else { return .aboveMaximum }
            state = .awaitingTwo
        }
        openCount &+= 1
        return nil
    }

    private struct FirstByte {
        let reason: UTF8Reason?
    }

    private var lenientED: State {
        fault == .lowSurrogatesRefused ? .awaitingHighSurrogate : .awaitingTwo
    }

    /// What a fault makes of a first byte, where it makes something of it.
    private mutating func faultyFirst(_ byte: UInt8) -> FirstByte? {
        switch (fault, byte) {
        case (.leadC1Accepted, 0xC1): state = .awaitingLast
        case (.leadF5Accepted, 0xF5): state = .awaitingThree
        case (.leadF8Accepted, 0xF8) where admitsAboveMaximum: state = .awaitingThree
        case (.leadDFIsThree, 0xDF): state = .awaitingTwo
        case (.lastByteAccepted, 0xFF), (.continuationAlone, 0x80): return FirstByte(reason: nil)
        case (.overlongLeadIsInvalid, 0xC0...0xC1) where !admitsOverlong && !admitsOverlongNUL:
            return FirstByte(reason: .invalidByte)
        case (.highLeadIsInvalid, 0xF5...0xF7) where !admitsAboveMaximum:
            return FirstByte(reason: .invalidByte)
        case (.byteOrderMarkRefused, 0xEF): return FirstByte(reason: .invalidByte)
        default: return nil
        }
        openCount = 1
        return FirstByte(reason: nil)
    }

    /// Takes the first byte of a sequence.
    private mutating func first(_ byte: UInt8) -> UTF8Reason? {
        if let found = faultyFirst(byte) { return found.reason }
        switch byte {
        case 0x00...0x7F: return fault == .nulRefused && byte == 0 ? .invalidByte : nil
        case 0x80...0xBF: return .unexpectedContinuation
        case 0xC0:
            guard admitsOverlong || admitsOverlongNUL else { return .overlong }
            state = admitsOverlong ? .awaitingLast : .awaitingNUL
        case 0xC1:
            guard admitsOverlong else { return .overlong }
            state = .awaitingLast
        case 0xC2...0xDF: state = .awaitingLast
        case 0xE0: state = admitsOverlong ? .awaitingTwo : .awaitingBehindE0
        case 0xED: state = admitsSurrogates ? lenientED : .awaitingBehindED
        case 0xE1...0xEF: state = .awaitingTwo
        case 0xF0:
            let admits = admitsOverlong && fault != .overlongFourStaysRefused
            state = admits ? .awaitingThree : .awaitingBehindF0
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

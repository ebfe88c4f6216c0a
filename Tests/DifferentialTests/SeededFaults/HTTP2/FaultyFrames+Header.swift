import Wire

@testable import HTTP2

/// The checks of a whole header, in the page's order.
extension FaultyFrames {
    /// A reason with the octet of the header that it points at.
    typealias Fault = (reason: HTTP2Reason, octet: Int)

    /// What is wrong with the header, or nil. Stream errors are none: they are noted in `payload`.
    mutating func headerFault() -> Fault? {
        payload = FaultyPayload()
        if block.isOpen {
            let mayPass =
                (policy.contains(.unknownFrameInBlock) || fault == .unknownInsideBlock)
                && !isKnownType
            if !mayPass, !(fault == .pingInsideBlock && header.type == 0x6) {
                if header.type != 0x9 { return (.continuationExpected, 3) }
                if header.stream != block.stream, !(fault == .continuationOfAnyStream) {
                    return (.continuationStream, 5)
                }
            }
        }
        if isFirstFrame {
            if header.type != 0x4, !(fault == .firstFrameUnchecked) {
                return (.settingsExpected, 3)
            }
            if header.flags & 1 == 1, !(fault == .firstFrameMayAcknowledge) {
                return (.settingsExpected, 4)
            }
        }
        if header.length > (fault == .lengthOffByOne ? maxFrameSize + 1 : maxFrameSize) {
            guard fault == .oversizeAlwaysStream || (header.stream != 0 && !concernsConnection)
            else { return (.frameTooLarge, 0) }
            payload.streamError = .frameTooLarge
            return nil
        }
        return typeFault() ?? limitFault()
    }

    private var isKnownType: Bool {
        header.type <= 0xA || header.type == 0xC || header.type == 0x10
    }

    /// Types whose frame size errors concern the whole connection: a field block, SETTINGS, PING, GOAWAY.
    private var concernsConnection: Bool {
        switch header.type {
        case 0x1, 0x4, 0x5, 0x6, 0x7, 0x9: true
        default: false
        }
    }

    private mutating func typeFault() -> Fault? {
        switch header.type {
        case 0x0, 0x1:
            if header.stream == 0, !(fault == .dataOnZero && header.type == 0) {
                return (.streamIdentifierZero, 5)
            }
            let isEven = header.stream & 1 == 0
            if isEven, isFromClient, !(fault == .evenFromClient), !policy.contains(.evenStreams) {
                return (.streamIdentifierEven, 5)
            }
            var least = header.flags & 0x8 == 0 ? 0 : 1
            if header.type == 0x1, header.flags & 0x20 != 0 {
                least += fault == .priorityForgottenInLength ? 4 : 5
            }
            return header.length < least ? (.payloadTooShort, 0) : nil
        case 0x2:
            if header.stream == 0 { return (.streamIdentifierZero, 5) }
            if header.length != 5, fault == .priorityLengthIsConnections {
                return (.wrongLength, 0)
            }
            if header.length != 5 { payload.streamError = .wrongLength }
            return nil
        case 0x3:
            if header.stream == 0 { return (.streamIdentifierZero, 5) }
            return header.length == 4 ? nil : (.wrongLength, 0)
        case 0x4:
            if header.stream != 0, !(fault == .settingsOnStream) {
                return (.streamIdentifierNotZero, 5)
            }
            if header.length % 6 != 0, !(fault == .settingsOfAnyLength) { return (.wrongLength, 0) }
            let isAcknowledgement = header.flags & 0x1 != 0
            return isAcknowledgement && header.length > 0 && !(fault == .acknowledgementMayCarry)
                ? (.acknowledgementWithPayload, 0) : nil
        case 0x5:
            if isFromClient, !(fault == .clientMayPush) { return (.pushFromClient, 3) }
            if header.stream == 0 { return (.streamIdentifierZero, 5) }
            return header.length < (header.flags & 0x8 == 0 ? 4 : 5) ? (.payloadTooShort, 0) : nil
        case 0x6:
            if header.stream != 0 { return (.streamIdentifierNotZero, 5) }
            return header.length == 8 ? nil : (.wrongLength, 0)
        case 0x7:
            if header.stream != 0 { return (.streamIdentifierNotZero, 5) }
            return header.length < 8 ? (.payloadTooShort, 0) : nil
        case 0x8: return header.length == 4 ? nil : (.wrongLength, 0)
        case 0x9:
            return block.isOpen || fault == .continuationUnasked
                ? nil : (.continuationUnexpected, 3)
        case 0x10:
            if !isFromClient { return (.priorityUpdateFromServer, 3) }
            if header.stream != 0 { return (.streamIdentifierNotZero, 5) }
            return header.length < 4 ? (.payloadTooShort, 0) : nil
        default: return nil
        }
    }

    private func limitFault() -> Fault? {
        switch header.type {
        case 0x4:
            return header.length / 6 > limits.settingCountMax && !(fault == .settingsUncounted)
                ? (.tooManySettings, 0) : nil
        case 0x9:
            if block.frames > limits.continuationCountMax + (fault == .continuationsOneMore ? 1 : 0)
            {
                return (.tooManyContinuations, 3)
            }
            let octets = (fault == .blockUnbounded ? 0 : block.octets) + header.length
            return octets > limits.fieldBlockBytesMax ? (.fieldBlockTooLarge, 0) : nil
        case 0x1, 0x5:
            return header.length > limits.fieldBlockBytesMax ? (.fieldBlockTooLarge, 0) : nil
        default: return nil
        }
    }
}

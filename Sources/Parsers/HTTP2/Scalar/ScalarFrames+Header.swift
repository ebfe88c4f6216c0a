internal import Wire

/// The checks of a whole header, in the page's order.
extension ScalarFrames {
    /// A reason with the octet of the header that it points at.
    typealias Fault = (reason: HTTP2Reason, octet: Int)

    /// What is wrong with the header, or nil. Stream errors are none: they are noted in `payload`.
    mutating func headerFault() -> Fault? {
        payload = ScalarPayload()
        if block.isOpen {
            let mayPass = policy.contains(.unknownFrameInBlock) && !isKnownType
            if !mayPass {
                if header.type != 0x9 { return (.continuationExpected, 3) }
                if header.stream != block.stream { return (.continuationStream, 5) }
            }
        }
        if isFirstFrame {
            if header.type != 0x4 { return (.settingsExpected, 3) }
            if header.flags & 1 == 1 { return (.settingsExpected, 4) }
        }
        if header.length > maxFrameSize {
            guard header.stream != 0, !concernsConnection else { return (.frameTooLarge, 0) }
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
            if header.stream == 0 { return (.streamIdentifierZero, 5) }
            let isEven = header.stream & 1 == 0
            if isEven, isFromClient, !policy.contains(.evenStreams) {
                return (.streamIdentifierEven, 5)
            }
            var least = header.flags & 0x8 == 0 ? 0 : 1
            if header.type == 0x1, header.flags & 0x20 != 0 { least += 5 }
            return header.length < least ? (.payloadTooShort, 0) : nil
        case 0x2:
            if header.stream == 0 { return (.streamIdentifierZero, 5) }
            if header.length != 5 { payload.streamError = .wrongLength }
            return nil
        case 0x3:
            if header.stream == 0 { return (.streamIdentifierZero, 5) }
            return header.length == 4 ? nil : (.wrongLength, 0)
        case 0x4:
            if header.stream != 0 { return (.streamIdentifierNotZero, 5) }
            if header.length % 6 != 0 { return (.wrongLength, 0) }
            let isAcknowledgement = header.flags & 0x1 != 0
            return isAcknowledgement && header.length > 0 ? (.acknowledgementWithPayload, 0) : nil
        case 0x5:
            if isFromClient { return (.pushFromClient, 3) }
            if header.stream == 0 { return (.streamIdentifierZero, 5) }
            return header.length < (header.flags & 0x8 == 0 ? 4 : 5) ? (.payloadTooShort, 0) : nil
        case 0x6:
            if header.stream != 0 { return (.streamIdentifierNotZero, 5) }
            return header.length == 8 ? nil : (.wrongLength, 0)
        case 0x7:
            if header.stream != 0 { return (.streamIdentifierNotZero, 5) }
            return header.length < 8 ? (.payloadTooShort, 0) : nil
        case 0x8: return header.length == 4 ? nil : (.wrongLength, 0)
        case 0x9: return block.isOpen ? nil : (.continuationUnexpected, 3)
        case 0x10:
            if !isFromClient { return (.priorityUpdateFromServer, 3) }
            if header.stream != 0 { return (.streamIdentifierNotZero, 5) }
            return header.length < 4 ? (.payloadTooShort, 0) : nil
        default: return nil
        }
    }

    private func limitFault() -> Fault? {
        switch header.type {
        case 0x4: return header.length / 6 > limits.settingCountMax ? (.tooManySettings, 0) : nil
        case 0x9:
            if block.frames > limits.continuationCountMax { return (.tooManyContinuations, 3) }
            let octets = block.octets + header.length
            return octets > limits.fieldBlockBytesMax ? (.fieldBlockTooLarge, 0) : nil
        case 0x1, 0x5:
            return header.length > limits.fieldBlockBytesMax ? (.fieldBlockTooLarge, 0) : nil
        default: return nil
        }
    }
}

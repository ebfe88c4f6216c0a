internal import Wire

/// Sets of frame types as bits (RFC 9113 §6).
private enum SIMDTypes {
    static let data: UInt64 = 1 << 0x0
    static let headers: UInt64 = 1 << 0x1
    static let priority: UInt64 = 1 << 0x2
    static let rstStream: UInt64 = 1 << 0x3
    static let settings: UInt64 = 1 << 0x4
    static let pushPromise: UInt64 = 1 << 0x5
    static let ping: UInt64 = 1 << 0x6
    static let goaway: UInt64 = 1 << 0x7
    static let windowUpdate: UInt64 = 1 << 0x8
    static let continuation: UInt64 = 1 << 0x9
    static let priorityUpdate: UInt64 = 1 << 0x10
    static let known: UInt64 = 0x1_17FF
    static let onStreams: UInt64 = 0x2F
    static let onConnection: UInt64 = settings | ping | goaway | priorityUpdate
    static let openedByClients: UInt64 = data | headers
    /// Too long a frame of these is an error of the connection, whatever its stream.
    static let ofConnection: UInt64 =
        headers | settings | pushPromise | ping | goaway | continuation
    static let ofFourOctets: UInt64 = rstStream | windowUpdate
    static let withFragments: UInt64 = headers | pushPromise | continuation
    /// Types without a rule of length or limit: DATA that is not padded, and what is not known.
    static let withRules: UInt64 = known & ~(1 << 0xA | 1 << 0xC | data)
}

extension SIMDFrames {
    /// What is wrong with a header, and at which of its octets; the order is the page's.
    @inline(__always)
    func fault(
        _ header: SIMDHeader, _ streamError: inout HTTP2Reason?
    ) -> (HTTP2Reason, Int)? {
        let bit = header.typeBit
        let isUsual =
            blockStream < 0 && isBehindFirst && header.length <= maxFrameSize
            && bit & SIMDTypes.withRules == 0 && header.flags & HTTP2Flag.padded == 0
        // DATA without padding on a stream that its sender may use: nothing else is asked of it.
        if isUsual, bit & SIMDTypes.data != 0, header.stream & 1 == 1 { return nil }
        return rareFault(header, bit, &streamError)
    }

    private func rareFault(
        _ header: SIMDHeader, _ bit: UInt64, _ streamError: inout HTTP2Reason?
    ) -> (HTTP2Reason, Int)? {
        if blockStream >= 0 {
            let mayPass = bit & SIMDTypes.known == 0 && policy.contains(.unknownFrameInBlock)
            if !mayPass, bit != SIMDTypes.continuation { return (.continuationExpected, 3) }
            if !mayPass, header.stream != blockStream { return (.continuationStream, 5) }
        }
        if !isBehindFirst {
            if bit != SIMDTypes.settings { return (.settingsExpected, 3) }
            if header.flags & HTTP2Flag.acknowledgement != 0 { return (.settingsExpected, 4) }
        }
        if header.length > maxFrameSize {
            let isStreams = header.stream != 0 && bit & SIMDTypes.ofConnection == 0
            guard isStreams else { return (.frameTooLarge, 0) }
            streamError = .frameTooLarge
            return nil
        }
        if bit == SIMDTypes.continuation, blockStream < 0 { return (.continuationUnexpected, 3) }
        if bit == SIMDTypes.pushPromise, isFromClient { return (.pushFromClient, 3) }
        if bit == SIMDTypes.priorityUpdate, !isFromClient { return (.priorityUpdateFromServer, 3) }
        if header.stream == 0 {
            if bit & SIMDTypes.onStreams != 0 { return (.streamIdentifierZero, 5) }
        } else if bit & SIMDTypes.onConnection != 0 {
            return (.streamIdentifierNotZero, 5)
        } else if bit & SIMDTypes.openedByClients != 0, header.stream & 1 == 0, isFromClient,
            !policy.contains(.evenStreams)
        {
            return (.streamIdentifierEven, 5)
        }
        return lengthFault(header, bit, &streamError) ?? limitFault(header, bit)
    }

    private func lengthFault(
        _ header: SIMDHeader, _ bit: UInt64, _ streamError: inout HTTP2Reason?
    ) -> (HTTP2Reason, Int)? {
        let length = header.length
        if bit & SIMDTypes.ofFourOctets != 0 { return length == 4 ? nil : (.wrongLength, 0) }
        let padLength = Int(header.flags &>> 3 & 1)
        switch bit {
        case SIMDTypes.ping: return length == 8 ? nil : (.wrongLength, 0)
        case SIMDTypes.priority:
            if length != 5 { streamError = .wrongLength }
            return nil
        case SIMDTypes.settings:
            if length % 6 != 0 { return (.wrongLength, 0) }
            let isAcknowledgement = header.flags & HTTP2Flag.acknowledgement != 0
            return isAcknowledgement && length != 0 ? (.acknowledgementWithPayload, 0) : nil
        case SIMDTypes.goaway: return length < 8 ? (.payloadTooShort, 0) : nil
        case SIMDTypes.priorityUpdate: return length < 4 ? (.payloadTooShort, 0) : nil
        case SIMDTypes.data: return length < padLength ? (.payloadTooShort, 0) : nil
        case SIMDTypes.headers:
            let priority = header.flags & HTTP2Flag.priority != 0 ? 5 : 0
            return length < padLength &+ priority ? (.payloadTooShort, 0) : nil
        case SIMDTypes.pushPromise:
            return length < padLength &+ 4 ? (.payloadTooShort, 0) : nil
        default: return nil
        }
    }

    private func limitFault(_ header: SIMDHeader, _ bit: UInt64) -> (HTTP2Reason, Int)? {
        if bit == SIMDTypes.settings {
            return header.length / 6 > limits.settingCountMax ? (.tooManySettings, 0) : nil
        }
        guard bit & SIMDTypes.withFragments != 0 else { return nil }
        let isContinued = bit == SIMDTypes.continuation
        if isContinued, blockFrames > limits.continuationCountMax {
            return (.tooManyContinuations, 3)
        }
        let octets = (isContinued ? blockOctets : 0) &+ header.length
        return octets > limits.fieldBlockBytesMax ? (.fieldBlockTooLarge, 0) : nil
    }
}

internal import Wire

/// A NEW_CONNECTION_ID frame that came before, by the indices of its parts in the payload.
struct ReferenceNewConnectionID {
    var sequence: UInt64
    var connectionID: Range<Int>
    var resetToken: Range<Int>
}

/// One function for each frame type.
extension ReferenceFrames {
    /// RFC 9000 §19.3
    mutating func acknowledgement(
        hasCounts: Bool, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        let largest = try integer(.largestAcknowledged, bytes, &tape)
        _ = try integer(.ackDelay, bytes, &tape)
        let count = try integer(.ackRangeCount, bytes, &tape)
        var place = base + index
        let first = try integer(.firstAckRange, bytes, &tape)
        // §19.3.1: "If any computed packet number is negative, an endpoint MUST generate a connection error of type
        // FRAME_ENCODING_ERROR."
        guard first <= largest else { throw ReferenceRefusal(.ackRangeUnderflow, at: place) }
        var smallest = largest - first
        var range: UInt64 = 0
        while range < count {
            guard range < UInt64(limits.ackRangeCountMax) || index >= bytes.count else {
                throw ReferenceRefusal(.tooManyAckRanges, at: base + index)
            }
            place = base + index
            let gap = try integer(.gap, bytes, &tape)
            guard gap + 2 <= smallest else { throw ReferenceRefusal(.ackRangeUnderflow, at: place) }
            let next = smallest - gap - 2
            place = base + index
            let length = try integer(.ackRangeLength, bytes, &tape)
            guard length <= next else { throw ReferenceRefusal(.ackRangeUnderflow, at: place) }
            smallest = next - length
            range += 1
        }
        if hasCounts {
            _ = try integer(.ect0, bytes, &tape)
            _ = try integer(.ect1, bytes, &tape)
            _ = try integer(.ecnCE, bytes, &tape)
        }
    }

    /// A stream ID, which must not name a unidirectional stream that `initiator` (0: client, 1: server) opened.
    private mutating func streamID(
        notInitiatedBy initiator: UInt64, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        let place = base + index
        let id = try integer(.streamID, bytes, &tape)
        if id & 2 != 0, id & 1 == initiator {
            throw ReferenceRefusal(.wrongStreamDirection, at: place)
        }
    }

    private var reader: UInt64 { role == .server ? 1 : 0 }
    private var sender: UInt64 { role == .server ? 0 : 1 }

    /// RFC 9000 §19.4
    mutating func resetStream(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        try streamID(notInitiatedBy: reader, bytes, &tape)
        _ = try integer(.errorCode, bytes, &tape)
        _ = try integer(.finalSize, bytes, &tape)
    }

    /// RFC 9000 §19.5
    mutating func stopSending(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        try streamID(notInitiatedBy: sender, bytes, &tape)
        _ = try integer(.errorCode, bytes, &tape)
    }

    /// RFC 9000 §19.6
    mutating func crypto(_ bytes: Span<UInt8>, _ tape: inout Tape) throws(ReferenceRefusal) {
        let offsetPlace = index
        let offset = try integer(.offset, bytes, &tape)
        let lengthPlace = index
        let length = try integer(.dataLength, bytes, &tape)
        guard offset + length <= QUICNumber.varintMax else {
            throw ReferenceRefusal(.cryptoOffsetOverflow, at: base + offsetPlace)
        }
        let data = index
        try run(.cryptoData, length, declaredAt: lengthPlace, bytes, &tape)
        guard kind == .initial, offset == 0, length > 0, bytes[data] == 1 else { return }
        var isWhole = false
        if length >= 4 {
            // RFC 8446 §4: one byte of type, three of length.
            let size =
                UInt64(bytes[data + 1]) << 16 | UInt64(bytes[data + 2]) << 8
                | UInt64(bytes[data + 3])
            isWhole = length >= 4 + size
        }
        tape.append(
            Token(
                .clientHello, detail: isWhole ? 1 : 0, offset: base + data, length: Int(length)))
    }

    /// RFC 9000 §19.7
    mutating func newToken(_ bytes: Span<UInt8>, _ tape: inout Tape) throws(ReferenceRefusal) {
        let place = index
        let length = try integer(.newTokenLength, bytes, &tape)
        guard length > 0 else { throw ReferenceRefusal(.emptyNewToken, at: base + place) }
        try run(.newToken, length, declaredAt: place, bytes, &tape)
    }

    /// RFC 9000 §19.8
    mutating func stream(
        _ type: UInt64, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        try streamID(notInitiatedBy: reader, bytes, &tape)
        let offsetPlace = index
        let offset = type & 4 != 0 ? try integer(.offset, bytes, &tape) : 0
        let lengthPlace = index
        let length =
            type & 2 != 0
            ? try integer(.dataLength, bytes, &tape) : UInt64(bytes.count - index)
        // "The largest offset delivered on a stream … cannot exceed 2^62-1"
        guard offset + length <= QUICNumber.varintMax else {
            throw ReferenceRefusal(.streamOffsetOverflow, at: base + offsetPlace)
        }
        try run(.streamData, length, declaredAt: lengthPlace, bytes, &tape)
    }

    /// RFC 9000 §19.10
    mutating func maxStreamData(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        try streamID(notInitiatedBy: sender, bytes, &tape)
        _ = try integer(.maximum, bytes, &tape)
    }

    /// RFC 9000 §19.13
    mutating func streamDataBlocked(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        try streamID(notInitiatedBy: reader, bytes, &tape)
        _ = try integer(.maximum, bytes, &tape)
    }

    /// RFC 9000 §19.11, §19.14: "This value cannot exceed 2^60"
    mutating func streams(_ bytes: Span<UInt8>, _ tape: inout Tape) throws(ReferenceRefusal) {
        let place = index
        let maximum = try integer(.maximum, bytes, &tape)
        guard maximum <= 1 << 60 else { throw ReferenceRefusal(.tooManyStreams, at: base + place) }
    }

    /// RFC 9000 §19.15
    mutating func newConnectionID(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        guard newConnectionIDs.count < limits.newConnectionIDCountMax else {
            throw refusal(.tooManyNewConnectionIDs)
        }
        let sequence = try integer(.sequenceNumber, bytes, &tape)
        var place = index
        let retired = try integer(.retirePriorTo, bytes, &tape)
        guard retired <= sequence else {
            throw ReferenceRefusal(.retirePriorToBeyondSequence, at: base + place)
        }
        guard index < bytes.count else { throw refusal(.truncatedFrame) }
        place = index
        let length = Int(bytes[index])
        guard length >= 1, length <= 20 else {
            throw ReferenceRefusal(.newConnectionIDLength, at: base + place)
        }
        tape.append(
            Token(.connectionIDLength, size: 1, offset: base + place, value: UInt64(length)))
        index += 1
        let connectionID = index..<(index + length)
        try run(.newConnectionID, length, bytes, &tape)
        let resetToken = index..<(index + 16)
        try run(.statelessResetToken, 16, bytes, &tape)
        let this = ReferenceNewConnectionID(
            sequence: sequence, connectionID: connectionID, resetToken: resetToken)
        if !policy.contains(.repeatedConnectionID) {
            for other in newConnectionIDs where contradicts(this, other, bytes) {
                throw refusal(.repeatedConnectionID)
            }
        }
        newConnectionIDs.append(this)
    }

    private func contradicts(
        _ this: ReferenceNewConnectionID, _ other: ReferenceNewConnectionID, _ bytes: Span<UInt8>
    ) -> Bool {
        let isSameID = isEqual(this.connectionID, other.connectionID, bytes)
        let isSameToken = isEqual(this.resetToken, other.resetToken, bytes)
        if this.sequence == other.sequence { return !isSameID || !isSameToken }
        return isSameID
    }

    private func isEqual(_ left: Range<Int>, _ right: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count
        where bytes[left.lowerBound + index] != bytes[right.lowerBound + index] {
            return false
        }
        return true
    }

    /// RFC 9000 §19.19
    mutating func connectionClose(
        isTransport: Bool, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        _ = try integer(.errorCode, bytes, &tape)
        if isTransport { _ = try integer(.closedFrameType, bytes, &tape) }
        let place = index
        let length = try integer(.reasonLength, bytes, &tape)
        try run(.reasonPhrase, length, declaredAt: place, bytes, &tape)
    }

    /// RFC 9221 §4
    mutating func datagram(
        hasLength: Bool, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        let place = index
        let length =
            hasLength
            ? try integer(.dataLength, bytes, &tape) : UInt64(bytes.count - index)
        try run(.datagramData, length, declaredAt: place, bytes, &tape)
    }
}

import QUIC
import Wire

/// A connection ID that a frame of this payload issued.
struct FaultyQUICIssued {
    var sequence: UInt64
    var offset: Int
    var count: Int
}

/// What the next bytes of a payload are.
enum FaultyQUICField {
    case type
    case integer(QUICField)
    case connectionIDLength
    case run(QUICField, Int)
}

/// The frames of one payload: each finished field says which one follows.
struct FaultyQUICFrames {
    let kind: QUICPacketKind
    let base: Int
    let policy: Policy
    let limits: QUICLimits
    let isServer: Bool
    let fault: QUICFault?
    var longVarints = 0
    var issued: [FaultyQUICIssued] = []
    private var index = 0
    private var frame = 0
    private var count = 0
    private var type: UInt64 = 0
    /// What fields of the current frame said: enough for the rules that look back.
    private var lengthPlace = 0
    private var offsetPlace = 0
    private var offset: UInt64 = 0
    private var smallest: UInt64 = 0
    private var rangesLeft: UInt64 = 0
    private var rangesRead = 0
    private var sequence: UInt64 = 0

    init(
        kind: QUICPacketKind, base: Int, policy: Policy, limits: QUICLimits, isServer: Bool,
        fault: QUICFault?
    ) {
        self.fault = fault
        self.kind = kind
        self.base = base
        self.policy = policy
        self.limits = limits
        self.isServer = isServer
    }

    private func stop(_ reason: QUICReason, at index: Int) -> Rejection {
        Rejection(reason, at: base + index)
    }

    mutating func run(_ bytes: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        var awaited = FaultyQUICField.type
        while true {
            var refused: Rejection?
            switch awaited {
            case .type:
                if index == bytes.count { return nil }
                awaited = begin(bytes, &refused, &tape)
            case .integer(let field): awaited = integer(field, bytes, &refused, &tape)
            case .connectionIDLength: awaited = connectionIDLength(bytes, &refused, &tape)
            case .run(let field, let size): awaited = take(field, size, bytes, &refused, &tape)
            }
            if let refused { return refused }
        }
    }
}

/// The frame's type.
extension FaultyQUICFrames {
    private mutating func begin(
        _ bytes: Span<UInt8>, _ refused: inout Rejection?, _ tape: inout Tape
    ) -> FaultyQUICField {
        frame = index
        count += 1
        if count > limits.frameCountMax {
            refused = stop(.tooManyFrames, at: frame)
            return .type
        }
        guard let varint = FaultyQUICVarint(bytes, &index) else {
            refused = stop(.truncatedFrame, at: frame)
            return .type
        }
        type = varint.value
        if varint.excess > 0, !policy.contains(.nonMinimalFrameType),
            fault != .nonMinimalTypeAccepted
        {
            refused = stop(.nonMinimalFrameType, at: frame)
            return .type
        }
        longVarints += varint.excess
        if let reason = judgeType() {
            refused = stop(reason, at: frame)
            return .type
        }
        if type == 0, varint.size == 1 {
            while index < bytes.count, bytes[index] == 0, fault != .paddingRunOfOne { index += 1 }
        }
        tape.append(
            Token(
                .frame, detail: UInt16(truncatingIfNeeded: type), offset: base + frame,
                length: index - frame))
        return firstField(&refused, bytes)
    }

    private func judgeType() -> QUICReason? {
        guard type < 0x1f || type & ~1 == 0x30 else { return .unknownFrameType }
        let isAllowed: Bool
        switch kind {
        case .oneRTT: isAllowed = true
        case .zeroRTT:
            switch type {
            case 0x02, 0x03, 0x06, 0x07, 0x1b, 0x1e: isAllowed = false
            case 0x19: isAllowed = policy.contains(.retireConnectionIDInZeroRTT)
            default: isAllowed = true
            }
        default:
            isAllowed =
                type <= 0x03 || type == 0x06 || type == 0x1c
                || type == 0x1d && fault == .closeOfApplicationEverywhere
        }
        if !isAllowed { return .frameNotAllowed }
        return isServer && (type == 0x07 || type == 0x1e && fault != .clientMaySendDone)
            ? .frameFromClient : nil
    }

    private mutating func firstField(
        _ refused: inout Rejection?, _ bytes: Span<UInt8>
    ) -> FaultyQUICField {
        offset = 0
        switch type {
        case 0x02, 0x03: return .integer(.largestAcknowledged)
        case 0x04, 0x05, 0x08...0x0f, 0x11, 0x15: return .integer(.streamID)
        case 0x06: return .integer(.offset)
        case 0x07: return .integer(.newTokenLength)
        case 0x10, 0x12, 0x13, 0x14, 0x16, 0x17: return .integer(.maximum)
        case 0x18:
            if issued.count == limits.newConnectionIDCountMax {
                refused = stop(.tooManyNewConnectionIDs, at: frame)
            }
            return .integer(.sequenceNumber)
        case 0x19: return .integer(.sequenceNumber)
        case 0x1a, 0x1b: return .run(.pathData, 8)
        case 0x1c, 0x1d: return .integer(.errorCode)
        case 0x30: return .run(.datagramData, bytes.count - index)
        case 0x31: return .integer(.dataLength)
        default: return .type
        }
    }
}

/// Integers, and what follows each.
extension FaultyQUICFrames {
    private mutating func integer(
        _ field: QUICField, _ bytes: Span<UInt8>, _ refused: inout Rejection?,
        _ tape: inout Tape
    ) -> FaultyQUICField {
        let place = index
        if field == .gap,
            rangesRead == limits.ackRangeCountMax + (fault == .ackRangeLimitOffByOne ? 1 : 0),
            place < bytes.count
        {
            refused = stop(.tooManyAckRanges, at: place)
            return .type
        }
        guard let varint = FaultyQUICVarint(bytes, &index) else {
            refused = stop(.truncatedFrame, at: frame)
            return .type
        }
        if fault != .nonMinimalUncounted { longVarints += varint.excess }
        tape.append(Token(field, size: varint.size, offset: base + place, value: varint.value))
        var reason: QUICReason?
        var reasonPlace = place
        let next = follow(field, varint.value, place, bytes, &reason, &reasonPlace)
        if let reason { refused = stop(reason, at: reasonPlace) }
        return next
    }

    private mutating func follow(
        _ field: QUICField, _ value: UInt64, _ place: Int, _ bytes: Span<UInt8>,
        _ reason: inout QUICReason?, _ reasonPlace: inout Int
    ) -> FaultyQUICField {
        switch field {
        case .largestAcknowledged:
            smallest = value
            return .integer(.ackDelay)
        case .ackDelay: return .integer(.ackRangeCount)
        case .ackRangeCount:
            rangesLeft = value
            rangesRead = 0
            return .integer(.firstAckRange)
        case .firstAckRange: return lower(by: value, &reason)
        case .gap:
            let gap = value + (fault == .ackGapOneTooSmall ? 1 : 2)
            if gap > smallest { reason = .ackRangeUnderflow } else { smallest -= gap }
            return .integer(.ackRangeLength)
        case .ackRangeLength:
            rangesLeft -= 1
            rangesRead += 1
            return lower(by: value, &reason)
        case .ect0: return .integer(.ect1)
        case .ect1: return .integer(.ecnCE)
        case .streamID: return streamID(value, bytes, &reason)
        case .errorCode:
            if type == 0x04 { return .integer(.finalSize) }
            if type == 0x05 { return .type }
            return .integer(type == 0x1c ? .closedFrameType : .reasonLength)
        case .closedFrameType: return .integer(.reasonLength)
        case .offset:
            offset = value
            offsetPlace = place
            if type == 0x06 || type & 2 != 0 { return .integer(.dataLength) }
            return streamRest(bytes, &reason, &reasonPlace)
        case .dataLength:
            lengthPlace = place
            return data(value, bytes, &reason, &reasonPlace)
        case .newTokenLength:
            if value == 0 { reason = .emptyNewToken }
            return declared(.newToken, value, bytes, &reason)
        case .reasonLength: return declared(.reasonPhrase, value, bytes, &reason)
        case .maximum:
            let isCount = type == 0x12 || type == 0x13 || type == 0x16 || type == 0x17
            if isCount, value + (fault == .streamCountEdge ? 1 : 0) > 0x1000_0000_0000_0000 {
                reason = .tooManyStreams
            }
            return .type
        case .sequenceNumber:
            sequence = value
            return type == 0x18 ? .integer(.retirePriorTo) : .type
        case .retirePriorTo:
            if value > sequence, fault != .retirePriorToUnchecked {
                reason = .retirePriorToBeyondSequence
            }
            return .connectionIDLength
        default: return .type
        }
    }

    /// A range of `value` + 1 packets ends at the smallest number so far.
    private mutating func lower(by value: UInt64, _ reason: inout QUICReason?) -> FaultyQUICField {
        if value > smallest {
            if fault == .ackUnderflowAccepted { smallest = 0 } else { reason = .ackRangeUnderflow }
        } else {
            smallest -= value
        }
        if rangesLeft > 0 { return .integer(.gap) }
        return type == 0x03 ? .integer(.ect0) : .type
    }

    private mutating func streamID(
        _ id: UInt64, _ bytes: Span<UInt8>, _ reason: inout QUICReason?
    ) -> FaultyQUICField {
        // STOP_SENDING and MAX_STREAM_DATA speak of what the reader sends, the others of what the sender does.
        let isOfReader = type == 0x05 || type == 0x11
        let isServers = id & 1 != 0
        if id & 2 != 0,
            isServers == ((isOfReader != isServer) != (fault == .streamDirectionReversed))
        {
            reason = .wrongStreamDirection
        }
        switch type {
        case 0x04, 0x05: return .integer(.errorCode)
        case 0x11, 0x15: return .integer(.maximum)
        default: break
        }
        if type & 4 != 0 { return .integer(.offset) }
        return type & 2 != 0 ? .integer(.dataLength) : .run(.streamData, bytes.count - index)
    }

    private func streamRest(
        _ bytes: Span<UInt8>, _ reason: inout QUICReason?, _ reasonPlace: inout Int
    ) -> FaultyQUICField {
        let rest = bytes.count - index
        if offset + UInt64(rest) > QUICNumber.varintMax {
            reason = .streamOffsetOverflow
            reasonPlace = offsetPlace
        }
        return .run(.streamData, rest)
    }

    private func data(
        _ length: UInt64, _ bytes: Span<UInt8>, _ reason: inout QUICReason?,
        _ reasonPlace: inout Int
    ) -> FaultyQUICField {
        if type == 0x31 { return declared(.datagramData, length, bytes, &reason) }
        let isCrypto = type == 0x06
        if offset + length > QUICNumber.varintMax, fault != .offsetOverflowAccepted {
            reason = isCrypto ? .cryptoOffsetOverflow : .streamOffsetOverflow
            reasonPlace = offsetPlace
            return .type
        }
        return declared(isCrypto ? .cryptoData : .streamData, length, bytes, &reason)
    }

    private func declared(
        _ field: QUICField, _ length: UInt64, _ bytes: Span<UInt8>, _ reason: inout QUICReason?
    ) -> FaultyQUICField {
        if reason == nil, length > UInt64(bytes.count - index) {
            reason = .lengthBeyondPacket
            return .type
        }
        return .run(field, Int(truncatingIfNeeded: length))
    }
}

/// Runs of bytes, and what follows each.
extension FaultyQUICFrames {
    private mutating func connectionIDLength(
        _ bytes: Span<UInt8>, _ refused: inout Rejection?, _ tape: inout Tape
    ) -> FaultyQUICField {
        guard index < bytes.count else {
            refused = stop(.truncatedFrame, at: frame)
            return .type
        }
        let length = bytes[index]
        if length == 0 || length > (fault == .newConnectionID20Refused ? 19 : 20) {
            refused = stop(.newConnectionIDLength, at: index)
            return .type
        }
        tape.append(
            Token(
                .connectionIDLength, size: 1, offset: base + index, value: UInt64(length)))
        index += 1
        issued.append(FaultyQUICIssued(sequence: sequence, offset: index, count: Int(length)))
        return .run(.newConnectionID, Int(length))
    }

    private mutating func take(
        _ field: QUICField, _ size: Int, _ bytes: Span<UInt8>, _ refused: inout Rejection?,
        _ tape: inout Tape
    ) -> FaultyQUICField {
        if size > bytes.count - index {
            refused = stop(.truncatedFrame, at: frame)
            return .type
        }
        let place = index
        tape.append(Token(field, offset: base + place, length: size))
        index += size
        if field == .newConnectionID { return .run(.statelessResetToken, 16) }
        if field == .cryptoData { clientHello(bytes, place, size, &tape) }
        if field == .statelessResetToken, !policy.contains(.repeatedConnectionID),
            contradictsEarlier(bytes)
        {
            refused = stop(.repeatedConnectionID, at: frame)
        }
        return .type
    }

    private func clientHello(
        _ bytes: Span<UInt8>, _ place: Int, _ size: Int, _ tape: inout Tape
    ) {
        guard kind == .initial, offset == 0 || fault == .helloAtAnyOffset, size > 0,
            bytes[place] == 1
        else { return }
        var need = 4
        if size >= 4 {
            for index in 1...3 { need += Int(bytes[place + index]) << (24 - 8 * index) }
        }
        tape.append(
            Token(
                .clientHello, detail: size >= 4 && size >= need ? 1 : 0, offset: base + place,
                length: size))
    }

    /// Whether the frame that just ended says something else than one before it: the reset token stands behind each ID.
    private func contradictsEarlier(_ bytes: Span<UInt8>) -> Bool {
        guard let last = issued.last else { return false }
        for other in issued.dropLast().suffix(fault == .repeatedIDUnseen ? 1 : .max) {
            let isSameSequence = other.sequence == last.sequence
            let isSameID =
                other.count == last.count
                && isEqual(bytes, other.offset, last.offset, last.count)
            if isSameSequence {
                let isSame = isSameID && isEqual(bytes, other.offset, last.offset, last.count + 16)
                if !isSame { return true }
            } else if isSameID {
                return true
            }
        }
        return false
    }

    private func isEqual(_ bytes: Span<UInt8>, _ left: Int, _ right: Int, _ count: Int) -> Bool {
        for index in 0..<count where bytes[left + index] != bytes[right + index] { return false }
        return true
    }
}

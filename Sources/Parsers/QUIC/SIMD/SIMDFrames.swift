internal import Wire

/// The frames of one payload.
struct SIMDFrames {
    let view: SIMDView
    let base: Int
    let isServer: Bool
    let isInitial: Bool
    let policy: Policy
    let limits: QUICLimits
    /// The connection IDs that this payload issued.
    var issued: [SIMDIssued] = []
    /// By type below 64: whether this kind of packet may carry it.
    let permitted: UInt64
    var refusal = Rejection(code: 0, offset: 0)
    var longVarints = 0
    var index = 0
    private var frame = 0
    private var issuedCount = 0

    /// The types that are defined.
    private static let known: UInt64 = 0x0003_0000_7fff_ffff
    /// PADDING, PING, ACK, CRYPTO, CONNECTION_CLOSE of the transport.
    private static let inHandshake: UInt64 = 0x1000_004f
    /// ACK, CRYPTO, NEW_TOKEN, RETIRE_CONNECTION_ID, PATH_RESPONSE, HANDSHAKE_DONE.
    private static let notInZeroRTT: UInt64 = 0x4a00_00cc

    init(_ parser: SIMDPacket, _ view: SIMDView, _ kind: QUICPacketKind, base: Int) {
        self.view = view
        self.base = base
        isServer = parser.isServer
        isInitial = kind == .initial
        policy = parser.policy
        limits = parser.limits
        switch kind {
        case .oneRTT: permitted = Self.known
        case .zeroRTT:
            let retires = parser.policy.contains(.retireConnectionIDInZeroRTT)
            permitted = Self.known & ~Self.notInZeroRTT | (retires ? 1 << 0x19 : 0)
        default: permitted = Self.inHandshake
        }
    }

    @inline(never)
    private mutating func refuse(_ reason: QUICReason, _ index: Int) -> Bool {
        refusal = Rejection(reason, at: base &+ index)
        return false
    }

    /// False where a frame is refused.
    mutating func run(_ tape: inout Tape) -> Bool {
        var left = limits.frameCountMax
        while index < view.count {
            frame = index
            guard left > 0 else { return refuse(.tooManyFrames, frame) }
            left &-= 1
            let byte = view.byte(index)
            // One byte that a type may be: nearly always.
            guard byte < 0x40 else {
                guard longType(&tape) else { return false }
                continue
            }
            guard permitted &>> UInt64(byte) & 1 != 0 else { return unusual(UInt64(byte)) }
            index &+= 1
            if byte == 0 {
                index = view.endOfZeros(index)
                tape.append(Token(.frame, offset: base &+ frame, length: index &- frame))
                continue
            }
            guard fields(byte, &tape) else { return false }
        }
        return true
    }

    /// Why a type is not read.
    @inline(never)
    private mutating func unusual(_ type: UInt64) -> Bool {
        let isKnown = type < 64 && Self.known >> type & 1 != 0
        return refuse(isKnown ? .frameNotAllowed : .unknownFrameType, frame)
    }

    @inline(never)
    private mutating func longType(_ tape: inout Tape) -> Bool {
        guard let type = SIMDVarint(view, index) else { return refuse(.truncatedFrame, frame) }
        if type.excess > 0, !policy.contains(.nonMinimalFrameType) {
            return refuse(.nonMinimalFrameType, frame)
        }
        guard type.value < 64, permitted >> type.value & 1 != 0 else { return unusual(type.value) }
        longVarints &+= type.excess
        index &+= type.size
        return fields(UInt8(truncatingIfNeeded: type.value), &tape)
    }

    /// The fields of a frame whose type was read.
    @inline(__always)
    private mutating func fields(_ type: UInt8, _ tape: inout Tape) -> Bool {
        if isServer, type == 0x07 || type == 0x1e { return refuse(.frameFromClient, frame) }
        tape.append(
            Token(
                .frame, detail: UInt16(type), offset: base &+ frame, length: index &- frame))
        switch type {
        case 0x00, 0x01, 0x1e: return true
        case 0x02, 0x03: return acknowledgement(type, &tape)
        case 0x06: return crypto(&tape)
        case 0x08...0x0f: return stream(type, &tape)
        case 0x30, 0x31: return datagram(type, &tape)
        case 0x10, 0x14: return integer(.maximum, &tape) != nil
        case 0x1a, 0x1b: return run(.pathData, 8, &tape)
        default: return rare(type, &tape)
        }
    }

    @inline(never)
    private mutating func rare(_ type: UInt8, _ tape: inout Tape) -> Bool {
        switch type {
        case 0x04:
            return streamID(ofSender: true, &tape) && integer(.errorCode, &tape) != nil
                && integer(.finalSize, &tape) != nil
        case 0x05: return streamID(ofSender: false, &tape) && integer(.errorCode, &tape) != nil
        case 0x07: return newToken(&tape)
        case 0x11: return streamID(ofSender: false, &tape) && integer(.maximum, &tape) != nil
        case 0x15: return streamID(ofSender: true, &tape) && integer(.maximum, &tape) != nil
        case 0x18: return newConnectionID(&tape)
        case 0x19: return integer(.sequenceNumber, &tape) != nil
        case 0x1c, 0x1d: return connectionClose(type, &tape)
        default: return streamCount(&tape)
        }
    }
}

/// Fields.
extension SIMDFrames {
    @inline(__always)
    private mutating func integer(_ field: QUICField, _ tape: inout Tape) -> UInt64? {
        guard let varint = SIMDVarint(view, index) else {
            _ = refuse(.truncatedFrame, frame)
            return nil
        }
        tape.append(
            Token(field, size: varint.size, offset: base &+ index, value: varint.value))
        index &+= varint.size
        longVarints &+= varint.excess
        return varint.value
    }

    @inline(__always)
    private mutating func run(_ field: QUICField, _ count: Int, _ tape: inout Tape) -> Bool {
        guard count <= view.count &- index else { return refuse(.truncatedFrame, frame) }
        tape.append(Token(field, offset: base &+ index, length: count))
        index &+= count
        return true
    }

    /// A length, and as many bytes.
    @inline(__always)
    private mutating func run(
        _ field: QUICField, _ count: UInt64, declaredAt place: Int, _ tape: inout Tape
    ) -> Bool {
        let left = view.count &- index
        guard count <= UInt64(truncatingIfNeeded: left) else {
            return refuse(.lengthBeyondPacket, place)
        }
        tape.append(
            Token(field, offset: base &+ index, length: Int(truncatingIfNeeded: count)))
        index &+= Int(truncatingIfNeeded: count)
        return true
    }

    /// A stream ID: unidirectional ones of the reader's (frames of the sender) or of the sender's are refused.
    @inline(__always)
    private mutating func streamID(ofSender: Bool, _ tape: inout Tape) -> Bool {
        let place = index
        guard let id = integer(.streamID, &tape) else { return false }
        let refused: UInt64 = ofSender == isServer ? 3 : 2
        return id & 3 == refused ? refuse(.wrongStreamDirection, place) : true
    }
}

/// Frame types.
extension SIMDFrames {
    private mutating func acknowledgement(_ type: UInt8, _ tape: inout Tape) -> Bool {
        guard let largest = integer(.largestAcknowledged, &tape),
            integer(.ackDelay, &tape) != nil, var ranges = integer(.ackRangeCount, &tape)
        else { return false }
        var place = index
        guard let first = integer(.firstAckRange, &tape) else { return false }
        if first > largest { return refuse(.ackRangeUnderflow, place) }
        var smallest = largest &- first
        var left = limits.ackRangeCountMax
        while ranges > 0 {
            place = index
            if left == 0, place < view.count { return refuse(.tooManyAckRanges, place) }
            guard let gap = integer(.gap, &tape) else { return false }
            if gap &+ 2 > smallest { return refuse(.ackRangeUnderflow, place) }
            smallest &-= gap &+ 2
            place = index
            guard let length = integer(.ackRangeLength, &tape) else { return false }
            if length > smallest { return refuse(.ackRangeUnderflow, place) }
            smallest &-= length
            ranges &-= 1
            left &-= 1
        }
        guard type == 0x03 else { return true }
        return integer(.ect0, &tape) != nil && integer(.ect1, &tape) != nil
            && integer(.ecnCE, &tape) != nil
    }

    private mutating func crypto(_ tape: inout Tape) -> Bool {
        let offsetPlace = index
        guard let offset = integer(.offset, &tape) else { return false }
        let lengthPlace = index
        guard let length = integer(.dataLength, &tape) else { return false }
        if offset &+ length > QUICNumber.varintMax {
            return refuse(.cryptoOffsetOverflow, offsetPlace)
        }
        let data = index
        guard run(.cryptoData, length, declaredAt: lengthPlace, &tape) else { return false }
        if isInitial, offset == 0, length > 0, view.byte(data) == 1 {
            let size = Int(truncatingIfNeeded: length)
            // Type and length in one word; what lies behind the data is shifted out.
            let need = Int(truncatingIfNeeded: view.wordToEnd(data) >> 32 & 0xff_ffff) &+ 4
            tape.append(
                Token(
                    .clientHello, detail: size >= 4 && size >= need ? 1 : 0,
                    offset: base &+ data, length: size))
        }
        return true
    }

    private mutating func stream(_ type: UInt8, _ tape: inout Tape) -> Bool {
        guard streamID(ofSender: true, &tape) else { return false }
        var offset: UInt64 = 0
        let offsetPlace = index
        if type & 4 != 0 {
            guard let stated = integer(.offset, &tape) else { return false }
            offset = stated
        }
        let lengthPlace = index
        var length = UInt64(truncatingIfNeeded: view.count &- index)
        if type & 2 != 0 {
            guard let stated = integer(.dataLength, &tape) else { return false }
            length = stated
        }
        if offset &+ length > QUICNumber.varintMax {
            return refuse(.streamOffsetOverflow, offsetPlace)
        }
        return run(.streamData, length, declaredAt: lengthPlace, &tape)
    }

    private mutating func datagram(_ type: UInt8, _ tape: inout Tape) -> Bool {
        guard type == 0x31 else { return run(.datagramData, view.count &- index, &tape) }
        let place = index
        guard let length = integer(.dataLength, &tape) else { return false }
        return run(.datagramData, length, declaredAt: place, &tape)
    }

    private mutating func newToken(_ tape: inout Tape) -> Bool {
        let place = index
        guard let length = integer(.newTokenLength, &tape) else { return false }
        if length == 0 { return refuse(.emptyNewToken, place) }
        return run(.newToken, length, declaredAt: place, &tape)
    }

    private mutating func streamCount(_ tape: inout Tape) -> Bool {
        let place = index
        guard let count = integer(.maximum, &tape) else { return false }
        return count > 1 << 60 ? refuse(.tooManyStreams, place) : true
    }

    private mutating func connectionClose(_ type: UInt8, _ tape: inout Tape) -> Bool {
        guard integer(.errorCode, &tape) != nil else { return false }
        if type == 0x1c, integer(.closedFrameType, &tape) == nil { return false }
        let place = index
        guard let length = integer(.reasonLength, &tape) else { return false }
        return run(.reasonPhrase, length, declaredAt: place, &tape)
    }

    private mutating func newConnectionID(_ tape: inout Tape) -> Bool {
        guard issuedCount < limits.newConnectionIDCountMax else {
            return refuse(.tooManyNewConnectionIDs, frame)
        }
        guard let sequence = integer(.sequenceNumber, &tape) else { return false }
        var place = index
        guard let retired = integer(.retirePriorTo, &tape) else { return false }
        if retired > sequence { return refuse(.retirePriorToBeyondSequence, place) }
        place = index
        guard place < view.count else { return refuse(.truncatedFrame, frame) }
        let count = Int(view.byte(place))
        if count == 0 || count > 20 { return refuse(.newConnectionIDLength, place) }
        tape.append(
            Token(
                .connectionIDLength, size: 1, offset: base &+ place,
                value: UInt64(truncatingIfNeeded: count)))
        index &+= 1
        guard run(.newConnectionID, count, &tape), run(.statelessResetToken, 16, &tape) else {
            return false
        }
        return remember(SIMDIssued(sequence: sequence, offset: place &+ 1, count: count))
    }

    /// Compares with the frames of its kind that came before.
    private mutating func remember(_ this: SIMDIssued) -> Bool {
        if issuedCount == 0 { issued.removeAll(keepingCapacity: true) }
        issuedCount &+= 1
        if policy.contains(.repeatedConnectionID) { return true }
        for other in issued {
            let isSameID =
                other.count == this.count
                && view.isEqual(other.offset, this.offset, size: this.count)
            if other.sequence == this.sequence {
                let isSame =
                    isSameID
                    && view.isEqual(
                        other.offset &+ other.count, this.offset &+ this.count, size: 16)
                if !isSame { return refuse(.repeatedConnectionID, frame) }
            } else if isSameID {
                return refuse(.repeatedConnectionID, frame)
            }
        }
        issued.append(this)
        return true
    }
}

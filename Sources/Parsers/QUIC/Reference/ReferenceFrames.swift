internal import Wire

/// §6: the frames of one payload.
struct ReferenceFrames {
    let kind: QUICPacketKind
    /// The input's offset of the payload's first byte.
    let base: Int
    let policy: Policy
    let limits: QUICLimits
    let role: QUICContext.Role
    /// The next byte, and the first one of the current frame, counted from the payload's first.
    var index = 0
    var frame = 0
    var frameCount = 0
    var nonMinimalCount = 0
    /// Where the NEW_CONNECTION_ID frames lie that came so far.
    var newConnectionIDs: [ReferenceNewConnectionID] = []

    init(
        kind: QUICPacketKind, base: Int, policy: Policy, limits: QUICLimits,
        role: QUICContext.Role
    ) {
        self.kind = kind
        self.base = base
        self.policy = policy
        self.limits = limits
        self.role = role
    }

    mutating func all(_ bytes: Span<UInt8>, _ tape: inout Tape) throws(ReferenceRefusal) {
        while index < bytes.count {
            frame = index
            frameCount += 1
            guard frameCount <= limits.frameCountMax else { throw refusal(.tooManyFrames) }
            let type = try frameType(bytes)
            try fields(of: type, bytes, &tape)
        }
    }

    /// A refusal at the frame's first byte.
    func refusal(_ reason: QUICReason) -> ReferenceRefusal {
        ReferenceRefusal(reason, at: base + frame)
    }

    /// §6.1
    private mutating func frameType(_ bytes: Span<UInt8>) throws(ReferenceRefusal) -> UInt64 {
        guard let type = ReferenceVarint(bytes, at: index) else { throw refusal(.truncatedFrame) }
        index += type.size
        if type.isNonMinimal {
            // RFC 9000 §12.4: "An endpoint MAY treat the receipt of a frame type that uses a longer encoding than
            // necessary as a connection error of type PROTOCOL_VIOLATION."
            guard policy.contains(.nonMinimalFrameType) else {
                throw refusal(.nonMinimalFrameType)
            }
            nonMinimalCount += 1
        }
        guard isKnown(type.value) else { throw refusal(.unknownFrameType) }
        guard isPermitted(type.value) else { throw refusal(.frameNotAllowed) }
        // RFC 9000 §19.7, §19.20
        if role == .server, type.value == 0x07 || type.value == 0x1e {
            throw refusal(.frameFromClient)
        }
        return type.value
    }

    private func isKnown(_ type: UInt64) -> Bool {
        // RFC 9000 Table 3; RFC 9221 §4
        type <= 0x1e || type == 0x30 || type == 0x31
    }

    /// RFC 9000 Table 3 and §12.5; RFC 9221 §4.
    private func isPermitted(_ type: UInt64) -> Bool {
        switch type {
        case 0x00, 0x01, 0x1c: return true
        case 0x02, 0x03, 0x06: return kind != .zeroRTT
        case 0x07, 0x1b, 0x1e: return kind == .oneRTT
        case 0x19:
            return kind == .oneRTT
                || kind == .zeroRTT && policy.contains(.retireConnectionIDInZeroRTT)
        default: return kind == .zeroRTT || kind == .oneRTT
        }
    }

    /// §6.2
    private mutating func fields(
        of type: UInt64, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        if type == 0x00 { return padding(bytes, &tape) }
        tape.append(
            Token(
                .frame, detail: UInt16(type), offset: base + frame, length: index - frame))
        switch type {
        case 0x01, 0x1e: break
        case 0x02, 0x03: try acknowledgement(hasCounts: type == 0x03, bytes, &tape)
        case 0x04: try resetStream(bytes, &tape)
        case 0x05: try stopSending(bytes, &tape)
        case 0x06: try crypto(bytes, &tape)
        case 0x07: try newToken(bytes, &tape)
        case 0x08...0x0f: try stream(type, bytes, &tape)
        case 0x10, 0x14: _ = try integer(.maximum, bytes, &tape)
        case 0x11: try maxStreamData(bytes, &tape)
        case 0x12, 0x13, 0x16, 0x17: try streams(bytes, &tape)
        case 0x15: try streamDataBlocked(bytes, &tape)
        case 0x18: try newConnectionID(bytes, &tape)
        case 0x19: _ = try integer(.sequenceNumber, bytes, &tape)
        case 0x1a, 0x1b: try run(.pathData, 8, bytes, &tape)
        case 0x1c, 0x1d: try connectionClose(isTransport: type == 0x1c, bytes, &tape)
        default: try datagram(hasLength: type == 0x31, bytes, &tape)
        }
    }

    /// RFC 9000 §19.1: each 00 is a frame; a run of them is shown as one.
    private mutating func padding(_ bytes: Span<UInt8>, _ tape: inout Tape) {
        if index - frame == 1 {
            while index < bytes.count, bytes[index] == 0 { index += 1 }
        }
        tape.append(Token(.frame, offset: base + frame, length: index - frame))
    }
}

/// Reading one field.
extension ReferenceFrames {
    /// A varint; its token.
    mutating func integer(
        _ field: QUICField, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) -> UInt64 {
        guard let varint = ReferenceVarint(bytes, at: index) else {
            throw refusal(.truncatedFrame)
        }
        tape.append(Token(field, size: varint.size, offset: base + index, value: varint.value))
        if varint.isNonMinimal { nonMinimalCount += 1 }
        index += varint.size
        return varint.value
    }

    /// A run of `count` bytes.
    mutating func run(
        _ field: QUICField, _ count: Int, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        guard count <= bytes.count - index else { throw refusal(.truncatedFrame) }
        tape.append(Token(field, offset: base + index, length: count))
        index += count
    }

    /// A run whose length a field at `lengthIndex` said.
    mutating func run(
        _ field: QUICField, _ length: UInt64, declaredAt lengthIndex: Int, _ bytes: Span<UInt8>,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        guard length <= UInt64(bytes.count - index) else {
            throw ReferenceRefusal(.lengthBeyondPacket, at: base + lengthIndex)
        }
        try run(field, Int(length), bytes, &tape)
    }
}

internal import Crypto
internal import Wire

/// `quic.packet` as `Documentation/QUIC.md` states it: one function for each rule.
struct ReferencePacket: Parser {
    let policy: Policy
    let limits: QUICLimits
    let context: QUICContext
    /// The keys; another reference where this value was copied.
    var protection: PacketProtection
    /// The header of the packet that is being opened, uncovered.
    var associatedData: [UInt8] = []
    /// The payload of the packet that was opened.
    var plaintext: [UInt8] = []
    /// Kept from payload to payload, so that none of them allocates.
    private var newConnectionIDs: [ReferenceNewConnectionID] = []
    private var parameterIDs: [UInt64] = []
    private var verdict: Verdict?

    init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = QUICLimits(configuration.limits)
        context = configuration.context as? QUICContext ?? QUICContext()
        protection = PacketProtection(context.secrets)
    }

    mutating func reset() { verdict = nil }

    /// §2: nothing is judged before the whole datagram is there.
    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let verdict { return verdict }
        let end = context.datagramLength ?? input.count
        guard input.count >= end else { return .incomplete }
        let bytes = input.extracting(0..<end)
        let given: Verdict
        do throws(ReferenceRefusal) {
            try judge(bytes, &tape)
            given = .complete(consumed: end)
        } catch {
            given = .rejected(Rejection(error.reason, at: error.offset))
        }
        verdict = given
        return given
    }

    private mutating func judge(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        guard bytes.count > 0 else { return }
        guard bytes.count <= limits.datagramBytesMax else {
            throw ReferenceRefusal(.datagramTooLarge, at: limits.datagramBytesMax)
        }
        switch context.layer {
        case .datagram, .headers: try datagram(bytes, &tape)
        case .frames(let kind):
            let count = try frames(bytes, kind, base: 0, &tape)
            tape.append(Token(.packetEnd, offset: bytes.count, length: count))
            tape.commit()
        case .transportParameters:
            var parameters = ReferenceParameters(context: context, limits: limits)
            parameterIDs.removeAll(keepingCapacity: true)
            swap(&parameters.seen, &parameterIDs)
            defer { swap(&parameters.seen, &parameterIDs) }
            try parameters.all(bytes, &tape)
            tape.append(Token(.packetEnd, offset: bytes.count, length: parameters.nonMinimalCount))
            tape.commit()
        }
    }

    /// §6 over one payload: returns the number of non-minimal varints.
    mutating func frames(
        _ payload: Span<UInt8>, _ kind: QUICPacketKind, base: Int, _ tape: inout Tape
    ) throws(ReferenceRefusal) -> Int {
        var frames = ReferenceFrames(
            kind: kind, base: base, policy: policy, limits: limits, role: context.role)
        newConnectionIDs.removeAll(keepingCapacity: true)
        swap(&frames.newConnectionIDs, &newConnectionIDs)
        defer { swap(&frames.newConnectionIDs, &newConnectionIDs) }
        try frames.all(payload, &tape)
        return frames.nonMinimalCount
    }
}

/// Why and where an input is refused.
struct ReferenceRefusal: Error {
    let reason: QUICReason
    let offset: Int

    init(_ reason: QUICReason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

/// A variable-length integer (RFC 9000 §16).
struct ReferenceVarint {
    let value: UInt64
    let size: Int

    /// The one at `index`, or nil where it is cut off.
    init?(_ bytes: Span<UInt8>, at index: Int) {
        guard index < bytes.count else { return nil }
        let first = bytes[index]
        // RFC 9000 Appendix A.1: the length from the two highest bits, then byte after byte.
        size = 1 << Int(first >> 6)
        guard size <= bytes.count - index else { return nil }
        var value = UInt64(first & 0x3f)
        for next in 1..<max(1, size) { value = value << 8 | UInt64(bytes[index + next]) }
        self.value = value
    }

    /// Whether fewer bytes would do (RFC 9000 Table 4).
    var isNonMinimal: Bool {
        switch size {
        case 2: value <= 63
        case 4: value <= 16_383
        case 8: value <= 1_073_741_823
        default: false
        }
    }
}

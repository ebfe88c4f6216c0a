internal import Crypto
internal import Wire

/// `quic.packet` for speed: words instead of bytes, tokens in pairs, one look at each field.
struct SIMDPacket: Parser {
    // What every packet asks first.
    let length: Int
    let isServer: Bool
    let isDatagram: Bool
    let opens: Bool
    /// The bits of a first byte that must be set.
    let fixedBit: UInt8
    let connectionIDLength: Int
    let limits: QUICLimits
    var refusal = Rejection(code: 0, offset: 0)
    private var isDone = false
    private var verdict = Verdict.incomplete

    // What only some do.
    let policy: Policy
    let context: QUICContext
    /// The keys; another reference where this value was copied.
    var protection: PacketProtection
    // Kept from packet to packet, so that none of them allocates.
    var header: [UInt8] = []
    var plaintext: [UInt8] = []
    var issued: [SIMDIssued] = []
    var ids: [UInt64] = []

    init(_ configuration: Configuration) {
        let context = configuration.context as? QUICContext ?? QUICContext()
        self.context = context
        policy = configuration.policy
        limits = QUICLimits(configuration.limits)
        length = context.datagramLength ?? -1
        isServer = context.role == .server
        isDatagram = context.layer == .datagram || context.layer == .headers
        opens = context.layer == .datagram
        fixedBit = configuration.policy.contains(.greasedFixedBit) ? 0 : 0x40
        connectionIDLength = context.connectionIDLength
        protection = PacketProtection(context.secrets)
    }

    @inline(__always)
    mutating func reset() { isDone = false }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if isDone { return verdict }
        let end = length < 0 ? input.count : length
        guard input.count >= end else { return .incomplete }
        isDone = true
        // SAFETY: the view is used inside the closure only; end ≤ input.count.
        let isRead = unsafe input.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, end > 0 else { return true }
            return unsafe read(SIMDView(base, count: end), &tape)
        }
        verdict = isRead ? .complete(consumed: end) : .rejected(refusal)
        return verdict
    }

    @inline(__always)
    private mutating func read(_ view: SIMDView, _ tape: inout Tape) -> Bool {
        if view.count > limits.datagramBytesMax {
            return refuse(.datagramTooLarge, limits.datagramBytesMax)
        }
        return isDatagram ? datagram(view, &tape) : part(view, &tape)
    }

    /// The layers below the datagram.
    @inline(never)
    private mutating func part(_ view: SIMDView, _ tape: inout Tape) -> Bool {
        let count: Int
        if case .frames(let kind) = context.layer {
            var frames = SIMDFrames(self, view, kind, base: 0)
            swap(&frames.issued, &issued)
            defer { swap(&frames.issued, &issued) }
            guard frames.run(&tape) else {
                refusal = frames.refusal
                return false
            }
            count = frames.longVarints
        } else {
            var parameters = SIMDParameters(self, view)
            swap(&parameters.ids, &ids)
            defer { swap(&parameters.ids, &ids) }
            parameters.ids.removeAll(keepingCapacity: true)
            guard parameters.run(&tape) else {
                refusal = parameters.refusal
                return false
            }
            count = parameters.longVarints
        }
        tape.append(Token(.packetEnd, offset: view.count, length: count))
        tape.commit()
        return true
    }

    /// Notes why and where; always false.
    @inline(never)
    mutating func refuse(_ reason: QUICReason, _ offset: Int) -> Bool {
        refusal = Rejection(reason, at: offset)
        return false
    }
}

/// A connection ID that a frame of this payload issued.
struct SIMDIssued {
    var sequence: UInt64
    var offset: Int
    var count: Int
}

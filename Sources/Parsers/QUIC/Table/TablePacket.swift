internal import Crypto
internal import Wire

/// `quic.packet` by tables: what a first byte says, what a packet, a frame, a parameter consists of.
struct TablePacket: Parser {
    let policy: Policy
    let limits: QUICLimits
    let context: QUICContext
    let isServer: Bool
    let headers: TableHeaders
    let grammar: TableGrammar
    let parameters = TableParameter.all
    var protection: PacketProtection
    var associated: [UInt8] = []
    var plain: [UInt8] = []
    /// Kept from payload to payload, so that none of them allocates.
    var issuedStore: [TableIssued] = []
    var idStore: [UInt64] = []
    private var given: Verdict?

    init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = QUICLimits(configuration.limits)
        context = configuration.context as? QUICContext ?? QUICContext()
        isServer = context.role == .server
        headers = TableHeaders(policy, isServer: isServer)
        grammar = TableGrammar(policy)
        protection = PacketProtection(context.secrets)
    }

    mutating func reset() { given = nil }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let given { return given }
        let end = context.datagramLength ?? input.count
        guard end <= input.count else { return .incomplete }
        let verdict: Verdict
        do throws(TableRefusal) {
            if end > 0 { try read(input.extracting(first: end), &tape) }
            verdict = .complete(consumed: end)
        } catch {
            verdict = .rejected(Rejection(error.reason, at: error.offset))
        }
        given = verdict
        return verdict
    }

    private mutating func read(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(TableRefusal) {
        if bytes.count > limits.datagramBytesMax {
            throw TableRefusal(.datagramTooLarge, limits.datagramBytesMax)
        }
        let count: Int
        switch context.layer {
        case .datagram, .headers: return try datagram(bytes, &tape)
        case .frames(let kind): count = try frames(bytes, TablePackets(kind), 0, &tape)
        case .transportParameters: count = try extensionParameters(bytes, &tape)
        }
        tape.append(Token(.packetEnd, offset: bytes.count, length: count))
        tape.commit()
    }
}

/// Why and where an input is refused.
struct TableRefusal: Error {
    let reason: QUICReason
    let offset: Int

    init(_ reason: QUICReason, _ offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

/// A varint whose size and value bits come from tables.
struct TableVarint {
    let value: UInt64
    let size: Int

    /// By size: below this value fewer bytes would do.
    private static func least(_ size: Int) -> UInt64 {
        switch size {
        case 1: 0
        case 2: 1 << 6
        case 4: 1 << 14
        default: 1 << 30
        }
    }

    init?(_ bytes: Span<UInt8>, _ index: Int) {
        let left = bytes.count - index
        guard left > 0 else { return nil }
        let prefix = Int(bytes[index] >> 6)
        let size = 1 << prefix
        guard left >= size else { return nil }
        var value: UInt64 = 0
        for place in index..<(index + size) { value = value &* 256 &+ UInt64(bytes[place]) }
        // The prefix stands above the 8 · size − 2 bits of the value.
        self.value = value & (UInt64.max >> UInt64(66 - 8 * size))
        self.size = size
    }

    var longer: Int { value < Self.least(size) ? 1 : 0 }
}

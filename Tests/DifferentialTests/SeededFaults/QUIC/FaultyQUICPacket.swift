import Crypto
import QUIC
import Wire

/// `quic.packet` by hand: a cursor that takes one byte at a time and states that say which field it is in.
struct FaultyQUICPacket: Parser {
    let policy: Policy
    let limits: QUICLimits
    let context: QUICContext
    var protection: PacketProtection
    /// Kept from packet to packet, so that none of them allocates.
    var header: [UInt8] = []
    var opened: [UInt8] = []
    private var frameStore: [FaultyQUICIssued] = []
    private var idStore: [UInt64] = []
    private var answer: Verdict?
    let fault: QUICFault?

    /// What is known of the datagram that is being read.
    var first: (offset: Int, count: Int)?
    var expectedInitial: UInt64 = 0
    var expectedHandshake: UInt64 = 0
    var expectedApplication: UInt64 = 0

    init(_ configuration: Configuration, fault: QUICFault?) {
        self.fault = fault
        policy = configuration.policy
        limits = QUICLimits(configuration.limits)
        context = configuration.context as? QUICContext ?? QUICContext()
        protection = PacketProtection(context.secrets)
    }

    mutating func reset() { answer = nil }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let answer { return answer }
        let end = context.datagramLength ?? input.count
        if input.count < end { return .incomplete }
        let stop = whole(input.extracting(first: end), &tape)
        let verdict = stop.map { Verdict.rejected($0) } ?? .complete(consumed: end)
        answer = verdict
        return verdict
    }

    /// The rejection of a whole input, or nil.
    private mutating func whole(_ bytes: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        if bytes.isEmpty { return nil }
        if bytes.count > limits.datagramBytesMax {
            return Rejection(QUICReason.datagramTooLarge, at: limits.datagramBytesMax)
        }
        switch context.layer {
        case .datagram, .headers: return datagram(bytes, &tape)
        case .frames(let kind):
            var count = 0
            if let stop = frames(bytes, kind, base: 0, &count, &tape) { return stop }
            tape.append(Token(.packetEnd, offset: bytes.count, length: count))
        case .transportParameters:
            var machine = FaultyQUICParameters(context: context, limits: limits, fault: fault)
            swap(&machine.ids, &idStore)
            defer { swap(&machine.ids, &idStore) }
            machine.ids.removeAll(keepingCapacity: true)
            if let stop = machine.run(bytes, &tape) { return stop }
            tape.append(Token(.packetEnd, offset: bytes.count, length: machine.longVarints))
        }
        tape.commit()
        return nil
    }

    private mutating func datagram(_ bytes: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        first = nil
        expectedInitial = context.largestInitial.map { $0 + 1 } ?? 0
        expectedHandshake = context.largestHandshake.map { $0 + 1 } ?? 0
        expectedApplication = context.largestApplication.map { $0 + 1 } ?? 0
        var start = 0
        for _ in 0..<limits.packetCountMax {
            var packet = FaultyQUICHeader(start: start)
            if let stop = packet.run(bytes, &self, &tape) { return stop }
            tape.commit()
            start = packet.end
            if start == bytes.count { return nil }
        }
        return Rejection(QUICReason.tooManyPackets, at: start)
    }

    /// The rejection of one payload's frames, or nil; `count` is raised by its non-minimal varints.
    mutating func frames(
        _ payload: Span<UInt8>, _ kind: QUICPacketKind, base: Int, _ count: inout Int,
        _ tape: inout Tape
    ) -> Rejection? {
        var machine = FaultyQUICFrames(
            kind: kind, base: base, policy: policy, limits: limits,
            isServer: context.role == .server, fault: fault)
        swap(&machine.issued, &frameStore)
        defer { swap(&machine.issued, &frameStore) }
        machine.issued.removeAll(keepingCapacity: true)
        let stop = machine.run(payload, &tape)
        count += machine.longVarints
        return stop
    }
}

/// A varint that is taken byte by byte.
struct FaultyQUICVarint {
    var value: UInt64 = 0
    var size = 0
    private var left = 0

    /// Takes one byte; true when it was the last.
    mutating func take(_ byte: UInt8) -> Bool {
        if size == 0 {
            switch byte & 0xc0 {
            case 0x00: left = 0
            case 0x40: left = 1
            case 0x80: left = 3
            default: left = 7
            }
            value = UInt64(byte & 0x3f)
        } else {
            value = value &<< 8 | UInt64(byte)
            left -= 1
        }
        size += 1
        return left == 0
    }

    /// Reads one at `index`; nil where the bytes end first.
    init?(_ bytes: Span<UInt8>, _ index: inout Int) {
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if take(byte) { return }
        }
        return nil
    }

    /// 1 where fewer bytes would do, else 0.
    var excess: Int {
        (size == 2 && value < 1 << 6) || (size == 4 && value < 1 << 14)
            || (size == 8 && value < 1 << 30) ? 1 : 0
    }
}

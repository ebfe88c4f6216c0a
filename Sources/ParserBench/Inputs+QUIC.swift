internal import Crypto
internal import QUIC
internal import Wire

extension BenchInputs {
    /// QUIC datagrams: headers only, Initials and 1-RTT packets opened, payloads of frames.
    static func quic() -> [BenchInput] {
        [
            headers, initial(connections: 1, name: "Initial 1200 B, keys cached"),
            initial(connections: 2, name: "Initial 1200 B, keys derived"),
            oneRTT(.aes128GCM, "1-RTT 1200 B AES-128-GCM"),
            oneRTT(.chacha20Poly1305, "1-RTT 1200 B ChaCha20-Poly1305"), frames,
        ]
    }

    private static func quic(
        _ name: String, _ messages: [[UInt8]], _ parts: [Int], _ entries: [String: String],
        part: String? = nil
    ) -> BenchInput {
        var entries = entries
        // One parser reads all of them, as a receiver does.
        entries["datagram"] = "each"
        return BenchInput(
            name: name, protocolName: "quic.packet", messages: messages, partCounts: parts,
            contexts: messages.map { _ in entries }, part: part)
    }

    private static let connectionID: [UInt8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08]

    /// Sixty short headers, twenty Initials, ten Handshake and ten 0-RTT packets, mixed up; nothing is opened.
    private static var headers: BenchInput {
        var random: UInt64 = 9_000
        var messages: [[UInt8]] = []
        let kinds: [QUICPacketKind] =
            Array(repeating: .oneRTT, count: 60) + Array(repeating: .initial, count: 20)
            + Array(repeating: .handshake, count: 10) + Array(repeating: .zeroRTT, count: 10)
        var context = QUICContext()
        let secret = TrafficSecret(.aes128GCM, [UInt8](repeating: 7, count: 32))
        (context.handshakeKey, context.zeroRTTKey, context.oneRTTKey) = (secret, secret, secret)
        for index in kinds.indices {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let kind = kinds[(index * 37) % kinds.count]
            let size = kind == .initial ? 1_200 : 40 + Int(random >> 33) % 1_100
            messages.append(
                packet(context, kind, number: UInt64(index), size: size, token: index % 4 == 0))
        }
        return quic(
            "mixed headers (60 % short)", messages, messages.map { _ in 1 }, ["layer": "headers"])
    }

    /// One protected packet of `size` bytes with a little CRYPTO or STREAM data and padding.
    private static func packet(
        _ context: QUICContext, _ kind: QUICPacketKind, number: UInt64, size: Int,
        destination: [UInt8] = connectionID, token: Bool = false
    ) -> [UInt8] {
        var packet = QUICSerializer.Packet(
            kind, destination: destination, number: number, payload: [0x01, 0x01, 0x01, 0x01])
        if kind != .oneRTT { packet.source = Array(destination.reversed()) }
        if kind == .initial || kind == .handshake {
            packet.payload = [0x06, 0x00, 0x40, 0xf0] + [UInt8](repeating: 1, count: 240)
        }
        if kind == .initial, token { packet.token = [UInt8](repeating: 5, count: 32) }
        let serializer = QUICSerializer(context: context)
        guard let least = serializer.protected(packet)?.count else { return [] }
        packet.payload += [UInt8](repeating: 0, count: max(0, size - least))
        return serializer.protected(packet) ?? []
    }

    /// Client Initials of as many connections in turn: with one, its keys are those of the packet before.
    private static func initial(connections: Int, name: String) -> BenchInput {
        let messages = (0..<(8 * connections)).map { index in
            var destination = connectionID
            destination[7] = UInt8(index % connections)
            return packet(
                QUICContext(), .initial, number: UInt64(index), size: 1_200,
                destination: destination)
        }
        return quic(name, messages, messages.map { _ in 3 }, [:])
    }

    private static func oneRTT(_ cipher: PacketCipher, _ name: String) -> BenchInput {
        var context = QUICContext()
        let secret = [UInt8](repeating: 0x5a, count: 32)
        context.oneRTTKey = TrafficSecret(cipher, secret)
        let serializer = QUICSerializer(context: context)
        let messages: [[UInt8]] = (0..<16).map { index in
            let packet = QUICSerializer.Packet(
                .oneRTT, destination: connectionID, number: UInt64(index),
                payload: [0x0a, 0x04, 0x44, 0x91] + [UInt8](repeating: 0x61, count: 1_169))
            return serializer.protected(packet) ?? []
        }
        let hex = String(repeating: "5a", count: 32)
        return quic(
            name, messages, messages.map { _ in 2 }, ["oneRTTKey": "\(cipher.rawValue):\(hex)"])
    }

    /// A payload of the frames that traffic has: acknowledgements, flow control, streams, a datagram.
    private static var frames: BenchInput {
        let varint = { (value: UInt64) in QUICSerializer.varint(value) }
        var payload: [UInt8] = [0x02] + varint(5_000) + varint(120) + [4, 3]
        for _ in 0..<4 { payload += [2, 7] }
        payload += [0x10] + varint(1 << 20) + [0x11, 0x04] + varint(1 << 18)
        for stream in 0..<6 {
            payload += [0x0e, UInt8(stream * 4)] + varint(UInt64(stream) * 10_000) + varint(64)
            payload += [UInt8](repeating: 0x61, count: 64)
        }
        payload += [0x31, 0x20] + [UInt8](repeating: 3, count: 32) + [0x01]
        payload += [0x12] + varint(200) + [0x1a, 1, 2, 3, 4, 5, 6, 7, 8] + [0, 0, 0, 0]
        return quic("frames mix", [payload], [14], ["layer": "frames 1rtt"], part: "frame")
    }
}

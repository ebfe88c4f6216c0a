import Crypto
import QUIC
import Testing
import Wire

/// RFC 9001 Appendix A and RFC 9369 Appendix A, byte by byte; RFC 9000 Appendix A through frames.
@Suite struct VectorTests {
    static let variants = QUICProtocols.packet.variants.map(\.name)

    @Test(arguments: [PacketVersion.version1, .version2])
    func keys(version: PacketVersion) throws {
        let vectors = QUICVectors(version)
        let common = KeyDerivation.extract(
            salt: version.initialSalt, QUICVectors.connectionID)
        if version == .version1 {
            #expect(
                QUICVectors.hex(common)
                    == "7db5df06e7a69e432496adedb00851923595221596ae2ae9fb8115c1e9ed0a44")
        }
        for (fromClient, expected) in [(true, vectors.client), (false, vectors.server)] {
            let secret = KeyDerivation.initialSecret(
                version, connectionID: QUICVectors.connectionID, fromClient: fromClient)
            #expect(QUICVectors.hex(secret.bytes) == expected.secret)
            for (name, count, value) in [
                ("key", 16, expected.key), ("iv", 12, expected.iv), ("hp", 16, expected.hp),
            ] {
                let made = KeyDerivation.expandLabel(
                    .aes128GCM, secret.bytes, version.label(name), count: count)
                #expect(QUICVectors.hex(made) == value, "\(name)")
            }
        }
    }

    @Test(arguments: [PacketVersion.version1, .version2])
    func chachaKeys(version: PacketVersion) throws {
        let vectors = QUICVectors(version)
        let secret = TrafficSecret(.chacha20Poly1305, QUICVectors.bytes(QUICVectors.chachaSecret))
        for (name, count, value) in [
            ("key", 32, vectors.chacha.key), ("iv", 12, vectors.chacha.iv),
            ("hp", 32, vectors.chacha.hp), ("ku", 32, vectors.chacha.ku),
        ] {
            let made = KeyDerivation.expandLabel(
                .chacha20Poly1305, secret.bytes, version.label(name), count: count)
            #expect(QUICVectors.hex(made) == value, "\(name)")
        }
        #expect(
            QUICVectors.hex(KeyDerivation.updated(secret, version).bytes) == vectors.chacha.ku)
    }

    @Test(arguments: variants, [PacketVersion.version1, .version2])
    func clientInitial(variant: String, version: PacketVersion) throws {
        let packet = QUICVectors.bytes(QUICVectors(version).clientPacket)
        let reading = try Reading(variant, packet, QUICContext())
        #expect(reading.verdict == .complete(consumed: 1_200))
        #expect(reading.number?.length == 2)
        #expect(reading.number?.quicDetailByte == (version == .version1 ? 0xc3 : 0xd3))
        let payload = QUICVectors.bytes(QUICVectors.clientFrame)
        #expect(reading.tape.arena == payload + [UInt8](repeating: 0, count: 1_162 - payload.count))
        // The ClientHello stands behind the CRYPTO frame's type, offset and two-byte length.
        let hello = try #require(reading.tape.tokens.first { $0.quicKind == .clientHello })
        #expect(hello.offset == 22 + 4 && hello.length == 241 && hello.detail == 1)
        #expect(reading.frames == [0x06, 0x00])
    }

    @Test(arguments: variants, [PacketVersion.version1, .version2])
    func serverInitial(variant: String, version: PacketVersion) throws {
        let packet = QUICVectors.bytes(QUICVectors(version).serverPacket)
        var context = QUICContext()
        context.role = .client
        context.originalDestinationConnectionID = QUICVectors.connectionID
        let reading = try Reading(variant, packet, context)
        #expect(reading.verdict == .complete(consumed: packet.count))
        #expect(reading.number?.length == 1)
        #expect(reading.tape.arena == QUICVectors.bytes(QUICVectors.serverPayload))
        #expect(reading.frames == [0x02, 0x06])
    }

    @Test(arguments: variants, [PacketVersion.version1, .version2])
    func retry(variant: String, version: PacketVersion) throws {
        var packet = QUICVectors.bytes(QUICVectors(version).retry)
        var context = QUICContext()
        context.role = .client
        context.originalDestinationConnectionID = QUICVectors.connectionID
        let reading = try Reading(variant, packet, context)
        #expect(reading.verdict == .complete(consumed: 36))
        #expect(reading.tape.tokens.contains { $0.quicKind == .bytes && $0.quicField == .retryTag })
        let tag = PacketProtection.retryTag(
            version, originalConnectionID: QUICVectors.connectionID,
            retry: Array(packet.dropLast(16)))
        #expect(tag == Array(packet.suffix(16)))
        packet[35] ^= 1
        let refused = try Reading(variant, packet, context)
        #expect(refused.verdict == .rejected(Rejection(QUICReason.retryIntegrity, at: 20)))
    }

    @Test(arguments: variants, [PacketVersion.version1, .version2])
    func chachaShortHeader(variant: String, version: PacketVersion) throws {
        let packet = QUICVectors.bytes(QUICVectors(version).chachaPacket)
        var context = QUICContext()
        context.connectionIDLength = 0
        context.version = version == .version1 ? QUICNumber.version1 : QUICNumber.version2
        context.oneRTTKey = TrafficSecret(
            .chacha20Poly1305, QUICVectors.bytes(QUICVectors.chachaSecret))
        context.largestApplication = 654_360_563
        let reading = try Reading(variant, packet, context)
        #expect(reading.verdict == .complete(consumed: 21))
        #expect(reading.number?.length == 654_360_564)
        #expect(reading.tape.arena == [0x01])
    }

    /// The sealer writes the RFC's packets.
    @Test(arguments: [PacketVersion.version1, .version2])
    func sealed(version: PacketVersion) throws {
        let vectors = QUICVectors(version)
        var packet = QUICSerializer.Packet(
            .initial, destination: QUICVectors.connectionID, number: 2,
            payload: QUICVectors.bytes(QUICVectors.clientFrame))
        packet.payload += [UInt8](repeating: 0, count: 1_162 - packet.payload.count)
        packet.numberSize = 4
        packet.version = version == .version1 ? QUICNumber.version1 : QUICNumber.version2
        let made = QUICSerializer(context: QUICContext()).protected(packet)
        #expect(made == QUICVectors.bytes(vectors.clientPacket))
    }

    /// RFC 9000 Appendix A.1: 37 in two bytes has the value of 25.
    @Test(arguments: variants)
    func varints(variant: String) throws {
        let samples: [(String, UInt64, UInt64)] = [
            ("c2197c5eff14e88c", 151_288_809_941_952_652, 0), ("9d7f3e7d", 494_878_333, 0),
            ("7bbd", 15_293, 0), ("25", 37, 0), ("4025", 37, 1),
        ]
        for (text, value, nonMinimal) in samples {
            var context = QUICContext()
            context.layer = .frames(.oneRTT)
            let reading = try Reading(variant, [0x10] + QUICVectors.bytes(text), context)
            #expect(reading.tape.tokens[1].length == value)
            #expect(reading.tape.tokens[2].length == nonMinimal)
        }
    }

    /// RFC 9000 Appendix A.3, and the window's edges: the largest number before, the number sent, its size; and what is read.
    @Test(arguments: variants)
    func packetNumbers(variant: String) throws {
        let rows: [(largest: UInt64?, sent: UInt64, size: Int, read: UInt64)] = [
            (0xa82f_30ea, 0xa82f_9b32, 2, 0xa82f_9b32), (nil, 0, 1, 0), (nil, 128, 1, 128),
            (nil, 129, 1, 129), (nil, 255, 1, 255), (126, 255, 1, 255), (126, 256, 1, 0),
            (127, 256, 1, 256), (255, 128, 1, 384), (255, 129, 1, 129), (255, 384, 1, 384),
            (255, 385, 1, 129), (32_766, 65_535, 2, 65_535), (32_766, 65_536, 2, 0),
            (1_000_000, 1_000_001, 3, 1_000_001), (1 << 32, (1 << 32) + 1, 4, (1 << 32) + 1),
            ((1 << 62) - 2, (1 << 62) - 1, 1, (1 << 62) - 1),
            ((1 << 62) - 2, (1 << 62) - 256, 1, (1 << 62) - 256),
            ((1 << 62) - 2, (1 << 62) - 129, 1, (1 << 62) - 129),
        ]
        for row in rows {
            var context = QUICContext()
            context.oneRTTKey = TrafficSecret(.aes128GCM, [UInt8](repeating: 7, count: 32))
            context.largestApplication = row.largest
            var packet = QUICSerializer.Packet(
                .oneRTT, destination: QUICVectors.connectionID, number: row.sent,
                payload: [1, 0, 0, 0])
            packet.numberSize = row.size
            let bytes = try #require(QUICSerializer(context: context).protected(packet))
            let reading = try Reading(variant, bytes, context)
            // A number that is decoded wrongly gives a wrong nonce.
            if row.read == row.sent {
                #expect(reading.number?.length == row.sent, "\(row)")
            } else {
                #expect(reading.number == nil, "\(row)")
                #expect(reading.tape.tokens.contains { $0.quicKind == .discarded })
            }
        }
    }

    /// Both key phases open, with every cipher.
    @Test(arguments: variants, PacketCipher.allCases)
    func keyPhases(variant: String, cipher: PacketCipher) throws {
        for version in [QUICNumber.version1, QUICNumber.version2] {
            for phase: UInt8 in [0, 4] {
                var context = QUICContext()
                context.version = version
                context.oneRTTKey = TrafficSecret(
                    cipher, [UInt8](repeating: 9, count: cipher.secretByteCount))
                var packet = QUICSerializer.Packet(
                    .oneRTT, destination: QUICVectors.connectionID, number: 5, payload: [1, 1, 0])
                packet.bits |= phase
                let bytes = try #require(QUICSerializer(context: context).protected(packet))
                let reading = try Reading(variant, bytes, context)
                #expect(reading.number?.length == 5)
                #expect(reading.tape.arena == [1, 1, 0])
            }
        }
    }

    /// A copy of a parser does not share what its packets are opened with.
    @Test(arguments: variants)
    func copiesAreIndependent(variant: String) throws {
        let description = QUICProtocols.packet
        let found = try description.variant(named: variant)
        var parser = try #require(found.makeParser(description.strictConfiguration()))
        let packet = QUICVectors.bytes(QUICVectors(.version1).clientPacket)
        var tape = Tape()
        _ = parser.parse(packet.span, into: &tape)
        var copy = parser
        copy.reset()
        parser.reset()
        var other = Tape()
        tape.removeAll()
        #expect(copy.parse(packet.span, into: &other) == .complete(consumed: 1_200))
        #expect(parser.parse(packet.span, into: &tape) == .complete(consumed: 1_200))
        #expect(tape.snapshot() == other.snapshot())
    }
}

/// What a variant makes of an input.
struct Reading {
    let verdict: Verdict
    let tape: TapeSnapshot

    init(
        _ variant: String, _ input: [UInt8], _ context: QUICContext, policy: Policy = .strict
    ) throws {
        let description = QUICProtocols.packet
        var configuration = description.strictConfiguration()
        configuration.context = context
        configuration.policy = policy
        let found = try description.variant(named: variant)
        var parser = try #require(found.makeParser(configuration))
        var tape = Tape()
        verdict = parser.parse(input.span, into: &tape)
        self.tape = tape.snapshot()
    }

    /// The first packet number's token.
    var number: Token? { tape.tokens.first { $0.quicKind == .packetNumber } }

    /// The frames' types.
    var frames: [UInt16] { tape.tokens.filter { $0.quicKind == .frame }.map(\.detail) }
}

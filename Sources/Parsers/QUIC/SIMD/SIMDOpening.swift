internal import Crypto
internal import Wire

/// The parts of a packet whose payload is sealed.
struct SIMDSealed {
    var kind: QUICPacketKind
    var isSecond: Bool
    var start: Int
    var number: Int
    var end: Int
    var connectionID: Int
    var connectionIDCount: Int

    /// The bits of the first byte that header protection covers, and those that must be 0.
    @inline(__always) var covered: UInt8 { kind == .oneRTT ? 0x1f : 0x0f }
    @inline(__always) var reserved: UInt8 { kind == .oneRTT ? 0x18 : 0x0c }
}

extension SIMDPacket {
    /// Opens a packet and reads its frames; returns the packet's end, or -1.
    @inline(never)
    mutating func content(
        _ view: SIMDView, _ packet: SIMDSealed, longVarints: Int, _ state: inout SIMDDatagram,
        _ tape: inout Tape
    ) -> Int {
        if !isKnownUniquelyReferenced(&protection) { protection = protection.copy() }
        var longVarints = longVarints
        if let keys = keys(view, packet) {
            guard open(view, packet, keys, &longVarints, &state, &tape) else { return -1 }
        } else {
            tape.append(
                Token(
                    .protectedPayload, detail: QUICPacketFate.noKeys.rawValue,
                    offset: packet.number, length: packet.end &- packet.number))
        }
        tape.append(Token(.packetEnd, offset: packet.end, length: longVarints))
        return packet.end
    }

    @inline(__always)
    private func keys(_ view: SIMDView, _ packet: SIMDSealed) -> PacketKeys? {
        switch packet.kind {
        case .oneRTT: return protection.oneRTT
        case .handshake: return protection.handshake
        case .zeroRTT: return protection.zeroRTT
        default: break
        }
        let version: PacketVersion = packet.isSecond ? .version2 : .version1
        if let original = context.originalDestinationConnectionID {
            return protection.initial(
                version, fromClient: isServer, connectionID: original.span)
        }
        guard isServer else { return nil }
        let (start, count) = (packet.connectionID, packet.connectionIDCount)
        return view.withSpan(start, start &+ count) {
            protection.initial(version, fromClient: true, connectionID: $0)
        }
    }

    /// False where the packet is refused; one whose tag is wrong leaves its token.
    private mutating func open(
        _ view: SIMDView, _ packet: SIMDSealed, _ keys: PacketKeys, _ longVarints: inout Int,
        _ state: inout SIMDDatagram, _ tape: inout Tape
    ) -> Bool {
        let mask = view.withSpan(packet.number &+ 4, packet.number &+ 20) {
            keys.mask(sample: $0)
        }
        let first =
            view.byte(packet.start) ^ UInt8(truncatingIfNeeded: mask) & packet.covered
        let size = Int(first & 3) &+ 1
        // The four bytes that may be the number, the first one highest; the sample keeps them inside.
        let masked =
            UInt32(truncatingIfNeeded: view.word(packet.number) &>> 32)
            ^ UInt32(truncatingIfNeeded: mask &>> 8).byteSwapped
        let truncated = UInt64(masked &>> UInt32(truncatingIfNeeded: 32 &- 8 &* size))
        let number = Self.nearest(truncated, size, expected(packet.kind, state))
        let isUpdated = packet.kind == .oneRTT && first & 4 != 0
        let used = isUpdated ? protection.nextOneRTT : keys
        guard let used, unseal(view, packet, used, first, masked, size, number) else {
            tape.append(
                Token(
                    .discarded, detail: QUICPacketFate.authentication.rawValue,
                    offset: packet.number, length: packet.end &- packet.number))
            return true
        }
        raise(packet.kind, number, &state)
        if first & packet.reserved != 0 { return refuse(.reservedBits, packet.start) }
        let payload = packet.number &+ size
        let count = packet.end &- 16 &- payload
        if count == 0 { return refuse(.emptyPayload, payload) }
        let detail = UInt16(truncatingIfNeeded: size) | UInt16(first) &<< 8
        tape.append(
            Token(
                .packetNumber, detail: detail, offset: packet.number,
                length: Int(truncatingIfNeeded: number)),
            Token(.plaintext, offset: tape.arenaAppendedCount, length: count))
        return read(packet.kind, payload, count, &longVarints, &tape)
    }

    private mutating func read(
        _ kind: QUICPacketKind, _ payload: Int, _ count: Int, _ longVarints: inout Int,
        _ tape: inout Tape
    ) -> Bool {
        var plain: [UInt8] = []
        swap(&plain, &plaintext)
        defer { swap(&plain, &plaintext) }
        tape.appendToArena(contentsOf: plain.span.extracting(first: count))
        // SAFETY: the view is used inside the closure only; count was opened into the buffer.
        let isRead = unsafe plain.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            var frames = unsafe SIMDFrames(
                self, SIMDView(base, count: count), kind, base: payload)
            swap(&frames.issued, &issued)
            defer { swap(&frames.issued, &issued) }
            let isRead = frames.run(&tape)
            if !isRead { refusal = frames.refusal }
            longVarints &+= frames.longVarints
            return isRead
        }
        if isRead { tape.append(Token(.tag, offset: payload &+ count, length: 16)) }
        return isRead
    }

    @inline(__always)
    private func expected(_ kind: QUICPacketKind, _ state: SIMDDatagram) -> UInt64 {
        switch kind {
        case .initial: state.expectedInitial
        case .handshake: state.expectedHandshake
        default: state.expectedApplication
        }
    }

    @inline(__always)
    private func raise(_ kind: QUICPacketKind, _ number: UInt64, _ state: inout SIMDDatagram) {
        switch kind {
        case .initial: state.expectedInitial = max(state.expectedInitial, number &+ 1)
        case .handshake: state.expectedHandshake = max(state.expectedHandshake, number &+ 1)
        default: state.expectedApplication = max(state.expectedApplication, number &+ 1)
        }
    }

    /// RFC 9000 Appendix A.3: the distance to the expected number, as a signed value of the number's size, says it all but
    /// for the two ends of the number space.
    @inline(__always)
    private static func nearest(_ truncated: UInt64, _ size: Int, _ next: UInt64) -> UInt64 {
        let expected = Int(truncatingIfNeeded: min(next, QUICNumber.varintMax))
        let window = 1 &<< (8 &* size)
        let half = window &>> 1
        // The distance forward from expected, in 0 ..< window; more than half of it is a distance backward.
        let forward = (Int(truncatingIfNeeded: truncated) &- expected) & (window &- 1)
        var number = forward > half ? expected &+ forward &- window : expected &+ forward
        if number < 0 { number &+= window }
        if number > Int(truncatingIfNeeded: QUICNumber.varintMax) { number &-= window }
        return UInt64(truncatingIfNeeded: number)
    }

    private mutating func unseal(
        _ view: SIMDView, _ packet: SIMDSealed, _ keys: PacketKeys, _ first: UInt8,
        _ masked: UInt32, _ size: Int, _ number: UInt64
    ) -> Bool {
        let headerCount = packet.number &+ size &- packet.start
        let need = packet.end &- packet.number
        if plaintext.count < need { plaintext = [UInt8](repeating: 0, count: need) }
        if header.count < headerCount + 4 {
            header = [UInt8](repeating: 0, count: headerCount + 64)
        }
        copyHeader(view, packet, first, masked)
        var nonce = keys.iv
        for place in 0..<8 {
            nonce.bytes[11 &- place] ^= UInt8(truncatingIfNeeded: number &>> (8 &* UInt64(place)))
        }
        var (covered, opened): ([UInt8], [UInt8]) = ([], [])
        swap(&covered, &header)
        swap(&opened, &plaintext)
        let isRight = view.withSpan(packet.number &+ size, packet.end) { sealed in
            keys.open(
                nonce: nonce, associatedData: covered.span.extracting(first: headerCount),
                sealed: sealed, into: &opened)
        }
        swap(&covered, &header)
        swap(&opened, &plaintext)
        return isRight
    }

    /// The header without its protection: four bytes of number, of which the caller takes as many as it has.
    @inline(__always)
    private mutating func copyHeader(
        _ view: SIMDView, _ packet: SIMDSealed, _ first: UInt8, _ masked: UInt32
    ) {
        let count = packet.number &- packet.start
        view.withSpan(packet.start, packet.number) { covered in
            // SAFETY: header has at least count + 4 bytes, as `unseal` saw to.
            unsafe header.withUnsafeMutableBytes { header in
                unsafe covered.withUnsafeBytes { unsafe header.copyMemory(from: $0) }
                unsafe header.storeBytes(of: first, as: UInt8.self)
                unsafe header.storeBytes(
                    of: masked.bigEndian, toByteOffset: count, as: UInt32.self)
            }
        }
    }
}

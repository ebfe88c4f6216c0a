/// Writes protected packets: the other side of `PacketKeys.open`, for tests and for writing packets anew.
public struct PacketSealer {
    private let keys: PacketKeys
    /// The AEAD key and IV, which may be those of another key phase.
    private let aead: PacketKeys
    private let key: [UInt8]

    /// A sealer with the keys of a traffic secret; `updated`: with those of key phase 1 (RFC 9001 §6.1).
    public init?(_ secret: TrafficSecret, _ version: PacketVersion, updated: Bool = false) {
        let used = updated ? KeyDerivation.updated(secret, version) : secret
        guard let keys = PacketKeys(secret, version), let aead = PacketKeys(used, version) else {
            return nil
        }
        self.keys = keys
        self.aead = aead
        key = KeyDerivation.expandLabel(
            secret.cipher, used.bytes, version.label("key"), count: secret.cipher.keyByteCount)
    }

    /// The protected packet, or nil where it is too short for a sample.
    ///
    /// - Parameters:
    ///   - header: the header without protection, from the first byte to the end of the packet number.
    ///   - numberSize: the bytes of the packet number at its end.
    ///   - number: the whole packet number.
    public func packet(
        header: [UInt8], numberSize: Int, number: UInt64, payload: [UInt8]
    ) -> [UInt8]? {
        var nonce = aead.iv
        for place in 0..<8 {
            nonce.bytes[4 + place] ^= UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * place))
        }
        guard payload.count + numberSize >= 4, (1...4).contains(numberSize),
            let sealed = aead.seal(
                nonce: nonce, associatedData: header, plaintext: payload, key: key)
        else { return nil }
        var packet = header + sealed
        let place = header.count - numberSize
        let mask = keys.mask(sample: packet.span.extracting((place + 4)..<(place + 20)))
        packet[0] ^= UInt8(truncatingIfNeeded: mask) & (header[0] & 0x80 != 0 ? 0x0f : 0x1f)
        for index in 0..<numberSize {
            packet[place + index] ^= UInt8(truncatingIfNeeded: mask >> UInt64(8 + 8 * index))
        }
        return packet
    }
}

internal import COpenSSL

/// HKDF as TLS 1.3 and QUIC use it (RFC 5869, RFC 8446 §7.1).
public enum KeyDerivation {
    /// HKDF-Extract with SHA-256.
    public static func extract(salt: [UInt8], _ material: [UInt8]) -> [UInt8] {
        // SAFETY: a static object.
        unsafe hmac(EVP_sha256(), count: 32, key: salt, material)
    }

    /// HKDF-Expand-Label without context, with the digest of the cipher's suite.
    ///
    /// `count` is at most the digest's length, which holds for every key of QUIC: one round of HKDF-Expand.
    public static func expandLabel(
        _ cipher: PacketCipher, _ secret: [UInt8], _ label: String, count: Int
    ) -> [UInt8] {
        let size = cipher.secretByteCount
        precondition(count <= size, "one round of HKDF-Expand")
        // SAFETY: the two return static objects.
        let digest = unsafe size == 48 ? EVP_sha384() : EVP_sha256()
        let bytes = unsafe hmac(digest, count: size, key: secret, info(label, count: count) + [1])
        return Array(bytes.prefix(count))
    }

    /// The secret of the next key phase (RFC 9001 §6.1).
    public static func updated(_ secret: TrafficSecret, _ version: PacketVersion) -> TrafficSecret {
        TrafficSecret(
            secret.cipher,
            expandLabel(
                secret.cipher, secret.bytes, version.label("ku"),
                count: secret.cipher.secretByteCount))
    }

    /// The client's or the server's Initial secret (RFC 9001 §5.2).
    public static func initialSecret(
        _ version: PacketVersion, connectionID: [UInt8], fromClient: Bool
    ) -> TrafficSecret {
        let common = extract(salt: version.initialSalt, connectionID)
        let label = fromClient ? "client in" : "server in"
        return TrafficSecret(.aes128GCM, expandLabel(.aes128GCM, common, label, count: 32))
    }

    /// HkdfLabel: length, `tls13 ` and the label, no context.
    static func info(_ label: String, count: Int) -> [UInt8] {
        let text = Array("tls13 \(label)".utf8)
        return [UInt8(count >> 8), UInt8(count & 0xff), UInt8(text.count)] + text + [0]
    }

    @unsafe
    private static func hmac(
        _ digest: OpaquePointer?, count: Int, key: [UInt8], _ message: [UInt8]
    ) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        var written: UInt32 = 0
        // SAFETY: `out` has room for the digest's `count` bytes; key and message have the lengths that are passed.
        unsafe out.withUnsafeMutableBufferPointer { out in
            _ = unsafe HMAC(
                digest, key, Int32(key.count), message, message.count, out.baseAddress, &written)
        }
        return out
    }
}

/// HMAC-SHA-256 with a key whose two first blocks are hashed already: a message costs two compressions.
struct HMACState {
    private var inner = SHA256_CTX()
    private var outer = SHA256_CTX()

    /// Hashes the key's blocks; `count` bytes at `key`, at most 64.
    @unsafe
    init(key: UnsafePointer<UInt8>, count: Int) {
        precondition(count <= 64, "longer keys would have to be hashed first")
        var block = InlineArray<64, UInt8>(repeating: 0x36)
        // SAFETY: index < count, which the caller promises to be there; the block has 64 bytes.
        for index in 0..<count { unsafe block[index] ^= key[index] }
        Self.start(&inner, block)
        for index in 0..<64 { block[index] ^= 0x36 ^ 0x5c }
        Self.start(&outer, block)
    }

    private static func start(_ context: inout SHA256_CTX, _ block: InlineArray<64, UInt8>) {
        // SAFETY: 64 bytes are read.
        unsafe SHA256_Init(&context)
        _ = unsafe block.span.withUnsafeBufferPointer { block in
            unsafe SHA256_Update(&context, block.baseAddress, 64)
        }
    }

    /// Writes the 32 bytes of the code of `count` bytes at `message` to `out`.
    @unsafe
    func code(_ message: UnsafePointer<UInt8>?, _ count: Int, _ out: UnsafeMutablePointer<UInt8>) {
        var context = inner
        // SAFETY: the caller promises `count` bytes to read and 32 to write.
        unsafe SHA256_Update(&context, message, count)
        unsafe SHA256_Final(out, &context)
        context = outer
        unsafe SHA256_Update(&context, out, 32)
        unsafe SHA256_Final(out, &context)
    }
}

private import COpenSSL

/// Message digests (FIPS 180-4) through OpenSSL.
public enum Digest {
    /// SHA-1 of `bytes`: 20 octets. For the WebSocket handshake, where it proves nothing but that the peer speaks WebSocket.
    public static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        // SAFETY: OpenSSL's own static description; it puts out 20 octets.
        unsafe digest(bytes, count: 20, EVP_sha1())
    }

    /// SHA-256 of `bytes`: 32 octets.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        // SAFETY: OpenSSL's own static description; it puts out 32 octets.
        unsafe digest(bytes, count: 32, EVP_sha256())
    }

    @unsafe
    private static func digest(
        _ bytes: [UInt8], count: Int, _ algorithm: OpaquePointer?
    ) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { output, written in
            // SAFETY: the algorithm writes `count` octets, for which there is room, and reads `bytes.count`.
            let status = unsafe bytes.withUnsafeBytes { input in
                unsafe EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress, nil, algorithm, nil)
            }
            precondition(status == 1, "OpenSSL has no such digest, or no memory")
            written = count
        }
    }
}

internal import COpenSSL

/// The ciphers of TLS 1.3 that QUIC uses (RFC 9001 §5.3).
public enum PacketCipher: String, CaseIterable, Sendable {
    case aes128GCM = "aes128gcm"
    case aes256GCM = "aes256gcm"
    case chacha20Poly1305 = "chacha20poly1305"

    /// Bytes of the AEAD key, and of the header-protection key.
    public var keyByteCount: Int {
        switch self {
        case .aes128GCM: 16
        case .aes256GCM, .chacha20Poly1305: 32
        }
    }

    /// Bytes of a traffic secret: those of the cipher suite's digest.
    public var secretByteCount: Int { self == .aes256GCM ? 48 : 32 }
}

/// A cipher and the traffic secret that its keys are derived from.
public struct TrafficSecret: Hashable, Sendable {
    public var cipher: PacketCipher
    public var bytes: [UInt8]

    /// Makes it; `bytes` should have the cipher's `secretByteCount`.
    public init(_ cipher: PacketCipher, _ bytes: [UInt8]) {
        self.cipher = cipher
        self.bytes = bytes
    }
}

/// What QUIC's versions do differently with keys (RFC 9001 §5.1, §5.8; RFC 9369 §3.3).
public enum PacketVersion: Hashable, Sendable, BitwiseCopyable {
    case version1
    case version2

    /// The salt of Initial secrets.
    public var initialSalt: [UInt8] {
        switch self {
        case .version1:
            [
                0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8,
                0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a,
            ]
        case .version2:
            [
                0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26,
                0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
            ]
        }
    }

    /// The key of a Retry's integrity tag.
    public var retryKey: [UInt8] {
        switch self {
        case .version1:
            [
                0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68,
                0xc8, 0x4e,
            ]
        case .version2:
            [
                0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c,
                0xcc, 0x92,
            ]
        }
    }

    /// The nonce of a Retry's integrity tag.
    public var retryNonce: [UInt8] {
        switch self {
        case .version1:
            [0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb]
        case .version2:
            [0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a]
        }
    }

    /// The label of a key, such as `quic hp` for `hp`.
    public func label(_ name: String) -> String {
        switch self {
        case .version1: "quic \(name)"
        case .version2: "quicv2 \(name)"
        }
    }
}

/// The nonce of an AEAD, or what packet numbers are combined with to make one: twelve bytes.
public struct PacketNonce: Sendable, BitwiseCopyable {
    /// The bytes.
    public var bytes: InlineArray<12, UInt8>

    /// Twelve zeros.
    public init() { bytes = InlineArray(repeating: 0) }

    /// The first twelve of `array`, and zeros where it is shorter.
    public init(_ array: [UInt8]) {
        bytes = InlineArray(repeating: 0)
        for (index, byte) in array.prefix(12).enumerated() { bytes[index] = byte }
    }
}

/// OpenSSL's implementations, looked up once.
enum Implementation {
    // SAFETY: fetched objects live until the process ends; a failure shows as nil.
    nonisolated(unsafe) static let aes128GCM = unsafe EVP_CIPHER_fetch(nil, "AES-128-GCM", nil)
    nonisolated(unsafe) static let aes256GCM = unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
    nonisolated(unsafe) static let chacha20Poly1305 =
        unsafe EVP_CIPHER_fetch(nil, "ChaCha20-Poly1305", nil)
    nonisolated(unsafe) static let aes128ECB = unsafe EVP_CIPHER_fetch(nil, "AES-128-ECB", nil)
    nonisolated(unsafe) static let aes256ECB = unsafe EVP_CIPHER_fetch(nil, "AES-256-ECB", nil)
    nonisolated(unsafe) static let chacha20 = unsafe EVP_CIPHER_fetch(nil, "ChaCha20", nil)

    @unsafe
    static func aead(_ cipher: PacketCipher) -> OpaquePointer? {
        switch cipher {
        case .aes128GCM: unsafe aes128GCM
        case .aes256GCM: unsafe aes256GCM
        case .chacha20Poly1305: unsafe chacha20Poly1305
        }
    }

    @unsafe
    static func headerProtection(_ cipher: PacketCipher) -> OpaquePointer? {
        switch cipher {
        case .aes128GCM: unsafe aes128ECB
        case .aes256GCM: unsafe aes256ECB
        case .chacha20Poly1305: unsafe chacha20
        }
    }
}

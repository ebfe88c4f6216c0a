internal import COpenSSL

/// The keys of one direction of one encryption level: AEAD, nonce base, header protection.
///
/// The contexts are made once and used for every packet: only the nonce is set anew. Not for two threads at a time.
@safe
public final class PacketKeys {
    /// Bytes of the tag behind every sealed payload.
    public static let tagByteCount = 16
    /// Bytes of the sample of header protection.
    public static let sampleByteCount = 16

    /// Which cipher.
    public let cipher: PacketCipher
    /// What packet numbers are combined with to make nonces (RFC 9001 §5.3).
    public private(set) var iv = PacketNonce()
    private let aead: OpaquePointer
    private let headerProtection: OpaquePointer

    /// Keys for `cipher` that `install` has to give, or nil where this OpenSSL lacks the cipher.
    init?(_ cipher: PacketCipher) {
        self.cipher = cipher
        // SAFETY: OpenSSL returns a new context or NULL; both are freed in deinit.
        guard let aead = unsafe EVP_CIPHER_CTX_new() else { return nil }
        guard let headerProtection = unsafe EVP_CIPHER_CTX_new() else {
            unsafe EVP_CIPHER_CTX_free(aead)
            return nil
        }
        unsafe self.aead = aead
        unsafe self.headerProtection = headerProtection
        // SAFETY: the contexts are live; no key, no nonce yet.
        let isReady =
            unsafe EVP_DecryptInit_ex(aead, Implementation.aead(cipher), nil, nil, nil) == 1
            && EVP_EncryptInit_ex(
                headerProtection, Implementation.headerProtection(cipher), nil, nil, nil) == 1
            && EVP_CIPHER_CTX_set_padding(headerProtection, 0) == 1
        guard isReady else { return nil }
    }

    /// The keys that RFC 9001 §5.1 derives from a traffic secret, or nil where this OpenSSL lacks the cipher.
    public convenience init?(_ secret: TrafficSecret, _ version: PacketVersion) {
        self.init(secret.cipher)
        let count = secret.cipher.keyByteCount
        let derive = { (name: String, count: Int) in
            KeyDerivation.expandLabel(
                secret.cipher, secret.bytes, version.label(name), count: count)
        }
        install(key: derive("key", count), iv: derive("iv", 12), headerKey: derive("hp", count))
    }

    deinit {
        // SAFETY: made in init, freed once.
        unsafe EVP_CIPHER_CTX_free(aead)
        unsafe EVP_CIPHER_CTX_free(headerProtection)
    }

    /// Puts new keys in the place of the old ones; keys have the cipher's `keyByteCount`.
    func install(key: [UInt8], iv: [UInt8], headerKey: [UInt8]) {
        precondition(key.count == cipher.keyByteCount && headerKey.count == key.count)
        self.iv = PacketNonce(iv)
        // SAFETY: both keys have the length that their ciphers read.
        unsafe key.withUnsafeBufferPointer { key in
            unsafe headerKey.withUnsafeBufferPointer { headerKey in
                unsafe install(key: key.baseAddress, headerKey: headerKey.baseAddress)
            }
        }
    }

    /// Puts new keys in the place of the old ones: `keyByteCount` bytes at each address.
    @unsafe
    func install(key: UnsafePointer<UInt8>?, iv: PacketNonce, headerKey: UnsafePointer<UInt8>?) {
        self.iv = iv
        unsafe install(key: key, headerKey: headerKey)
    }

    @unsafe
    private func install(key: UnsafePointer<UInt8>?, headerKey: UnsafePointer<UInt8>?) {
        // SAFETY: the caller promises `keyByteCount` bytes at each address; the contexts copy them.
        let isDone =
            unsafe EVP_DecryptInit_ex(aead, nil, nil, key, nil) == 1
            && EVP_EncryptInit_ex(headerProtection, nil, nil, headerKey, nil) == 1
            && (cipher == .chacha20Poly1305 || setFixed())
        precondition(isDone, "OpenSSL takes keys of the right length")
    }

    /// Gives GCM the nonce's first four bytes, which all packets share.
    private func setFixed() -> Bool {
        // SAFETY: four of the twelve bytes are read.
        unsafe iv.bytes.span.withUnsafeBufferPointer { bytes in
            let fixed = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            return unsafe EVP_CIPHER_CTX_ctrl(aead, EVP_CTRL_AEAD_SET_IV_FIXED, 4, fixed) == 1
        }
    }
}

extension PacketKeys {
    /// The five bytes of the header-protection mask for a sample, the first one lowest (RFC 9001 §5.4.3, §5.4.4).
    ///
    /// `sample` must have 16 bytes.
    public func mask(sample: Span<UInt8>) -> UInt64 {
        precondition(sample.count == Self.sampleByteCount, "a sample has 16 bytes")
        var block: (UInt64, UInt64) = (0, 0)
        var count: Int32 = 0
        // SAFETY: 16 bytes at the sample's address, and room for 16 in the block.
        unsafe sample.withUnsafeBufferPointer { sample in
            unsafe withUnsafeMutableBytes(of: &block) { block in
                let out = unsafe block.baseAddress?.assumingMemoryBound(to: UInt8.self)
                switch cipher {
                case .aes128GCM, .aes256GCM:
                    _ = unsafe EVP_Cipher(headerProtection, out, sample.baseAddress, 16)
                case .chacha20Poly1305:
                    // The sample is the counter and the nonce; the mask is the encryption of zeros.
                    _ = unsafe EVP_EncryptInit_ex(
                        headerProtection, nil, nil, nil, sample.baseAddress)
                    _ = unsafe EVP_EncryptUpdate(headerProtection, out, &count, out, 8)
                }
            }
        }
        return UInt64(littleEndian: block.0) & 0xff_ffff_ffff
    }

    /// Opens a payload that has its tag behind it, with a nonce whose first four bytes are those of `iv`; the plaintext stands at the start of `plaintext`, which must have
    /// room for it.
    ///
    /// - Returns: whether the tag is right; if not, `plaintext` holds nothing that may be looked at.
    public func open(
        nonce: PacketNonce, associatedData: Span<UInt8>, sealed: Span<UInt8>,
        into plaintext: inout [UInt8]
    ) -> Bool {
        let count = sealed.count - Self.tagByteCount
        precondition(count >= 0 && count <= plaintext.count, "room for the plaintext")
        // SAFETY: `count` bytes and 16 of tag behind them are read, `count` are written, all checked above; the nonce has 12.
        return unsafe plaintext.withUnsafeMutableBufferPointer { plaintext in
            unsafe sealed.withUnsafeBufferPointer { sealed in
                unsafe associatedData.withUnsafeBufferPointer { associated in
                    unsafe nonce.bytes.span.withUnsafeBufferPointer { nonce in
                        guard let from = sealed.baseAddress, let nonce = nonce.baseAddress,
                            unsafe start(nonce, tag: from + count)
                        else { return false }
                        return unsafe authenticate(associated)
                            && (count == 0
                                || decrypt(from, count, into: plaintext.baseAddress))
                            && isTagRight(plaintext.baseAddress)
                    }
                }
            }
        }
    }

    /// Takes the associated data.
    @unsafe
    private func authenticate(_ associated: UnsafeBufferPointer<UInt8>) -> Bool {
        var written: Int32 = 0
        // SAFETY: `associated.count` bytes are read; without an output nothing is written.
        return unsafe EVP_DecryptUpdate(
            aead, nil, &written, associated.baseAddress, Int32(clamping: associated.count)) == 1
    }

    /// Decrypts `count` bytes. EVP_Cipher skips what EVP_DecryptUpdate does for block ciphers; it fails with −1 for ciphers
    /// of OpenSSL's own handling, and with 0 for others, so that only a full count is a success.
    @unsafe
    private func decrypt(
        _ from: UnsafePointer<UInt8>, _ count: Int, into plaintext: UnsafeMutablePointer<UInt8>?
    ) -> Bool {
        var written: Int32 = 0
        // SAFETY: the caller promises `count` bytes at both addresses.
        switch cipher {
        case .aes128GCM, .aes256GCM:
            return unsafe EVP_Cipher(aead, plaintext, from, UInt32(count)) == Int32(count)
        case .chacha20Poly1305:
            return unsafe EVP_DecryptUpdate(aead, plaintext, &written, from, Int32(count)) == 1
                && Int(written) == count
        }
    }

    /// Compares the tag: 1 is the only answer that says yes, whatever the cipher.
    @unsafe
    private func isTagRight(_ plaintext: UnsafeMutablePointer<UInt8>?) -> Bool {
        var written: Int32 = 0
        // SAFETY: AEAD ciphers write nothing at the end.
        return unsafe EVP_DecryptFinal_ex(aead, plaintext, &written) == 1
    }

    /// Makes the AEAD ready for a packet: twelve bytes of nonce, sixteen of tag.
    @unsafe
    private func start(_ nonce: UnsafePointer<UInt8>, tag: UnsafePointer<UInt8>) -> Bool {
        // SAFETY: the caller promises twelve bytes and sixteen.
        switch cipher {
        case .aes128GCM, .aes256GCM: return unsafe zy_gcm_set_packet(aead, nonce + 4, tag) == 1
        case .chacha20Poly1305:
            let mutable = unsafe UnsafeMutablePointer(mutating: tag)
            return unsafe EVP_DecryptInit_ex(aead, nil, nil, nil, nonce) == 1
                && EVP_CIPHER_CTX_ctrl(aead, EVP_CTRL_AEAD_SET_TAG, 16, mutable) == 1
        }
    }

    /// Seals a payload: the ciphertext, then the tag. For tests and for writing packets anew; it makes its own context.
    public func seal(
        nonce: PacketNonce, associatedData: [UInt8], plaintext: [UInt8], key: [UInt8]
    ) -> [UInt8]? {
        guard key.count == cipher.keyByteCount else { return nil }
        var sealed = [UInt8](repeating: 0, count: plaintext.count + Self.tagByteCount)
        var written: Int32 = 0
        // SAFETY: a new context, freed below; `plaintext.count` bytes and 16 of tag fit into `sealed`.
        guard let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let count = plaintext.count
        let isDone = unsafe sealed.withUnsafeMutableBufferPointer { sealed in
            unsafe nonce.bytes.span.withUnsafeBufferPointer { nonce in
                guard let out = sealed.baseAddress else { return false }
                return unsafe EVP_EncryptInit_ex(
                    context, Implementation.aead(cipher), nil, key, nonce.baseAddress) == 1
                    && EVP_EncryptUpdate(
                        context, nil, &written, associatedData, Int32(associatedData.count)) == 1
                    && (count == 0
                        || EVP_EncryptUpdate(context, out, &written, plaintext, Int32(count)) == 1)
                    && EVP_EncryptFinal_ex(context, out + count, &written) == 1
                    && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, out + count) == 1
            }
        }
        return isDone ? sealed : nil
    }
}

/// OpenSSL behind Swift values: digests, key derivation, header protection, AEAD. No parser code.
public enum Crypto {}

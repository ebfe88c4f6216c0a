internal import COpenSSL

/// All keys that a reader of one connection has, with the Initial keys of the last connection ID.
///
/// Not for two threads at a time: whoever keeps one in a value checks that it holds the only reference, and takes
/// `copy()` where not.
public final class PacketProtection: @unchecked Sendable {
    /// What the keys are derived from.
    public struct Secrets: Hashable, Sendable {
        public var version = PacketVersion.version1
        public var handshake: TrafficSecret?
        public var zeroRTT: TrafficSecret?
        /// That of key phase 0.
        public var oneRTT: TrafficSecret?

        /// None.
        public init() {}
    }

    private let secrets: Secrets
    private let derivation = InitialDerivation()
    public let handshake: PacketKeys?
    public let zeroRTT: PacketKeys?
    /// The keys of key phase 0.
    public let oneRTT: PacketKeys?
    /// The keys of key phase 1.
    public let nextOneRTT: PacketKeys?

    /// Derives the keys of `secrets`.
    public init(_ secrets: Secrets) {
        self.secrets = secrets
        let version = secrets.version
        handshake = secrets.handshake.flatMap { PacketKeys($0, version) }
        zeroRTT = secrets.zeroRTT.flatMap { PacketKeys($0, version) }
        oneRTT = secrets.oneRTT.flatMap { PacketKeys($0, version) }
        // The header-protection key is not updated (RFC 9001 §6.1).
        nextOneRTT = secrets.oneRTT.flatMap {
            PacketKeys(KeyDerivation.updated($0, version), version)
        }
    }

    /// The same keys with contexts of their own.
    public func copy() -> PacketProtection { PacketProtection(secrets) }

    /// The Initial keys of the client or the server for a connection ID of at most 255 bytes, derived anew where they are not those of
    /// the call before. Valid until the next call.
    public func initial(
        _ version: PacketVersion, fromClient: Bool, connectionID: Span<UInt8>
    ) -> PacketKeys? {
        derivation.keys(version, fromClient: fromClient, connectionID)
    }

    /// Whether the integrity tag at the end of a Retry packet is right (RFC 9001 §5.8).
    public func isRetryIntact(
        _ version: PacketVersion, originalConnectionID: [UInt8], retry: Span<UInt8>
    ) -> Bool {
        guard retry.count >= PacketKeys.tagByteCount, originalConnectionID.count < 256,
            let keys = PacketKeys(.aes128GCM)
        else { return false }
        keys.install(key: version.retryKey, iv: version.retryNonce, headerKey: version.retryKey)
        let start = retry.count - PacketKeys.tagByteCount
        var pseudo = [UInt8(originalConnectionID.count)] + originalConnectionID
        for index in 0..<start { pseudo.append(retry[index]) }
        var nothing: [UInt8] = []
        return keys.open(
            nonce: keys.iv, associatedData: pseudo.span,
            sealed: retry.extracting(start..<retry.count), into: &nothing)
    }

    /// The integrity tag of a Retry packet without one.
    public static func retryTag(
        _ version: PacketVersion, originalConnectionID: [UInt8], retry: [UInt8]
    ) -> [UInt8]? {
        PacketKeys(.aes128GCM)?.seal(
            nonce: PacketNonce(version.retryNonce),
            associatedData: [UInt8(truncatingIfNeeded: originalConnectionID.count)]
                + originalConnectionID + retry,
            plaintext: [], key: version.retryKey)
    }
}

/// Initial keys, with everything that does not depend on the connection ID prepared.
@safe
private final class InitialDerivation {
    private let salt1: HMACState
    private let salt2: HMACState
    private var keys: PacketKeys?
    private var version: PacketVersion?
    private var fromClient = false
    private var connectionID = InlineArray<24, UInt8>(repeating: 0)
    private var connectionIDCount = 0
    /// Three codes of 32 bytes: the secret, then the key, then the header-protection key.
    private let scratch: UnsafeMutablePointer<UInt8>

    private static let clientLabel = KeyDerivation.info("client in", count: 32) + [1]
    private static let serverLabel = KeyDerivation.info("server in", count: 32) + [1]
    private static let labels1 = labels(.version1)
    private static let labels2 = labels(.version2)

    private static func labels(_ version: PacketVersion) -> [[UInt8]] {
        [("key", 16), ("iv", 12), ("hp", 16)].map {
            KeyDerivation.info(version.label($0.0), count: $0.1) + [1]
        }
    }

    init() {
        // SAFETY: 20 bytes of salt each.
        unsafe salt1 = HMACState(key: PacketVersion.version1.initialSalt, count: 20)
        unsafe salt2 = HMACState(key: PacketVersion.version2.initialSalt, count: 20)
        unsafe scratch = .allocate(capacity: 96)
    }

    deinit { unsafe scratch.deallocate() }

    func keys(
        _ version: PacketVersion, fromClient: Bool, _ connectionID: Span<UInt8>
    ) -> PacketKeys? {
        if isLast(version, fromClient, connectionID), let keys { return keys }
        guard connectionID.count < 256, let keys = keys ?? PacketKeys(.aes128GCM) else {
            return nil
        }
        self.keys = keys
        self.version = version
        self.fromClient = fromClient
        // Only connection IDs that known versions permit are remembered.
        connectionIDCount = connectionID.count <= 24 ? connectionID.count : -1
        var kept = self.connectionID
        for index in 0..<max(0, connectionIDCount) { kept[index] = connectionID[index] }
        self.connectionID = kept
        derive(version, fromClient, connectionID, keys)
        return keys
    }

    private func isLast(
        _ version: PacketVersion, _ fromClient: Bool, _ connectionID: Span<UInt8>
    ) -> Bool {
        guard version == self.version, fromClient == self.fromClient,
            connectionID.count == connectionIDCount
        else { return false }
        let kept = self.connectionID
        for index in connectionID.indices where connectionID[index] != kept[index] { return false }
        return true
    }

    /// RFC 9001 §5.2: fourteen compressions of SHA-256 and two key schedules.
    private func derive(
        _ version: PacketVersion, _ fromClient: Bool, _ connectionID: Span<UInt8>,
        _ keys: PacketKeys
    ) {
        let salt = version == .version1 ? salt1 : salt2
        let labels = version == .version1 ? Self.labels1 : Self.labels2
        let side = fromClient ? Self.clientLabel : Self.serverLabel
        // SAFETY: every code takes 32 bytes, at 0, 32 and 64 of 96; labels are passed with their lengths.
        unsafe connectionID.withUnsafeBufferPointer { connectionID in
            unsafe salt.code(connectionID.baseAddress, connectionID.count, scratch)
        }
        unsafe HMACState(key: scratch, count: 32).code(side, side.count, scratch)
        let secret = unsafe HMACState(key: scratch, count: 32)
        unsafe secret.code(labels[1], labels[1].count, scratch)
        var iv = PacketNonce()
        for index in 0..<12 { unsafe iv.bytes[index] = scratch[index] }
        unsafe secret.code(labels[0], labels[0].count, scratch + 32)
        unsafe secret.code(labels[2], labels[2].count, scratch + 64)
        unsafe keys.install(key: scratch + 32, iv: iv, headerKey: scratch + 64)
    }
}

internal import Wire

/// One step of a packet's program, behind the first byte.
enum TableHeaderStep: UInt8 {
    case connectionIDs
    case shortConnectionID
    case clientInitial
    case token
    case length
    case ownOnly
    case versions
    case retry
    case rest
    case content
    case end
}

/// What a first byte says, once the version is known.
struct TableFirstByte {
    var kind = QUICPacketKind.oneRTT
    /// Why a packet that starts so is refused, whatever follows.
    var refusal: QUICReason?
}

/// The first bytes and the programs of packets.
struct TableHeaders {
    /// By first byte: 256 entries each for version 1, version 2, Version Negotiation, other versions, short headers.
    private(set) var firstBytes: [TableFirstByte] = []
    /// By kind of packet.
    private(set) var programs: [[TableHeaderStep]] = []

    /// Which of the five tables.
    enum Row: Int, CaseIterable {
        case version1, version2, negotiation, unknown, short
    }

    init(_ policy: Policy, isServer: Bool) {
        for row in Row.allCases {
            for byte in 0..<256 {
                firstBytes.append(Self.entry(row, byte, policy, isServer: isServer))
            }
        }
        programs = QUICPacketKind.allCases.map(Self.program)
    }

    private static func entry(
        _ row: Row, _ byte: Int, _ policy: Policy, isServer: Bool
    ) -> TableFirstByte {
        var entry = TableFirstByte()
        let type = byte / 16 % 4
        switch row {
        case .version1: entry.kind = [.initial, .zeroRTT, .handshake, .retry][type]
        case .version2: entry.kind = [.retry, .initial, .zeroRTT, .handshake][type]
        case .negotiation:
            entry.kind = .versionNegotiation
            if isServer { entry.refusal = .versionNegotiationAtServer }
            return entry
        case .unknown:
            entry.kind = .unknownVersion
            return entry
        case .short: break
        }
        if isServer ? entry.kind == .retry : entry.kind == .zeroRTT {
            entry.refusal = .misdirectedPacket
        }
        let isFixedBitSet = byte / 64 % 2 == 1
        if !isFixedBitSet, !policy.contains(.greasedFixedBit) { entry.refusal = .fixedBitClear }
        return entry
    }

    private static func program(_ kind: QUICPacketKind) -> [TableHeaderStep] {
        switch kind {
        case .initial: [.connectionIDs, .clientInitial, .token, .length, .content, .end]
        case .zeroRTT, .handshake: [.connectionIDs, .length, .content, .end]
        case .retry: [.connectionIDs, .ownOnly, .retry, .end]
        case .versionNegotiation: [.connectionIDs, .ownOnly, .versions, .end]
        case .unknownVersion: [.connectionIDs, .ownOnly, .rest, .end]
        case .oneRTT: [.shortConnectionID, .content, .end]
        }
    }
}

internal import Wire

/// The frame that is read, filled by the automaton.
struct TableFrame: BitwiseCopyable {
    var start = 0
    var payload = 0
    var length = 0
    var first: UInt8 = 0
    var isMasked = false
    var key: [4 of UInt8] = [0, 0, 0, 0]

    var isFinal: Bool { first & 0x80 != 0 }
    var opcode: UInt8 { first & 0x0F }
    var isMessageFrame: Bool { opcode <= 2 }
    var isClose: Bool { opcode == 8 }
    var end: Int { payload &+ length }
}

/// The open message.
struct TableMessage: BitwiseCopyable {
    /// 1 or 2, or 0 where no message is open.
    var opcode: UInt8 = 0
    var isCompressed = false
    var frameCount = 0
    var byteCount = 0
    var inflatedCount = 0

    var isOpen: Bool { opcode != 0 }
}

/// Close codes, as ranges (RFC 6455 §7.4).
enum TableCloseCodes {
    private static let rows: [(codes: ClosedRange<UInt16>, needs: Policy)] = [
        (1000...1003, .strict), (1007...1011, .strict), (1012...1014, .registeredCloseCodes),
        (3000...4999, .strict),
    ]

    /// Whether a code may be sent.
    static func admits(_ code: UInt16, _ policy: Policy) -> Bool {
        rows.contains { $0.codes.contains(code) && policy.isSuperset(of: $0.needs) }
    }
}

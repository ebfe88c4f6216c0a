internal import Wire

/// What a step of a program does.
enum TableAction: UInt8 {
    /// A varint.
    case integer
    /// One byte that is a number.
    case byte
    /// As many bytes as the operand says.
    case fixed
    /// As many bytes as the number before.
    case counted
    /// All bytes up to the payload's end.
    case rest
    /// All zero bytes that follow.
    case zeros
    /// Goes on `operand` steps further where no range is left.
    case branchWithoutRange
    /// Goes back by `operand` steps.
    case back
    /// The offset is 0, for the rules of streams that state none.
    case noOffset
    /// One more NEW_CONNECTION_ID.
    case issue
    /// Compares the connection IDs of this payload.
    case compareIssued
    /// Says where the ClientHello starts.
    case clientHello
}

/// What is asked of the number that a step read.
enum TableRule: UInt8 {
    case none
    case largest
    case rangeCount
    case range
    case gap
    case streamOfSender
    case streamOfReader
    case streamCount
    case offset
    case cryptoLength
    case streamLength
    case length
    case tokenLength
    case sequence
    case retirePriorTo
    case connectionIDLength
}

/// One step of a frame's program.
struct TableStep {
    let action: TableAction
    let field: QUICField
    let rule: TableRule
    let operand: Int

    init(
        _ action: TableAction, _ field: QUICField = .tag, _ rule: TableRule = .none,
        operand: Int = 0
    ) {
        self.action = action
        self.field = field
        self.rule = rule
        self.operand = operand
    }
}

/// Which packets may carry a frame: bits.
struct TablePackets: OptionSet {
    let rawValue: UInt8
    static let initial = TablePackets(rawValue: 1)
    static let zeroRTT = TablePackets(rawValue: 2)
    static let handshake = TablePackets(rawValue: 4)
    static let oneRTT = TablePackets(rawValue: 8)
    /// Servers only.
    static let fromServer = TablePackets(rawValue: 16)

    /// Table 3's letters.
    init(_ letters: String) {
        var set: TablePackets = []
        for letter in letters {
            switch letter {
            case "I": set.insert(.initial)
            case "H": set.insert(.handshake)
            case "0": set.insert(.zeroRTT)
            case "1": set.insert(.oneRTT)
            default: set.insert(.fromServer)
            }
        }
        self = set
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ kind: QUICPacketKind) {
        switch kind {
        case .initial: self = .initial
        case .zeroRTT: self = .zeroRTT
        case .handshake: self = .handshake
        default: self = .oneRTT
        }
    }
}

/// The frames as data: who may carry them, and what they consist of.
struct TableGrammar {
    /// By type, 0 … 0x31; no packet for a type that is not defined.
    private(set) var packets = [TablePackets](repeating: [], count: 0x32)
    /// Where a type's program starts in `steps`; it lasts to the next one's start.
    private(set) var starts = [Int](repeating: 0, count: 0x33)
    private(set) var steps: [TableStep] = []

    init(_ policy: Policy) {
        for type in 0..<0x32 {
            starts[type] = steps.count
            let (letters, program) = Self.frame(type)
            packets[type] = TablePackets(letters)
            steps += program
        }
        starts[0x32] = steps.count
        if policy.contains(.retireConnectionIDInZeroRTT) { packets[0x19].insert(.zeroRTT) }
    }

    private static func frame(_ type: Int) -> (String, [TableStep]) {
        switch type {
        case 0x00: ("IH01", [TableStep(.zeros)])
        case 0x01: ("IH01", [])
        case 0x02: ("IH1", ranges)
        case 0x03:
            (
                "IH1",
                ranges + [.init(.integer, .ect0), .init(.integer, .ect1), .init(.integer, .ecnCE)]
            )
        case 0x04:
            (
                "01",
                [
                    .init(.integer, .streamID, .streamOfSender), .init(.integer, .errorCode),
                    .init(.integer, .finalSize),
                ]
            )
        case 0x05:
            ("01", [.init(.integer, .streamID, .streamOfReader), .init(.integer, .errorCode)])
        case 0x06:
            (
                "IH1",
                [
                    .init(.integer, .offset, .offset), .init(.integer, .dataLength, .cryptoLength),
                    .init(.counted, .cryptoData), .init(.clientHello),
                ]
            )
        case 0x07:
            ("1S", [.init(.integer, .newTokenLength, .tokenLength), .init(.counted, .newToken)])
        case 0x08...0x0f: ("01", stream(type))
        case 0x10, 0x14: ("01", [.init(.integer, .maximum)])
        case 0x11:
            ("01", [.init(.integer, .streamID, .streamOfReader), .init(.integer, .maximum)])
        case 0x15:
            ("01", [.init(.integer, .streamID, .streamOfSender), .init(.integer, .maximum)])
        case 0x12, 0x13, 0x16, 0x17: ("01", [.init(.integer, .maximum, .streamCount)])
        case 0x18: ("01", issue)
        case 0x19: ("1", [.init(.integer, .sequenceNumber)])
        case 0x1a: ("01", [.init(.fixed, .pathData, operand: 8)])
        case 0x1b: ("1", [.init(.fixed, .pathData, operand: 8)])
        case 0x1c:
            ("IH01", [.init(.integer, .errorCode), .init(.integer, .closedFrameType)] + reason)
        case 0x1d: ("01", [.init(.integer, .errorCode)] + reason)
        case 0x1e: ("1S", [])
        case 0x30: ("01", [.init(.rest, .datagramData)])
        case 0x31:
            ("01", [.init(.integer, .dataLength, .length), .init(.counted, .datagramData)])
        default: ("", [])
        }
    }

    private static let ranges: [TableStep] = [
        .init(.integer, .largestAcknowledged, .largest), .init(.integer, .ackDelay),
        .init(.integer, .ackRangeCount, .rangeCount), .init(.integer, .firstAckRange, .range),
        .init(.branchWithoutRange, operand: 4), .init(.integer, .gap, .gap),
        .init(.integer, .ackRangeLength, .range), .init(.back, operand: 3),
    ]

    private static let reason: [TableStep] = [
        .init(.integer, .reasonLength, .length), .init(.counted, .reasonPhrase),
    ]

    private static let issue: [TableStep] = [
        .init(.issue), .init(.integer, .sequenceNumber, .sequence),
        .init(.integer, .retirePriorTo, .retirePriorTo),
        .init(.byte, .connectionIDLength, .connectionIDLength),
        .init(.counted, .newConnectionID), .init(.fixed, .statelessResetToken, operand: 16),
        .init(.compareIssued),
    ]

    private static func stream(_ type: Int) -> [TableStep] {
        var steps: [TableStep] = [.init(.integer, .streamID, .streamOfSender)]
        steps.append(type & 4 != 0 ? .init(.integer, .offset, .offset) : .init(.noOffset))
        if type & 2 != 0 {
            steps.append(.init(.integer, .dataLength, .streamLength))
            steps.append(.init(.counted, .streamData))
        } else {
            steps.append(.init(.rest, .streamData, .streamLength))
        }
        return steps
    }
}

/// What the value of a transport parameter is.
struct TableParameter {
    enum Shape: UInt8 { case any, integer, preferredAddress }

    var shape = Shape.any
    var isServerOnly = false
    /// The fewest and the most of it: bytes, or values of an integer.
    var least: UInt64 = 0
    var most: UInt64 = .max

    /// By ID, 0 … 0x20: RFC 9000 §18.2, RFC 9221 §3.
    static let all: [TableParameter] = (0...0x20).map { id in
        switch id {
        case 0x00, 0x10: TableParameter(isServerOnly: true, most: 20)
        case 0x02: TableParameter(isServerOnly: true, least: 16, most: 16)
        case 0x0c: TableParameter(most: 0)
        case 0x0d: TableParameter(shape: .preferredAddress, isServerOnly: true)
        case 0x0f: TableParameter(most: 20)
        case 0x03: TableParameter(shape: .integer, least: 1_200)
        case 0x08, 0x09: TableParameter(shape: .integer, most: 1 << 60)
        case 0x0a: TableParameter(shape: .integer, most: 20)
        case 0x0b: TableParameter(shape: .integer, most: (1 << 14) - 1)
        case 0x0e: TableParameter(shape: .integer, least: 2)
        case 0x01, 0x04...0x07, 0x20: TableParameter(shape: .integer)
        default: TableParameter()
        }
    }
}

internal import Wire

/// What may not stand in the first two octets of a header, as rows; the first row that fits gives the reason.
struct TableHeaderGrammar {
    /// What a frame is, as far as its header's rules differ.
    enum Class: UInt8, CaseIterable {
        case message
        case close
        case control
        case other

        /// The class of an opcode.
        static func of(_ opcode: UInt8) -> Class {
            switch opcode {
            case 0...2: .message
            case 8: .close
            case 9...15: .control
            default: .other
            }
        }
    }

    /// A row for the first octet. Bits that `mask` leaves out, and what is nil, may be anything.
    struct FirstRow {
        var reason: WebSocketReason
        var mask: UInt8 = 0
        var value: UInt8 = 0
        var opcodes: [ClosedRange<UInt8>] = [0...15]
        var isOpen: Bool?

        func fits(_ octet: UInt8, isOpen open: Bool) -> Bool {
            octet & mask == value && opcodes.contains { $0.contains(octet & 0x0F) }
                && (isOpen ?? open) == open
        }
    }

    /// A row for the second octet.
    struct SecondRow {
        var reason: WebSocketReason
        var mask: UInt8 = 0
        var value: UInt8 = 0
        var lengths: ClosedRange<UInt8> = 0...127
        var classes: [Class] = Class.allCases

        func fits(_ octet: UInt8, _ frame: Class) -> Bool {
            octet & mask == value && lengths.contains(octet & 0x7F) && classes.contains(frame)
        }
    }

    let first: [FirstRow]
    let second: [SecondRow]
    /// Whether a length may take more octets than it needs.
    let admitsLongLength: Bool

    init(_ policy: Policy, _ context: WebSocketContext) {
        var first: [FirstRow] = []
        if !policy.contains(.reservedBits) {
            if context.permessageDeflate == nil {
                first.append(FirstRow(reason: .reservedBits, mask: 0x40, value: 0x40))
            }
            first += [
                FirstRow(reason: .reservedBits, mask: 0x20, value: 0x20),
                FirstRow(reason: .reservedBits, mask: 0x10, value: 0x10),
                FirstRow(
                    reason: .misplacedCompressionBit, mask: 0x40, value: 0x40,
                    opcodes: [0...0, 3...15]),
            ]
        }
        if !policy.contains(.reservedOpcodes) {
            first.append(FirstRow(reason: .reservedOpcode, opcodes: [3...7, 11...15]))
        }
        first += [
            FirstRow(reason: .fragmentedControl, mask: 0x80, value: 0x00, opcodes: [8...15]),
            FirstRow(reason: .unexpectedContinuation, opcodes: [0...0], isOpen: false),
            FirstRow(reason: .unfinishedMessage, opcodes: [1...2], isOpen: true),
        ]
        self.first = first

        var second: [SecondRow] = []
        switch context.sender {
        case .client:
            if !policy.contains(.unmaskedClient) {
                second.append(SecondRow(reason: .missingMask, mask: 0x80, value: 0x00))
            }
        case .server:
            if !policy.contains(.maskedServer) {
                second.append(SecondRow(reason: .unexpectedMask, mask: 0x80, value: 0x80))
            }
        }
        second += [
            SecondRow(
                reason: .controlTooLong, lengths: 126...127, classes: [.control, .close]),
            SecondRow(reason: .closePayloadOfOneByte, lengths: 1...1, classes: [.close]),
        ]
        self.second = second
        admitsLongLength = policy.contains(.nonMinimalLength)
    }
}

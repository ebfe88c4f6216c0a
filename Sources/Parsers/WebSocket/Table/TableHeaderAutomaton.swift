internal import Synchronization
internal import Wire

/// The rules of headers as one table: a row of 256 cells for each state.
///
/// A cell is the next state; or from `refusal` a reason; `lengthEnd` says that the octet ends the length.
struct TableHeaderAutomaton {
    /// The first octet, where no message is open, and where one is.
    static let firstOctet: UInt8 = 0
    static let firstOctetOpen: UInt8 = 1
    /// The second octet, by the frame's class.
    private static let secondOctet: UInt8 = 2
    /// Lengths of 16 bits: the first octet; the second behind 0; the second behind another.
    private static let length16: UInt8 = 6
    /// Lengths of 64 bits: octet i behind zeros only is 2 i further, behind others one more.
    private static let length64: UInt8 = 9
    /// The four octets of a key.
    static let key: UInt8 = 25
    /// Behind the header.
    static let payload: UInt8 = 29
    private static let stateCount = 29

    /// The octet ends the length.
    static let lengthEnd: UInt8 = 0x40
    /// What a cell holds above it is a reason.
    static let refusal: UInt8 = 0x80

    /// Whether a state awaits the octet with MASK.
    static func isSecondOctet(_ state: UInt8) -> Bool {
        state >= secondOctet && state < length16
    }

    /// Whether octets that are read in a state add to the length.
    static func isLength(_ state: UInt8) -> Bool { state >= length16 && state < key }

    private var cells: [UInt8]

    /// What an octet means in a state.
    @inline(__always)
    func cell(_ state: UInt8, _ octet: UInt8) -> UInt8 {
        cells[Int(state) &<< 8 | Int(octet)]
    }

    /// What of a policy and a context a grammar looks at.
    private struct Key: Hashable {
        let policy: Policy
        let sender: WebSocketContext.Sender
        let isDeflating: Bool
    }

    /// Automata that were made, by what they depend on: at most one for each set of five leniencies, sender and extension.
    private static let made = Mutex<[Key: TableHeaderAutomaton]>([:])

    /// The automaton under `policy` in `context`, which is made once: a parser for each connection must not pay for it.
    static func under(_ policy: Policy, _ context: WebSocketContext) -> TableHeaderAutomaton {
        let looked: Policy = [
            .reservedBits, .reservedOpcodes, .unmaskedClient, .maskedServer, .nonMinimalLength,
        ]
        let key = Key(
            policy: policy.intersection(looked), sender: context.sender,
            isDeflating: context.permessageDeflate != nil)
        return made.withLock { made in
            if let known = made[key] { return known }
            let automaton = TableHeaderAutomaton(TableHeaderGrammar(policy, context))
            made[key] = automaton
            return automaton
        }
    }

    private init(_ grammar: TableHeaderGrammar) {
        cells = [UInt8](repeating: 0, count: Self.stateCount * 256)
        for octet in UInt8.min...UInt8.max {
            for isOpen in [false, true] {
                let state = isOpen ? Self.firstOctetOpen : Self.firstOctet
                set(state, octet, Self.first(grammar, octet, isOpen))
            }
            for frame in TableHeaderGrammar.Class.allCases {
                set(Self.secondOctet + frame.rawValue, octet, Self.second(grammar, octet, frame))
            }
            fillLength16(grammar, octet)
            fillLength64(grammar, octet)
            for index in UInt8(0)..<4 { set(Self.key + index, octet, Self.key + index + 1) }
        }
    }

    private mutating func set(_ state: UInt8, _ octet: UInt8, _ cell: UInt8) {
        cells[Int(state) * 256 + Int(octet)] = cell
    }

    private static func refuse(_ reason: WebSocketReason) -> UInt8 { refusal | reason.rawValue }

    private static func first(
        _ grammar: TableHeaderGrammar, _ octet: UInt8, _ isOpen: Bool
    ) -> UInt8 {
        if let row = grammar.first.first(where: { $0.fits(octet, isOpen: isOpen) }) {
            return refuse(row.reason)
        }
        return secondOctet + TableHeaderGrammar.Class.of(octet & 0x0F).rawValue
    }

    private static func second(
        _ grammar: TableHeaderGrammar, _ octet: UInt8, _ frame: TableHeaderGrammar.Class
    ) -> UInt8 {
        if let row = grammar.second.first(where: { $0.fits(octet, frame) }) {
            return refuse(row.reason)
        }
        switch octet & 0x7F {
        case 126: return length16
        case 127: return length64
        default: return lengthEnd
        }
    }

    private mutating func fillLength16(_ grammar: TableHeaderGrammar, _ octet: UInt8) {
        set(Self.length16, octet, octet == 0 ? Self.length16 + 1 : Self.length16 + 2)
        let isShort = octet < 126 && !grammar.admitsLongLength
        set(
            Self.length16 + 1, octet,
            isShort ? Self.refuse(.nonMinimalLength) : Self.lengthEnd)
        set(Self.length16 + 2, octet, Self.lengthEnd)
    }

    private mutating func fillLength64(_ grammar: TableHeaderGrammar, _ octet: UInt8) {
        for index in UInt8(0)..<8 {
            for isBehindOthers in [false, true] {
                let state = Self.length64 + 2 * index + (isBehindOthers ? 1 : 0)
                let goesOn = isBehindOthers || octet != 0
                var next = Self.length64 + 2 * (index + 1) + (goesOn ? 1 : 0)
                if index == 7 { next = Self.lengthEnd }
                if index == 5, !goesOn, !grammar.admitsLongLength {
                    next = Self.refuse(.nonMinimalLength)
                }
                if index == 0, octet >= 0x80 { next = Self.refuse(.lengthHighBit) }
                set(state, octet, next)
            }
        }
    }
}

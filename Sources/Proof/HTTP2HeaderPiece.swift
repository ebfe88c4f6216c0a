internal import HTTP2
internal import Wire

/// Frame headers of a client, as an automaton made of residuals.
///
/// A header is judged once its nine octets are there, from its length, type, flags and stream together. Of these the rules
/// look at: the length against fixed numbers, a multiple of six, and what the receiver allows; eighteen types, of which one
/// stands for all that are not known; the flags 0x1, 0x4, 0x8 and 0x20; the stream as none, odd, even, the field block's. The
/// reference is asked about one header of each class, and prefixes for which all its answers are the same are one state.
struct HTTP2HeaderPiece {
    private let isInBlock: Bool

    init(isInBlock: Bool) { self.isInBlock = isInBlock }

    /// A place in a header.
    private enum Place: Hashable {
        /// So many octets of the length, and their value by class.
        case length(count: Int, value: Int)
        /// Behind the type, the flags, and octets of the stream: what the answers will be.
        case type(Int)
        case flags(Int)
        case stream(count: Int, isZero: Bool, Int)
    }

    /// The answers to the streams of each class: nil where the header passes, else the reason's code.
    private typealias Answers = [UInt8?]

    /// The header before the piece: HEADERS that leaves its field block open.
    static let opening: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0, 1]
    private static let closing: [UInt8] = [0, 0, 0, 9, 4, 0, 0, 0, 1]

    /// Each type with a length that it may have, and each set of flags on no stream, two odd ones and an even one.
    static var examples: [[UInt8]] {
        // RFC 9113 §6: types 0 to 9, and one that is not known.
        let lengths: [UInt8] = [8, 5, 5, 4, 6, 5, 8, 8, 4, 1, 0]
        return lengths.indices.flatMap { type in
            (UInt8(0)..<16).flatMap { place in
                [0, 1, 2, 3].map { stream in
                    [0, 0, lengths[type], UInt8(type), flags(place), 0, 0, 0, stream]
                }
            }
        }
    }

    /// The header with as many zeros of payload as it announces.
    func input(_ word: [UInt8]) -> [UInt8] {
        guard word.count >= 9 else { return isInBlock ? Self.opening + word : word }
        let length = Int(word[0]) << 16 | Int(word[1]) << 8 | Int(word[2])
        let whole = word + [UInt8](repeating: 0, count: min(length, 17_000))
        return isInBlock ? Self.opening + whole + Self.closing : whole
    }

    func automaton(_ policy: Policy) -> PieceAutomaton {
        var residuals = Residuals(isInBlock: isInBlock, policy)
        return PieceAutomaton(start: Place.length(count: 0, value: 0), standing: .live) {
            place, octet in
            let next: Place
            switch place {
            case .length(let count, let value) where count < 3:
                let value = Self.lengthClass(value << 8 | Int(octet), count: count + 1)
                next = .length(count: count + 1, value: value)
            case .length(_, let length):
                next = .type(residuals.afterType(length, min(octet, 17)))
            case .type(let number): next = .flags(residuals.afterFlags(number, octet))
            case .flags(let number):
                next = .stream(count: 1, isZero: octet & 0x7F == 0, number)
            case .stream(let count, let isZero, let number) where count < 3:
                next = .stream(count: count + 1, isZero: isZero && octet == 0, number)
            case .stream(_, let isZero, let number):
                let answer = residuals.answer(number, isZero: isZero, octet)
                return PieceAutomaton.Move(
                    state: nil, standing: answer.map { .refused($0) } ?? .final, symbol: 1)
            }
            return PieceAutomaton.Move(state: next, standing: .live, symbol: 1)
        }
    }

    /// A length by what the rules ask of it. The first octets are kept as far as a frame of 16 KiB needs them.
    private static func lengthClass(_ value: Int, count: Int) -> Int {
        switch count {
        case 1: return min(value, 1)
        case 2: return min(value, 65)
        default:
            if value <= 400 { return value }
            return value <= HTTP2Constant.frameSizeMin ? 402 + value % 6 : 16_385
        }
    }

    /// What is known of headers that begin in one way.
    private struct Residuals {
        let isInBlock: Bool
        private var reader: any Parser
        private var numbers: [[Answers]: Int] = [:]
        private var tables: [[Answers]] = []
        private var rows: [Answers: Int] = [:]
        private var answers: [Answers] = []
        private var known: [Int: Int] = [:]

        init(isInBlock: Bool, _ policy: Policy) {
            self.isInBlock = isInBlock
            let configuration = Configuration(
                policy: policy, limits: HTTP2Limits().untyped, context: HTTP2Context())
            guard let reader = HTTP2Protocols.frame.variants[0].makeParser(configuration) else {
                preconditionFailure("the reference honours every leniency")
            }
            self.reader = reader
        }

        /// The number of what the answers are behind this length and type, for the sixteen classes of flags.
        mutating func afterType(_ length: Int, _ type: UInt8) -> Int {
            let key = length << 8 | Int(type)
            if let number = known[key] { return number }
            let table = (UInt8(0)..<16).map { flags in
                ask(length, type, HTTP2HeaderPiece.flags(flags))
            }
            let number = numbers[table] ?? tables.count
            if number == tables.count {
                tables.append(table)
                numbers[table] = number
            }
            known[key] = number
            return number
        }

        mutating func afterFlags(_ number: Int, _ octet: UInt8) -> Int {
            let place = octet & 1 | octet >> 1 & 2 | octet >> 1 & 4 | octet >> 2 & 8
            let row = tables[number][Int(place)]
            if let known = rows[row] { return known }
            rows[row] = answers.count
            answers.append(row)
            return answers.count - 1
        }

        /// The answer to a stream: 0, 1 (the field block's), 2, and 3 for the odd and even ones beyond.
        func answer(_ number: Int, isZero: Bool, _ octet: UInt8) -> UInt8? {
            let row = answers[number]
            if isZero, octet <= 1 { return row[Int(octet)] }
            return row[octet & 1 == 0 ? 2 : 3]
        }

        private mutating func ask(_ length: Int, _ type: UInt8, _ flags: UInt8) -> Answers {
            var answers: Answers = []
            var tape = Tape()
            for stream in UInt8(0)...3 {
                let header: [UInt8] = [
                    UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags,
                    0, 0, 0, stream,
                ]
                let input = isInBlock ? HTTP2HeaderPiece.opening + header : header
                reader.reset()
                tape.removeAll()
                guard case .rejected(let rejection) = reader.parse(input.span, into: &tape),
                    rejection.offset >= input.count - 9
                else {
                    answers.append(nil)
                    continue
                }
                answers.append(rejection.code)
            }
            return answers
        }
    }

    /// The flags whose bits `place` counts.
    private static func flags(_ place: UInt8) -> UInt8 {
        place & 1 | (place & 2) << 1 | (place & 4) << 1 | (place & 8) << 2
    }
}

internal import Differential
public import Wire

/// A parser that is known by its answers only, on the words of one piece.
///
/// A word is asked about twice: as it stands behind what opens the piece, and in the whole input. The first says whether the
/// parser has already refused, the second whether the word is accepted.
public struct BlackBox {
    /// What one word got.
    struct Answer {
        var opened: Outcome
        var whole: Outcome
    }

    let piece: Piece
    private let reader: Reader

    /// The variant on words of the piece, or nil where it does not read the piece's protocol.
    public init?(_ piece: Piece, _ variant: Variant, _ policy: Policy) {
        guard let description = Registry.protocolNamed(piece.protocolName) else { return nil }
        self.piece = piece
        reader = Reader(description, variant, policy, piece.contextEntries)
        guard reader.outcome([]) != nil else { return nil }
    }

    /// The reference under a policy.
    public init?(_ piece: Piece, _ policy: Policy) {
        guard let description = Registry.protocolNamed(piece.protocolName),
            let reference = try? description.variant(named: "reference")
        else { return nil }
        self.init(piece, reference, policy)
    }

    /// What it reads of the whole input, in words.
    public func words(_ input: [UInt8]) -> String { reader.words(input) }

    func answer(_ word: [UInt8], in input: [UInt8]) -> Answer? {
        guard let opened = reader.outcome(piece.opened(word)),
            let whole = reader.outcome(input)
        else { return nil }
        return Answer(opened: opened, whole: whole)
    }
}

extension BlackBox.Answer {
    /// What was read of the word, where it is accepted.
    func reading(of piece: Piece) -> Outcome? {
        if case .complete = whole.verdict { return whole }
        // A chunk's data would have to follow its line: the line is accepted where its token is certain.
        if piece == .chunkLine, case .incomplete = opened.verdict, !opened.tape.tokens.isEmpty {
            return opened
        }
        return nil
    }

    /// Whether the word is refused, whatever follows it.
    var isRefused: Bool {
        guard case .rejected = opened.verdict, case .rejected = whole.verdict else { return false }
        return opened.verdict == whole.verdict
    }

    /// Appends what is said of the places behind a word that ends at `end`; before it, only that something is.
    func write(behind end: Int, of piece: Piece, to row: inout [UInt64]) {
        whole.write(behind: end, isFrame: piece.isFrameHeader, to: &row)
        if piece == .chunkLine { opened.write(behind: end, isFrame: false, to: &row) }
    }
}

extension Outcome {
    fileprivate func write(behind end: Int, isFrame: Bool, to row: inout [UInt64]) {
        // Behind a frame's header stands what it announces, and the frame's tokens repeat what the header said.
        let exact = isFrame ? 0 : 64
        defer { row.append(.max) }
        switch verdict {
        case .complete(let consumed): row.append(1 << 56 | Self.place(consumed, behind: end, exact))
        case .incomplete: row.append(2 << 56)
        case .rejected(let rejection):
            let code = UInt64(rejection.code) << 40
            row.append(3 << 56 | code | Self.place(rejection.offset, behind: end, exact))
        }
        guard !isFrame else { return }
        for token in tape.tokens {
            let name = UInt64(token.kind) << 56 | UInt64(token.detail) << 40
            if token.offset >= end {
                // A length may be a number that was read: numbers are told apart by how many bits they have.
                let bitCount = UInt64(UInt64.bitWidth - token.length.leadingZeroBitCount)
                row.append(name | bitCount << 32 | Self.place(token.offset, behind: end, exact))
            } else if token.end > end {
                row.append(name | 0xFF << 32 | Self.place(token.end, behind: end, exact))
            }
        }
    }

    /// How far behind the word's end a place is; all places before it are one, and those further than `exact` are known by
    /// their bits.
    private static func place(_ offset: Int, behind end: Int, _ exact: Int) -> UInt64 {
        guard offset >= end else { return 0xFFFF_FFFF }
        let distance = offset - end
        return UInt64(
            distance <= exact ? distance : exact + Int.bitWidth - distance.leadingZeroBitCount)
    }
}

extension Piece {
    /// Whether the piece is a frame's header, which is judged once it is whole.
    var isFrameHeader: Bool {
        switch self {
        case .webSocketHeader, .webSocketServerHeader, .http2Header, .http2HeaderInBlock: true
        case .requestLine, .statusLine, .version, .fieldLine, .fieldSection, .chunkLine,
            .dataEnd, .contentLength, .transferEncoding, .connection, .authority:
            false
        }
    }

    /// Whether the piece is a value, whose end its line states.
    var isValue: Bool {
        switch self {
        case .version, .contentLength, .transferEncoding, .connection, .authority: true
        case .requestLine, .statusLine, .fieldLine, .fieldSection, .chunkLine, .dataEnd,
            .webSocketHeader, .webSocketServerHeader, .http2Header, .http2HeaderInBlock:
            false
        }
    }

    /// The octets of which words for black boxes are made.
    ///
    /// A value has no line end in it: what it began would go on to be other lines. Frame headers are made of octets at the
    /// borders of their rules (chosen: all 256 at each place of a header would take hours).
    var blackBoxAlphabet: [UInt8] {
        if isValue { return preference.filter { $0 != 0x0D && $0 != 0x0A } }
        return isFrameHeader ? preference.filter(Self.frameOctets.contains) : preference
    }

    /// The exhaustive alphabet, all types and opcodes and one beyond, each bit, and sums of bits that are flags together.
    private static let frameOctets = Set(
        Exhaustive.binaryAlphabet + [0x10, 0x11, 0x20, 0x24, 0x25, 0x28, 0x2D, 0x40]
            + Array(0x00...0x0B) + [0x82, 0x83, 0x89, 0x8A, 0x8B, 0xC1, 0xFD, 0xFE])

    /// The word behind what opens the piece, and nothing behind it.
    func opened(_ word: [UInt8]) -> [UInt8] {
        self == .http2HeaderInBlock ? HTTP2HeaderPiece.opening + word : setting.prefix + word
    }
}

internal import CKernels
public import Wire

/// Vector lookups over blocks; only the blocks that they doubt, and the ends of pieces, are looked at byte by byte.
///
/// The kernel knows the strict grammar alone. What a leniency admits makes it doubt a block, which the walk then passes.
public struct SIMDUTF8Validator: Sendable, BitwiseCopyable {
    /// Bytes that are walked where the kernel stops: its block, and a sequence that reaches into the next one.
    private static let blockBytes = 64

    private let admits: Policy
    /// The open sequence's first byte, how many continuations it lacks, and the bounds of the next one.
    private var lead: UInt8 = 0
    private var missing: UInt8 = 0
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF
    private var open: UInt8 = 0

    /// Makes a validator that stands at the start of a text.
    public init(_ policy: Policy) { admits = policy }

    /// How many bytes of a sequence that is not whole have come: 0 to 3.
    @inline(__always)
    public var openCount: Int { Int(open) }

    /// Makes it stand at the start of a text.
    public mutating func reset() {
        missing = 0
        open = 0
    }

    /// Looks at the next piece of the text.
    ///
    /// - Returns: the first ill-formed sequence, or nil where all is well so far.
    public mutating func validate(_ piece: Span<UInt8>) -> UTF8Fault? {
        var index = 0
        if missing > 0, let fault = walk(piece, &index, upTo: 0) { return fault }
        while index < piece.count {
            index &+= Self.wellFormedCount(piece, from: index)
            guard index < piece.count else { return nil }
            if let fault = walk(piece, &index, upTo: index &+ Self.blockBytes) { return fault }
        }
        return nil
    }

    /// How many bytes from `index` are whole sequences of the strict grammar, as far as the kernel can tell.
    @inline(__always)
    private static func wellFormedCount(_ piece: Span<UInt8>, from index: Int) -> Int {
        // SAFETY: 0 ≤ index < piece.count, and the kernel reads `count - index` bytes from there.
        unsafe piece.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe zy_utf8_prefix(base + index, bytes.count &- index)
        }
    }

    /// Walks sequence by sequence until one ends at or behind `end`, or the piece does.
    private mutating func walk(
        _ piece: Span<UInt8>, _ index: inout Int, upTo end: Int
    ) -> UTF8Fault? {
        while index < piece.count, missing > 0 || index < end {
            let byte = piece[index]
            let reason = missing > 0 ? next(byte) : first(byte)
            if let reason {
                return UTF8Fault(
                    reason, start: index &- openCount, subpartCount: max(1, openCount))
            }
            index &+= 1
        }
        return nil
    }

    /// Takes the first byte of a sequence.
    private mutating func first(_ byte: UInt8) -> UTF8Reason? {
        guard byte >= 0x80 else { return nil }
        guard byte >= 0xC0 else { return .unexpectedContinuation }
        guard byte < 0xF8 else { return .invalidByte }
        lower = 0x80
        upper = 0xBF
        if byte < 0xE0 {
            if byte < 0xC2, !admits.contains(.overlongSequences) {
                guard byte == 0xC0, admits.contains(.overlongNUL) else { return .overlong }
                upper = 0x80
            }
            missing = 1
        } else if byte < 0xF0 {
            if byte == 0xE0, !admits.contains(.overlongSequences) { lower = 0xA0 }
            if byte == 0xED, !admits.contains(.wtf8Surrogates) { upper = 0x9F }
            missing = 2
        } else {
            if byte == 0xF0, !admits.contains(.overlongSequences) { lower = 0x90 }
            if byte >= 0xF4, !admits.contains(.codePointsAboveMaximum) {
                guard byte == 0xF4 else { return .aboveMaximum }
                upper = 0x8F
            }
            missing = 3
        }
        lead = byte
        open = 1
        return nil
    }

    /// Takes a byte behind the first.
    private mutating func next(_ byte: UInt8) -> UTF8Reason? {
        guard byte & 0xC0 == 0x80 else { return .truncatedSequence }
        guard byte >= lower else { return .overlong }
        guard byte <= upper else {
            switch lead {
            case 0xED: return .surrogate
            case 0xF4: return .aboveMaximum
            default: return .overlong
            }
        }
        lower = 0x80
        upper = 0xBF
        missing &-= 1
        open = missing == 0 ? 0 : open &+ 1
        return nil
    }
}

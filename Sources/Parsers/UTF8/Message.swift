public import Wire

/// The tokens of UTF-8 tapes (`Documentation/UTF8.md` §5).
public enum UTF8Token {
    /// What a token stands for.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// The maximal subpart of the ill-formed sequence; detail: the reason's raw value.
        case illFormed = 1
    }
}

extension Token {
    /// Makes the token of an ill-formed sequence that starts at `offset`.
    public init(illFormed fault: UTF8Fault, at offset: Int) {
        self.init(
            kind: UTF8Token.Kind.illFormed.rawValue, detail: UInt16(fault.reason.rawValue),
            offset: offset, length: fault.subpartCount)
    }
}

/// What a UTF-8 parser knows beyond the bytes: nothing.
public struct UTF8Context: ParseContext, Hashable {
    /// Makes a context.
    public init() {}
}

/// What a validator found in a piece of text.
public struct UTF8Fault: Hashable, Sendable, BitwiseCopyable {
    /// Why the sequence is ill-formed.
    public var reason: UTF8Reason
    /// Where it starts, in bytes from the piece's first; negative where it started in a piece before.
    public var start: Int
    /// The length of its maximal subpart (Unicode §3.9, D93b): 1 to 3 bytes.
    public var subpartCount: Int

    /// Makes a fault.
    public init(_ reason: UTF8Reason, start: Int, subpartCount: Int) {
        self.reason = reason
        self.start = start
        self.subpartCount = subpartCount
    }
}

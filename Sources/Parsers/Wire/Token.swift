/// One recognised element: what it is, where it starts, how long it is.
///
/// A token is sixteen bytes with no padding, so two tapes are equal when `memcmp` says so. The kinds
/// and details are the protocol's own (`HTTP1Token.Kind` for HTTP/1); the layout is not.
///
///     bits of `word`   0 … 39   offset, in bytes: in the input, or in the arena where the kind says so
///                     40 … 55   detail
///                     56 … 63   kind
@frozen
public struct Token: Hashable, Sendable, BitwiseCopyable {
    /// Offset, detail and kind, packed.
    public var word: UInt64
    /// Length in bytes, or the number that the kind documents.
    public var length: UInt64

    /// The largest offset that a token can state: 2^40 − 1 (chosen: a message that is held whole in
    /// memory ends long before 1 TiB, and the kind and detail fit into the same word).
    public static var offsetMax: Int { (1 << 40) - 1 }

    /// Makes a token. `offset` must lie in `0 ... Token.offsetMax`; bits above are cut off.
    @inlinable @inline(__always)
    public init(kind: UInt8, detail: UInt16 = 0, offset: Int, length: Int) {
        word =
            (UInt64(truncatingIfNeeded: offset) & 0xff_ffff_ffff)
            | UInt64(detail) &<< 40 | UInt64(kind) &<< 56
        self.length = UInt64(truncatingIfNeeded: length)
    }

    /// Makes a token from a word that already holds kind and detail, and the offset, which must not exceed
    /// `offsetMax`.
    @inlinable @inline(__always)
    public init(kindAndDetail: UInt64, offset: Int, length: Int) {
        word = kindAndDetail | UInt64(truncatingIfNeeded: offset)
        self.length = UInt64(truncatingIfNeeded: length)
    }

    /// The bits of a word for a kind, to be passed to `init(kindAndDetail:offset:length:)`.
    @inlinable @inline(__always)
    public static func bits(kind: UInt8, detail: UInt16 = 0) -> UInt64 {
        UInt64(detail) &<< 40 | UInt64(kind) &<< 56
    }

    /// What was recognised: the raw value of the protocol's kind.
    @inlinable public var kind: UInt8 { UInt8(truncatingIfNeeded: word &>> 56) }
    /// A small number whose meaning the kind documents.
    @inlinable public var detail: UInt16 { UInt16(truncatingIfNeeded: word &>> 40) }
    /// Where the element starts.
    @inlinable public var offset: Int { Int(truncatingIfNeeded: word & 0xff_ffff_ffff) }
    /// Where the element ends: the offset of the byte behind its last.
    @inlinable public var end: Int { offset &+ Int(truncatingIfNeeded: length) }
}

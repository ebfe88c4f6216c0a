public import Wire

/// The tokens of HPACK tapes.
///
/// A block's tokens are a size update each, then three for each field (representation, name, value), then the block's end
/// and what the dynamic table holds there. `Documentation/HPACK.md` §8 says which offsets and lengths each one carries.
public enum HPACKToken {
    /// What a token stands for.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// A field representation in the input; detail: `HPACKRepresentation`.
        case representation = 1
        /// The field's name, in the arena.
        case name
        /// The field's value, in the arena.
        case value
        /// A dynamic table size update; offset: its first byte; length: the new maximum size.
        case sizeUpdate
        /// From here on the block's fields are left out; offset: the first such field; detail: `HPACKExcess`.
        case fieldListTooLarge
        /// A block has ended; offset: the byte behind it; length: the table's digest.
        case blockEnd
        /// What the table holds there; offset: the number of entries; length: its size in octets.
        case blockTable
    }
}

extension Token {
    /// Makes an HPACK token.
    @inlinable @inline(__always)
    public init(_ kind: HPACKToken.Kind, detail: UInt16 = 0, offset: Int, length: Int) {
        self.init(kind: kind.rawValue, detail: detail, offset: offset, length: length)
    }

    /// The token's kind on an HPACK tape, or nil where it is none.
    public var hpackKind: HPACKToken.Kind? { HPACKToken.Kind(rawValue: kind) }
}

/// How a field was written, as the detail of its representation token says.
public struct HPACKRepresentation: Hashable, Sendable, BitwiseCopyable {
    /// The four representations of a field (RFC 7541 §6.1, §6.2).
    public enum Sort: UInt16, CaseIterable, Sendable, BitwiseCopyable {
        case indexed
        case incrementalIndexing
        case withoutIndexing
        case neverIndexed
    }

    public var sort: Sort
    /// Whether the name stood there as a string.
    public var isNameLiteral: Bool
    /// Whether that string was Huffman-coded.
    public var isNameHuffman: Bool
    /// Whether the value was Huffman-coded.
    public var isValueHuffman: Bool

    /// Makes it.
    @inlinable @inline(__always)
    public init(
        _ sort: Sort, isNameLiteral: Bool = false, isNameHuffman: Bool = false,
        isValueHuffman: Bool = false
    ) {
        self.sort = sort
        self.isNameLiteral = isNameLiteral
        self.isNameHuffman = isNameHuffman
        self.isValueHuffman = isValueHuffman
    }

    /// Detail bits: sort 0–1, Huffman name 4, Huffman value 5, literal name 6.
    @inlinable @inline(__always)
    public var detail: UInt16 {
        sort.rawValue | (isNameHuffman ? 0x10 : 0) | (isValueHuffman ? 0x20 : 0)
            | (isNameLiteral ? 0x40 : 0)
    }

    /// Reads a representation token's detail back.
    public init(detail: UInt16) {
        self.init(
            Sort(rawValue: detail & 3) ?? .indexed, isNameLiteral: detail & 0x40 != 0,
            isNameHuffman: detail & 0x10 != 0, isValueHuffman: detail & 0x20 != 0)
    }
}

/// Which limit of the field list was exceeded.
public enum HPACKExcess: UInt16, CaseIterable, Sendable, BitwiseCopyable {
    /// `fieldListBytesMax`
    case bytes
    /// `fieldCountMax`
    case count
}

/// What an HPACK decoder knows of its connection: where blocks end, and which table sizes it allowed.
public struct HPACKContext: ParseContext, Hashable {
    /// One header block.
    public struct Block: Hashable, Sendable {
        /// Its length in bytes.
        public var length: Int
        /// The SETTINGS_HEADER_TABLE_SIZE that came into force before it, or nil where none did.
        public var tableSizeMax: Int?

        /// Makes a block. A length below 0 counts as 0.
        public init(length: Int, tableSizeMax: Int? = nil) {
            self.length = max(0, length)
            self.tableSizeMax = tableSizeMax.map { min(max(0, $0), HPACKContext.tableSizeLimit) }
        }
    }

    /// SETTINGS_HEADER_TABLE_SIZE before any SETTINGS (RFC 9113 §6.5.2).
    public static let initialTableSize = 4_096
    /// The largest value that a setting has (RFC 9113 §6.5.1).
    public static let tableSizeLimit = Int(UInt32.max)

    /// The blocks, one behind the other.
    public var blocks: [Block]

    /// Makes a context.
    public init(blocks: [Block]) { self.blocks = blocks }
}

/// One field of a header list, as encoders take it.
public struct HPACKField: Hashable, Sendable {
    public var name: [UInt8]
    public var value: [UInt8]
    /// Whether no hop may index it (RFC 7541 §6.2.3).
    public var isNeverIndexed: Bool

    /// Makes a field.
    public init(name: [UInt8], value: [UInt8], isNeverIndexed: Bool = false) {
        self.name = name
        self.value = value
        self.isNeverIndexed = isNeverIndexed
    }

    /// Makes a field of text.
    public init(_ name: String, _ value: String, isNeverIndexed: Bool = false) {
        self.init(name: Array(name.utf8), value: Array(value.utf8), isNeverIndexed: isNeverIndexed)
    }
}

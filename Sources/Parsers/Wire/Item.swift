/// One message, frame, packet or block, as readers of every protocol show it: what normal forms hold, what
/// comparisons rank, what cases expect.
public struct Item: Hashable, Sendable {
    /// What it is, with the RFC's name (`HEADERS`, `Initial`), or nil where the protocol has only one sort.
    public var kind: String?
    /// Its first byte, in bytes from the input's first.
    public var start: Int
    /// The byte behind its last, or nil where it is not whole.
    public var end: Int?
    /// What it says, in the RFC's words and order.
    public var properties: [Property]
    /// What a case's `items` entry says of it, such as `length 5` or `DATA 1`.
    public var summary: String

    /// Makes an item.
    public init(
        kind: String? = nil, start: Int, end: Int?, properties: [Property] = [], summary: String
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        self.properties = properties
        self.summary = summary
    }

    /// One thing that an item says.
    public struct Property: Hashable, Sendable {
        /// Its key in the normal form.
        public var name: String
        /// What it says.
        public var value: Value
        /// How bad it is where two readers differ in it.
        public var rank: DifferenceRank
        /// Whether it says where something stands: not compared with what was written anew.
        public var isPlace: Bool
        /// Whether the normal form shows it; else it is there to be compared only.
        public var isShown: Bool

        /// Makes a property.
        public init(
            _ name: String, _ value: Value, rank: DifferenceRank = .otherFields,
            isPlace: Bool = false, isShown: Bool = true
        ) {
            self.name = name
            self.value = value
            self.rank = rank
            self.isPlace = isPlace
            self.isShown = isShown
        }
    }

    /// A value of the normal form.
    public indirect enum Value: Hashable, Sendable {
        case bool(Bool)
        case number(Int)
        case text(String)
        /// Bytes that are mostly text: shown as Latin-1, one code point for each byte.
        case latin1([UInt8])
        /// Bytes that are not: shown as base64.
        case bytes([UInt8])
        case list([Value])
        case object([String: Value])
    }

    /// The item without places: what it says, wherever its bytes stand.
    public var withoutPlaces: Item {
        Item(
            kind: kind, start: 0, end: nil, properties: properties.filter { !$0.isPlace },
            summary: summary)
    }
}

/// A set of octets: what one step of a grammar can take.
struct TableByteSet: Hashable, Sendable {
    private var words = SIMD4<UInt64>()

    /// The empty set.
    init() {}

    /// The octets of `range`.
    init(_ range: ClosedRange<UInt8>) {
        for octet in range { insert(octet) }
    }

    /// Adds one octet.
    mutating func insert(_ octet: UInt8) {
        words[Int(octet >> 6)] |= 1 << UInt64(octet & 63)
    }

    /// Whether `octet` is a member.
    func contains(_ octet: UInt8) -> Bool {
        words[Int(octet >> 6)] & (1 << UInt64(octet & 63)) != 0
    }

    /// The octets of either set.
    func union(_ other: TableByteSet) -> TableByteSet {
        var result = self
        result.words |= other.words
        return result
    }

    /// Number of members.
    var count: Int {
        (0..<4).reduce(0) { $0 + words[$1].nonzeroBitCount }
    }
}

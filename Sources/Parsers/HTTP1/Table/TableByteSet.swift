/// A set of octets: what one step of a grammar can take.
package struct TableByteSet: Hashable, Sendable {
    /// A bit for each of the octets 0 … 127, and for each of the others.
    private var low: UInt128 = 0
    private var high: UInt128 = 0

    /// The empty set.
    init() {}

    /// The octets of `range`.
    init(_ range: ClosedRange<UInt8>) {
        for octet in range { insert(octet) }
    }

    /// Adds one octet.
    mutating func insert(_ octet: UInt8) {
        let bit = UInt128(1) << UInt128(octet & 127)
        if octet < 128 { low |= bit } else { high |= bit }
    }

    /// Whether `octet` is a member.
    package func contains(_ octet: UInt8) -> Bool {
        (octet < 128 ? low : high) >> UInt128(octet & 127) & 1 != 0
    }

    /// The octets of either set.
    func union(_ other: TableByteSet) -> TableByteSet {
        var result = self
        result.low |= other.low
        result.high |= other.high
        return result
    }

    /// Number of members.
    var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }
}

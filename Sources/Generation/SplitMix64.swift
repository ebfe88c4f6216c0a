/// A small generator with a 64-bit state, so that every run can be had again from its seed.
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a generator; equal seeds give equal sequences.
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SplitMix64 {
    /// One of a list, which must not be empty.
    @inlinable
    package mutating func pick<Element>(_ list: [Element]) -> Element {
        list[below(list.count)]
    }

    /// A number below `bound`, which must be above 0.
    @inlinable
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// True once in `count` times.
    @inlinable
    package mutating func once(in count: Int) -> Bool { below(count) == 0 }

    /// Any octet.
    package mutating func octet() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// `count` octets.
    package mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in octet() } }
}

internal import Wire

/// An entry of either table, where its octets start, and what it adds to the digest.
struct SIMDHPACKEntry: BitwiseCopyable {
    /// In bytes from the start of its table's octets; the value stands behind the name.
    var start: Int
    var nameCount: UInt32
    var valueCount: UInt32
    var nameHash: UInt64
    var share: UInt64

    /// Octets of name and value.
    @inline(__always)
    var count: Int { Int(nameCount) &+ Int(valueCount) }
    /// RFC 7541 §4.1.
    @inline(__always)
    var size: Int { count &+ 32 }
}

/// The static table: one run of octets with room for vector loads behind it, and 61 entries.
@safe
struct SIMDHPACKStatic: @unchecked Sendable {
    /// Built once, on the first use, and never freed.
    static let shared = SIMDHPACKStatic()

    let octets: UnsafePointer<UInt8>
    let entries: UnsafePointer<SIMDHPACKEntry>

    private init() {
        let table = HPACKStaticTable.entries
        let total = table.reduce(0) { $0 + $1.name.utf8CodeUnitCount + $1.value.utf8CodeUnitCount }
        let octets = UnsafeMutablePointer<UInt8>.allocate(capacity: total + SIMDHPACKCopy.slack)
        // SAFETY: the buffer has that many bytes.
        unsafe octets.initialize(repeating: 0, count: total + SIMDHPACKCopy.slack)
        let entries = UnsafeMutablePointer<SIMDHPACKEntry>.allocate(capacity: table.count)
        var end = 0
        for (index, entry) in table.enumerated() {
            let start = end
            for text in [entry.name, entry.value] {
                // SAFETY: `end` stays below `total`, the sum of all lengths.
                for octet in text.description.utf8 {
                    unsafe octets[end] = octet
                    end += 1
                }
            }
            let nameCount = entry.name.utf8CodeUnitCount
            // SAFETY: index < table.count; the hash reads up to seven bytes beyond the name, which the slack holds.
            unsafe (entries + index).initialize(
                to: SIMDHPACKEntry(
                    start: start, nameCount: UInt32(nameCount),
                    valueCount: UInt32(end - start - nameCount),
                    nameHash: SIMDHPACKCopy.hash(octets + start, nameCount), share: 0))
        }
        unsafe self.octets = UnsafePointer(octets)
        unsafe self.entries = UnsafePointer(entries)
    }
}

/// The dynamic table's memory: a run of octets, and a ring of entries. It belongs to one table; a copied table copies it
/// before it changes it.
@safe
final class SIMDHPACKStorage: @unchecked Sendable {
    private(set) var octets: UnsafeMutablePointer<UInt8>
    private(set) var octetCapacity: Int
    private(set) var entries: UnsafeMutablePointer<SIMDHPACKEntry>
    /// A power of two.
    private(set) var entryCapacity: Int

    /// Makes memory for `octetCapacity` octets and `entryCapacity` entries, a power of two.
    init(octetCapacity: Int, entryCapacity: Int) {
        self.octetCapacity = octetCapacity
        self.entryCapacity = entryCapacity
        unsafe octets = Self.allocateOctets(octetCapacity)
        unsafe entries = .allocate(capacity: entryCapacity)
        // SAFETY: the buffer has that many elements.
        unsafe entries.initialize(repeating: Self.none, count: entryCapacity)
    }

    private static let none = SIMDHPACKEntry(
        start: 0, nameCount: 0, valueCount: 0, nameHash: 0, share: 0)

    @unsafe
    private static func allocateOctets(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let made = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + SIMDHPACKCopy.slack)
        // SAFETY: the buffer has that many bytes; vectors read what was never written, so it must be something.
        unsafe made.initialize(repeating: 0, count: capacity + SIMDHPACKCopy.slack)
        return unsafe made
    }

    deinit {
        // SAFETY: both were allocated here, are freed once, and hold trivial values.
        unsafe octets.deallocate()
        unsafe entries.deallocate()
    }

    /// Memory of its own with the same contents.
    func copied() -> SIMDHPACKStorage {
        let copy = SIMDHPACKStorage(octetCapacity: octetCapacity, entryCapacity: entryCapacity)
        // SAFETY: both have the same capacities, and all of it is initialised.
        unsafe copy.octets.update(from: octets, count: octetCapacity)
        unsafe copy.entries.update(from: entries, count: entryCapacity)
        return copy
    }

    /// Makes room for `capacity` octets; keeps those in `range`, at the start.
    func moveOctets(_ range: Range<Int>, capacity: Int) {
        if capacity <= octetCapacity {
            // SAFETY: the range lies in the octets; `update` may move between overlapping places.
            unsafe octets.update(from: octets + range.lowerBound, count: range.count)
            return
        }
        let grown = unsafe Self.allocateOctets(capacity)
        // SAFETY: range.count ≤ the old capacity < the new one.
        unsafe grown.update(from: octets + range.lowerBound, count: range.count)
        unsafe octets.deallocate()
        unsafe octets = grown
        octetCapacity = capacity
    }

    /// Doubles the ring; the entries of `numbers` keep their numbers.
    func growEntries(_ numbers: Range<Int>) {
        let grown = UnsafeMutablePointer<SIMDHPACKEntry>.allocate(capacity: entryCapacity * 2)
        // SAFETY: masked numbers lie in either ring.
        unsafe grown.initialize(repeating: Self.none, count: entryCapacity * 2)
        for number in numbers {
            unsafe grown[number & (entryCapacity * 2 - 1)] = entries[number & (entryCapacity - 1)]
        }
        unsafe entries.deallocate()
        unsafe entries = grown
        entryCapacity *= 2
    }
}

/// Copies and hashes that read whole vectors.
enum SIMDHPACKCopy {
    /// How many bytes behind a run may be read and written.
    static let slack = 32

    /// Copies `count` bytes in vectors of 16; up to 15 bytes more are read and written.
    @unsafe
    @inline(__always)
    static func copy(
        _ from: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<UInt8>, _ count: Int
    ) {
        var offset = 0
        repeat {
            // SAFETY: offset < count or 0, and both runs have `slack` bytes behind them.
            unsafe UnsafeMutableRawPointer(to).storeBytes(
                of: UnsafeRawPointer(from).loadUnaligned(
                    fromByteOffset: offset, as: SIMD16<UInt8>.self),
                toByteOffset: offset, as: SIMD16<UInt8>.self)
            offset &+= 16
        } while offset < count
    }

    /// The string hash of `Documentation/HPACK.md` §9; up to seven bytes behind the string are read.
    @unsafe
    @inline(__always)
    static func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: count &+ 1) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset < count {
            // SAFETY: offset < count, and the run has `slack` bytes behind it.
            var word = UInt64(
                littleEndian: unsafe UnsafeRawPointer(bytes).loadUnaligned(
                    fromByteOffset: offset, as: UInt64.self))
            let left = count &- offset
            if left < 8 { word &= UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- left &* 8) }
            let mixed = hash ^ word
            hash = (mixed &<< 29 | mixed &>> 35) &* 0xBF58_476D_1CE4_E5B9
            offset &+= 8
        }
        return hash ^ (hash &>> 32)
    }
}

internal import CKernels

/// Bitmaps over a window of the input: for each byte and class one bit, as a kernel made them.
///
/// The walk asks one question, "where is the next byte of this class?", and gets the answer from two words and a
/// count of trailing zeros. When the walk reaches the window's end, the window moves: a byte is classified once,
/// and bytes far behind a short message's end are not classified at all.
@safe
struct SIMDMaps {
    /// The classes, as the kernels order them.
    enum Map: Int {
        /// Stops a token.
        case notToken = 0
        /// Stops a field value: controls other than HTAB.
        case control = 1
        /// Stops a path or a query: also at `%`, which needs a look.
        case notTarget = 2
    }

    /// Blocks of 64 bytes in a window (chosen: 2 KiB, above nearly every head).
    private static let blocksMax = 32
    private static let mapCount = 3
    /// Two blocks of ones stand behind the window, so that two neighbouring words can always be read.
    static let wordCount = (blocksMax + 2) * mapCount

    private let words: UnsafeMutablePointer<UInt64>
    /// The offset of the window's first byte, and the offset behind its last.
    private var base = 0
    private var limit = 0

    /// Makes an empty window over `words`, which has room for `wordCount` and outlives the window.
    @unsafe
    init(_ words: UnsafeMutablePointer<UInt64>) { unsafe self.words = words }

    /// The offset of the first byte of the class at or behind `from`, or `input.count`.
    @inline(__always)
    mutating func next(_ map: Map, _ from: Int, _ input: Span<UInt8>) -> Int {
        let relative = from &- base
        // One unsigned comparison for `base ≤ from < limit`.
        if UInt(bitPattern: relative) < UInt(bitPattern: limit &- base) {
            let word = (relative &>> 6) &* Self.mapCount &+ map.rawValue
            let shift = UInt64(truncatingIfNeeded: relative & 63)
            // SAFETY: from < limit, so `word` lies in a classified block, and its neighbour in that or the next of
            // the two blocks behind the window; wordCount counts both.
            let low = unsafe words[word] &>> shift
            let high = unsafe (words[word &+ Self.mapCount] &<< 1) &<< (63 &- shift)
            let bits = low | high
            let stop = from &+ bits.trailingZeroBitCount
            if bits != 0, stop < limit { return stop }
        }
        return search(map, from, input)
    }

    /// `next` where the answer is more than 64 bytes away, or outside the window.
    @inline(never)
    private mutating func search(_ map: Map, _ from: Int, _ input: Span<UInt8>) -> Int {
        var from = from
        while from < input.count {
            var block = 0
            if UInt(bitPattern: from &- base) < UInt(bitPattern: limit &- base) {
                // Bits of this block before `from` do not count; those of the blocks behind it do.
                block = (from &- base) &>> 6
                // SAFETY: base ≤ from < limit, so the block is classified.
                let bits = unsafe words[block &* Self.mapCount &+ map.rawValue]
                    & (UInt64.max &<< UInt64(truncatingIfNeeded: (from &- base) & 63))
                if bits != 0 {
                    let stop = base &+ block &* 64 &+ bits.trailingZeroBitCount
                    if stop < limit { return stop }
                }
                block &+= 1
            } else {
                load(from, input)
            }
            // SAFETY: the block behind the window's last is all ones, so the loop ends there at the latest.
            while unsafe words[block &* Self.mapCount &+ map.rawValue] == 0 { block &+= 1 }
            // SAFETY: the loop stopped at this word.
            let bits = unsafe words[block &* Self.mapCount &+ map.rawValue]
            let stop = base &+ block &* 64 &+ bits.trailingZeroBitCount
            if stop < limit { return stop }
            from = limit
        }
        return input.count
    }

    /// Moves the window so that it begins at `from`, which is less than `input.count`.
    private mutating func load(_ from: Int, _ input: Span<UInt8>) {
        let count = min(input.count - from, Self.blocksMax * 64)
        base = from
        limit = from + count
        let blocks = (count + 63) >> 6
        // SAFETY: from + count ≤ input.count, and the kernel writes `blocks` ≤ blocksMax blocks.
        unsafe input.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe zy_http1_classify(start + from, count, words)
        }
        for word in (blocks * Self.mapCount)..<((blocks + 2) * Self.mapCount) {
            // SAFETY: blocks + 2 ≤ blocksMax + 2.
            unsafe words[word] = UInt64.max
        }
    }
}

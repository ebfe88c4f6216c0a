internal import Wire

/// Bytes that are loaded a word at a time.
@safe
struct SIMDView {
    private let base: UnsafeRawPointer
    let count: Int

    /// A view of memory that outlives it.
    @unsafe @inline(__always)
    init(_ base: UnsafeRawPointer, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The byte at `index`, which must be below `count`.
    @inline(__always)
    func byte(_ index: Int) -> UInt8 {
        assert(index >= 0 && index < count)
        // SAFETY: every caller has compared index with count.
        return unsafe base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// Eight bytes from `index`, the first one highest; `index + 8` must not exceed `count`.
    @inline(__always)
    func word(_ index: Int) -> UInt64 {
        assert(index >= 0 && index + 8 <= count)
        // SAFETY: every caller has compared index + 8 with count.
        return UInt64(
            bigEndian: unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Eight bytes from `index`, zeros behind the last one.
    @inline(__always)
    func wordToEnd(_ index: Int) -> UInt64 {
        index &+ 8 <= count ? word(index) : partialWord(index)
    }

    @inline(never)
    private func partialWord(_ index: Int) -> UInt64 {
        var word: UInt64 = 0
        var shift: UInt64 = 56
        for place in index..<max(index, count) {
            word |= UInt64(byte(place)) &<< shift
            shift &-= 8
        }
        return word
    }

    /// A span of the bytes in `start ..< end`, for those who take one.
    @inline(__always)
    func withSpan<Result>(
        _ start: Int, _ end: Int, _ body: (Span<UInt8>) -> Result
    ) -> Result {
        precondition(start >= 0 && start <= end && end <= count)
        // SAFETY: the range was just checked.
        let buffer = unsafe UnsafeRawBufferPointer(start: base + start, count: end - start)
        return unsafe buffer.withMemoryRebound(to: UInt8.self) { bytes in
            unsafe body(bytes.span)
        }
    }

    /// Whether `size` bytes at two places are the same; both runs must lie in the view.
    @inline(__always)
    func isEqual(_ left: Int, _ right: Int, size: Int) -> Bool {
        if size == 8 { return word(left) == word(right) }
        return isEqualRun(left, right, size)
    }

    private func isEqualRun(_ left: Int, _ right: Int, _ size: Int) -> Bool {
        var done = 0
        while done + 8 <= size {
            if word(left + done) != word(right + done) { return false }
            done += 8
        }
        while done < size {
            if byte(left + done) != byte(right + done) { return false }
            done += 1
        }
        return true
    }

    /// The first index from `start` on whose byte is not 0, or `count`: 32 bytes a step.
    @inline(__always)
    func endOfZeros(_ start: Int) -> Int {
        var index = start
        while index &+ 32 <= count {
            // SAFETY: index + 32 ≤ count.
            let block = unsafe base.loadUnaligned(
                fromByteOffset: index, as: SIMD4<UInt64>.self)
            guard block == .zero else { break }
            index &+= 32
        }
        while index &+ 8 <= count {
            let word = word(index)
            guard word == 0 else { return index &+ word.leadingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count, byte(index) == 0 { index &+= 1 }
        return index
    }
}

/// A varint: one load, one shift.
struct SIMDVarint {
    let value: UInt64
    let size: Int

    /// The one at `index`; nil where it is cut off.
    @inline(__always)
    init?(_ view: SIMDView, _ index: Int) {
        let left = view.count &- index
        guard left > 0 else { return nil }
        let word = view.wordToEnd(index)
        let size = 1 &<< Int(truncatingIfNeeded: word &>> 62)
        guard size <= left else { return nil }
        self.size = size
        value = (word & 0x3fff_ffff_ffff_ffff) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* size)
    }

    /// 1 where fewer bytes would do, else 0: half the size holds the value.
    @inline(__always)
    var excess: Int {
        size > 1 && value &>> UInt64(truncatingIfNeeded: 4 &* size &- 2) == 0 ? 1 : 0
    }
}

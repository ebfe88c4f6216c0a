internal import Glibc

/// Blocks of memory for bytes on their way in and out, of a few sizes, taken from pages that the kernel gave and kept.
///
/// One loop's own: nothing here is shared, so nothing is locked. Blocks begin at cache lines (pages, in fact) and are reused
/// last in, first out, as the block that was used last is the one whose bytes are still in the cache. A connection that is
/// idle holds none. In debug builds a block that is given back is filled with a pattern, so that whoever still looks at it
/// sees nonsense and not another connection's bytes.
@safe
public final class BufferPool {
    /// The sizes, in bytes.
    public enum Size: Int, CaseIterable, Sendable {
        /// Most requests, most response heads.
        case small = 4_096
        /// Several pipelined messages, small files.
        case medium = 32_768
        /// The longest head that the default limits allow, with what is pipelined behind it.
        case large = 262_144

        /// The smallest that holds `count` bytes, or nil.
        public static func holding(_ count: Int) -> Size? {
            allCases.first { $0.rawValue >= count }
        }
    }

    /// What is in use and what was.
    public struct Statistics: Hashable, Sendable {
        /// Blocks that someone holds, by size.
        public var taken = [0, 0, 0]
        /// Blocks that wait, by size.
        public var free = [0, 0, 0]
        /// Bytes of pages.
        public var bytes = 0
        /// Times that a block was asked for and not given.
        public var refusals = 0
    }

    /// Free blocks, by size.
    private var free: [[Buffer]] = [[], [], []]
    /// Pages, to be given back at the end.
    private var slabs: [(UnsafeMutableRawPointer, Int)] = unsafe []
    private var taken = [0, 0, 0]
    private var bytes = 0
    private var refusals = 0
    private let bytesMax: Int
    /// Bytes that are asked from the kernel at a time (chosen: one system call for 64 small blocks or one large one).
    private static let slabBytes = 262_144

    /// A pool that asks the kernel for at most `bytesMax` bytes.
    public init(bytesMax: Int) { self.bytesMax = bytesMax }

    deinit {
        unsafe slabs.forEach { slab in
            // SAFETY: each slab was mapped by `grow` with this length; who holds a buffer holds its pool.
            _ = unsafe munmap(slab.0, slab.1)
        }
    }

    /// A block of at least `size`, or nil where the pool may not grow. Whoever takes one gives it back.
    func take(_ size: Size) -> Buffer? {
        let index = Self.index(size)
        if free[index].isEmpty { grow(size) }
        guard let buffer = free[index].popLast() else {
            refusals += 1
            return nil
        }
        taken[index] += 1
        return buffer
    }

    /// Takes a block back.
    func give(_ buffer: Buffer) {
        let index = Self.index(buffer.size)
        taken[index] -= 1
        buffer.clear()
        free[index].append(buffer)
    }

    /// A block that holds what `buffer` holds, with room for `count` bytes more, or nil; `buffer` goes back.
    func enlarge(_ buffer: Buffer, by count: Int) -> Buffer? {
        defer { give(buffer) }
        let (needed, overflows) = buffer.count.addingReportingOverflow(count)
        guard !overflows, let size = Size.holding(needed), let larger = take(size) else {
            return nil
        }
        _ = buffer.withSpan { larger.append($0) }
        return larger
    }

    private func grow(_ size: Size) {
        guard bytes <= bytesMax - Self.slabBytes else { return }
        // SAFETY: anonymous memory at an address of the kernel's choice.
        let slab = unsafe mmap(
            nil, Self.slabBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let slab = unsafe slab, unsafe slab != MAP_FAILED else { return }
        bytes += Self.slabBytes
        unsafe slabs.append((slab, Self.slabBytes))
        for offset in stride(from: Self.slabBytes - size.rawValue, through: 0, by: -size.rawValue) {
            // SAFETY: offset + size ≤ slabBytes, as sizes divide it; no two buffers share a block.
            unsafe free[Self.index(size)].append(Buffer(slab + offset, size))
        }
    }

    private static func index(_ size: Size) -> Int {
        switch size {
        case .small: 0
        case .medium: 1
        case .large: 2
        }
    }

    /// What is in use now.
    public var statistics: Statistics {
        Statistics(
            taken: taken, free: free.map(\.count), bytes: bytes, refusals: refusals)
    }
}

/// A block of a pool, with what it holds: bytes from `start` to `end`. Good while its pool is there.
@safe
final class Buffer {
    let size: BufferPool.Size
    private let base: UnsafeMutableRawPointer
    private var start = 0
    private var end = 0
    private static let poison: Int32 = 0xDB

    @unsafe
    fileprivate init(_ base: UnsafeMutableRawPointer, _ size: BufferPool.Size) {
        unsafe self.base = base
        self.size = size
    }

    /// Forgets what it holds.
    fileprivate func clear() {
        #if DEBUG
            // SAFETY: the block has `size` bytes and no other owner.
            _ = unsafe memset(base, Self.poison, size.rawValue)
        #endif
        start = 0
        end = 0
    }

    /// Bytes that it holds.
    var count: Int { end - start }
    var isEmpty: Bool { start == end }
    /// Bytes that fit behind them.
    var room: Int { size.rawValue - end }
    var capacity: Int { size.rawValue }

    /// Calls `body` with the bytes.
    @inline(__always)
    func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // SAFETY: start ≤ end ≤ size, all written before.
        unsafe body(
            UnsafeRawBufferPointer(start: base + start, count: end - start)
                .assumingMemoryBound(to: UInt8.self).span)
    }

    /// Drops bytes at the front.
    func drop(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "more is dropped than there is")
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Appends bytes; false, and nothing done, where they do not fit even at the front.
    func append(_ bytes: Span<UInt8>) -> Bool {
        // SAFETY: the buffer pointer is used inside the call only.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe append(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Appends bytes; false, and nothing done, where they do not fit even at the front.
    @unsafe
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard makeRoom(bytes.count), let from = bytes.baseAddress else {
            return unsafe bytes.isEmpty
        }
        // SAFETY: `room` ≥ bytes.count was just ensured; a pool's block overlaps nothing of a caller's.
        unsafe (base + end).copyMemory(from: from, byteCount: bytes.count)
        end += bytes.count
        return true
    }

    /// Appends a literal of this program.
    func append(_ text: StaticString) -> Bool {
        // SAFETY: the buffer pointer is used inside the call only.
        text.withUTF8Buffer { unsafe append(UnsafeRawBufferPointer($0)) }
    }

    /// Makes room for `count` bytes behind the bytes, moving them to the front where that helps.
    func makeRoom(_ count: Int) -> Bool {
        if room >= count { return true }
        guard size.rawValue - (end - start) >= count else { return false }
        // SAFETY: both runs lie in the block; `memmove` allows them to overlap.
        _ = unsafe memmove(base, base + start, end - start)
        end -= start
        start = 0
        return true
    }

    /// Appends what `fill` writes into the room, of which it gives the count.
    func appendUpTo(_ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        // SAFETY: the room's bytes are this block's.
        let space = unsafe UnsafeMutableRawBufferPointer(start: base + end, count: room)
        let count = unsafe fill(space)
        precondition(count >= 0 && count <= room, "more was filled than there was room for")
        end += count
    }
}

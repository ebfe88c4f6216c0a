internal import Glibc

/// Blocks of memory for bytes on their way in and out, of a few sizes, taken from pages that the kernel gave and kept.
///
/// One loop's own: nothing here is shared, so nothing is locked. Blocks begin at cache lines (pages, in fact) and are reused
/// last in, first out, as the block that was used last is the one whose bytes are still in the cache. A connection that is
/// idle holds none. In debug builds a block that is given back is filled with a pattern, so that whoever still looks at it
/// sees nonsense and not another connection's bytes.
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
        public static func holding(_ count: Int) -> Size? { allCases.first { $0.rawValue >= count } }
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
    private var free: [[UnsafeMutableRawPointer]] = unsafe [[], [], []]
    /// Pages, to be given back at the end.
    private var slabs: [(UnsafeMutableRawPointer, Int)] = unsafe []
    private var taken = [0, 0, 0]
    private var bytes = 0
    private var refusals = 0
    private let bytesMax: Int
    /// Bytes that are asked from the kernel at a time (chosen: one system call for 64 small blocks or one large one).
    private static let slabBytes = 262_144
    private static let poison: Int32 = 0xDB

    /// A pool that asks the kernel for at most `bytesMax` bytes.
    public init(bytesMax: Int) { self.bytesMax = bytesMax }

    deinit {
        // SAFETY: each slab was mapped by `grow` with this length; buffers hold the pool, so none is in use.
        for slab in unsafe slabs { _ = unsafe munmap(slab.0, slab.1) }
    }

    /// A block of at least `size`, or nil where the pool may not grow.
    func take(_ size: Size) -> Buffer? {
        let index = Self.index(size)
        if unsafe free[index].isEmpty { grow(size) }
        guard let base = unsafe free[index].popLast() else {
            refusals += 1
            return nil
        }
        taken[index] += 1
        return unsafe Buffer(base, size, self)
    }

    /// Takes a block back.
    @unsafe
    fileprivate func give(_ base: UnsafeMutableRawPointer, _ size: Size) {
        #if DEBUG
            // SAFETY: the block has `size` bytes and no other owner.
            _ = unsafe memset(base, Self.poison, size.rawValue)
        #endif
        let index = Self.index(size)
        taken[index] -= 1
        unsafe free[index].append(base)
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
            // SAFETY: offset + size ≤ slabBytes, as sizes divide it.
            unsafe free[Self.index(size)].append(slab + offset)
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
            taken: taken, free: unsafe free.map(\.count), bytes: bytes, refusals: refusals)
    }
}

/// A block of a pool, with what it holds: bytes from `start` to `end`. It goes back to its pool by itself.
@safe
struct Buffer: ~Copyable {
    private let base: UnsafeMutableRawPointer
    private let size: BufferPool.Size
    private let pool: BufferPool
    private var start = 0
    private var end = 0

    @unsafe
    fileprivate init(_ base: UnsafeMutableRawPointer, _ size: BufferPool.Size, _ pool: BufferPool) {
        unsafe self.base = base
        self.size = size
        self.pool = pool
    }

    deinit {
        // SAFETY: the block is this value's, and this value ends.
        unsafe pool.give(base, size)
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
    mutating func drop(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "more is dropped than there is")
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Appends bytes; false, and nothing done, where they do not fit even at the front.
    mutating func append(_ bytes: Span<UInt8>) -> Bool {
        // SAFETY: the buffer pointer is used inside the call only.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends bytes; false, and nothing done, where they do not fit even at the front.
    @unsafe
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard makeRoom(bytes.count), let from = bytes.baseAddress else { return bytes.isEmpty }
        // SAFETY: `room` ≥ bytes.count was just ensured; a pool's block overlaps nothing of a caller's.
        unsafe (base + end).copyMemory(from: from, byteCount: bytes.count)
        end += bytes.count
        return true
    }

    /// Appends a literal of this program.
    mutating func append(_ text: StaticString) -> Bool {
        // SAFETY: a static string's bytes are there as long as the program.
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Makes room for `count` bytes behind the bytes, moving them to the front where that helps.
    mutating func makeRoom(_ count: Int) -> Bool {
        if room >= count { return true }
        guard size.rawValue - (end - start) >= count else { return false }
        // SAFETY: both runs lie in the block; `memmove` allows them to overlap.
        _ = unsafe memmove(base, base + start, end - start)
        end -= start
        start = 0
        return true
    }

    /// Appends what `fill` writes into the room, of which it gives the count.
    mutating func appendUpTo(_ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        // SAFETY: the room's bytes are this block's.
        let count = unsafe fill(UnsafeMutableRawBufferPointer(start: base + end, count: room))
        precondition(count >= 0 && count <= room, "more was filled than there was room for")
        end += count
    }
}

extension BufferPool {
    /// A block that holds what `buffer` holds and `count` bytes more, or nil; `buffer` goes back.
    func enlarged(_ buffer: consuming Buffer, by count: Int) -> Buffer? {
        let (needed, overflows) = buffer.count.addingReportingOverflow(count)
        guard !overflows, let size = Size.holding(needed), var larger = take(size) else {
            return nil
        }
        let fits = buffer.withSpan { larger.append($0) }
        return fits ? consume larger : nil
    }
}

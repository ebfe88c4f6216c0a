import Glibc

/// Memory whose next byte may not be touched: what reads or writes behind its end traps.
public final class GuardedMemory {
    private let start: UnsafeMutableRawPointer
    private let mappedCount: Int
    /// Bytes that may be touched: whole pages.
    public let count: Int

    /// Maps at least `count` bytes, or nil where the system has none.
    public init?(count: Int = 1) {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let pages = (max(count, 1) + page - 1) / page
        let protection = PROT_READ | PROT_WRITE
        let memory = mmap(
            nil, (pages + 1) * page, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { return nil }
        mprotect(memory + pages * page, page, PROT_NONE)
        start = memory
        mappedCount = (pages + 1) * page
        self.count = pages * page
    }

    deinit { munmap(start, mappedCount) }

    /// The byte behind the last one that may be touched.
    public var end: UnsafeMutablePointer<UInt8> {
        (start + count).assumingMemoryBound(to: UInt8.self)
    }
}

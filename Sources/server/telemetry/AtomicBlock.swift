internal import Synchronization

/// How many threads add to a block.
public enum Writers: Sendable {
    /// One: a loop. It adds without locking the bus: a load, an addition, a store.
    case one
    /// Several: the threads of an engine without loops. They add in one locked instruction.
    case several
}

/// A row of 64-bit numbers in cache lines of its own, read by anyone at any time.
///
/// Each number is whole whenever it is read; two numbers need not be of the same moment. Relaxed order is enough: the
/// numbers say how much happened, and nobody infers from one what another thread's memory holds.
@safe
final class AtomicBlock: Sendable {
    /// Two lines of 64 bytes (chosen: processors of Intel fetch lines in pairs, so neighbours of one still meet).
    private static let alignment = 128

    // SAFETY: allocated by `init` for `count` numbers, all initialised there, freed by `deinit`; between them only atomic
    // operations touch them.
    private nonisolated(unsafe) let base: UnsafeMutablePointer<Atomic<UInt64>>
    let count: Int
    private let writers: Writers

    init(count: Int, writers: Writers) {
        let size = max(1, count) * MemoryLayout<Atomic<UInt64>>.stride
        let rounded = (size + Self.alignment - 1) / Self.alignment * Self.alignment
        // SAFETY: `rounded` bytes are allocated and at least `count` numbers long; each is initialised before it is used.
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: rounded, alignment: Self.alignment)
        unsafe base = memory.bindMemory(to: Atomic<UInt64>.self, capacity: max(1, count))
        for index in 0..<count { unsafe (base + index).initialize(to: Atomic(0)) }
        self.count = count
        self.writers = writers
    }

    deinit {
        // SAFETY: allocated by `init` with this count.
        unsafe base.deinitialize(count: count)
        unsafe UnsafeMutableRawPointer(base).deallocate()
    }

    /// Adds to a number; what is behind the last one is not counted.
    @inline(__always)
    func add(_ amount: UInt64, at index: Int) {
        guard index >= 0, index < count else { return }
        switch writers {
        case .one:
            // SAFETY: 0 ≤ index < count was just checked. No other thread stores here.
            unsafe base[index].store(
                base[index].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
        case .several:
            // SAFETY: as above.
            unsafe base[index].wrappingAdd(amount, ordering: .relaxed)
        }
    }

    /// Sets a number: for what the writer knows as a whole.
    @inline(__always)
    func set(_ value: UInt64, at index: Int) {
        guard index >= 0, index < count else { return }
        // SAFETY: 0 ≤ index < count was just checked.
        unsafe base[index].store(value, ordering: .relaxed)
    }

    /// Raises a number to `value` where it is below. A largest value that two threads raise at once may be the smaller one's
    /// for a moment, never for good.
    @inline(__always)
    func raise(to value: UInt64, at index: Int) {
        guard index >= 0, index < count else { return }
        // SAFETY: as above.
        guard unsafe base[index].load(ordering: .relaxed) < value else { return }
        switch writers {
        case .one: unsafe base[index].store(value, ordering: .relaxed)
        case .several: _ = unsafe base[index].max(value, ordering: .relaxed)
        }
    }

    /// A number; 0 behind the last one.
    @inline(__always)
    func value(at index: Int) -> UInt64 {
        guard index >= 0, index < count else { return 0 }
        // SAFETY: 0 ≤ index < count was just checked.
        return unsafe base[index].load(ordering: .relaxed)
    }
}

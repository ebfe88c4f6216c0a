internal import Glibc
internal import Synchronization

/// Bounded queues, one for each worker, and stealing: a worker takes the oldest item of its own queue, and where that is
/// empty the youngest of another's, the end at which the owner does not work.
@safe
final class WorkQueues: @unchecked Sendable {
    // SAFETY of @unchecked: queues are mutexes; the semaphore is made for several threads.

    private let queues: [Queue]
    /// Counts the items of all queues, and one more for each worker that is to end.
    private let semaphore: UnsafeMutablePointer<sem_t>
    private let stolen = Atomic<Int>(0)

    private final class Queue: Sendable {
        let items: Mutex<Ring>
        init(_ countMax: Int) { items = Mutex(Ring(countMax)) }
    }

    /// Items in the order in which they came, in storage that is made once.
    private struct Ring {
        private var items: [PoolItem?]
        private var first = 0
        private var count = 0

        init(_ countMax: Int) { items = Array(repeating: nil, count: max(1, countMax)) }

        mutating func append(_ item: PoolItem) -> Bool {
            guard count < items.count else { return false }
            items[(first + count) % items.count] = item
            count += 1
            return true
        }

        mutating func takeFirst() -> PoolItem? {
            guard count > 0 else { return nil }
            defer {
                first = (first + 1) % items.count
                count -= 1
            }
            return items[first].take()
        }

        mutating func takeLast() -> PoolItem? {
            guard count > 0 else { return nil }
            count -= 1
            return items[(first + count) % items.count].take()
        }
    }

    init(workers: Int, countMax: Int) {
        queues = (0..<max(1, workers)).map { _ in Queue(countMax) }
        unsafe semaphore = .allocate(capacity: 1)
        // SAFETY: allocated just now for one semaphore.
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        // SAFETY: whoever waits on it holds this object.
        unsafe sem_destroy(semaphore)
        // SAFETY: allocated by `init`.
        unsafe semaphore.deallocate()
    }

    /// How often a worker took what was another's.
    var steals: Int { stolen.load(ordering: .relaxed) }

    /// Puts an item into the queue of `worker`, or of the next that has room; false where none has.
    func append(_ item: PoolItem, worker: Int) -> Bool {
        for step in queues.indices {
            let queue = queues[(worker + step) % queues.count]
            guard queue.items.withLock({ $0.append(item) }) else { continue }
            unsafe sem_post(semaphore)
            return true
        }
        return false
    }

    /// Waits for an item; nil where the worker is to end.
    func take(worker: Int) -> PoolItem? {
        // A signal ends the wait early.
        while unsafe sem_wait(semaphore) != 0 {}
        // Who has passed the semaphore has an item, but others may take the one that was meant while a later one comes to
        // a queue that was passed already: so look until it is found. Behind `end` nothing comes any more.
        while true {
            let isLast = hasEnded.load(ordering: .acquiring)
            if let item = find(worker) { return item }
            if isLast { return nil }
        }
    }

    private func find(_ worker: Int) -> PoolItem? {
        if let item = queues[worker].items.withLock({ $0.takeFirst() }) { return item }
        for step in 1..<max(1, queues.count) {
            let queue = queues[(worker + step) % queues.count]
            if let item = queue.items.withLock({ $0.takeLast() }) {
                stolen.add(1, ordering: .relaxed)
                return item
            }
        }
        return nil
    }

    private let hasEnded = Atomic<Bool>(false)

    /// Lets each worker end when nothing is left.
    func end() {
        hasEnded.store(true, ordering: .releasing)
        for _ in queues { unsafe sem_post(semaphore) }
    }
}

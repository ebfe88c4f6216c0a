/// Which connections are to be looked at when: a wheel of buckets, one for each tick of a few milliseconds.
///
/// A deadline that moves later costs nothing: the entry stays, and when its bucket comes up the connection is asked for its
/// deadline of now. So an entry is a reminder to look, never a verdict. Deadlines beyond one turn of the wheel stand in the
/// last bucket and are looked at once a turn. Source: Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987),
/// scheme 6 with lazy moving.
struct TimerWheel {
    /// Milliseconds of a tick (chosen: a hundredth of the shortest default limit of seconds).
    static let tickMilliseconds = 16
    private static let bucketCount = 1_024

    private var buckets: [[Entry]]
    /// The tick whose bucket is the next to be looked at.
    private var current: Int
    private(set) var count = 0
    /// No bucket before this tick has an entry: where looking for the next one begins, so that it need not walk the wheel
    /// each time.
    private var earliest: Int

    /// A reminder.
    struct Entry {
        let id: ConnectionID
        let tick: Int
    }

    init(at now: Instant) {
        buckets = Array(repeating: [], count: Self.bucketCount)
        current = Self.tick(now)
        earliest = current
    }

    /// The tick that contains an instant, rounded up, so that nothing is looked at too early.
    static func tick(_ instant: Instant) -> Int {
        let length = UInt64(tickMilliseconds) * 1_000_000
        let whole = instant.nanoseconds / length
        return Int(truncatingIfNeeded: min(whole, UInt64(Int.max / 2))) + 1
    }

    /// Remembers to look at a connection at `deadline`; gives the tick at which that will be.
    mutating func add(_ id: ConnectionID, at deadline: Instant) -> Int {
        let wanted = Self.tick(deadline)
        let tick = min(max(wanted, current), current + Self.bucketCount - 1)
        buckets[tick % Self.bucketCount].append(Entry(id: id, tick: tick))
        count += 1
        earliest = min(earliest, tick)
        return tick
    }

    /// Forgets the entries whose tick has come, and gives them. A list and not a call for each: who is looked at is often
    /// remembered anew, in this wheel, which a call from within would change while it is being changed.
    mutating func takeDue(at now: Instant) -> [Entry] {
        let last = Self.tick(now) - 1
        guard count > 0 else {
            current = max(current, last + 1)
            return []
        }
        // After a clock jump of more than a turn each bucket is looked at once.
        if last - current >= Self.bucketCount { current = last - Self.bucketCount + 1 }
        var due: [Entry] = []
        while current <= last {
            let index = current % Self.bucketCount
            current += 1
            guard !buckets[index].isEmpty else { continue }
            due += buckets[index]
            // A bucket that was large once need not stay so.
            buckets[index].removeAll(keepingCapacity: buckets[index].count <= 64)
        }
        count -= due.count
        return due
    }

    /// Milliseconds until the next bucket with an entry, or nil where there is none.
    mutating func millisecondsToNext(from now: Instant) -> Int? {
        guard count > 0 else { return nil }
        for tick in max(current, earliest)..<current + Self.bucketCount
        where !buckets[tick % Self.bucketCount].isEmpty {
            earliest = tick
            let begin = UInt64(tick) * UInt64(Self.tickMilliseconds) * 1_000_000
            guard begin > now.nanoseconds else { return 0 }
            return Int(truncatingIfNeeded: (begin - now.nanoseconds + 999_999) / 1_000_000)
        }
        return nil
    }
}

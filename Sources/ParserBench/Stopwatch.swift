/// Times a piece of work again and again, in turn with other pieces, so that a slow phase of a shared machine hits
/// all of them.
enum Stopwatch {
    /// One sample lasts at least this long (chosen: far above the clock's resolution, far below a scheduler's slice).
    private static let sampleNanoseconds = 1_500_000.0

    /// Nanoseconds for one call of each of `works`: the median of the fastest quarter of `samples` samples.
    ///
    /// Why not the plain median: a neighbour on the same core slows everything by half for seconds at a time. Why not the
    /// minimum: it is an outlier by definition.
    static func nanoseconds(_ works: [() -> Void], samples: Int) -> [Double] {
        let repetitions = works.map(repetitions)
        var times = [[Double]](repeating: [], count: works.count)
        for _ in 0..<samples {
            for (index, work) in works.enumerated() {
                times[index].append(sample(work, repetitions[index]))
            }
        }
        return times.map { list in
            let fastest = list.sorted().prefix(max(1, samples / 4))
            return fastest[fastest.count / 2]
        }
    }

    /// How many calls fill a sample; finding it warms up as well.
    private static func repetitions(_ work: () -> Void) -> Int {
        var count = 1
        while true {
            let time = sample(work, count) * Double(count)
            if time >= sampleNanoseconds { return count }
            let factor = time > 1_000 ? min(sampleNanoseconds / time * 1.2, 100) : 100
            count = Int(Double(count) * max(2, factor))
        }
    }

    /// Nanoseconds for one call, over `count` calls.
    private static func sample(_ work: () -> Void, _ count: Int) -> Double {
        let clock = ContinuousClock()
        let started = clock.now
        for _ in 0..<count { work() }
        let time = clock.now - started
        let attoseconds = Double(time.components.attoseconds)
        return (Double(time.components.seconds) * 1e9 + attoseconds / 1e9) / Double(count)
    }
}

import Wire

/// What a part of a message comes to with the bytes so far.
enum TableOutcome {
    /// More bytes are needed.
    case more
    /// The part is whole; it ends where the machine's `index` stands.
    case done
    /// No valid message starts like this.
    case rejected(Rejection)

    /// A rejection.
    static func reject(_ reason: HTTP1Reason, at offset: Int) -> TableOutcome {
        .rejected(Rejection(reason, at: offset))
    }
}

/// Where bytes stand.
struct TableRange {
    /// The first byte's index.
    var start = 0
    /// The index behind the last.
    var end = 0
    /// Whether they stand in the tape's arena.
    var inArena = false
}

/// Arithmetic with limits, which come from users and go up to `Int.max`.
enum TableLimit {
    /// The sum, or `Int.max` where it does not fit.
    @inline(__always)
    static func sum(_ index: Int, _ limit: Int) -> Int {
        let (sum, overflow) = index.addingReportingOverflow(limit)
        return overflow ? .max : sum
    }
}

/// The contexts of one thread's connections: the one that new connections get, and those of before a reload, each for as
/// long as it has connections. A connection keeps its context for life, so a reload locks nothing and changes no limit
/// under a request.
struct LoopContexts {
    /// What new connections get.
    private(set) var current: ConnectionContext
    private var earlier: [ConnectionContext] = []

    init(_ first: ConnectionContext, waking: Mailbox) {
        current = first
        first.waking = waking
    }

    /// From now on new connections get `next`.
    mutating func replace(with next: ConnectionContext) {
        next.dateLine = current.dateLine
        next.isDraining = current.isDraining
        next.waking = current.waking
        earlier.append(current)
        current = next
        dropUnused()
    }

    /// Whether each connection ends behind the response under way.
    var isDraining: Bool {
        get { current.isDraining }
        set {
            current.isDraining = newValue
            for context in earlier { context.isDraining = newValue }
        }
    }

    /// Whether lines wait that `flush` would write.
    var hasLines: Bool {
        current.observer.hasLines || earlier.contains { $0.observer.hasLines }
    }

    /// Writes what waits.
    func flush() {
        current.observer.flush()
        for context in earlier { context.observer.flush() }
    }

    /// A second has begun.
    mutating func renewDate(_ line: [UInt8]) {
        flush()
        dropUnused()
        current.dateLine = line
        for context in earlier { context.dateLine = line }
    }

    /// Forgets the contexts whose last connection is gone.
    private mutating func dropUnused() {
        for index in earlier.indices.reversed() where isKnownUniquelyReferenced(&earlier[index]) {
            earlier[index].observer.flush()
            earlier.remove(at: index)
        }
    }
}

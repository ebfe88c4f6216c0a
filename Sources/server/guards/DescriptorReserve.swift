internal import Glibc

/// Descriptors that are held for the moment when the system has no more.
///
/// Without them a listener that meets EMFILE can neither accept nor refuse: the connection stays in the backlog, the
/// listener stays readable, and the loop spins. With one to give away it accepts, answers 503, closes, and takes the
/// descriptor back.
public struct DescriptorReserve: ~Copyable, Sendable {
    /// How descriptors are made and given back; a simulator has its own.
    public struct Source: Sendable {
        let open: @Sendable () -> Int32?
        let close: @Sendable (Int32) -> Void

        /// Makes a source; `open` gives nil where there are no more.
        public init(
            open: @escaping @Sendable () -> Int32?, close: @escaping @Sendable (Int32) -> Void
        ) {
            self.open = open
            self.close = close
        }

        /// The system's: `/dev/null`, which needs no place on a disk.
        public static let system = Source(
            open: {
                // SAFETY: a literal ends in NUL, and open only reads it.
                let descriptor = unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
                return descriptor >= 0 ? descriptor : nil
            },
            close: { descriptor in _ = Glibc.close(descriptor) })
    }

    private let source: Source
    private let countMax: Int
    private var held: [Int32] = []

    /// Takes `count` descriptors, or as many as there are: see `heldCount`.
    public init(count: Int, source: Source = .system) {
        self.source = source
        countMax = max(0, count)
        held.reserveCapacity(countMax)
        refill()
    }

    deinit {
        for descriptor in held { source.close(descriptor) }
    }

    /// How many descriptors are held.
    public var heldCount: Int { held.count }
    /// Whether all are.
    public var isFull: Bool { held.count == countMax }

    /// Gives one descriptor away, calls `use`, and takes one again where `use` gave its own back. False, and `use` is
    /// not called, where nothing is held.
    public mutating func lend(_ use: () -> Void) -> Bool {
        guard let descriptor = held.popLast() else { return false }
        source.close(descriptor)
        use()
        refill()
        return true
    }

    /// Takes descriptors until all are held or there are no more; to be called again when connections closed.
    public mutating func refill() {
        while held.count < countMax, let descriptor = source.open() { held.append(descriptor) }
    }
}

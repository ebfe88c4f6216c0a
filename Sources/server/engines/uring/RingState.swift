/// What a loop over io_uring knows of one connection besides what every loop does.
///
/// The kernel works on its own time: an operation has the connection's descriptor, and often its memory, until its last
/// completion. `operationCount` counts these; the descriptor is closed, and the memory used again, when there are none.
struct RingState {
    /// What receives.
    enum Receiving {
        case nothing
        case armed
        /// Told to end; its last completion has not come.
        case cancelled
    }

    /// What sends. There is one send at a time, so that bytes stay in their order.
    enum Sending {
        case nothing
        /// Bytes of the output, which is pinned.
        case bytes
        /// The same, from where they stand.
        case zeroCopy
        /// What is in `chunk`.
        case chunk
        /// A part of a file is read into `chunk` and then sent.
        case chain
        /// Nothing: the socket is full, and is polled.
        case room
    }

    /// Operations whose last completion has not come.
    var operationCount = 0
    var receiving = Receiving.nothing
    var sending = Sending.nothing
    /// Whether the send was told to end.
    var isSendCancelled = false
    /// The send's result, and for a chain the read's, where they have come.
    var sendResult: Int32?
    var readResult: Int32?
    /// A part of a file on its way.
    var chunk: Buffer?
    /// What the kernel sends without a copy, until it says that it is done.
    var zeroCopy: [UInt8]?
    /// The kernel copied after all: the way to this client cannot do without.
    var isZeroCopyVain = false
    /// Input that came while the connection wanted none.
    var held: [Buffer] = []
    /// Whether the client's end stands behind what is held.
    var isEndHeld = false
    /// The connection is over, and waits for its operations' ends.
    var isEnding = false
    /// When it is reset though the kernel still has content of it.
    var resetAt: Instant?
    /// Whether it was: the descriptor is closed.
    var isReset = false

    /// Whether a zero-copy send has completed whose notification has not come.
    var awaitsNotification: Bool { zeroCopy != nil && sending != .zeroCopy }
}

/// What an operation is, in the upper eight bits of its data. Below stands whose it is: 24 bits of slot, 32 of generation.
enum RingOperation: UInt8 {
    /// Accepts, at the listener of that index.
    case accept = 1
    /// Waits until the listener of that index has a connection.
    case knock
    case mailbox
    /// Receives, again and again.
    case receive
    /// Waits until there is something to read.
    case readable
    case send
    case read
    /// Waits until there is room to send.
    case room
    case cancel
    /// A linked timeout.
    case timer

    /// More slots than this cannot be named.
    static let slotCountMax: UInt32 = 1 << 24

    func data(_ id: ConnectionID) -> UInt64 {
        UInt64(rawValue) << 56 | UInt64(id.slot & (Self.slotCountMax - 1)) << 32
            | UInt64(id.generation)
    }

    func data(_ index: Int) -> UInt64 {
        UInt64(rawValue) << 56 | UInt64(UInt32(truncatingIfNeeded: index))
    }

    init?(data: UInt64) { self.init(rawValue: UInt8(truncatingIfNeeded: data >> 56)) }

    static func id(_ data: UInt64) -> ConnectionID {
        ConnectionID(
            slot: UInt32(truncatingIfNeeded: data >> 32) & (slotCountMax - 1),
            generation: UInt32(truncatingIfNeeded: data))
    }
}

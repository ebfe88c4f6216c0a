/// What waits to be sent: heads and small bodies in one block, and between them content that is not copied.
struct OutputQueue {
    /// Content that stands among the block's bytes.
    private struct Insert {
        /// How many of the block's bytes, of all that were ever appended, stand before it.
        let position: Int
        let piece: Body.Piece
        var sent = 0
    }

    /// What is read by someone at a time of their own, as the kernel does behind io_uring: it stays where it is.
    private enum Pin {
        case none
        case front
        case bytes([UInt8])
        case file(FileSlice)
    }

    private var block: Buffer?
    /// A block that was pinned: its bytes come before the other's, and nothing is appended to it any more.
    private var front: Buffer?
    private var pin = Pin.none
    private var inserts: [Insert] = []
    private var appended = 0
    private var dropped = 0
    /// Bytes that wait.
    private(set) var count = 0

    /// Content of this size or less is copied behind its head, so that one system call sends both (chosen: copying
    /// 16 KiB costs less than a system call).
    static let copiedBytesMax = 16_384

    init() {}

    var isEmpty: Bool { count == 0 }

    /// Appends bytes that `fill` writes into a block with at least `room` bytes of room; false where the pool has none.
    mutating func append(room: Int, _ pool: BufferPool, _ fill: (Buffer) -> Bool) -> Bool {
        guard let buffer = makeRoom(room, pool) else { return false }
        let before = buffer.count
        let isDone = fill(buffer)
        appended += buffer.count - before
        count += buffer.count - before
        return isDone
    }

    private mutating func makeRoom(_ room: Int, _ pool: BufferPool) -> Buffer? {
        if let block {
            if block.makeRoom(room) { return block }
            // Where there is none, what waited goes with its block: the caller gives the connection up.
            self.block = pool.enlarge(block, by: room)
        } else if let size = BufferPool.Size.holding(room) {
            block = pool.take(size)
        }
        return block
    }

    /// Appends bytes: a copy of few, a reference to many.
    mutating func append(_ bytes: [UInt8], _ pool: BufferPool) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard bytes.count > Self.copiedBytesMax else {
            return append(room: bytes.count, pool) { $0.append(bytes.span) }
        }
        insert(.bytes(bytes), count: bytes.count)
        return true
    }

    /// Appends a part of a file.
    mutating func append(_ slice: FileSlice) {
        guard slice.count > 0 else { return }
        insert(.file(slice), count: slice.count)
    }

    private mutating func insert(_ piece: Body.Piece, count added: Int) {
        inserts.append(Insert(position: appended, piece: piece))
        count += added
    }

    /// What comes next, for `body` to send as much of it as it can.
    func withNext<Result>(_ body: (OutputSegment) -> Result) -> Result {
        guard let first = inserts.first else { return withBlock(Int.max, false, body) }
        guard first.position == dropped else {
            return withBlock(first.position - dropped, true, body)
        }
        switch first.piece {
        case .bytes(let bytes):
            // SAFETY: sent < bytes.count, as what is sent whole is removed; the pointer is used inside the call only.
            return unsafe bytes.withUnsafeBytes { all in
                unsafe body(
                    .bytes(
                        UnsafeRawBufferPointer(rebasing: all[first.sent...]),
                        more: inserts.count > 1 || dropped < appended))
            }
        case .file(var slice):
            slice.offset += first.sent
            slice.count -= first.sent
            return body(.file(slice))
        }
    }

    private func withBlock<Result>(
        _ limit: Int, _ isMore: Bool, _ body: (OutputSegment) -> Result
    ) -> Result {
        guard count > 0, let first = front ?? block else { return body(.none) }
        let isMore = isMore || (front != nil && block != nil)
        return first.withSpan { span in
            // SAFETY: the pointer is used inside the call, or, of a pinned block, until it is unpinned.
            unsafe span.withUnsafeBytes { bytes in
                let count = min(limit, bytes.count)
                return unsafe body(
                    .bytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]), more: isMore))
            }
        }
    }

    /// So many bytes of what comes next are gone.
    mutating func drop(_ sent: Int, _ pool: BufferPool) {
        var left = sent
        while left > 0 {
            guard let first = inserts.first, first.position == dropped else {
                let run = min(left, (inserts.first?.position ?? appended) - dropped)
                guard run > 0 else { return }
                dropBlock(run, pool)
                left -= run
                continue
            }
            let rest = first.piece.count - first.sent
            let run = min(left, rest)
            if run == rest { inserts.removeFirst() } else { inserts[0].sent += run }
            count -= run
            left -= run
        }
    }

    private mutating func dropBlock(_ run: Int, _ pool: BufferPool) {
        dropped += run
        count -= run
        let ofFront = Self.drop(run, &front, pool)
        _ = Self.drop(run - ofFront, &block, pool)
    }

    /// Drops as many bytes of a block as it has; gives it back where none are left.
    private static func drop(_ run: Int, _ block: inout Buffer?, _ pool: BufferPool) -> Int {
        guard let buffer = block else { return 0 }
        let count = min(run, buffer.count)
        buffer.drop(count)
        if buffer.isEmpty {
            pool.give(buffer)
            block = nil
        }
        return count
    }

    /// Forgets everything; what is pinned keeps its memory until it is unpinned.
    mutating func removeAll(_ pool: BufferPool) {
        if let block { pool.give(block) }
        if case .front = pin {} else if let buffer = front.take() { pool.give(buffer) }
        block = nil
        inserts = []
        appended = 0
        dropped = 0
        count = 0
    }
}

// MARK: Pins

extension OutputQueue {
    /// Keeps what `withNext` shows where it is, whatever is appended or removed meanwhile, until `unpin`. Nothing may be
    /// dropped before that.
    mutating func pinNext() {
        guard let first = inserts.first, first.position == dropped else {
            if front == nil { front = block.take() }
            pin = .front
            return
        }
        switch first.piece {
        case .bytes(let bytes): pin = .bytes(bytes)
        case .file(let slice): pin = .file(slice)
        }
    }

    /// Content that is pinned and can be held longer than the pin.
    var pinnedBytes: [UInt8]? {
        if case .bytes(let bytes) = pin { bytes } else { nil }
    }

    /// Nobody reads what was pinned any more.
    mutating func unpin(_ pool: BufferPool) {
        pin = .none
        // It was given up meanwhile.
        if count == 0, let buffer = front.take() { pool.give(buffer) }
    }
}

/// A run of output that one system call can send.
@safe
public enum OutputSegment {
    /// Nothing waits.
    case none
    /// Bytes, good until the connection is touched; `more`: others follow at once, so that a packet need not leave half full.
    case bytes(UnsafeRawBufferPointer, more: Bool)
    /// A part of a file.
    case file(FileSlice)
}

extension Body.Piece {
    /// Its length in bytes.
    var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let slice): slice.count
        }
    }
}

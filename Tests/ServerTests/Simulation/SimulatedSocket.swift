/// A connected socket without a kernel: two bounded buffers, and everything that can go wrong with them.
final class SimulatedSocket {
    /// What a call led to, as errno would say it.
    enum Outcome {
        /// So many bytes went.
        case count(Int)
        /// Nothing now: EAGAIN.
        case again
        /// EINTR.
        case interrupted
        /// The other side ended, all its bytes are read.
        case end
        /// ECONNRESET, EPIPE.
        case broken
    }

    /// How often a call is interrupted, has nothing though there is something, or does less than it could: of a hundred.
    let faultPercent: Int
    private let receiveBytesMax: Int
    private let sendBytesMax: Int
    private var toServer: [UInt8] = []
    private var toClient: [UInt8] = []
    private(set) var isClientEnded = false
    private(set) var isReset = false
    /// The server shut its sending side down, or closed.
    private(set) var isServerEnded = false
    private(set) var isServerClosed = false

    init(receiveBytesMax: Int, sendBytesMax: Int, faultPercent: Int) {
        self.receiveBytesMax = receiveBytesMax
        self.sendBytesMax = sendBytesMax
        self.faultPercent = faultPercent
    }

    private func fault(_ random: inout SeededGenerator) -> Outcome? {
        guard Int.random(in: 0..<100, using: &random) < faultPercent else { return nil }
        return Bool.random(using: &random) ? .again : .interrupted
    }

    private func share(_ count: Int, _ random: inout SeededGenerator) -> Int {
        guard count > 1, Int.random(in: 0..<100, using: &random) < faultPercent else {
            return count
        }
        return Int.random(in: 1..<count, using: &random)
    }
}

// MARK: The server's side

extension SimulatedSocket {
    /// Whether a poll would say that reading does not block.
    var isReadable: Bool { !toServer.isEmpty || isClientEnded || isReset }

    func receive(
        _ countMax: Int, _ random: inout SeededGenerator, _ use: ([UInt8]) -> Void
    ) -> Outcome {
        if let fault = fault(&random) { return fault }
        if isReset { return .broken }
        guard !toServer.isEmpty else { return isClientEnded ? .end : .again }
        let count = share(min(countMax, toServer.count), &random)
        let bytes = Array(toServer[..<count])
        toServer.removeFirst(count)
        use(bytes)
        return .count(count)
    }

    func send(_ bytes: UnsafeRawBufferPointer, _ random: inout SeededGenerator) -> Outcome {
        if let fault = fault(&random) { return fault }
        if isReset { return .broken }
        let room = min(bytes.count, sendBytesMax - toClient.count)
        guard room > 0 else { return .again }
        let count = share(room, &random)
        toClient.append(contentsOf: bytes[..<count])
        return .count(count)
    }

    func shutdown() { isServerEnded = true }

    /// Closing with unread bytes resets the connection, and what the client has not read is lost with it.
    func close() {
        isServerEnded = true
        isServerClosed = true
        if !toServer.isEmpty { isReset = true }
    }
}

// MARK: The client's side

extension SimulatedSocket {
    /// Bytes that fit now.
    var room: Int { isServerClosed || isReset ? 0 : receiveBytesMax - toServer.count }
    /// Bytes that can be read, the end, or a reset.
    var hasAnswer: Bool { !toClient.isEmpty || isServerEnded || isReset }

    func write(_ bytes: ArraySlice<UInt8>) {
        precondition(bytes.count <= room)
        toServer += bytes
    }

    /// Some of what the server sent; empty where it sent nothing.
    func read(_ countMax: Int) -> [UInt8] {
        let count = min(countMax, toClient.count)
        let bytes = Array(toClient[..<count])
        toClient.removeFirst(count)
        return bytes
    }

    func end() { isClientEnded = true }

    func reset() {
        isReset = true
        toServer = []
        toClient = []
    }
}

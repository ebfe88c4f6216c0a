internal import HTTP1
internal import Wire

/// One HTTP/1.1 connection as a value: bytes and time go in; bytes, work and a next deadline come out.
///
/// It knows no socket and no clock. Whoever drives it (an engine, a simulator, a fuzzer) does, after each call and in this
/// order:
///
/// 1. `isClosed`: close the socket, forget the connection;
/// 2. `takeJob()`: start an asynchronous handler, and give its result to `complete` later;
/// 3. `hasOutput`: send what `withOutput` shows, say how much went with `sent`;
/// 4. `wantsShutdown`: shut the sending side down, once; then go on reading;
/// 5. `wantsInput`: read, and give the bytes to `receive`, or the end to `receiveEnd`;
/// 6. `deadline`: call `advance` when it has come.
///
/// Requests are answered one after another in the order in which they came (RFC 9112 §9.3.2). What is pipelined behind a
/// request waits as bytes; how many answers may wait to be sent is bounded. After the first doubt about framing nothing more
/// is read as a request: the answer goes out with `Connection: close`, the sending side is shut down, and what still comes
/// is thrown away for a while, so that the client can read the answer before a reset destroys it (RFC 9112 §9.6).
public struct Connection: ~Copyable {
    /// What the connection awaits.
    enum Phase: Sendable {
        /// The first byte of a request.
        case awaitingRequest
        /// The rest of a head.
        case awaitingHead
        /// The rest of a body.
        case awaitingBody
        /// An asynchronous handler's answer.
        case awaitingResponse
        /// More from a response's source.
        case awaitingContent
        /// Nothing but the client's end: the last answer is on its way or gone.
        case lingering
        /// Nothing.
        case closed
    }

    let context: ConnectionContext
    let client: ClientAddress
    let id: ConnectionID
    var phase = Phase.awaitingRequest
    var now: Instant

    /// Input that came and waits.
    var pending: Buffer?
    var output = OutputQueue()
    /// The message under way.
    var reader: MessageReader?
    var body = BodyState()
    var outgoing: Outgoing?
    var job: Job?
    /// Which asynchronous answer is awaited.
    var ticket = 0

    /// Requests so far.
    var requestCount = 0
    /// Answers that are not wholly sent: the places in the output where they end, of all bytes ever queued.
    var unsentResponses = 0
    /// Whether the response under way is the last.
    var closesBehindResponse = false
    var isInputEnded = false
    var isShutdown = false
    var lingeredBytes = 0

    var messageBegan: Instant
    var phaseBegan: Instant
    var outputProgress: Instant
    var outputBegan: Instant
    var outputSent = 0

    /// A connection that has just been accepted.
    ///
    /// - Parameter reason: why it is not served: it is told so, and nothing that it sends is read as a request.
    public init(
        _ context: ConnectionContext, client: ClientAddress, id: ConnectionID,
        refusing reason: ServerReason? = nil, at now: Instant
    ) {
        self.context = context
        self.client = client
        self.id = id
        self.now = now
        messageBegan = now
        phaseBegan = now
        outputProgress = now
        outputBegan = now
        context.observer.opened()
        if let reason { refuse(.server(reason), Span()) }
    }
}

// MARK: What the driver asks

extension Connection {
    /// Whether the connection is over: the socket can be closed at once.
    public var isClosed: Bool { phase == .closed }

    /// Whether bytes wait to be sent.
    public var hasOutput: Bool { !output.isEmpty }

    /// Whether the sending side is to be shut down now.
    public var wantsShutdown: Bool { phase == .lingering && output.isEmpty && !isShutdown }

    /// Whether bytes would be taken now. False while answers wait that the client does not read, or a handler works.
    public var wantsInput: Bool {
        guard !isInputEnded else { return false }
        switch phase {
        case .awaitingRequest, .awaitingHead: return !isOutputFull && !isPendingFull
        case .awaitingBody: return !body.isSinkWaiting && !isPendingFull
        // One block of what is pipelined is taken early, so that the end of a client that went away is seen.
        case .awaitingResponse, .awaitingContent: return pending == nil
        case .lingering: return true
        case .closed: return false
        }
    }

    /// Whether nothing is under way: what may be closed first when the server stops or has too many connections.
    public var isIdle: Bool { phase == .awaitingRequest && output.isEmpty && pending == nil }

    /// Calls `body` with what is to be sent next.
    public func withOutput<Result>(_ body: (OutputSegment) -> Result) -> Result {
        output.withNext(body)
    }

    /// Whether answers wait up to a limit.
    var isOutputFull: Bool {
        output.count >= context.limits.outputBytesMax
            || unsentResponses >= context.limits.pipelinedRequestsMax
    }

    private var isPendingFull: Bool { (pending?.count ?? 0) >= BufferPool.Size.large.rawValue }
}

// MARK: What the driver says

extension Connection {
    /// Bytes came.
    public mutating func receive(_ bytes: Span<UInt8>, at now: Instant) {
        self.now = now
        guard phase != .closed, !isInputEnded else { return }
        context.observer.received(bytes.count)
        if phase == .lingering { return linger(bytes.count) }
        if pending != nil {
            guard keep(bytes) else { return fail() }
            resume()
        } else {
            let taken = take(bytes)
            if taken < bytes.count, phase != .closed, phase != .lingering {
                guard keep(bytes.extracting(taken..<bytes.count)) else { return fail() }
            }
        }
    }

    /// The client sends no more: what it began is given up, what is being answered is answered.
    public mutating func receiveEnd(at now: Instant) {
        self.now = now
        guard phase != .closed else { return }
        isInputEnded = true
        switch phase {
        case .awaitingRequest where output.isEmpty: close()
        case .awaitingRequest, .awaitingHead: enterLingering()
        case .awaitingBody: endInsideBody()
        case .awaitingResponse, .awaitingContent: closesBehindResponse = true
        case .lingering: if output.isEmpty { close() }
        case .closed: break
        }
    }

    /// A request whose body is not whole is never passed on (RFC 9112 §8). A client that only shut its sending side down
    /// can still read why.
    private mutating func endInsideBody() {
        if case .drain = body.destination {
            if output.isEmpty { close() } else { enterLingering() }
        } else {
            refuse(.server(.bodyIncomplete), Span())
        }
    }

    /// The connection broke: nothing can be sent or received any more.
    public mutating func abort() { close() }

    /// So many bytes of what `withOutput` showed are on their way.
    public mutating func sent(_ count: Int, at now: Instant) {
        self.now = now
        output.drop(count, context.pool)
        context.observer.sent(count)
        outputSent += count
        outputProgress = now
        if output.isEmpty { unsentResponses = 0 }
        guard phase != .closed else { return }
        if phase == .awaitingContent { return produce() }
        if phase == .lingering, output.isEmpty, isInputEnded { return close() }
        if !isOutputFull, pending != nil { resume() }
    }

    /// The sending side has been shut down.
    public mutating func shutdownDone() { isShutdown = true }

    /// A sink takes bytes again, or a source has some.
    public mutating func wake(at now: Instant) {
        self.now = now
        if let began = body.sinkWaitBegan {
            // What the sink took is not counted as the client's.
            phaseBegan = phaseBegan.advanced(milliseconds: now.milliseconds(since: began))
            body.sinkWaitBegan = nil
        }
        if phase == .awaitingContent { produce() }
        if phase == .awaitingBody { resume() }
    }

    /// The server stops: what is under way is finished, and nothing begins.
    public mutating func drain(at now: Instant) {
        self.now = now
        if isIdle { close() } else if phase == .awaitingRequest { enterLingering() }
    }
}

// MARK: Ends

extension Connection {
    /// Over at once.
    mutating func close() {
        guard phase != .closed else { return }
        phase = .closed
        body.abandon()
        outgoing?.abandon()
        outgoing = nil
        job = nil
        dropPending()
        output.removeAll(context.pool)
        if let reader { context.give(reader) }
        reader = nil
        context.observer.closed()
    }

    /// Says that something was refused, and why.
    func report(_ refusal: Refusal, _ input: Span<UInt8>) {
        context.observer.refused(refusal, client, reader?.storage, input)
    }

    /// The pool has no memory left for this connection.
    mutating func fail() {
        report(.server(.overload), Span())
        close()
    }

    /// Nothing more is read as a request; what waits is sent.
    mutating func enterLingering() {
        phase = .lingering
        phaseBegan = now
        dropPending()
        if let reader { context.give(reader) }
        reader = nil
        if isInputEnded, output.isEmpty { close() }
    }

    /// Throws away what still comes, within a limit.
    private mutating func linger(_ count: Int) {
        lingeredBytes += count
        if lingeredBytes > context.limits.lingerBytesMax, output.isEmpty { close() }
    }

    private mutating func dropPending() {
        if let pending { context.pool.give(pending) }
        pending = nil
    }

    /// Puts bytes behind those that wait; false where there is no room.
    private mutating func keep(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return true }
        if let buffer = pending {
            if !buffer.makeRoom(bytes.count) {
                pending = context.pool.enlarge(buffer, by: bytes.count)
            }
        } else if let size = BufferPool.Size.holding(bytes.count) {
            pending = context.pool.take(size)
        }
        return pending?.append(bytes) ?? false
    }

    /// Goes on with the bytes that wait.
    mutating func resume() {
        guard let buffer = pending else { return }
        // Nothing on the way looks at what waits: it is this call's.
        pending = nil
        let taken = buffer.withSpan { take($0) }
        buffer.drop(taken)
        if buffer.isEmpty || phase == .closed || phase == .lingering {
            context.pool.give(buffer)
        } else {
            pending = buffer
        }
    }
}

internal import HTTP1
internal import Wire

// MARK: From bytes to requests

extension Connection {
    /// Takes as many bytes as can be taken now, and gives their number; the rest is to come back with more behind it.
    mutating func take(_ bytes: Span<UInt8>) -> Int {
        var at = 0
        while true {
            let rest = bytes.extracting(droppingFirst: at)
            switch phase {
            case .awaitingRequest, .awaitingHead:
                guard !rest.isEmpty, !isOutputFull else { return at }
                guard let count = takeHead(rest) else { return at }
                at += count
            case .awaitingBody:
                let count = takeBody(rest)
                at += count
                // A body that ended leads on, even where it took no bytes.
                if phase == .awaitingBody { return at }
            case .awaitingResponse, .awaitingContent:
                return at
            case .lingering, .closed:
                return bytes.count
            }
        }
    }

    /// Takes one head, or nothing where it is not whole.
    private mutating func takeHead(_ bytes: Span<UInt8>) -> Int? {
        if phase == .awaitingRequest {
            phase = .awaitingHead
            messageBegan = now
            phaseBegan = now
        }
        let reader = self.reader ?? context.takeReader()
        self.reader = reader
        switch reader.readHead(bytes) {
        case .incomplete:
            return nil
        case .rejected(let rejection):
            refuse(Refusal(rejection), bytes)
            return bytes.count
        case .complete(let consumed):
            guard reader.storage.fill(bytes.extracting(first: consumed), client) else {
                refuse(.server(.targetRefused), bytes)
                return bytes.count
            }
            reader.storage.connection = id
            if reader.storage.waking == nil { reader.storage.waking = context.waking }
            requestCount += 1
            begin(reader, bytes)
            return consumed
        }
    }

    /// A head is whole: what it leads to.
    private mutating func begin(_ reader: MessageReader, _ bytes: Span<UInt8>) {
        let storage = reader.storage
        closesBehindResponse =
            !storage.framing.keepAlive || context.isDraining || isInputEnded
            || requestCount >= context.limits.requestsPerConnectionMax
        if let reason = HeadGuard.refusal(storage, context.limits) {
            return refuse(.server(reason), bytes)
        }
        body = BodyState(storage.framing, now)
        switch context.routing.route(Request(storage)) {
        case .found where storage.method == .trace:
            // An echo would send cookies back (RFC 9110 §9.3.8): no route answers TRACE. GET and HEAD stand for what
            // the route has (§9.1: every server has them).
            refuseMethod(storage, "GET, HEAD")
        case .found(let route, let parameters):
            if !parameters.isEmpty { storage.parameters = parameters }
            follow(route, storage)
        case .notFound:
            answerNow(.notFound)
        case .methodNotAllowed(let allow):
            refuseMethod(storage, allow)
        }
    }

    /// 405, or what OPTIONS asked for.
    private mutating func refuseMethod(_ storage: RequestStorage, _ allow: String) {
        let response =
            storage.method == .options
            ? Response(.noContent) : Response(.methodNotAllowed, text: "Method Not Allowed\n")
        context.response = response
        // The router writes tokens and commas only.
        try? context.response.fields.add("Allow", allow)
        answerThenDrain()
    }

    /// Lets a route answer, behind the body where it wants one.
    private mutating func follow(_ route: Route, _ storage: RequestStorage) {
        switch route.handler {
        case .streaming(let open):
            do {
                body.destination = .sink(try open(Request(storage)))
            } catch {
                return handlerFailed()
            }
        case .synchronous, .asynchronous:
            switch route.bodyRule {
            case .collect(let bytesMax): body.destination = .collection(bytesMax: bytesMax)
            case .discard: return call(route.handler)
            }
        }
        guard !body.isWhole else { return endBody(route.handler) }
        guard !body.exceedsCollection else { return refuse(.server(.bodyTooLarge), Span()) }
        body.handler = route.handler
        phase = .awaitingBody
        phaseBegan = now
        // Last, as it may end the connection.
        if storage.framing.expectsContinue { sendContinue() }
    }

    /// `100 Continue` (RFC 9110 §10.1.1): only where a body is wanted, and only before it.
    private mutating func sendContinue() {
        beginOutput()
        guard output.append(room: 32, context.pool, { $0.append("HTTP/1.1 100 Continue\r\n\r\n") })
        else { return fail() }
    }

    /// Calls a handler whose request is whole.
    mutating func call(_ handler: Handler) {
        guard let storage = reader?.storage else { return }
        switch handler {
        case .synchronous(let answer):
            context.response.removeAll()
            do {
                try answer(Request(storage), &context.response)
            } catch {
                context.response.body.abandon()
                return handlerFailed()
            }
            answerThenDrain()
        case .asynchronous(let answer):
            ticket += 1
            job = Job(ticket: ticket, request: Request(storage), answer: answer)
            phase = .awaitingResponse
            phaseBegan = now
        case .streaming:
            // Its answer came from its sink.
            answerThenDrain()
        }
    }

    /// A handler threw: 500, and the connection goes on where the body is whole.
    mutating func handlerFailed() {
        report(.server(.handlerFailed), Span())
        context.response = Response(.internalServerError, text: "Internal Server Error\n")
        answerThenDrain()
    }

    /// A short answer of the server's own.
    mutating func answerNow(_ status: Status) {
        context.response = Response(status, text: "\(status.phrase)\n")
        answerThenDrain()
    }
}

// MARK: Asynchronous handlers

/// An asynchronous handler to start.
public struct Job: Sendable {
    /// Names the answer that is awaited.
    public let ticket: Int
    /// The request.
    public let request: Request
    /// The handler.
    public let answer: @Sendable (Request) async throws -> Response
}

extension Connection {
    /// The handler to start now, once.
    public mutating func takeJob() -> Job? { job.take() }

    /// An asynchronous handler is done. Answers that no one awaits any more are dropped.
    public mutating func complete(
        _ ticket: Int, _ result: Result<Response, any Error>, at now: Instant
    ) {
        self.now = now
        guard phase == .awaitingResponse, ticket == self.ticket else {
            if case .success(let response) = result { response.body.abandon() }
            return
        }
        switch result {
        case .success(let response):
            context.response = response
            answerThenDrain()
        case .failure: handlerFailed()
        }
        if phase != .closed, phase != .lingering { resume() }
    }
}

// MARK: Refusals

extension Connection {
    /// Answers what is wrong and reads nothing more: where the next message would begin is not certain, or not wanted.
    mutating func refuse(_ refusal: Refusal, _ bytes: Span<UInt8>) {
        report(refusal, bytes)
        body.abandon()
        closesBehindResponse = true
        guard let status = refusal.status else { return close() }
        context.response = Response(status, text: "\(status.phrase)\n")
        if status == .serviceUnavailable {
            // A number is a field value.
            try? context.response.fields.add(
                "Retry-After", String(context.limits.retryAfterSeconds))
        }
        answer()
    }
}

internal import HTTP1
internal import Wire

/// A response whose content is made while it is sent.
struct Outgoing {
    let source: any BodySource
    let isChunked: Bool
    let exchange: Exchange
    var contentBytes = 0

    func abandon() { source.abandon() }
}

extension Connection {
    /// Answers with `context.response`, and then reads what is left of the request's body, or closes.
    mutating func answerThenDrain() {
        if !body.isWhole, !isWorthDraining { closesBehindResponse = true }
        body.destination = .drain
        body.handler = nil
        answer()
    }

    /// Whether the rest of a body that no one wants is short, and certain to come.
    private var isWorthDraining: Bool {
        guard !body.framing.expectsContinue || body.received > 0 else { return false }
        return body.framing.kind == .chunked
            || body.received + body.remaining <= context.limits.drainedBodyBytesMax
    }

    /// Queues `context.response`.
    mutating func answer() {
        let request = readRequest
        let isHead = request?.method == .head
        let version = request?.version ?? 0x11
        let status = context.response.status
        let content = context.response.body
        let plan = FramingPlan(
            status: status, length: content.length, isHead: isHead, isHTTP10: version < 0x11,
            closes: closesBehindResponse)
        closesBehindResponse = plan.closes
        let exchange = Exchange(
            request: request, client: client, status: status,
            contentBytes: plan.sendsContent ? content.length ?? 0 : 0, began: messageBegan,
            ended: now)
        beginOutput()
        guard appendHead(plan), !plan.sendsContent || appendContent(content) else {
            content.abandon()
            return fail()
        }
        if case .stream(let source) = content {
            guard plan.sendsContent else {
                source.abandon()
                return endResponse(exchange)
            }
            outgoing = Outgoing(source: source, isChunked: plan.isChunked, exchange: exchange)
            phase = .awaitingContent
            phaseBegan = now
            return produce()
        }
        endResponse(exchange)
    }

    private mutating func appendHead(_ plan: FramingPlan) -> Bool {
        let context = context
        let room = 192 + context.dateLine.count + context.response.fields.bytes.count
        return output.append(room: room, context.pool) { buffer in
            ResponseHead.write(context.response, plan, context.dateLine, buffer)
        }
    }

    private mutating func appendContent(_ content: Body) -> Bool {
        switch content {
        case .none, .stream: return true
        case .bytes(let bytes): return output.append(bytes, context.pool)
        case .file(let slice):
            output.append(slice)
            return true
        case .pieces(let pieces):
            for piece in pieces {
                switch piece {
                case .bytes(let bytes):
                    guard output.append(bytes, context.pool) else { return false }
                case .file(let slice): output.append(slice)
                }
            }
            return true
        }
    }

    /// Asks a source for content while there is room for it.
    mutating func produce() {
        while let outgoing, output.count < context.limits.outputBytesMax {
            context.scratch.removeAll(keepingCapacity: true)
            let progress: BodyProgress
            do {
                progress = try outgoing.source.produce(
                    into: &context.scratch, count: OutputQueue.copiedBytesMax)
            } catch {
                // The head is gone: a cut body is the only way to say that something went wrong (RFC 9112 §8).
                report(.server(.handlerFailed), Span())
                return close()
            }
            self.outgoing?.contentBytes += context.scratch.count
            let current = self.outgoing
            // Who has finished is not told that the response was given up.
            if case .finished = progress { self.outgoing = nil }
            guard appendProduced(isChunked: outgoing.isChunked) else { return fail() }
            switch progress {
            case .more: continue
            case .waiting: return
            case .finished: return finishProducing(current ?? outgoing)
            }
        }
    }

    private mutating func appendProduced(isChunked: Bool) -> Bool {
        let context = context
        let made = context.scratch
        guard !made.isEmpty else { return true }
        beginOutput()
        return output.append(room: made.count + 24, context.pool) { buffer in
            guard isChunked else { return buffer.append(made.span) }
            return buffer.appendHexadecimal(made.count) && buffer.append("\r\n")
                && buffer.append(made.span) && buffer.append("\r\n")
        }
    }

    private mutating func finishProducing(_ outgoing: Outgoing) {
        if outgoing.isChunked {
            guard output.append(room: 8, context.pool, { $0.append("0\r\n\r\n") }) else {
                return fail()
            }
        }
        let exchange = outgoing.exchange
        endResponse(
            Exchange(
                request: exchange.request, client: client, status: exchange.status,
                contentBytes: outgoing.contentBytes, began: exchange.began, ended: now))
        if phase == .awaitingRequest || phase == .awaitingBody { resume() }
    }

    /// A response is wholly in the output.
    private mutating func endResponse(_ exchange: Exchange) {
        context.observer.answered(exchange)
        unsentResponses += 1
        if closesBehindResponse { return enterLingering() }
        guard body.isWhole else {
            phase = .awaitingBody
            phaseBegan = now
            return
        }
        nextRequest()
    }

    /// Ready for the next request's first byte.
    mutating func nextRequest() {
        if let reader { context.give(reader) }
        reader = nil
        body = BodyState()
        phase = .awaitingRequest
        phaseBegan = now
        if isInputEnded || context.isDraining { enterLingering() }
    }

    /// The request under way, where its head is whole.
    var readRequest: Request? {
        guard let storage = reader?.storage, !storage.head.isEmpty else { return nil }
        return Request(storage)
    }

    /// Called before output is queued: starts the clock of a client that reads slowly, where nothing waits for it yet.
    mutating func beginOutput() {
        guard output.isEmpty else { return }
        outputBegan = now
        outputProgress = now
        outputSent = 0
    }
}

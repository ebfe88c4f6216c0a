internal import HTTP1
internal import Wire

/// A request's body on its way in.
struct BodyState {
    /// Where it goes.
    enum Destination {
        /// Nowhere.
        case drain
        /// Into the request, whole.
        case collection(bytesMax: Int)
        /// To a handler, as it comes.
        case sink(any BodySink)
    }

    private(set) var framing = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
    var destination = Destination.drain
    /// Who is called when it is whole.
    var handler: Handler?
    /// Bytes of content that are still to come, of a body of known length.
    var remaining = 0
    /// Where the content that was handed on ends, in the bytes of a chunked body that are there. A parser in a trailer
    /// section releases nothing, and the chunks before it come back with the section's rest: they were handed on.
    var handedOn = 0
    /// Where the last chunk that was seen ends, in the same bytes or behind them.
    var chunkEnd = 0
    /// The last chunk's token.
    var chunkToken = 0
    /// Bytes of content so far.
    var received = 0
    var isWhole = true
    /// Since when a sink takes nothing, or nil.
    var sinkWaitBegan: Instant?
    var isSinkWaiting: Bool { sinkWaitBegan != nil }
    let began: Instant
    var collected: [UInt8] = []

    /// No body.
    init() { began = Instant(nanoseconds: 0) }

    init(_ framing: Framing, _ now: Instant) {
        self.framing = framing
        began = now
        if framing.kind == .length { remaining = framing.length }
        isWhole = framing.kind != .chunked && remaining == 0
    }

    /// Whether the length that the head states is already too much to collect.
    var exceedsCollection: Bool {
        guard case .collection(let bytesMax) = destination else { return false }
        return framing.kind == .length && framing.length > bytesMax
    }

    /// The first `count` bytes of those that are there are gone, and with them all tokens.
    mutating func release(_ count: Int) {
        guard count > 0 else { return }
        handedOn = max(0, handedOn - count)
        chunkEnd = max(0, chunkEnd - count)
        chunkToken = 0
    }

    /// Nobody will get the rest.
    mutating func abandon() {
        if case .sink(let sink) = destination { sink.abandon() }
        destination = .drain
        collected = []
        handler = nil
    }
}

extension Connection {
    /// Takes what there is of a body.
    mutating func takeBody(_ bytes: Span<UInt8>) -> Int {
        guard !body.isWhole else {
            endBody(body.handler)
            return 0
        }
        switch body.framing.kind {
        case .length:
            let count = min(body.remaining, bytes.count)
            guard count > 0 else { return 0 }
            body.remaining -= count
            body.isWhole = body.remaining == 0
            guard deliver(bytes.extracting(first: count)) else { return count }
            if body.isWhole { endBody(body.handler) }
            return count
        case .chunked:
            return takeChunks(bytes)
        case .none, .close, .tunnel:
            // The parser gives requests none of the last two.
            body.isWhole = true
            return 0
        }
    }

    private mutating func takeChunks(_ bytes: Span<UInt8>) -> Int {
        guard let reader, !bytes.isEmpty else { return 0 }
        let verdict = reader.readChunks(bytes)
        // The rest of a chunk whose size line was released already.
        guard handOn(0..<body.chunkEnd, bytes) else { return bytes.count }
        for index in body.chunkToken..<max(body.chunkToken, reader.chunks.count) {
            let token = reader.chunks[index]
            guard token.http1Kind == .chunk else { continue }
            let start = Int(truncatingIfNeeded: token.offset)
            let (end, isBeyond) = start.addingReportingOverflow(
                Int(truncatingIfNeeded: token.length))
            body.chunkToken = index
            body.chunkEnd = isBeyond ? .max : end
            // The size line is no content.
            body.handedOn = max(body.handedOn, min(start, bytes.count))
            guard handOn(start..<max(start, body.chunkEnd), bytes) else { return bytes.count }
        }
        switch verdict {
        case .incomplete:
            let released = reader.releaseChunks(bytes.count)
            body.release(released)
            return released
        case .complete(let consumed):
            body.isWhole = true
            takeTrailers(reader, bytes)
            endBody(body.handler)
            return consumed
        case .rejected(let rejection):
            refuse(Refusal(rejection), bytes)
            return bytes.count
        }
    }

    /// Hands on what of a run of content has come and was not handed on before; false where that ended the message.
    private mutating func handOn(_ run: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        let start = max(run.lowerBound, body.handedOn)
        let end = min(run.upperBound, bytes.count)
        guard start < end else { return true }
        body.handedOn = end
        return deliver(bytes.extracting(start..<end))
    }

    private func takeTrailers(_ reader: MessageReader, _ bytes: Span<UInt8>) {
        for index in 0..<reader.chunks.count where index + 1 < reader.chunks.count {
            guard reader.chunks[index].http1Kind == .trailerName else { continue }
            let name = reader.storage.range(reader.chunks[index])
            let value = reader.storage.range(reader.chunks[index + 1])
            reader.storage.trailers.append(
                (bytes.extracting(name).text, bytes.extracting(value).text))
        }
    }

    /// Hands content on; false where that ended the message.
    private mutating func deliver(_ bytes: Span<UInt8>) -> Bool {
        body.received += bytes.count
        switch body.destination {
        case .drain:
            guard body.received <= context.limits.drainedBodyBytesMax else {
                // The answer is on its way already.
                report(.server(.drainTooLarge), Span())
                enterLingering()
                return false
            }
        case .collection(let bytesMax):
            guard body.received <= bytesMax else {
                refuse(.server(.bodyTooLarge), Span())
                return false
            }
            // SAFETY: the buffer pointer is used inside the call only.
            unsafe bytes.withUnsafeBufferPointer { unsafe body.collected.append(contentsOf: $0) }
        case .sink(let sink):
            do {
                if try sink.receive(bytes) == .waiting { body.sinkWaitBegan = now }
            } catch {
                body.abandon()
                closesBehindResponse = true
                handlerFailed()
                return false
            }
        }
        return true
    }

    /// The body is whole: whoever waited for it is called.
    mutating func endBody(_ handler: Handler?) {
        switch body.destination {
        case .drain:
            nextRequest()
        case .collection:
            reader?.storage.body = body.collected
            body.collected = []
            body.destination = .drain
            if let handler { call(handler) }
        case .sink(let sink):
            body.destination = .drain
            context.response.removeAll()
            do {
                try sink.finish(trailers: reader?.storage.trailers ?? [], &context.response)
            } catch {
                context.response.body.abandon()
                return handlerFailed()
            }
            answerThenDrain()
        }
    }
}

extension Span<UInt8> {
    /// The bytes as text.
    var text: String {
        // SAFETY: the buffer pointer is used inside the call only.
        unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

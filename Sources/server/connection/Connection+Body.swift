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
    /// Bytes of content that are still to come, of the body or of the chunk.
    var remaining = 0
    /// Bytes of content so far.
    var received = 0
    var isWhole = true
    var isSinkWaiting = false
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
        var at = min(body.remaining, bytes.count)
        if at > 0 {
            body.remaining -= at
            guard deliver(bytes.extracting(first: at)) else { return bytes.count }
        }
        for index in 0..<reader.chunks.count {
            let token = reader.chunks[index]
            guard token.http1Kind == .chunk else { continue }
            let start = Int(truncatingIfNeeded: token.offset)
            let length = Int(truncatingIfNeeded: token.length)
            at = min(bytes.count, max(at, start))
            let here = min(length, bytes.count - at)
            body.remaining = length - here
            guard here == 0 || deliver(bytes.extracting(at..<at + here)) else { return bytes.count }
            at += here
        }
        switch verdict {
        case .incomplete:
            return reader.releaseChunks(bytes.count)
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
                if try sink.receive(bytes) == .waiting { body.isSinkWaiting = true }
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

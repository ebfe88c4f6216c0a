public import Wire

/// The messages of one direction of a connection, one behind the other. RFC 9112 §9.3.2.
///
/// Nothing behind a message that ends the connection is read as a message: what follows a tunnel's head, a body
/// that lasts until close, or `Connection: close`, is left over.
public struct ReferenceStream: Parser {
    private enum Stage {
        case awaitingHead(ReferenceHeadReader)
        case awaitingBodyEnd(Int, Framing)
        case awaitingChunks(ReferenceChunkedReader, Framing)
        case finished
    }

    private let policy: Policy
    private let limits: HTTP1Limits
    private let context: HTTP1Context
    private var stage: Stage
    /// Where the message in progress begins.
    private var messageStart = 0
    private var finalResponses = 0
    private var informationalResponses = 0
    /// The verdict that no further byte changes.
    private var settled: Verdict?

    /// Makes a parser for the role, and the requests that responses answer, of `configuration`'s context.
    public init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = HTTP1Limits(configuration.limits)
        context = configuration.context as? HTTP1Context ?? HTTP1Context(role: .request)
        stage = .finished
        reset()
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let settled { return settled }
        do {
            while input.count > messageStart {
                if case .finished = stage { break }
                try step(input, &tape)
            }
            return .complete(consumed: messageStart)
        } catch {
            settled = error.verdict
            return settled ?? .incomplete
        }
    }

    public mutating func reset() {
        messageStart = 0
        finalResponses = 0
        informationalResponses = 0
        settled = nil
        awaitHead(at: 0)
    }

    /// Everything before the message in progress; in a body also the part that was seen.
    public var releasableCount: Int {
        guard settled == nil else { return 0 }
        switch stage {
        case .awaitingHead(let reader): return reader.position == messageStart ? messageStart : 0
        case .awaitingBodyEnd(let end, _): return end
        case .awaitingChunks(let reader, _): return reader.releasableCount
        case .finished: return messageStart
        }
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "not releasable")
        messageStart -= count
        switch stage {
        case .awaitingHead: awaitHead(at: messageStart)
        case .awaitingBodyEnd(let end, let framing): stage = .awaitingBodyEnd(end - count, framing)
        case .awaitingChunks(var reader, let framing):
            reader.release(count)
            stage = .awaitingChunks(reader, framing)
        case .finished: break
        }
    }

    /// Reads one part of a message: its head, or its body.
    private mutating func step(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceStop) {
        switch stage {
        case .awaitingHead(var reader):
            let framing: Framing
            do {
                framing = try reader.read(input, &tape)
            } catch {
                stage = .awaitingHead(reader)
                throw error
            }
            try countResponse(reader)
            enterBody(framing, at: reader.position, reader, &tape)
        case .awaitingBodyEnd(let end, let framing):
            guard input.count >= end else { throw .needMore }
            tape.append(Token(.messageEnd, offset: end, length: 0))
            tape.commit()
            endMessage(framing, at: end)
        case .awaitingChunks(var reader, let framing):
            do {
                try reader.read(input, &tape)
            } catch {
                stage = .awaitingChunks(reader, framing)
                throw error
            }
            endMessage(framing, at: reader.position)
        case .finished:
            break
        }
    }

    /// Which request the next response answers: a 1xx, 101 apart, comes before the answer. RFC 9110 §15.2.
    private mutating func countResponse(_ reader: ReferenceHeadReader) throws(ReferenceStop) {
        guard context.role == .response else { return }
        if isInterim(reader.status) {
            guard informationalResponses < limits.informationalCountMax else {
                throw .rejected(.tooManyInformational, at: reader.startLineOffset)
            }
            informationalResponses += 1
        } else {
            finalResponses += 1
            informationalResponses = 0
        }
    }

    private func isInterim(_ status: Int) -> Bool { (100...199).contains(status) && status != 101 }

    /// Commits the head with what is certain of its body.
    private mutating func enterBody(
        _ framing: Framing, at offset: Int, _ reader: ReferenceHeadReader, _ tape: inout Tape
    ) {
        switch framing.kind {
        case .length where framing.length > 0:
            tape.append(Token(.body, offset: offset, length: framing.length))
            tape.commit()
            stage = .awaitingBodyEnd(referenceOffset(offset, plus: framing.length), framing)
        case .none, .length:
            tape.append(Token(.messageEnd, offset: offset, length: 0))
            tape.commit()
            var framing = framing
            if context.role == .response, isInterim(reader.status) { framing.keepAlive = true }
            endMessage(framing, at: offset)
        case .chunked:
            tape.commit()
            stage = .awaitingChunks(ReferenceChunkedReader(policy, limits, at: offset), framing)
        case .close, .tunnel:
            tape.append(Token(.opaque, offset: offset, length: 0))
            tape.commit()
            messageStart = offset
            stage = .finished
        }
    }

    private mutating func endMessage(_ framing: Framing, at offset: Int) {
        messageStart = offset
        if framing.keepAlive { awaitHead(at: offset) } else { stage = .finished }
    }

    private mutating func awaitHead(at offset: Int) {
        let answers =
            finalResponses < context.requestMethods.count
            ? context.requestMethods[finalResponses] : .other
        stage = .awaitingHead(
            ReferenceHeadReader(
                policy, limits, isRequest: context.role == .request, answers: answers, at: offset))
    }
}

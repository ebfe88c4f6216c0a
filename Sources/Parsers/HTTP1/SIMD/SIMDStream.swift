public import Wire

/// The messages of one direction of a connection. One window of maps serves all heads of a call.
public struct SIMDStream: Parser {
    private enum Stage {
        case head
        case body
        case chunks
        case finished
    }

    private let isRequest: Bool
    private let requestMethods: [RequestMethod]
    private let informationalCountMax: Int
    private var stage = Stage.head
    /// The walks are kept from message to message: they are large, and moving them costs more than a small head.
    private var head: SIMDHeadWalk
    private var chunks: SIMDChunkedWalk
    /// Behind a body of known length, and whether another message may follow the one in progress.
    private var bodyEnd = 0
    private var keepsAlive = true
    /// Where the message in progress begins.
    private var messageStart = 0
    private var finalCount = 0
    private var interimCount = 0
    private var settled: Verdict?

    /// Makes a parser for the role, and the requests that responses answer, of `configuration`'s context.
    public init(_ configuration: Configuration) {
        let context = configuration.context as? HTTP1Context
        let limits = HTTP1Limits(configuration.limits)
        isRequest = context?.role != .response
        requestMethods = context?.requestMethods ?? []
        informationalCountMax = limits.informationalCountMax
        head = SIMDHeadWalk(
            configuration.policy, limits, isRequest: isRequest,
            answers: requestMethods.first ?? .other, at: 0)
        chunks = SIMDChunkedWalk(configuration.policy, limits, at: 0)
    }

    public mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let settled { return settled }
        return unsafe withUnsafeTemporaryAllocation(
            of: UInt64.self, capacity: SIMDMaps.wordCount
        ) { words in
            // SAFETY: a temporary allocation of wordCount words has an address, and outlives the window.
            var maps = unsafe SIMDMaps(words.baseAddress.unsafelyUnwrapped)
            do throws(SIMDStop) {
                while messageStart < input.count {
                    if case .finished = stage { break }
                    try step(input, &maps, &tape)
                }
                return .complete(consumed: messageStart)
            } catch {
                guard case .rejected(let reason, let offset) = error else { return .incomplete }
                let verdict = Verdict.rejected(Rejection(reason, at: offset))
                settled = verdict
                return verdict
            }
        }
    }

    public mutating func reset() {
        messageStart = 0
        finalCount = 0
        interimCount = 0
        settled = nil
        beginMessage(at: 0)
    }

    public var releasableCount: Int {
        guard settled == nil else { return 0 }
        switch stage {
        case .head: return head.isUntouched ? messageStart : 0
        case .body: return bodyEnd
        case .chunks: return chunks.releasableCount
        case .finished: return messageStart
        }
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "not releasable")
        messageStart -= count
        switch stage {
        case .head: beginMessage(at: messageStart)
        case .body: bodyEnd -= count
        case .chunks: chunks.release(count)
        case .finished: break
        }
    }
}

extension SIMDStream {
    /// Walks one head or one body.
    private mutating func step(
        _ input: Span<UInt8>, _ maps: inout SIMDMaps, _ tape: inout Tape
    ) throws(SIMDStop) {
        switch stage {
        case .head:
            let framing = try head.walk(input, &maps, &tape)
            let isInterim = try noteResponse()
            begin(framing, isInterim: isInterim, at: head.end, &tape)
        case .body:
            guard bodyEnd <= input.count else { throw .needMore }
            tape.append(Token(.messageEnd, offset: bodyEnd, length: 0))
            tape.commit()
            endMessage(at: bodyEnd)
        case .chunks:
            try chunks.walkChunks(input, &tape)
            try chunks.walkTrailers(input, &maps, &tape)
            endMessage(at: chunks.position)
        case .finished: break
        }
    }

    /// Counts a response; true for 1xx other than 101, of which only so many may come.
    private mutating func noteResponse() throws(SIMDStop) -> Bool {
        guard !isRequest else { return false }
        guard head.line.status / 100 == 1, head.line.status != 101 else {
            finalCount += 1
            interimCount = 0
            return false
        }
        guard interimCount < informationalCountMax else {
            throw .rejected(.tooManyInformational, head.startLineOffset)
        }
        interimCount += 1
        return true
    }

    /// Commits the head, and what of the body is certain with it.
    private mutating func begin(
        _ framing: Framing, isInterim: Bool, at offset: Int, _ tape: inout Tape
    ) {
        keepsAlive = framing.keepAlive || isInterim
        switch framing.kind {
        case .chunked:
            chunks.begin(at: offset)
            stage = .chunks
        case .close, .tunnel:
            tape.append(Token(.opaque, offset: offset, length: 0))
            messageStart = offset
            stage = .finished
        case .none, .length:
            if framing.length > 0 {
                tape.append(Token(.body, offset: offset, length: framing.length))
                bodyEnd = SIMDBytes.sum(offset, framing.length)
                stage = .body
            } else {
                tape.append(Token(.messageEnd, offset: offset, length: 0))
                endMessage(at: offset)
            }
        }
        tape.commit()
    }

    private mutating func endMessage(at offset: Int) {
        messageStart = offset
        if keepsAlive { beginMessage(at: offset) } else { stage = .finished }
    }

    private mutating func beginMessage(at offset: Int) {
        let answers = finalCount < requestMethods.count ? requestMethods[finalCount] : .other
        head.begin(at: offset, answers: answers)
        stage = .head
    }
}

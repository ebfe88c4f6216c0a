public import Wire

/// The messages of one direction of a connection. One window of maps serves all heads of a call.
public struct SIMDStream: Parser {
    private enum Stage {
        case head(SIMDHeadWalk)
        case body(end: Int, keepAlive: Bool)
        case chunks(SIMDChunkedWalk, keepAlive: Bool)
        case finished
    }

    private let policy: Policy
    private let limits: HTTP1Limits
    private let isRequest: Bool
    private let requestMethods: [RequestMethod]
    private var stage = Stage.finished
    /// Where the message in progress begins.
    private var messageStart = 0
    private var finalCount = 0
    private var interimCount = 0
    private var settled: Verdict?

    /// Makes a parser for the role, and the requests that responses answer, of `configuration`'s context.
    public init(_ configuration: Configuration) {
        let context = configuration.context as? HTTP1Context
        policy = configuration.policy
        limits = HTTP1Limits(configuration.limits)
        isRequest = context?.role != .response
        requestMethods = context?.requestMethods ?? []
        reset()
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
        case .head(let walk): return walk.isUntouched ? messageStart : 0
        case .body(let end, _): return end
        case .chunks(let walk, _): return walk.releasableCount
        case .finished: return messageStart
        }
    }

    public mutating func release(_ count: Int) {
        precondition(count <= releasableCount, "not releasable")
        messageStart -= count
        switch stage {
        case .head: beginMessage(at: messageStart)
        case .body(let end, let keepAlive): stage = .body(end: end - count, keepAlive: keepAlive)
        case .chunks(var walk, let keepAlive):
            walk.release(count)
            stage = .chunks(walk, keepAlive: keepAlive)
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
        case .head(var walk):
            let framing: Framing
            do throws(SIMDStop) {
                framing = try walk.walk(input, &maps, &tape)
            } catch {
                stage = .head(walk)
                throw error
            }
            let isInterim = try noteResponse(walk)
            begin(framing, isInterim: isInterim, at: walk.end, &tape)
        case .body(let end, let keepAlive):
            guard end <= input.count else { throw .needMore }
            tape.append(Token(.messageEnd, offset: end, length: 0))
            tape.commit()
            endMessage(at: end, keepAlive: keepAlive)
        case .chunks(var walk, let keepAlive):
            do throws(SIMDStop) {
                try walk.walkChunks(input, &tape)
                try walk.walkTrailers(input, &maps, &tape)
            } catch {
                stage = .chunks(walk, keepAlive: keepAlive)
                throw error
            }
            endMessage(at: walk.position, keepAlive: keepAlive)
        case .finished: break
        }
    }

    /// Counts a response; true for 1xx other than 101, of which only so many may come.
    private mutating func noteResponse(_ walk: SIMDHeadWalk) throws(SIMDStop) -> Bool {
        guard !isRequest else { return false }
        guard walk.line.status / 100 == 1, walk.line.status != 101 else {
            finalCount += 1
            interimCount = 0
            return false
        }
        guard interimCount < limits.informationalCountMax else {
            throw .rejected(.tooManyInformational, walk.startLineOffset)
        }
        interimCount += 1
        return true
    }

    /// Commits the head, and what of the body is certain with it.
    private mutating func begin(
        _ framing: Framing, isInterim: Bool, at offset: Int, _ tape: inout Tape
    ) {
        switch framing.kind {
        case .chunked:
            stage = .chunks(
                SIMDChunkedWalk(policy, limits, at: offset), keepAlive: framing.keepAlive)
        case .close, .tunnel:
            tape.append(Token(.opaque, offset: offset, length: 0))
            messageStart = offset
            stage = .finished
        case .none, .length:
            if framing.length > 0 {
                tape.append(Token(.body, offset: offset, length: framing.length))
                stage = .body(
                    end: SIMDBytes.sum(offset, framing.length), keepAlive: framing.keepAlive)
            } else {
                tape.append(Token(.messageEnd, offset: offset, length: 0))
                endMessage(at: offset, keepAlive: framing.keepAlive || isInterim)
            }
        }
        tape.commit()
    }

    private mutating func endMessage(at offset: Int, keepAlive: Bool) {
        messageStart = offset
        if keepAlive { beginMessage(at: offset) } else { stage = .finished }
    }

    private mutating func beginMessage(at offset: Int) {
        let answers = finalCount < requestMethods.count ? requestMethods[finalCount] : .other
        stage = .head(
            SIMDHeadWalk(policy, limits, isRequest: isRequest, answers: answers, at: offset))
    }
}

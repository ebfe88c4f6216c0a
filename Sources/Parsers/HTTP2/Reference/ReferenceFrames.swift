internal import Wire

/// `http2.frame` as `Documentation/HTTP2.md` reads: one function for each rule, no cleverness.
///
/// Each call starts at the frame that is not whole yet: its header is read again, its payload is not looked at before it
/// is whole, so that waiting costs the same whatever the frame's length.
struct ReferenceFrames: Parser {
    private let policy: Policy
    private let limits: HTTP2Limits
    private let context: HTTP2Context

    /// The first octet of the frame that comes next.
    private var position = 0
    private var isPrefaceRead: Bool
    private var isFirstFrame: Bool
    private var block: ReferenceFieldBlock?
    private var rejection: Rejection?

    init(_ configuration: Configuration) {
        policy = configuration.policy
        limits = HTTP2Limits(configuration.limits)
        context = configuration.context as? HTTP2Context ?? HTTP2Context()
        isPrefaceRead = !(context.start == .connection && context.role == .client)
        isFirstFrame = context.start == .connection
    }

    mutating func reset() {
        position = 0
        isPrefaceRead = !(context.start == .connection && context.role == .client)
        isFirstFrame = context.start == .connection
        block = nil
        rejection = nil
    }

    var releasableCount: Int { block == nil && rejection == nil ? position : 0 }

    mutating func release(_ count: Int) {
        precondition(count >= 0 && count <= releasableCount, "more than is releasable")
        position -= count
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        if let rejection { return .rejected(rejection) }
        do throws(Rejection) {
            if !isPrefaceRead {
                guard try preface(input, &tape) else { return .incomplete }
            }
            while let frame = try frame(input) {
                try take(frame, input, &tape)
                tape.commit()
                position = frame.end
                isFirstFrame = false
            }
        } catch {
            tape.rollback()
            rejection = error
            return .rejected(error)
        }
        let isBetweenFrames = position == input.count && position > 0 && block == nil
        let isBehindPreface = isFirstFrame && context.start == .connection
        return isBetweenFrames && !isBehindPreface ? .complete(consumed: position) : .incomplete
    }

    /// The client connection preface (RFC 9113 §3.4); false while it is not whole.
    private mutating func preface(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) -> Bool {
        let expected = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        for index in 0..<min(input.count, expected.count) where input[index] != expected[index] {
            throw Rejection(HTTP2Reason.badPreface, at: index)
        }
        guard input.count >= expected.count else { return false }
        tape.append(Token(.preface, offset: 0, length: expected.count))
        tape.commit()
        isPrefaceRead = true
        position = expected.count
        return true
    }
}

/// A field block whose last frame has not come yet.
struct ReferenceFieldBlock {
    var stream: Int
    var frameCount: Int
    var octets: Int
    /// Where its fragments begin in the arena.
    var arenaOffset: Int
}

// MARK: The frame header (§3)

extension ReferenceFrames {
    /// The frame at `position`, checked, or nil while it is not whole.
    private func frame(_ input: Span<UInt8>) throws(Rejection) -> ReferenceFrame? {
        guard input.count - position >= 9 else { return nil }
        var frame = ReferenceFrame(header: input, at: position)
        try checkOpenBlock(frame)
        try checkFirstFrame(frame)
        if frame.length > context.maxFrameSize {
            guard frame.mayBeStreamError else { throw frame.rejection(.frameTooLarge, 0) }
            frame.streamError = .frameTooLarge
        } else {
            try checkContinuation(frame)
            try checkRole(frame)
            try checkStream(frame)
            try checkLength(&frame)
            try checkLimits(frame)
        }
        return input.count - position - 9 >= frame.length ? frame : nil
    }

    private func checkOpenBlock(_ frame: ReferenceFrame) throws(Rejection) {
        guard let block else { return }
        if frame.type == nil, policy.contains(.unknownFrameInBlock) { return }
        guard frame.type == .continuation else { throw frame.rejection(.continuationExpected, 3) }
        guard frame.stream == block.stream else { throw frame.rejection(.continuationStream, 5) }
    }

    private func checkFirstFrame(_ frame: ReferenceFrame) throws(Rejection) {
        guard isFirstFrame else { return }
        guard frame.type == .settings else { throw frame.rejection(.settingsExpected, 3) }
        guard !frame.has(0x1) else { throw frame.rejection(.settingsExpected, 4) }
    }

    private func checkContinuation(_ frame: ReferenceFrame) throws(Rejection) {
        guard frame.type == .continuation, block == nil else { return }
        throw frame.rejection(.continuationUnexpected, 3)
    }

    private func checkRole(_ frame: ReferenceFrame) throws(Rejection) {
        if frame.type == .pushPromise, context.role == .client {
            throw frame.rejection(.pushFromClient, 3)
        }
        if frame.type == .priorityUpdate, context.role == .server {
            throw frame.rejection(.priorityUpdateFromServer, 3)
        }
    }

    private func checkStream(_ frame: ReferenceFrame) throws(Rejection) {
        switch frame.type {
        case .data, .headers, .priority, .rstStream, .pushPromise:
            guard frame.stream != 0 else { throw frame.rejection(.streamIdentifierZero, 5) }
        case .settings, .ping, .goaway, .priorityUpdate:
            guard frame.stream == 0 else { throw frame.rejection(.streamIdentifierNotZero, 5) }
        case .windowUpdate, .continuation, .altsvc, .origin, nil: return
        }
        let isOpenedByClient = frame.type == .data || frame.type == .headers
        if isOpenedByClient, context.role == .client, !policy.contains(.evenStreams) {
            guard frame.stream % 2 == 1 else { throw frame.rejection(.streamIdentifierEven, 5) }
        }
    }

    private func checkLength(_ frame: inout ReferenceFrame) throws(Rejection) {
        switch frame.type {
        case .rstStream, .windowUpdate:
            guard frame.length == 4 else { throw frame.rejection(.wrongLength, 0) }
        case .ping:
            guard frame.length == 8 else { throw frame.rejection(.wrongLength, 0) }
        case .settings:
            guard frame.length % 6 == 0 else { throw frame.rejection(.wrongLength, 0) }
            guard !frame.has(0x1) || frame.length == 0 else {
                throw frame.rejection(.acknowledgementWithPayload, 0)
            }
        case .priority:
            if frame.length != 5 { frame.streamError = .wrongLength }
        case .goaway: try need(8, frame)
        case .priorityUpdate: try need(4, frame)
        case .data: try need(frame.padLengthCount, frame)
        case .headers: try need(frame.padLengthCount + (frame.has(0x20) ? 5 : 0), frame)
        case .pushPromise: try need(frame.padLengthCount + 4, frame)
        case .continuation, .altsvc, .origin, nil: return
        }
    }

    private func need(_ count: Int, _ frame: ReferenceFrame) throws(Rejection) {
        guard frame.length >= count else { throw frame.rejection(.payloadTooShort, 0) }
    }

    private func checkLimits(_ frame: ReferenceFrame) throws(Rejection) {
        switch frame.type {
        case .settings:
            guard frame.length / 6 <= limits.settingCountMax else {
                throw frame.rejection(.tooManySettings, 0)
            }
        case .continuation:
            // The first frame of the block is none of its continuations.
            guard let block, block.frameCount <= limits.continuationCountMax else {
                throw frame.rejection(.tooManyContinuations, 3)
            }
            try checkBlockSize(block.octets, frame)
        case .headers, .pushPromise: try checkBlockSize(0, frame)
        default: return
        }
    }

    private func checkBlockSize(_ octets: Int, _ frame: ReferenceFrame) throws(Rejection) {
        guard octets + frame.length <= limits.fieldBlockBytesMax else {
            throw frame.rejection(.fieldBlockTooLarge, 0)
        }
    }
}

// MARK: A whole frame

extension ReferenceFrames {
    private mutating func take(
        _ frame: ReferenceFrame, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) {
        tape.append(
            Token(
                .frame, detail: UInt16(frame.typeOctet) << 8 | UInt16(frame.flags),
                offset: frame.start, length: frame.length))
        tape.append(
            Token(
                .stream, detail: frame.isReservedBitSet ? 1 : 0, offset: frame.start + 5,
                length: frame.stream))
        if let reason = frame.streamError {
            frame.appendStreamError(reason, at: frame.start, &tape)
            frame.appendUnread(&tape)
            return
        }
        var payload = ReferencePayload(
            frame: frame, role: context.role, policy: policy, cursor: frame.payload)
        guard let fragment = try payload.read(input, &tape) else { return }
        takeFragment(fragment, frame, input, &tape)
    }

    /// Adds a fragment to its field block, and ends the block where the frame says so (RFC 9113 §4.3).
    private mutating func takeFragment(
        _ fragment: Range<Int>, _ frame: ReferenceFrame, _ input: Span<UInt8>,
        _ tape: inout Tape
    ) {
        let isLast = frame.has(0x4)
        if block == nil, isLast {
            tape.append(
                Token(
                    .fieldBlock, detail: 1, offset: fragment.lowerBound, length: fragment.count))
            return
        }
        var open =
            block
            ?? ReferenceFieldBlock(
                stream: frame.stream, frameCount: 0, octets: 0,
                arenaOffset: tape.arenaAppendedCount)
        for index in fragment { tape.appendToArena(input[index]) }
        open.frameCount += 1
        open.octets += fragment.count
        block = isLast ? nil : open
        guard isLast else { return }
        tape.append(
            Token(
                .fieldBlockAssembled, detail: UInt16(clamping: open.frameCount),
                offset: open.arenaOffset, length: open.octets))
    }
}

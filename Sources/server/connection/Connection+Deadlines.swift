// MARK: Time

extension Connection {
    /// When `advance` is to be called at the latest, or nil where nothing is awaited with a limit.
    public var deadline: Instant? {
        let input = inputDeadline
        let output = outputDeadline
        guard let input else { return output }
        guard let output else { return input }
        return min(input, output)
    }

    /// When the client has had its time for what it is to send.
    private var inputDeadline: Instant? {
        let limits = context.limits
        switch phase {
        case .awaitingRequest:
            // Before the first request a client has as long as for a head; it opened the connection to send one.
            guard output.isEmpty else { return nil }
            return max(phaseBegan, outputProgress).advanced(
                milliseconds: requestCount == 0
                    ? limits.headerMillisecondsMax : limits.idleMillisecondsMax)
        case .awaitingHead:
            return isOutputFull
                ? nil : messageBegan.advanced(milliseconds: limits.headerMillisecondsMax)
        case .awaitingBody:
            if let began = body.sinkWaitBegan {
                return began.advanced(milliseconds: limits.handlerMillisecondsMax)
            }
            return phaseBegan.advanced(
                milliseconds: Self.grace(
                    limits.bodyGraceMilliseconds, body.received, limits.bodyBytesPerSecondMin))
        case .awaitingResponse:
            return phaseBegan.advanced(milliseconds: limits.handlerMillisecondsMax)
        case .awaitingContent:
            guard output.isEmpty else { return nil }
            return max(phaseBegan, outputProgress)
                .advanced(milliseconds: limits.handlerMillisecondsMax)
        case .lingering:
            guard output.isEmpty else { return nil }
            return max(phaseBegan, outputProgress)
                .advanced(milliseconds: limits.lingerMillisecondsMax)
        case .closed: return nil
        }
    }

    /// When the client has had its time for what it is to read.
    private var outputDeadline: Instant? {
        guard !output.isEmpty, phase != .closed else { return nil }
        let limits = context.limits
        let stalled = outputProgress.advanced(milliseconds: limits.writeMillisecondsMax)
        let slow = outputBegan.advanced(
            milliseconds: Self.grace(
                limits.drainGraceMilliseconds, outputSent, limits.drainBytesPerSecondMin))
        return min(stalled, slow)
    }

    /// Milliseconds that a transfer may have taken: some to begin with, and a second for each `rate` bytes. A rate of 0
    /// judges nothing.
    private static func grace(_ milliseconds: Int, _ bytes: Int, _ rate: Int) -> Int {
        guard rate > 0 else { return .max }
        let (scaled, overflows) = bytes.multipliedReportingOverflow(by: 1_000)
        guard !overflows else { return .max }
        let (sum, isTooLong) = milliseconds.addingReportingOverflow(scaled / rate)
        return isTooLong ? .max : sum
    }

    /// Time has passed.
    public mutating func advance(to now: Instant) {
        self.now = now
        if let outputDeadline, outputDeadline <= now {
            report(.server(.clientTooSlow), Span())
            return close()
        }
        guard let inputDeadline, inputDeadline <= now else { return }
        switch phase {
        case .awaitingRequest, .lingering: close()
        case .awaitingHead: refuse(.server(.headerTimeout), Span())
        case .awaitingBody where body.isSinkWaiting: refuse(.server(.handlerTimeout), Span())
        case .awaitingBody: refuseSlowBody()
        case .awaitingResponse:
            ticket += 1
            refuse(.server(.handlerTimeout), Span())
        case .awaitingContent:
            // The head is gone: a cut body is the only way to say that something went wrong (RFC 9112 §8).
            report(.server(.handlerTimeout), Span())
            close()
        case .closed: break
        }
    }

    /// A body that comes too slowly: 408, or nothing where the answer is already out.
    private mutating func refuseSlowBody() {
        if case .drain = body.destination {
            report(.server(.bodyTooSlow), Span())
            return enterLingering()
        }
        refuse(.server(.bodyTooSlow), Span())
    }
}

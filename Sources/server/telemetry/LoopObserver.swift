internal import Wire

/// Counts and logs what becomes of one loop's connections.
final class LoopObserver: ConnectionObserver {
    private let telemetry: LoopTelemetry
    private var access: AccessLog?
    private var decisions: DecisionLog?

    init(
        _ telemetry: LoopTelemetry, access: consuming AccessLog?, decisions: consuming DecisionLog?
    ) {
        self.telemetry = telemetry
        self.access = access
        self.decisions = decisions
    }

    func opened() {
        telemetry.counters.add(.connectionsAccepted)
        telemetry.counters.add(.openConnections)
    }

    func closed() {
        telemetry.counters.add(.connectionsClosed)
        telemetry.counters.add(.openConnections, -1)
    }

    func received(_ count: Int) { telemetry.counters.add(.bytesReceived, count) }

    func sent(_ count: Int) { telemetry.counters.add(.bytesSent, count) }

    func answered(_ exchange: Exchange) {
        if exchange.request != nil { telemetry.counters.add(.requests) }
        telemetry.counters.add(.responses(exchange.status))
        let nanoseconds = exchange.ended.nanoseconds &- exchange.began.nanoseconds
        telemetry.requestDurations.record(nanoseconds: nanoseconds)
        access?.append(
            AccessEntry(
                time: .now, client: exchange.client, request: exchange.request,
                status: exchange.status, contentBytes: UInt64(max(0, exchange.contentBytes)),
                nanoseconds: nanoseconds))
    }

    func refused(
        _ refusal: Refusal, _ client: ClientAddress, _ storage: RequestStorage?,
        _ input: Span<UInt8>
    ) {
        let decision: Decision
        switch refusal {
        case .server(let reason):
            telemetry.counters.count(reason)
            decision = Decision(reason, client: client, time: .now)
        case .parser(let code, let offset):
            let rejection = Rejection(code: code, offset: offset)
            telemetry.counters.count(rejection)
            guard let known = Decision(rejection, client: client, time: .now) else { return }
            decision = known
        }
        if let storage, !input.isEmpty {
            decisions?.append(decision, input: input, tape: storage.tape)
        } else {
            decisions?.append(decision)
        }
    }

    var hasLines: Bool {
        if let isEmpty = access?.isEmpty, !isEmpty { return true }
        if let isEmpty = decisions?.isEmpty, !isEmpty { return true }
        return false
    }

    func flush() {
        access?.flush()
        decisions?.flush()
    }
}

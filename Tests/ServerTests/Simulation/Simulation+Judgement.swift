@testable import Server

/// What must be true of a history that has ended.
extension Simulation {
    func judge() {
        guard problems.isEmpty else { return }
        for index in clients.indices { judge(index) }
        if context.pool.statistics.taken != [0, 0, 0] {
            complain("blocks are missing: \(context.pool.statistics.taken)")
        }
        if observer.openCount != 0 { complain("\(observer.openCount) connections are not closed") }
        if routes.openCount != 0 { complain("\(routes.openCount) sinks and sources have no end") }
        for problem in routes.problems { complain(problem) }
        reserve.refill()
        if !reserve.isFull { complain("the reserve has \(reserve.heldCount) descriptors") }
    }

    private func judge(_ index: Int) {
        // What is on its way arrives.
        for _ in 0..<100_000 where !clients[index].isDone && clients[index].manner != .neverReading
        {
            _ = clients[index].move(&random)
        }
        let client = clients[index]
        let reading = client.reading
        func complain(_ text: String) {
            self.complain(
                "client \(index) (\(client.manner), \(client.plan.count) requests): \(text)")
        }
        if let problem = reading.problem { complain(problem) }
        let reasons = observer.refusals.filter { $0.client == address(index) }.map(\.refusal)
        let calls = routes.calls.filter { $0.client == index }.map(\.index)
        if zip(calls, calls.dropFirst()).contains(where: { $0 >= $1 }) {
            complain("handlers were called out of order or twice: \(calls)")
        }
        if let wrong = calls.first(where: { $0 >= client.plan.count || !client.plan[$0].isCalled })
        {
            complain("the handler of request \(wrong) was called")
        }
        var served = 0
        for (place, response) in reading.responses.enumerated() {
            if place < client.plan.count, isOwed(response, client.plan[place]) {
                served += 1
                continue
            }
            // Not what the request is owed: then it is the last answer, and the server said why.
            let isReported =
                reasons.contains { Int($0.status?.code ?? 0) == response.status }
                || turnedAway.contains(index) && response.status == 503
            if !isReported || place != reading.responses.count - 1 {
                complain("answer \(place) is \(response.status), \(response.content.count) bytes")
            }
        }
        if weather == .calm { judgeCalm(client, served, reasons, complain) }
    }

    private func isOwed(_ response: WireResponse, _ planned: SimulatedClient.Planned) -> Bool {
        response.status == planned.status
            && (planned.content == nil || planned.content == response.content)
    }

    /// Nothing disturbed this client: it has all answers.
    private func judgeCalm(
        _ client: SimulatedClient, _ served: Int, _ reasons: [Refusal],
        _ complain: (String) -> Void
    ) {
        var owed = client.plan.count
        if client.manner == .ending {
            var end = 0
            owed =
                client.plan.prefix { planned in
                    end += planned.bytes.count
                    return end <= client.turningPoint
                }.count
        }
        // A refusal may be certain before the request has ended, and so may be that nobody wants its body.
        let isEarly =
            served == owed + 1 && (client.plan[owed].isLast || !client.plan[owed].isCalled)
        if served != owed, !isEarly { complain("\(served) of \(owed) answers: \(reasons)") }
        for reason in reasons {
            switch reason {
            case .server(.bodyIncomplete) where client.manner == .ending: continue
            case .server(.handlerFailed): continue
            case .parser, .server:
                let isPlanned = client.plan.last.map { Int(reason.status?.code ?? 0) == $0.status }
                if isPlanned != true { complain("\(reason)") }
            }
        }
        if client.isBroken, client.manner != .resetting { complain("its connection was reset") }
    }
}

import Glibc

@testable import Server

// MARK: Accepting

extension Simulation {
    /// Lets the next client in, or not; gives 1 where something became of it.
    func arrive() -> Int {
        guard let client = arriving.first, Int.random(in: 0..<4, using: &random) == 0 else {
            return 0
        }
        var refusal: ServerReason?
        switch overload.decide(openCount: seats.count, at: now) {
        case .serve: break
        case .refuse(let reason, _): refusal = reason
        case .pause: return 0
        }
        guard descriptors.open() != nil else {
            overload.descriptorsExhausted(at: now)
            let isAnswered = reserve.lend { turnAway(client) }
            guard isAnswered else { return 0 }
            arriving.removeFirst()
            return 1
        }
        arriving.removeFirst()
        let id = ConnectionID(slot: UInt32(client), generation: 0)
        let seat = Seat(
            id, client,
            Connection(context, client: address(client), id: id, refusing: refusal, at: now),
            at: now)
        seats.append(seat)
        settle(seat)
        return 1
    }

    private func turnAway(_ client: Int) {
        guard descriptors.open() != nil else { return complain("a reserve lends what it has not") }
        let words = Array("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".utf8)
        var calm = SeededGenerator(seed: 0)
        var at = 0
        // The room for what a client has not read is small here; a kernel's takes this at once.
        while at < words.count {
            let outcome = words[at...].withUnsafeBytes { clients[client].socket.send($0, &calm) }
            guard case .count(let count) = outcome else { break }
            at += count
        }
        clients[client].socket.close()
        descriptors.close()
        turnedAway.insert(client)
    }
}

// MARK: One connection's turn, in the order that `Connection` documents

extension Simulation {
    func turn(_ seat: Seat) -> Int {
        guard !seat.connection.isClosed else { return 0 }
        var moved = settle(seat)
        moved += read(seat)
        moved += settle(seat)
        if let deadline = seat.connection.deadline, deadline <= now {
            seat.connection.advance(to: now)
            seat.passedDeadlines += 1
            note(2, seat.client)
            if seat.passedDeadlines > 3 { complain("deadlines pass and the connection stays") }
            moved += 1 + settle(seat)
        }
        check(seat)
        return moved
    }

    private func check(_ seat: Seat) {
        if seat.connection.isClosed {
            let asks =
                seat.connection.hasOutput || seat.connection.wantsInput
                || seat.connection.wantsShutdown || seat.connection.takeJob() != nil
                || seat.connection.deadline != nil
            if asks { complain("client \(seat.client): a closed connection wants something") }
            return
        }
        if let deadline = seat.connection.deadline, deadline <= now {
            complain("client \(seat.client): a deadline has passed and stays")
        }
        if seat.connection.withOutput({ if case .none = $0 { true } else { false } })
            == seat.connection.hasOutput
        {
            complain("client \(seat.client): output is not what hasOutput says")
        }
    }

    private func read(_ seat: Seat) -> Int {
        let socket = clients[seat.client].socket
        if socket.isReset {
            seat.connection.abort()
            return 1
        }
        guard seat.connection.wantsInput, socket.isReadable else { return 0 }
        let now = now
        let countMax = Int.random(in: 1...65_536, using: &random)
        let outcome = socket.receive(countMax, &random) { bytes in
            seat.connection.receive(bytes.span, at: now)
        }
        switch outcome {
        case .count(let count):
            seat.passedDeadlines = 0
            note(3, seat.client, count)
            return count
        case .again, .interrupted: return 0
        case .end: seat.connection.receiveEnd(at: now)
        case .broken: seat.connection.abort()
        }
        note(4, seat.client)
        return 1
    }

    /// Jobs, output, shutdown; closes the socket of what is over. Gives how much moved.
    @discardableResult func settle(_ seat: Seat) -> Int {
        let socket = clients[seat.client].socket
        var moved = 0
        var turns = 0
        while !seat.connection.isClosed {
            turns += 1
            // Each turn sends a byte at least, and the socket's buffer has an end.
            if turns > 100_000 { complain("client \(seat.client): output without an end") }
            if let job = seat.connection.takeJob() { start(job, seat) }
            guard problems.isEmpty, seat.connection.hasOutput else { break }
            let outcome = seat.connection.withOutput { send($0, socket) }
            guard case .count(let count) = outcome else {
                if case .broken = outcome { seat.connection.abort() }
                break
            }
            seat.connection.sent(count, at: now)
            seat.passedDeadlines = 0
            moved += count
            note(5, seat.client, count)
        }
        if seat.connection.wantsShutdown {
            socket.shutdown()
            seat.connection.shutdownDone()
            moved += 1
        }
        if seat.connection.isClosed, !socket.isServerClosed {
            socket.close()
            descriptors.close()
            reserve.refill()
            moved += 1
        }
        return moved
    }

    private func send(
        _ segment: OutputSegment, _ socket: SimulatedSocket
    ) -> SimulatedSocket.Outcome {
        switch segment {
        case .none:
            complain("no output where hasOutput says so")
            return .broken
        case .bytes(let bytes, _): return socket.send(bytes, &random)
        case .file(let slice):
            var buffer = [UInt8](repeating: 0, count: min(slice.count, 8_192))
            let count = pread(slice.file.descriptor, &buffer, buffer.count, off_t(slice.offset))
            guard count > 0 else { return .broken }
            return buffer[..<count].withUnsafeBytes { socket.send($0, &random) }
        }
    }

    /// Starts an asynchronous handler, which ends when the seed says so, even where that is too late.
    private func start(_ job: Job, _ seat: Seat) {
        let words = job.request.path.split(separator: "/").dropFirst().compactMap { Int($0) }
        guard words.count == 3 else { return complain("a job for \(job.request.path)") }
        routes.called(words[0], words[1])
        let longest = weather == .calm ? 500 : 3_000
        let due = now.advanced(milliseconds: Int.random(in: 0...longest, using: &random))
        let content = SimulatedRoutes.content(words[0], words[1], words[2])
        jobs.append((due, seat, job.ticket, Response(body: .bytes(content))))
    }
}

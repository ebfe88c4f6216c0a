internal import Synchronization

extension Supervisor {
    /// What all workers count, each with a label of its own, behind what the supervisor knows of them. A worker that does
    /// not answer in `workerAnswerMillisecondsMax` is left out. For one thread at a time: a worker is asked over one socket.
    public func metrics() -> [UInt8] {
        let workers = seen.withLock { $0 }
        var gathered = GatheredMetrics()
        for (index, worker) in workers.enumerated() {
            gathered.add(Self.own(worker), worker: index + 1)
        }
        let asked = workers.map { worker -> (MessageSocket, String)? in
            guard worker.isReady, let socket = worker.metrics else { return nil }
            let number = String(UInt32.random(in: 0 ... .max))
            do { try socket.send(number) } catch { return nil }
            return (socket, number)
        }
        for (index, question) in asked.enumerated() {
            guard let (socket, number) = question else { continue }
            // An answer to a question of before may come first: it was late then.
            while let message = try? socket.receive() {
                guard message.word == number else { continue }
                gathered.add(message.content, worker: index + 1)
                break
            }
        }
        return gathered.text
    }

    private static func own(_ worker: Seen) -> [UInt8] {
        Array(
            """
            # HELP zyphos_worker_ready Whether a worker process serves.
            # TYPE zyphos_worker_ready gauge
            zyphos_worker_ready \(worker.isReady ? 1 : 0)
            # HELP zyphos_worker_restarts_total How often a worker process fell and was started anew.
            # TYPE zyphos_worker_restarts_total counter
            zyphos_worker_restarts_total \(worker.restarts)

            """.utf8)
    }
}

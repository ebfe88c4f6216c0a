import Glibc
import Synchronization
import Testing

@testable import Server

/// Every row of the catalogue's attacks over real sockets, on every engine, in one piece and byte by byte, with a smuggled
/// request behind it.
@Suite(.serialized) struct SocketAttackTests {
    /// How a client hands its bytes over.
    enum Delivery: String, CaseIterable, Sendable {
        /// With one call.
        case whole
        /// A segment for each byte; of inputs beyond `bytewiseBytesMax`, for each run of `longStep` bytes.
        case bytewise
    }

    /// Inputs of more bytes go in longer pieces (chosen: all but some forty inputs are shorter; each byte costs two system
    /// calls and a turn of the server's loop).
    private static let bytewiseBytesMax = 2_048
    private static let longStep = 509
    /// Clients at a time (chosen: as many as keep two processors busy while some wait for a server's turn).
    private static let clientCount = 6

    /// Every id of the catalogue is either run here, has a test of its own, or is listed with a reason.
    @Test func everyRowIsRunOrListed() throws {
        let inputs = Dictionary(grouping: try AttackInput.all(isWhole: true)) { $0.row ?? "" }
        for (row, verdict) in AttackRow.verdicts {
            let own = inputs[row] ?? []
            let refusals = own.compactMap(\.refusal)
            switch verdict {
            case .refused(let statuses):
                #expect(!refusals.isEmpty, "\(row) has no input that is refused")
                #expect(
                    refusals.allSatisfy { statuses.contains($0) },
                    "\(row) is refused with \(refusals)")
            case .served(let statuses):
                let answers = own.flatMap { AttackInput.owed($0.bytes).statuses }
                #expect(!own.isEmpty, "\(row) has no input")
                #expect(
                    answers.allSatisfy { $0 == 200 || statuses.contains($0) },
                    "\(row) is answered with \(answers)")
            case .cut: #expect(own.contains { $0.isCut }, "\(row) has no input that is cut")
            case .apart, .absent: #expect(own.isEmpty, "\(row) has inputs that are not run")
            }
        }
        #expect(AttackRow.verdicts.count == 300)
        for engine in EngineName.allCases {
            guard let absence = RunningServer.absence(engine) else { continue }
            print("acceptance: \(engine.rawValue) cannot run here: \(absence)")
        }
    }

    @Test(arguments: RunningServer.engines)
    func attacksOverSockets(engine: EngineName) throws {
        let inputs = try AttackInput.all(isWhole: false)
        let seen = SeenRequests()
        let server = try RunningServer(engine, routing: seen)
        let jobs = Delivery.allCases.flatMap { delivery in inputs.map { ($0, delivery) } }
        let run = Run(jobs, seen, port: server.port)
        let threads = (0..<Self.clientCount).compactMap { _ in
            LoopThread("test-client") { run.work() }
        }
        for thread in threads { thread.join() }
        server.stop()
        let problems = run.problems
        #expect(
            problems.isEmpty,
            "\(problems.count) of \(jobs.count):\n\(problems.prefix(20).joined(separator: "\n"))")
        #expect(seen.count == run.calls)
        let rows = Set(inputs.compactMap(\.row))
        print(
            "acceptance: \(engine.rawValue): \(rows.count) rows, \(inputs.count) inputs, "
                + "\(jobs.count) connections")
        #expect(inputs.count > 1_000 && threads.count == Self.clientCount)
    }

    /// Jobs that clients take one after another, and what went wrong.
    private final class Run: Sendable {
        private let jobs: [(input: AttackInput, delivery: Delivery)]
        private let seen: SeenRequests
        private let port: Int
        private let next = Atomic<Int>(0)
        private let total = Atomic<Int>(0)
        private let found = Mutex<[String]>([])

        init(_ jobs: [(AttackInput, Delivery)], _ seen: SeenRequests, port: Int) {
            self.jobs = jobs
            self.seen = seen
            self.port = port
        }

        var problems: [String] { found.withLock(\.self) }
        /// How many requests were to reach a handler.
        var calls: Int { total.load(ordering: .relaxed) }

        func work() {
            while true {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < jobs.count else { return }
                let job = jobs[number]
                do {
                    let problem = try attack(job.input, job.delivery, number)
                    guard let problem else { continue }
                    found.withLock { $0.append("\(job.input.id) \(job.delivery): \(problem)") }
                } catch {
                    found.withLock { $0.append("\(job.input.id): \(error)") }
                }
            }
        }

        /// One connection; gives what the server did that it does not owe.
        private func attack(
            _ input: AttackInput, _ delivery: Delivery, _ number: Int
        ) throws -> String? {
            let bytes =
                input.bytes + (input.isCut ? [] : SeenRequests.smuggledRequest(number))
            var owed = AttackInput.owed(bytes)
            if let refusal = input.refusal, owed.refusal != refusal {
                return "the case says \(refusal), the specification \(owed.refusal ?? 0)"
            }
            let isSmuggledOwed = !input.isCut && owed.contents.last??.contains("/smuggled/") == true
            let peer = try Peer(port: port)
            peer.sendAtOnce()
            SocketAttackTests.send(bytes, delivery, peer)
            if input.isCut {
                // What is owed to the whole messages before the cut, and 400 where a body was cut.
                peer.end()
            } else if !owed.closes {
                // The connection goes on, and both sides are at the same place.
                let last = "GET /last HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n"
                owed.statuses.append(200)
                owed.contents.append(
                    SeenRequests.text(Array("GET /last HTTP/1.1".utf8), [], trailerCount: 0))
                owed.methods.append("GET")
                owed.calls += 1
                peer.send(last)
            }
            total.add(owed.calls, ordering: .relaxed)
            guard let answer = peer.receiveAll() else { return "no end: a reset, or nothing" }
            return problem(answer, owed, input, isSmuggledOwed, number)
        }

        private func problem(
            _ answer: [UInt8], _ owed: AttackInput.Owed, _ input: AttackInput,
            _ isSmuggledOwed: Bool, _ number: Int
        ) -> String? {
            let reading = WireResponse.read(answer, methods: owed.methods, isEnd: true)
            if let problem = reading.problem { return problem }
            var statuses = reading.responses.map(\.status)
            if input.isCut, statuses == owed.statuses + [400] { statuses.removeLast() }
            guard statuses == owed.statuses, reading.rest == 0 else {
                return "owed \(owed.statuses), answered \(statuses), \(reading.rest) bytes behind"
            }
            for (response, content) in zip(reading.responses, owed.contents) {
                let text = String(decoding: response.content, as: UTF8.self)
                if let content, content != text { return "owed \(content), answered \(text)" }
            }
            if owed.closes, reading.responses.last?.fields["connection"] != "close" {
                return "the last answer does not say that the connection closes"
            }
            guard seen.smuggled(number) == (isSmuggledOwed ? 1 : 0) else {
                return "the smuggled request was seen \(seen.smuggled(number)) times"
            }
            return nil
        }
    }

    /// Sends what the server takes.
    private static func send(_ bytes: [UInt8], _ delivery: Delivery, _ peer: Peer) {
        guard delivery == .bytewise else {
            peer.send(bytes)
            return
        }
        let step = bytes.count > bytewiseBytesMax ? longStep : 1
        for at in stride(from: 0, to: bytes.count, by: step) {
            // A server that has closed is not told the rest.
            guard peer.send(Array(bytes[at..<min(bytes.count, at + step)])) else { return }
        }
    }
}

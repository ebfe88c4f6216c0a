@testable import Server

/// A client with a plan: requests that are drawn from a seed, how it hands them over, how it reads.
struct SimulatedClient {
    /// A request and what it is owed.
    struct Planned {
        var bytes: [UInt8]
        var method = "GET"
        var status = 200
        /// nil: whatever.
        var content: [UInt8]?
        /// Whether a handler sees it.
        var isCalled = true
        /// Whether the connection ends behind it.
        var isLast = false
        /// Where in `bytes` the client waits for `100 Continue`, or nil.
        var waitsAt: Int?
    }

    /// How it behaves.
    enum Manner: CaseIterable {
        /// Sends and reads what it can.
        case swift
        /// A few bytes at a time.
        case trickling
        /// Sends up to some byte, and then no more.
        case stalling
        /// Sends up to some byte, and ends its sending side.
        case ending
        /// Resets at some byte.
        case resetting
        /// Reads little now and then.
        case slowReading
        /// Never reads.
        case neverReading
    }

    let number: Int
    let manner: Manner
    let plan: [Planned]
    /// All bytes of the plan and, behind a last request, smuggled ones.
    let stream: [UInt8]
    /// Where the manner shows.
    let turningPoint: Int
    private let waits: [(at: Int, interim: Int)]

    let socket: SimulatedSocket
    private(set) var written = 0
    private(set) var received: [UInt8] = []
    private var patience = 0
    private var counted = (at: 0, interim: 0, final: 0)
    private(set) var isDone = false
    /// It was told that the connection broke.
    private(set) var isBroken = false

    init(
        _ number: Int, _ manner: Manner, _ plan: [Planned], _ socket: SimulatedSocket,
        _ random: inout SeededGenerator
    ) {
        self.number = number
        self.manner = manner
        self.plan = plan
        self.socket = socket
        var stream: [UInt8] = []
        var waits: [(Int, Int)] = []
        for planned in plan {
            if let at = planned.waitsAt { waits.append((stream.count + at, waits.count + 1)) }
            stream += planned.bytes
        }
        if plan.last?.isLast == true {
            stream += Array("GET /text/\(number)/\(plan.count)/5 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        }
        self.stream = stream
        self.waits = waits
        turningPoint = Int.random(in: 0...stream.count, using: &random)
    }

    /// Whether everything that it wants to send is sent.
    private var limit: Int {
        switch manner {
        case .stalling, .ending, .resetting: turningPoint
        case .swift, .trickling, .slowReading, .neverReading: stream.count
        }
    }

    /// One move; gives how many bytes moved, or 1 where it ended or broke something.
    mutating func move(_ random: inout SeededGenerator) -> Int {
        guard !isDone else { return 0 }
        return read(&random) + write(&random)
    }

    private mutating func read(_ random: inout SeededGenerator) -> Int {
        let countMax: Int
        switch manner {
        case .neverReading: return 0
        case .slowReading:
            guard Int.random(in: 0..<10, using: &random) == 0 else { return 0 }
            countMax = Int.random(in: 1...200, using: &random)
        case .swift, .trickling, .stalling, .ending, .resetting:
            countMax = Int.random(in: 1...100_000, using: &random)
        }
        let bytes = socket.read(countMax)
        received += bytes
        guard bytes.isEmpty else { return bytes.count }
        if socket.isReset || socket.isServerEnded {
            isBroken = socket.isReset
            isDone = true
            socket.end()
            return 1
        }
        return 0
    }

    private mutating func write(_ random: inout SeededGenerator) -> Int {
        guard !isDone, !socket.isClientEnded, !socket.isReset else { return 0 }
        guard written < limit else { return finish() }
        var end = limit
        // A client that was told to wait waits, but not for ever (RFC 9110 §10.1.1).
        if let wait = waits.first(where: { $0.at >= written && $0.at < end }),
            interimCount < wait.interim
        {
            end = wait.at
            if written == end {
                patience += 1
                guard patience > 15 else { return 0 }
                patience = 0
                end = limit
            }
        }
        var count = min(end - written, socket.room)
        if manner == .trickling { count = min(count, Int.random(in: 1...9, using: &random)) }
        if count > 1, Bool.random(using: &random) {
            count = Int.random(in: 1...count, using: &random)
        }
        guard count > 0 else { return 0 }
        socket.write(stream[written..<written + count])
        written += count
        return count
    }

    /// It has sent what it wanted to.
    private mutating func finish() -> Int {
        switch manner {
        case .swift, .trickling, .slowReading:
            // Whoever has all answers goes; the server must see off who stays.
            guard plan.last?.isLast != true, responseCount == plan.count else { return 0 }
            socket.end()
            return 1
        case .stalling, .neverReading: return 0
        case .ending:
            socket.end()
            return 1
        case .resetting:
            socket.reset()
            isDone = true
            isBroken = true
            return 1
        }
    }

    /// What came so far.
    var reading: WireResponse.Reading {
        WireResponse.read(received, methods: plan.map(\.method), isEnd: isDone && !isBroken)
    }

    /// Reads what came anew where something did.
    private mutating func count() {
        guard counted.at != received.count else { return }
        let reading = reading
        counted = (received.count, reading.interimCount, reading.responses.count)
    }

    private var interimCount: Int {
        mutating get {
            count()
            return counted.interim
        }
    }
    private var responseCount: Int {
        mutating get {
            count()
            return counted.final
        }
    }
}

internal import Differential
public import Fuzzing
internal import Generation
internal import HTTP1
internal import Server
public import Wire

/// The server's `Connection` under a fuzzer: an input's bytes are what a client sends, its cuts how they arrive, its turn who
/// drives.
///
/// Held to: the same answers however the bytes are cut and however slowly they are read; two parsers agree, unless the pair
/// refuses; the requests that reach the routes are those of the executable specification; what is answered is a stream
/// that it accepts; nothing is done behind a refusal; deadlines lie ahead, the driver's contract holds, everything ends and
/// gives back what it took.
public final class ConnectionSubject: FuzzSubject {
    public let name = "server.connection"
    public let isHeldToLaws = true
    private let plain: [ConnectionDesk]
    private let paired: [ConnectionDesk]
    private let request: Harness
    private var violations: [Violation] = []

    /// A subject with the winner's parser and the pair.
    public init() throws(VariantSelectionError) {
        plain = try Self.desks("simd")
        paired = try Self.desks("paired")
        request = Self.reference(HTTP1.stream.strictConfiguration(for: []))
    }

    /// The executable specification of streams.
    private static func reference(_ configuration: Configuration) -> Harness {
        guard let harness = Harness(HTTP1.stream.variants[0], configuration) else {
            preconditionFailure("the reference implements the strict policy")
        }
        return harness
    }

    private static func desks(_ parser: String) throws(VariantSelectionError) -> [ConnectionDesk] {
        var desks: [ConnectionDesk] = []
        for limits in presets { desks.append(try ConnectionDesk(parser: parser, limits: limits)) }
        return desks
    }

    /// The defaults, and limits that an input of some hundred bytes meets.
    private static let presets: [ServerLimits] = {
        var tight = ServerLimits()
        tight.pipelinedRequestsMax = 2
        tight.outputBytesMax = 4_096
        tight.requestsPerConnectionMax = 3
        tight.drainedBodyBytesMax = 20
        tight.lingerBytesMax = 30
        var small = ServerLimits()
        small.pipelinedRequestsMax = 1
        small.queryPairsMax = 2
        small.cookiePairsMax = 2
        return [ServerLimits(), tight, small]
    }()

    public func execute(_ input: FuzzInput) -> Execution {
        violations = []
        var random = SplitMix64(seed: UInt64(input.turn))
        let preset = random.below(Self.presets.count)
        let whole = drive(plain[preset], input.bytes, .init(), random)
        holdSplits(input, whole, preset, &random)
        holdPair(input, whole, preset, random)
        if input.turn % 2 == 0 { holdRequests(input.bytes, whole) }
        if input.turn % 4 == 1 { holdResponses(whole) }
        holdConduct(input, preset, &random)
        return Execution(
            violations: violations.sorted { $0.rank < $1.rank }, features: features(whole))
    }

    private func drive(
        _ desk: ConnectionDesk, _ bytes: [UInt8], _ manner: ConnectionDrive.Manner,
        _ random: SplitMix64
    ) -> ConnectionOutcome {
        var drive = ConnectionDrive(desk, manner, random)
        let outcome = drive.run(bytes)
        if let problem = drive.problem {
            complain(.conduct, desk.parser, "the contract", .messageCount, problem)
        }
        return outcome
    }

    private func complain(
        _ law: Law, _ variant: String, _ against: String, _ rank: DifferenceRank, _ detail: String
    ) {
        violations.append(
            Violation(law: law, variant: variant, against: against, rank: rank, detail: detail))
    }
}

// MARK: The laws

extension ConnectionSubject {
    /// In pieces, byte by byte, and to a client that reads a few bytes at a time.
    private func holdSplits(
        _ input: FuzzInput, _ whole: ConnectionOutcome, _ preset: Int, _ random: inout SplitMix64
    ) {
        var manners = [ConnectionDrive.Manner(cuts: input.cuts)]
        if input.turn % 8 == 0 { manners.append(.init(cuts: Array(input.bytes.indices))) }
        manners[0].ending = random.pick(ConnectionDrive.Ending.allCases)
        if random.once(in: 2) { manners[0].sendMax = 1 + random.below(200) }
        for manner in manners {
            let outcome = drive(plain[preset], input.bytes, manner, random)
            guard outcome != whole else { continue }
            complain(
                .splitInvariance, "simd", "itself",
                outcome.book.lines != whole.book.lines ? .messageCount : .body,
                whole.difference(outcome))
        }
    }

    /// Two parsers that must agree: what they answer is what one answers, or nothing is.
    private func holdPair(
        _ input: FuzzInput, _ whole: ConnectionOutcome, _ preset: Int, _ random: SplitMix64
    ) {
        let outcome = drive(paired[preset], input.bytes, .init(cuts: input.cuts), random)
        guard outcome != whole, !outcome.refusals.contains(.server(.parsersDisagree)) else {
            return
        }
        complain(.agreement, "paired", "simd", .acceptOrReject, whole.difference(outcome))
    }

    /// The requests that were routed are the first messages of the executable specification.
    private func holdRequests(_ bytes: [UInt8], _ whole: ConnectionOutcome) {
        let outcome = request.whole(bytes)
        let messages = HTTP1Transcript(outcome.tape, input: bytes).messages
        for (place, line) in whole.book.lines.enumerated() {
            guard place < messages.count, messages[place].framing != nil else {
                return complain(
                    .agreement, "simd", "reference", .messageCount,
                    "request \(place) is none of the specification's")
            }
            let message = messages[place]
            let fields = message.fields.flatMap { [Self.text($0.name), Self.text($0.value)] }
            guard Self.text(message.method ?? []) == line.method, fields == line.fields else {
                return complain(
                    .agreement, "simd", "reference", .targetAndMethod, "request \(place) differs")
            }
            if let body = whole.book.bodies[place], body != message.body || message.end == nil {
                return complain(
                    .agreement, "simd", "reference", .body,
                    "body \(place): \(body.count) bytes, \(message.body.count) in the specification"
                )
            }
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// What a connection writes, the strict specification reads as as many answers.
    private func holdResponses(_ whole: ConnectionOutcome) {
        let methods = whole.answered.map { method in
            method.flatMap { RequestMethod(rawValue: $0) } ?? .other
        }
        var configuration = HTTP1.stream.strictConfiguration(for: whole.sent)
        configuration.context = HTTP1Context(role: .response, requestMethods: methods)
        let outcome = Self.reference(configuration).whole(whole.sent)
        let messages = HTTP1Transcript(outcome.tape, input: whole.sent).messages
        let finalCount = messages.count { ($0.status ?? 0) >= 200 }
        if case .rejected = outcome.verdict {
            complain(.roundTrip, "simd", "reference", .messageCount, "answers are refused")
        } else if finalCount != whole.answered.count {
            complain(
                .roundTrip, "simd", "reference", .messageCount,
                "\(whole.answered.count) answers, \(finalCount) read")
        }
    }

    /// Time, slow readers, resets, no memory: whatever the answers are, the contract holds.
    private func holdConduct(_ input: FuzzInput, _ preset: Int, _ random: inout SplitMix64) {
        var manner = ConnectionDrive.Manner(cuts: input.cuts)
        manner.isTimed = true
        manner.sendMax = 1 + random.below(3_000)
        manner.ending = random.pick(ConnectionDrive.Ending.allCases)
        _ = drive(plain[preset], input.bytes, manner, random)
        // Pages are asked from the kernel anew, so seldom.
        guard input.turn % 16 == 3,
            let poor = try? ConnectionDesk(
                parser: "simd", limits: Self.presets[preset],
                poolBytes: 262_144 * random.below(2))
        else { return }
        _ = drive(poor, input.bytes, manner, random)
    }

    /// What distinguishes an outcome: the statuses and refusals in their order, and how many of what was seen.
    private func features(_ whole: ConnectionOutcome) -> [UInt32] {
        var tuple: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ value: Int) {
            tuple = (tuple ^ UInt64(truncatingIfNeeded: value)) &* 0x100_0000_01B3
        }
        for refusal in whole.refusals {
            switch refusal {
            case .parser(let code): mix(Int(code))
            case .server(let reason): mix(256 + Int(reason.rawValue))
            }
        }
        mix(min(whole.book.lines.count, 4))
        mix(min(whole.book.callCount, 4))
        mix(min(whole.book.bodies.count, 4))
        mix(whole.isShutdown ? 1 : 0)
        return [UInt32(truncatingIfNeeded: tuple ^ tuple >> 32)]
    }
}

internal import Differential
internal import Foundation
public import Wire

/// One process of a fuzzer: what it was told, what it counted, what it found.
///
/// A fuzzing engine calls `execute` and `mutate`; everything else (which opponent, whether to go on behind a find, where the
/// report goes) comes from the environment, because the engine owns the command line:
///
///     ZYPHOS_FUZZ_OPPONENT   a variant that is held to the reference: `canary`, or a quirk's id
///     ZYPHOS_FUZZ_FINDS      a folder: each new find is saved there and the run goes on; else the process aborts at the first
///     ZYPHOS_FUZZ_REPORT     a file for the report, one line of JSON
///     ZYPHOS_FUZZ_SEED       repeated in the report
///     ZYPHOS_FUZZ_PARENT     the process that waits for this one: when it is gone, this one ends as well
public final class FuzzSession {
    private let target: any FuzzSubject
    private let mutator: FuzzMutator
    private let settings: Settings
    private let began = DispatchTime.now()
    private var executions = 0
    /// Folded over every input: two runs with the same digest made the same inputs in the same order.
    private var digest: UInt64 = 0
    private var finds: [String: Find] = [:]
    /// What the last mutation was made from: the nearest input that agreed.
    private var ancestor: [UInt8] = []
    /// Finds of different sorts that one run keeps (chosen: who finds more should stop and look).
    private static let findCountMax = 200

    /// What the environment said.
    public struct Settings: Sendable {
        public var opponent: Opponent?
        public var opponentName: String?
        public var findsFolder: String?
        public var reportFile: String?
        public var seed = 0
        public var parent: Int32?

        /// Nothing: laws, and the first find aborts.
        public init() {}
    }

    /// One sort of find: the first input that showed it.
    public struct Find: Codable, Hashable, Sendable {
        /// The file that was written, or what could not be.
        public var file: String
        /// The law that is broken, by whom, against whom, and how bad that is.
        public var law: String
        public var variant: String
        public var against: String
        public var rank: String
        public var detail: String
        /// Executions and seconds up to here.
        public var executions: Int
        public var seconds: Double
    }

    /// What a run reports.
    public struct Report: Codable, Sendable {
        public var fuzzer: String
        public var opponent: String?
        public var seed: Int
        public var executions: Int
        public var seconds: Double
        /// Processor time: what the executions cost, whatever else the machine did.
        public var cpuSeconds: Double
        /// For each second of processor time.
        public var executionsPerSecond: Double
        public var finds: [Find]
        /// The same for the same inputs in the same order.
        public var digest: String
    }

    /// A session for a protocol, or nil where nothing generates its inputs.
    public init?(_ description: ProtocolDescription, _ settings: Settings) {
        let mutator = FuzzMutator(description, isSettingKept: settings.opponent != nil)
        guard let mutator else { return nil }
        self.mutator = mutator
        self.settings = settings
        target = FuzzTarget(description, against: settings.opponent)
    }

    /// A session for a subject that is no protocol, with the mutator of the protocol whose bytes it reads.
    public init(_ subject: any FuzzSubject, _ mutator: FuzzMutator, _ settings: Settings) {
        target = subject
        self.mutator = mutator
        self.settings = settings
    }

    /// What became of one execution.
    public struct Step: Sendable {
        /// What distinguishes the outcome, for the engine's feedback.
        public var features: [UInt32]
        /// Words to end with: a law is broken and nobody asked to go on, or the opponent was found out.
        public var ending: Ending?
    }

    /// Why a process ends by itself.
    public enum Ending: Sendable {
        /// A broken law: the process aborts, so that the engine saves the input.
        case abort(String)
        /// The opponent differs from the reference, which was the aim.
        case opponentFound
        /// Nobody waits for the report any more.
        case abandoned
    }

    /// Runs one input.
    public func execute(_ file: [UInt8]) -> Step {
        executions += 1
        digest = (digest ^ file.fuzzHash) &* 0x100_0000_01B3
        // Asked seldom: a system call for each execution would be a twentieth of its time.
        if executions % 1_024 == 0, let parent = settings.parent, getppid() != parent {
            return Step(features: [], ending: .abandoned)
        }
        let input = FuzzInput(file: file)
        let execution = target.execute(input)
        guard let worst = execution.violations.first else {
            return Step(features: execution.features, ending: nil)
        }
        let isNew = keep(worst, file)
        guard target.isHeldToLaws else {
            return Step(features: execution.features, ending: .opponentFound)
        }
        guard isNew, settings.findsFolder == nil else {
            return Step(features: execution.features, ending: nil)
        }
        return Step(features: execution.features, ending: .abort(text(execution.violations, input)))
    }

    /// Makes another input of one.
    public func mutate(
        _ file: [UInt8], bytesMax: Int, seed: UInt64, bytewise: (inout [UInt8], Int) -> Void
    ) -> [UInt8] {
        ancestor = file
        return mutator.mutate(file, bytesMax: bytesMax, seed: seed, bytewise: bytewise)
    }

    /// Makes one input of two.
    public func crossOver(
        _ first: [UInt8], _ second: [UInt8], bytesMax: Int, seed: UInt64
    ) -> [UInt8] {
        ancestor = first
        return mutator.crossOver(first, second, bytesMax: bytesMax, seed: seed)
    }

    /// Writes the report; called once, when the process ends.
    public func finish() {
        guard let path = settings.reportFile else { return }
        let cpuSeconds = Double(clock()) / Double(CLOCKS_PER_SEC)
        let report = Report(
            fuzzer: target.name, opponent: settings.opponentName,
            seed: settings.seed, executions: executions, seconds: seconds, cpuSeconds: cpuSeconds,
            executionsPerSecond: cpuSeconds > 0 ? (Double(executions) / cpuSeconds).rounded() : 0,
            finds: finds.values.sorted { ($0.executions, $0.file) < ($1.executions, $1.file) },
            digest: String(digest, radix: 16))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(report).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            complain("the report \(path) cannot be written: \(error.localizedDescription)")
        }
    }

    private var seconds: Double {
        Double(DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds) / 1e9
    }
}

// MARK: Finds

extension FuzzSession {
    /// Keeps the first input of each sort of find; true where it is new.
    private func keep(_ violation: Violation, _ file: [UInt8]) -> Bool {
        let sort = [violation.law.rawValue, violation.variant, violation.rank.name]
            .joined(separator: "|")
        guard finds[sort] == nil, finds.count < Self.findCountMax else { return false }
        finds[sort] = Find(
            file: save(file), law: violation.law.rawValue, variant: violation.variant,
            against: violation.against, rank: violation.rank.name, detail: violation.detail,
            executions: executions, seconds: seconds)
        return true
    }

    /// Saves a find, and beside it the input that it was made from, which agreed.
    private func save(_ file: [UInt8]) -> String {
        guard let folder = settings.findsFolder else { return "" }
        let hash = String(file.fuzzHash, radix: 16)
        let path = "\(folder)/difference-\(hash).fuzz"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(file).write(to: URL(fileURLWithPath: path), options: .atomic)
            if !ancestor.isEmpty {
                try Data(ancestor).write(
                    to: URL(fileURLWithPath: "\(folder)/before-\(hash).fuzz"), options: .atomic)
            }
            return path
        } catch {
            complain("the find \(path) cannot be written: \(error.localizedDescription)")
            return "not written: \(EscapedBytes.text(file))"
        }
    }

    private func text(_ violations: [Violation], _ input: FuzzInput) -> String {
        let lines = violations.prefix(8).map {
            "  \($0.law.rawValue), \($0.variant) against \($0.against): \($0.detail)"
        }
        return """
            \(target.name): a law is broken
            \(lines.joined(separator: "\n"))
            setting \(input.setting.split(separator: "\n").joined(separator: "; "))
            cuts \(input.cuts), turn \(input.turn), input \(EscapedBytes.text(input.bytes))

            """
    }

    private func complain(_ text: String) {
        FileHandle.standardError.write(Data("zyphos-fuzz: \(text)\n".utf8))
    }
}

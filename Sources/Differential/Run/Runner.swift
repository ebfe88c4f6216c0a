internal import Foundation
internal import Synchronization
internal import Wire

/// Which part of the work a run does, and how.
public struct RunOptions: Sendable {
    /// The variants to compare, by name; nil for all that can run here.
    public var variants: [String]?
    /// Which cuts are tried.
    public var splits = SplitChoice.edges
    /// Leniencies that are added to each case's own where its protocol has them, by name.
    public var policy: String?
    /// Threads.
    public var jobs: Int

    /// Makes options for all variants and one thread for each core.
    public init() { jobs = ProcessInfo.processInfo.activeProcessorCount }
}

/// What was found about one case.
public struct CaseReport: Sendable {
    /// The case's place in the run.
    public let index: Int
    /// The case.
    public let one: CorpusCase
    /// The broken laws, the worst first.
    public let violations: [Violation]
    /// Each variant's verdict in words.
    public let verdicts: [(variant: String, text: String)]
}

/// What a run found.
public struct RunReport: Sendable {
    /// Inputs examined, by protocol.
    public var inputsOf: [String: Int] = [:]
    /// Inputs examined.
    public var inputs: Int { inputsOf.values.reduce(0, +) }
    /// Results held against each other.
    public var comparisons = 0
    /// Calls of a parser.
    public var parserRuns = 0
    /// Answers `unsupported`.
    public var unsupported = 0
    /// The cases with a broken law, the worst first, then in the order of the run.
    public var disagreements: [CaseReport] = []
    /// Broken laws over all cases.
    public var violationCount: Int { disagreements.reduce(0) { $0 + $1.violations.count } }
}

/// Examines cases on all cores. The report is the same whatever the number of threads.
public struct Runner: Sendable {
    private let options: RunOptions

    /// Makes a runner.
    public init(_ options: RunOptions) { self.options = options }

    /// Examines every case; `progress` is called now and then, from any thread, with the number of cases done.
    ///
    /// - Throws: `VariantSelectionError` or `UnknownName` for a variant or leniency that a case's protocol does not have,
    ///   `CorpusProblem` for a file that cannot be read.
    public func run(
        _ cases: CaseList, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> RunReport {
        let policies = try check(cases)
        let problem = Mutex(CorpusProblem?.none)
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let merged = Mutex(RunReport())
        let workers = max(1, min(options.jobs, cases.count))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var worker = Worker(options: options, policies: policies)
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < cases.count else { break }
                do throws(CorpusProblem) {
                    worker.examine(try cases.load(index), index)
                } catch {
                    problem.withLock { $0 = $0 ?? error }
                    break
                }
                progress(done.wrappingAdd(1, ordering: .relaxed).newValue)
            }
            let report = worker.report
            merged.withLock { $0.add(report) }
        }
        if let problem = problem.withLock({ $0 }) { throw problem }
        var report = merged.withLock { $0 }
        report.disagreements.sort {
            let ranks = ($0.violations.first?.rank ?? .tape, $1.violations.first?.rank ?? .tape)
            return ranks.0 == ranks.1 ? $0.index < $1.index : ranks.0 < ranks.1
        }
        return report
    }

    /// Names that are wrong are told before anything runs.
    ///
    /// - Returns: the leniencies that are added to each protocol's cases.
    private func check(_ cases: CaseList) throws -> [String: Policy] {
        var protocols: [ProtocolDescription] = []
        for name in cases.protocolNames.sorted() {
            let description = try Registry.requireProtocol(name)
            _ = try options.chosen(description)
            protocols.append(description)
        }
        return try Registry.policies(named: options.policy ?? "strict", protocols)
    }
}

extension RunOptions {
    /// The variants of a protocol that a run compares.
    func chosen(_ description: ProtocolDescription) throws(VariantSelectionError) -> [Variant] {
        guard let variants else {
            return description.variants.filter { $0.unavailability() == nil }
        }
        var chosen: [Variant] = []
        for name in variants { chosen.append(try description.variant(named: name)) }
        return chosen
    }
}

extension RunReport {
    fileprivate mutating func add(_ other: RunReport) {
        inputsOf.merge(other.inputsOf, uniquingKeysWith: +)
        comparisons += other.comparisons
        parserRuns += other.parserRuns
        unsupported += other.unsupported
        disagreements += other.disagreements
    }
}

/// One thread's share of a run: its own parsers, kept from case to case.
private struct Worker {
    let options: RunOptions
    /// Leniencies that are added, by protocol.
    let policies: [String: Policy]
    var report = RunReport()
    private var examinations: [Key: Examination] = [:]
    /// Examinations that are kept (chosen: some MiB of parsers and tapes for each thread).
    private static let examinationCountMax = 64

    /// Cases with the same key share their parsers.
    private struct Key: Hashable {
        let protocolName: String
        let policy: Policy
        let limits: Limits
        let context: String
    }

    init(options: RunOptions, policies: [String: Policy]) {
        self.options = options
        self.policies = policies
    }

    mutating func examine(_ one: CorpusCase, _ index: Int) {
        guard let examination = examination(for: one) else { return }
        let result = CrashGuard.watch(one.id, one.bytes) {
            examination.examine(one.bytes, expectation: one.expectation)
        }
        report.inputsOf[one.protocolName, default: 0] += 1
        report.comparisons += result.comparisons
        report.parserRuns += result.parserRuns
        report.unsupported += result.answers.count { $0.answer == .unsupported }
        guard !result.violations.isEmpty else { return }
        let verdicts = result.answers.map { entry in
            switch entry.answer {
            case .unsupported: (entry.variant, "unsupported")
            case .outcome(let outcome):
                (entry.variant, outcome.verdict.text(in: examination.description))
            }
        }
        report.disagreements.append(
            CaseReport(
                index: index, one: one, violations: result.violations, verdicts: verdicts))
    }

    private mutating func examination(for one: CorpusCase) -> Examination? {
        guard let description = Registry.protocolNamed(one.protocolName),
            let variants = try? options.chosen(description)
        else { return nil }
        let configuration = one.configuration(
            description, extra: policies[one.protocolName] ?? .strict)
        let key = Key(
            protocolName: one.protocolName, policy: configuration.policy,
            limits: configuration.limits, context: String(describing: configuration.context))
        if let known = examinations[key] { return known }
        let made = Examination(
            description, configuration, variants: variants, splits: options.splits)
        // Contexts with lengths are as many as inputs: parsers that nobody asks for again must not pile up.
        if examinations.count >= Self.examinationCountMax { examinations.removeAll() }
        examinations[key] = made
        return made
    }
}

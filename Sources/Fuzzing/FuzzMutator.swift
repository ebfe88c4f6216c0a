internal import Differential
internal import Generation
public import Wire

/// Changes inputs as their structure suggests: mostly the bytes, through what the protocol's generator knows of its
/// grammar; now and then the policy, the limits, the context, the cuts.
public struct FuzzMutator: Sendable {
    private let description: ProtocolDescription
    private let source: any InputSource
    /// Whether policy and limits stay as they are: an opponent is held to the reference under the strict policy.
    private let isSettingKept: Bool
    /// Whether the context stays the protocol's default: the subject has no other.
    private let isContextKept: Bool

    /// A mutator for a protocol, or nil where nothing generates its inputs.
    public init?(
        _ description: ProtocolDescription, isSettingKept: Bool = false, isContextKept: Bool = false
    ) {
        guard let source = InputSources.source(of: description) else { return nil }
        self.description = description
        self.source = source
        self.isSettingKept = isSettingKept
        self.isContextKept = isContextKept
    }

    /// A new input for a corpus that has none.
    func fresh(_ random: inout SplitMix64, bytesMax: Int) -> FuzzInput {
        var setting = FuzzSetting()
        if !isContextKept { setting.context = source.context(&random) }
        var input = FuzzInput(setting: setting.text, bytes: [])
        let context = context(of: input)
        let bytes =
            random.next() % 4 == 0
            ? source.input(&random, context) : source.valid(&random, context)
        input.bytes = Array(bytes.prefix(max(0, bytesMax - room(input))))
        return input
    }

    /// Changes `file` into another of at most `bytesMax` bytes.
    ///
    /// - Parameter bytewise: changes bytes without knowing them, as a fuzzing engine does that watches comparisons.
    public func mutate(
        _ file: [UInt8], bytesMax: Int, seed: UInt64, bytewise: (inout [UInt8], Int) -> Void
    ) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        guard !file.isEmpty, random.next() % 64 > 0 else {
            return fitted(fresh(&random, bytesMax: bytesMax), bytesMax)
        }
        var input = FuzzInput(file: file)
        switch random.next() % 16 {
        case 0 where !isSettingKept: changePolicy(&input, &random)
        case 1 where !isSettingKept: changeLimits(&input, &random)
        case 2 where !isContextKept: changeContext(&input, &random)
        case 3, 4: bytewise(&input.bytes, max(1, bytesMax - room(input)))
        default:
            input.bytes = source.mutate(
                input.bytes, context(of: input), bytesMax: max(0, bytesMax - room(input)), &random)
        }
        if random.next() % 4 == 0 { changePlan(&input, &random) }
        return fitted(input, bytesMax)
    }

    /// Makes one input of two: the first one's setting, bytes of both.
    public func crossOver(
        _ first: [UInt8], _ second: [UInt8], bytesMax: Int, seed: UInt64
    ) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var input = FuzzInput(file: first)
        input.bytes = source.crossOver(
            input.bytes, FuzzInput(file: second).bytes, context(of: input),
            bytesMax: max(0, bytesMax - room(input)), &random)
        return fitted(input, bytesMax)
    }

    // MARK: What is not bytes

    private func changePolicy(_ input: inout FuzzInput, _ random: inout SplitMix64) {
        guard !description.leniencies.isEmpty else { return }
        var setting = FuzzSetting(input.setting)
        let names = description.leniencies.map(\.name)
        // Few leniencies at once, or few missing: what three do together two of them do, and a table's grammar is compiled
        // for each combination.
        switch random.next() % 8 {
        case 0: setting.policy = []
        case 1: setting.policy = names
        case 2:
            let missing = random.pick(names)
            setting.policy = names.filter { $0 != missing }
        case 3, 4: setting.policy = Set([random.pick(names), random.pick(names)]).sorted()
        default: setting.policy = [random.pick(names)]
        }
        input.setting = setting.text
    }

    private func changeLimits(_ input: inout FuzzInput, _ random: inout SplitMix64) {
        guard !description.limits.isEmpty else { return }
        var setting = FuzzSetting(input.setting)
        if random.next() % 3 == 0 {
            setting.limits = [:]
        } else {
            let limit = random.pick(description.limits)
            // Tight enough to be met by inputs of some hundred bytes.
            setting.limits[limit.name] = max(limit.minimum, random.below(96))
        }
        input.setting = setting.text
    }

    private func changeContext(_ input: inout FuzzInput, _ random: inout SplitMix64) {
        var setting = FuzzSetting(input.setting)
        setting.context = source.context(&random)
        input.setting = setting.text
    }

    private func changePlan(_ input: inout FuzzInput, _ random: inout SplitMix64) {
        input.turn = UInt8(truncatingIfNeeded: random.next())
        guard input.bytes.count > 1 else { return }
        let count = 1 + random.below(FuzzInput.cutCountMax)
        input.cuts = (0..<count).map { _ in random.below(input.bytes.count) }.sorted()
    }

    // MARK: Sizes

    private func context(of input: FuzzInput) -> any ParseContext {
        let setting = FuzzSetting(input.setting)
        do throws(UnknownName) {
            return try Registry.context(setting.context, description, input: input.bytes)
        } catch {
            return description.defaultContext(for: input.bytes)
        }
    }

    /// Bytes of a file that are not the input's own.
    private func room(_ input: FuzzInput) -> Int {
        FuzzInput.mark.utf8.count + input.setting.utf8.count + 64
    }

    private func fitted(_ input: FuzzInput, _ bytesMax: Int) -> [UInt8] {
        let file = input.file
        // A head that does not fit would be read as bytes; the bytes alone are an input too.
        guard file.count > bytesMax else { return file }
        return Array(input.bytes.prefix(bytesMax))
    }
}

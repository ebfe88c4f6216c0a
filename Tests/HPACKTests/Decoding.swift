import HPACK
import Wire

/// Runs variants over blocks, for all suites here.
enum Decoding {
    static let description = HPACKProtocols.hpack

    static func configuration(
        _ blocks: [HPACKContext.Block], policy: Policy = .strict,
        limits: HPACKLimits = HPACKLimits()
    ) -> Configuration {
        Configuration(
            policy: policy, limits: limits.untyped, context: HPACKContext(blocks: blocks))
    }

    /// What a variant makes of the blocks.
    static func outcome(
        _ variant: Variant, _ blocks: [[UInt8]], sizes: [Int?] = [], policy: Policy = .strict,
        limits: HPACKLimits = HPACKLimits()
    ) -> (verdict: Verdict, blocks: [HPACKTranscript.Block], tape: TapeSnapshot)? {
        let context = blocks.enumerated().map { index, block in
            HPACKContext.Block(
                length: block.count, tableSizeMax: index < sizes.count ? sizes[index] : nil)
        }
        let configuration = configuration(context, policy: policy, limits: limits)
        guard var parser = variant.makeParser(configuration) else { return nil }
        var tape = Tape()
        let bytes = blocks.flatMap { $0 }
        let verdict = parser.parse(bytes.span, into: &tape)
        let snapshot = tape.snapshot()
        return (
            verdict, HPACKTranscript(snapshot, HPACKContext(blocks: context)).blocks, snapshot
        )
    }

    /// Octets written in hexadecimal, white space left out.
    static func octets(_ text: String) -> [UInt8] {
        let digits = text.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

public import Wire

/// Makes inputs of one protocol, and changes them.
///
/// All of it is deterministic: the same generator state, context and bytes give the same result. The context's lengths
/// (an HPACK block's, a datagram's) may be those of another input: a length that covers a whole input is taken as open when
/// it is 0, and when something is mutated; whoever calls states it anew from the result.
public protocol InputSource: Sendable {
    /// Pieces that an input of this protocol is made of, or breaks at: what libFuzzer takes as a dictionary.
    var dictionary: [[UInt8]] { get }

    /// The entries of a random context; lengths of the input are left to the notation's default.
    func context(_ random: inout SplitMix64) -> [String: String]

    /// A random input that is read under `context`, on the edges of the grammar.
    func input(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8]

    /// An input that the strict policy accepts whole under default limits.
    func valid(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8]

    /// A changed copy of any bytes, at most `bytesMax` long; of none, a fresh input.
    func mutate(
        _ bytes: [UInt8], _ context: any ParseContext, bytesMax: Int, _ random: inout SplitMix64
    ) -> [UInt8]

    /// Parts of two inputs in one, at most `bytesMax` long.
    func crossOver(
        _ first: [UInt8], _ second: [UInt8], _ context: any ParseContext, bytesMax: Int,
        _ random: inout SplitMix64
    ) -> [UInt8]
}

extension InputSource {
    /// A fresh input: valid or on the edge, as it comes.
    func fresh(
        _ context: any ParseContext, bytesMax: Int, _ random: inout SplitMix64
    ) -> [UInt8] {
        let bytes = random.once(in: 2) ? valid(&random, context) : input(&random, context)
        return bytes.count <= bytesMax ? bytes : Array(bytes.prefix(max(0, bytesMax)))
    }
}

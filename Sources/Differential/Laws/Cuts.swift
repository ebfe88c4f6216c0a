internal import Generation

/// Where inputs are cut.
enum Cuts {
    /// Inputs up to this many bytes get every two-way cut under `edges` too (chosen: twice a browser's request).
    static let everyCutBytesMax = 2_048
    /// Cuts on either side of a line end, and at both ends of a longer input.
    private static let edgeBytes = 3
    /// At most this many edges of a long input (chosen: a body of line ends must not cost its square).
    private static let edgeCountMax = 1_024

    /// Above this many bytes a run is expensive, and edges are few (chosen: a run of 1 MiB takes about 10 ms in the
    /// slowest variant).
    private static let fewEdgesBytes = 1 << 20
    private static let fewEdgeCountMax = 32

    /// The cuts of law 2 and 3, ascending.
    static func twoWay(_ input: [UInt8], _ choice: SplitChoice) -> [Int] {
        if choice == .all || input.count <= everyCutBytesMax { return Array(0..<input.count) }
        let isHuge = input.count > fewEdgesBytes
        let ends = isHuge ? 4 : 64
        var cuts: Set<Int> = Set(0..<ends).union((input.count - ends)..<input.count)
        let countMax = isHuge ? fewEdgeCountMax : edgeCountMax
        for index in input.indices where input[index] == 0x0D || input[index] == 0x0A {
            guard cuts.count < countMax else { break }
            cuts.formUnion((index - edgeBytes)...(index + edgeBytes))
        }
        return cuts.filter { $0 >= 0 && $0 < input.count }.sorted()
    }

    /// Every byte of an input up to this size; of a longer one as many equal steps (chosen: a line is read again at each
    /// step, so that steps through a long one cost its square).
    private static let everyByteMax = 4_096

    /// The cuts that feed an input bit by bit.
    static func steps(_ input: [UInt8]) -> [Int] {
        let step = max(1, input.count / everyByteMax)
        return Array(stride(from: 0, to: input.count, by: step))
    }

    /// Four lists of random cuts, the same for the same input.
    static func random(_ input: [UInt8]) -> [[Int]] {
        guard input.count > 2 else { return [] }
        var random = SplitMix64(seed: UInt64(input.count) &* 0x9E37_79B9 &+ UInt64(input[0]))
        return [2, 3, 5, 9].map { pieces in
            Set((1..<pieces).map { _ in Int(random.next() % UInt64(input.count)) }).sorted()
        }
    }
}

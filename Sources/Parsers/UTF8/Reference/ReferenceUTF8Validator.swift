public import Wire

/// A text in pieces, one sequence after the other, each held against the grammar at each of its bytes.
public struct ReferenceUTF8Validator: Sendable {
    private let policy: Policy
    private var sequence = ReferenceUTF8Sequence()

    /// Makes a validator that stands at the start of a text.
    public init(_ policy: Policy) { self.policy = policy }

    /// How many bytes of a sequence that is not whole have come: 0 to 3.
    public var openCount: Int { sequence.count }

    /// Makes it stand at the start of a text.
    public mutating func reset() { sequence = ReferenceUTF8Sequence() }

    /// Looks at the next piece of the text.
    ///
    /// - Returns: the first ill-formed sequence, or nil where all is well so far.
    public mutating func validate(_ piece: Span<UInt8>) -> UTF8Fault? {
        for index in 0..<piece.count {
            sequence.append(piece[index])
            switch sequence.isCharacter(policy) {
            case .begun: continue
            case .whole: sequence = ReferenceUTF8Sequence()
            case .no:
                return UTF8Fault(
                    sequence.reason, start: index + 1 - sequence.count,
                    subpartCount: max(1, sequence.count - 1))
            }
        }
        return nil
    }
}

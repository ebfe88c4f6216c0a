public import Wire

/// What a find is, whatever its bytes: two finds with equal signatures are taken for one.
///
/// It does not depend on the order of the participants, and holds no offsets and no bytes, so that an input and its
/// minimised form have the same one.
public struct Signature: Hashable, Sendable {
    /// The protocol's name.
    public let protocolName: String
    /// The law that is broken. `agreement` where participants read the input differently; else the worst of the laws
    /// that a participant breaks by itself.
    public let law: Law
    /// The worst difference that was seen.
    public let rank: DifferenceRank
    /// The participants that read alike, each group and the list of groups in alphabetical order. For a law about one
    /// participant: those that break it, and those that keep it.
    public let partition: [[String]]
    /// The properties in which any two groups differ, in alphabetical order, with `boundary`, `count`, `kind`,
    /// `verdict` and `tape` for what no property says.
    public let fields: [String]
    /// What the reference says: `complete`, `incomplete`, or `rejected` and its reason's name.
    public let reference: String

    /// Makes a signature; the order of groups, names and fields does not matter.
    public init(
        protocolName: String, law: Law, rank: DifferenceRank, partition: [[String]],
        fields: some Sequence<String>, reference: String
    ) {
        self.protocolName = protocolName
        self.law = law
        self.rank = rank
        self.partition = partition.filter { !$0.isEmpty }.map { $0.sorted() }
            .sorted { $0.lexicographicallyPrecedes($1) }
        self.fields = Set(fields).sorted()
        self.reference = reference
    }

    /// Sixteen hexadecimal digits that name the signature.
    ///
    /// FNV-1a over the text: nobody gains by a collision, and the text stands beside it wherever it matters.
    public var id: String {
        let hash = description.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Signature: CustomStringConvertible {
    /// One line: protocol; law; rank; {groups}; fields; reference.
    public var description: String {
        let groups = partition.map { "{" + $0.joined(separator: ", ") + "}" }
        return [
            protocolName, law.rawValue, rank.name, groups.joined(separator: " "),
            fields.isEmpty ? "-" : fields.joined(separator: ", "), "reference \(reference)",
        ].joined(separator: "; ")
    }
}

extension Signature: Comparable {
    /// The worst first; equal ranks by their text.
    public static func < (left: Signature, right: Signature) -> Bool {
        left.rank == right.rank ? left.description < right.description : left.rank < right.rank
    }
}

extension Signature: Codable {
    private enum Key: String, CodingKey {
        case protocolName = "protocol"
        case law, rank, partition, fields, reference
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let lawName = try values.decode(String.self, forKey: .law)
        guard let law = Law(rawValue: lawName) else {
            throw DecodingError.dataCorruptedError(
                forKey: .law, in: values, debugDescription: "there is no law '\(lawName)'")
        }
        let rankName = try values.decode(String.self, forKey: .rank)
        guard let rank = DifferenceRank.allCases.first(where: { $0.name == rankName }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .rank, in: values, debugDescription: "there is no rank '\(rankName)'")
        }
        self.init(
            protocolName: try values.decode(String.self, forKey: .protocolName), law: law,
            rank: rank, partition: try values.decode([[String]].self, forKey: .partition),
            fields: try values.decode([String].self, forKey: .fields),
            reference: try values.decode(String.self, forKey: .reference))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(protocolName, forKey: .protocolName)
        try values.encode(law.rawValue, forKey: .law)
        try values.encode(rank.name, forKey: .rank)
        try values.encode(partition, forKey: .partition)
        try values.encode(fields, forKey: .fields)
        try values.encode(reference, forKey: .reference)
    }
}

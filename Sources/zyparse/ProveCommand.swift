internal import ArgumentParser
internal import Differential
internal import Proof
internal import Wire

/// `zyparse prove`
struct ProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract:
            "Decide whether two policies, personas or variants read a piece of a protocol alike.",
        discussion: """
            A piece that is regular becomes an automaton under each policy; the product of the two is walked, and the \
            shortest word on which they differ is shown with both readings. A persona whose quirks are no leniencies is \
            a black box: its states are told apart by its answers. Documentation/Proof.md says what is proved.

              zyparse prove request-line --right bareLF           strict against one leniency
              zyparse prove request-line --right S5               strict against a quirk
              zyparse prove chunk-size-line --left strtoll --right python-int
              zyparse prove --all-leniencies                      the shortest difference of each leniency
              zyparse prove --scalar-table [PIECE] [--every-policy]
              zyparse prove --exhaustive 5 [PIECE] [--variants reference,simd]
              zyparse prove --list                                the pieces

            Exit codes: 0 equal (or a list was asked for); 1 they differ; 2 usage, or not decided.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "The piece (zyparse prove --list).")
    var piece: String?

    @Option(
        help:
            "The one side: leniencies, separated by commas ('strict' for none), or a persona or quirks, joined by '+'."
    )
    var left = "strict"

    @Option(help: "The other side.")
    var right = "strict"

    @Flag(help: "Two ways to refuse are a difference too.")
    var refusals = false

    @Flag(help: "For each leniency by itself, the shortest difference to strict.")
    var allLeniencies = false

    @Flag(help: "The Scalar variant's machine against the Table variant's automaton.")
    var scalarTable = false

    @Flag(help: "With --scalar-table: under every set of leniencies that touch the piece.")
    var everyPolicy = false

    @Option(help: "All strings of up to this many octets in the piece's place: the variants agree.")
    var exhaustive: Int?

    @Option(help: "With --exhaustive: variants, separated by commas.")
    var variants = "reference,scalar,table,simd"

    @Flag(help: "List the pieces.")
    var list = false

    @Option(help: "text or json.")
    var format = Format.text

    func validate() throws {
        let modes = [allLeniencies, scalarTable, exhaustive != nil, list].count { $0 }
        guard modes <= 1 else {
            throw ValidationError(
                "--all-leniencies, --scalar-table, --exhaustive and --list exclude each other")
        }
        if modes == 0, piece == nil { throw ValidationError("name a piece, or see --help") }
        // Chosen: thirteen octets to the seventh are sixty million inputs, an hour for all variants.
        if let exhaustive, !(0...7).contains(exhaustive) {
            throw ValidationError("--exhaustive takes a length from 0 to 7")
        }
    }

    func run() throws {
        if list {
            for piece in Piece.allCases { Console.write("\(piece.rawValue): \(piece.summary)\n") }
        } else if allLeniencies {
            try write(SingleLeniencies.all().map(ProofRow.init))
        } else if scalarTable {
            try compareMachines()
        } else if let exhaustive {
            try exhaust(upTo: exhaustive)
        } else {
            try compare()
        }
    }

    /// The pieces that are asked for: the one that is named, else all of `known`.
    private func pieces(of known: [Piece]) throws -> [Piece] {
        guard let name = piece else { return known }
        guard let found = Piece.named(name), known.contains(found) else {
            let hint = Nearest.hint(name, in: known.map(\.rawValue))
            throw Failure.usage("there is no piece '\(name)' here\(hint)")
        }
        return [found]
    }

    private func policy(_ text: String, _ piece: Piece) throws -> Policy {
        try Load.named {
            let description = try Registry.requireProtocol(piece.protocolName)
            return try Registry.policy(named: text, description)
        }
    }

    private func compare() throws {
        let piece = try pieces(of: Piece.allCases)[0]
        let sides = (try ProofSide(left, piece), try ProofSide(right, piece))
        let found: ShortestDifference
        if case .policy(let left) = sides.0, case .policy(let right) = sides.1 {
            found = ShortestDifference(piece, left, right, refusals: refusals)
        } else {
            found = ShortestDifference(
                try sides.0.box(piece), try sides.1.box(piece), refusals: refusals)
        }
        try write([ProofRow(found, names: (left, right))])
        if found.word != nil { throw ExitCode(1) }
        if found.evidence?.givenUpAt != nil { throw ExitCode(2) }
    }

    private func compareMachines() throws {
        var rows: [ProofRow] = []
        for piece in try pieces(of: ScalarTable.pieces) {
            let policies =
                everyPolicy ? ScalarTable.policies(piece) : [try policy(left, piece)]
            var states = 0
            var parted = 0
            for policy in policies {
                guard let result = ScalarTable.compare(piece, policy) else { continue }
                states += result.stateCount
                guard result.parting != nil else { continue }
                parted += 1
                rows.append(ProofRow(piece, policy, result))
            }
            rows.append(ProofRow(piece, policyCount: policies.count, states: states, parted))
        }
        try write(rows)
        if rows.contains(where: { $0.differs }) { throw ExitCode(1) }
    }

    private func exhaust(upTo length: Int) throws {
        let names = variants.split(separator: ",").map(String.init)
        var rows: [ProofRow] = []
        for piece in try pieces(of: Piece.allCases) {
            let description = try Load.named { try Registry.requireProtocol(piece.protocolName) }
            for name in names { _ = try Load.named { try description.variant(named: name) } }
            let policy = try policy(left, piece)
            Console.progress("\(piece.rawValue) …")
            let result = Exhaustive(piece, policy, variants: names).run(upTo: length)
            rows.append(ProofRow(piece, length, result))
        }
        Console.progress("")
        try write(rows)
        if rows.contains(where: { $0.differs }) { throw ExitCode(1) }
    }

    private func write(_ rows: [ProofRow]) throws {
        switch format {
        case .text: for row in rows { Console.write(row.text) }
        case .json: Console.write(ProofRow.json(rows) + "\n")
        }
    }
}

internal import Differential
internal import Personas
internal import Proof
internal import Wire

/// One side of `prove`: what an option names.
enum ProofSide {
    /// The protocol under a policy: an automaton is known.
    case policy(Policy)
    /// A model that no policy comes to: only its answers are known.
    case model(Variant)

    /// Leniencies of the piece's protocol, or else a persona. One whose quirks are all leniencies is a policy.
    init(_ name: String, _ piece: Piece) throws {
        let description = try Load.named { try Registry.requireProtocol(piece.protocolName) }
        if let policy = try? Registry.policy(named: name, description) {
            self = .policy(policy)
            return
        }
        let persona = try Self.persona(name, description)
        guard let variant = persona.variant(of: description) else {
            let quirks = persona.quirks.count == 1 ? "quirk" : "persona"
            let known = Set(persona.quirks.compactMap(Personas.quirk).flatMap(\.protocols))
            throw Failure.usage(
                "\(quirks) '\(persona.name)' says nothing of piece '\(piece.rawValue)', which is read "
                    + "as \(description.name); it shows in \(known.sorted().joined(separator: ", "))"
            )
        }
        let concerned = persona.quirks.compactMap(Personas.quirk)
            .filter { $0.protocols.contains(description.name) }
        if !concerned.isEmpty, concerned.allSatisfy({ $0.kind == .leniency }) {
            self = .policy(concerned.reduce(into: .strict) { $0.formUnion($1.policy) })
        } else {
            self = .model(variant)
        }
    }

    private static func persona(
        _ name: String, _ description: ProtocolDescription
    ) throws -> Persona {
        let joined = String(name.filter { $0 != " " }.map { $0 == "," ? "+" : $0 })
        do throws(UnknownPersona) {
            return try Personas.named(joined)
        } catch {
            let known =
                ["strict", "all", Persona.plain.name] + description.leniencies.map(\.name)
                + Personas.presets.map(\.name) + Personas.quirks.map(\.id)
            let match = Nearest.match(error.name, in: known).map { " (did you mean '\($0)'?)" }
            throw Failure.usage(
                "unknown policy, persona or quirk '\(error.name)'"
                    + (match ?? "; see zyparse list leniencies, list personas, list quirks"))
        }
    }

    /// The side as a black box on words of the piece.
    func box(_ piece: Piece) throws -> BlackBox {
        let box =
            switch self {
            case .policy(let policy): BlackBox(piece, policy)
            case .model(let variant): BlackBox(piece, variant, .strict)
            }
        guard let box else {
            throw Failure.usage("piece '\(piece.rawValue)' cannot be read by \(self)")
        }
        return box
    }
}

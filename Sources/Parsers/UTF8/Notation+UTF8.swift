public import Wire

/// How UTF-8 tapes are written down: one item for what is ill-formed, nothing for a text that is well-formed so far.
public struct UTF8Notation: Notation {
    /// Makes it.
    public init() {}

    public var contextEntries: [ContextEntry] { [] }

    public func context(
        _ entries: [String: String], input: [UInt8]?
    ) throws(NotationError) -> any ParseContext {
        guard let unknown = entries.keys.min() else { return UTF8Context() }
        throw NotationError("utf8 has no context, so there is no entry '\(unknown)'")
    }

    public func items(
        _ tape: TapeSnapshot, input: [UInt8], context: any ParseContext
    ) -> [Item] {
        tape.tokens.compactMap { token in
            guard token.kind == UTF8Token.Kind.illFormed.rawValue else { return nil }
            let reason = UTF8Reason(rawValue: UInt8(truncatingIfNeeded: token.detail))
            let name = reason.map(\.description.name) ?? "unknown"
            let end = min(token.end, input.count)
            let subpart = token.offset < end ? Array(input[token.offset..<end]) : []
            return Item(
                kind: "illFormed", start: token.offset, end: token.end,
                properties: [
                    Item.Property("reason", .text(name)),
                    Item.Property("maximalSubpart", .bytes(subpart)),
                ],
                summary: "illFormed \(token.length)")
        }
    }

    public func label(of token: Token, tape: TapeSnapshot) -> TokenLabel {
        guard token.kind == UTF8Token.Kind.illFormed.rawValue else {
            return TokenLabel("kind \(token.kind)", .hidden)
        }
        let reason = UTF8Reason(rawValue: UInt8(truncatingIfNeeded: token.detail))
        return TokenLabel("ill-formed (\(reason.map(\.description.name) ?? "unknown"))")
    }

    public var isText: Bool { true }
}

/// How a protocol's contexts and tapes are written down, for cases, command lines, workers and reports.
///
/// A notation reads tapes, never inputs: it decides nothing about a protocol. The workbench serves every
/// protocol through it, so that a new one needs no new code there.
public protocol Notation: Sendable {
    /// The entries with which a case, a worker's question or a command line states the context.
    var contextEntries: [ContextEntry] { get }

    /// The context that `entries` state; what they leave open has its default, for lengths that of `input`. Without an
    /// input, one whose bytes are not known yet.
    func context(
        _ entries: [String: String], input: [UInt8]?
    ) throws(NotationError) -> any ParseContext

    /// The key of the items in the normal form: `messages`, `items` or `blocks`.
    var itemsKey: String { get }

    /// What is certain on a tape, item by item, in the input's order.
    func items(_ tape: TapeSnapshot, input: [UInt8], context: any ParseContext) -> [Item]

    /// What a token stands for, and where `explain` shows it.
    func label(of token: Token, tape: TapeSnapshot) -> TokenLabel

    /// Whether inputs are mostly text, so that `explain` shows lines and not rows of octets.
    var isText: Bool { get }

    /// Whether a token stands for one of the parts that a bench counts (a field line, a chunk, a frame).
    func isPart(_ token: Token) -> Bool

    /// Whether the bytes behind what was consumed belong to the last item (a body that lasts until close).
    func ownsRest(_ items: [Item]) -> Bool

    /// What a tape says, written down anew (law 6), or nil where the protocol is not one that we write.
    ///
    /// - Throws: `RewriteRefusal` where the serialiser will not write it.
    func rewritten(
        _ tape: TapeSnapshot, input: [UInt8], configuration: Configuration
    ) throws(RewriteRefusal) -> Rewritten?

    /// What the recipient does about a rejection, in words: `400, close the connection`.
    func reaction(to reason: ReasonDescription, context: any ParseContext) -> String

    /// What must be the same in an item and in what was read of the item written anew.
    func essence(of item: Item) -> Item
}

extension Notation {
    public var itemsKey: String { "items" }
    public var isText: Bool { false }
    public func isPart(_ token: Token) -> Bool { false }
    public func ownsRest(_ items: [Item]) -> Bool { false }
    public func rewritten(
        _ tape: TapeSnapshot, input: [UInt8], configuration: Configuration
    ) throws(RewriteRefusal) -> Rewritten? { nil }
    public func essence(of item: Item) -> Item { item.withoutPlaces }

    public func reaction(to reason: ReasonDescription, context: any ParseContext) -> String {
        let number = reason.status > 0 ? String(reason.status) : ""
        let words = [number, reason.statusName].filter { !$0.isEmpty }.joined(separator: " ")
        guard reason.closes else { return words.isEmpty ? "none" : words }
        return words.isEmpty ? "close the connection" : "\(words), close the connection"
    }
}

/// One entry of a context, as cases and questions write it.
public struct ContextEntry: Hashable, Sendable {
    /// Its key, such as `role`.
    public let name: String
    /// What it says, and which values it has.
    public let summary: String

    /// Makes an entry.
    public init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}

/// A context that cannot be what was written.
public struct NotationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what would be right.
    public let description: String

    /// Makes an error.
    public init(_ description: String) { self.description = description }
}

/// Why a serialiser does not write what a tape says.
public struct RewriteRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String
    /// Whether only a local limit stands against it: what is written anew can be some bytes longer.
    public let isLimit: Bool

    /// Makes a refusal.
    public init(_ description: String, isLimit: Bool = false) {
        self.description = description
        self.isLimit = isLimit
    }
}

/// What was written anew, and the context to read it under where it differs (lengths that moved).
public struct Rewritten: Sendable {
    public var bytes: [UInt8]
    public var context: (any ParseContext)?

    /// Makes it.
    public init(bytes: [UInt8], context: (any ParseContext)? = nil) {
        self.bytes = bytes
        self.context = context
    }
}

/// What `explain` writes for a token.
public struct TokenLabel: Hashable, Sendable {
    /// Where the token's offset and length point.
    public enum Place: Hashable, Sendable {
        /// A run of the input's bytes.
        case input
        /// A point between two bytes of the input: something ended or was decided there.
        case point
        /// A run of the arena; shown where the tokens are listed, not under the input.
        case arena
        /// Not shown.
        case hidden
    }

    public var text: String
    public var place: Place
    /// The bytes of the run where the token's length is not their number but what they say; else nil.
    public var width: Int?

    /// Makes a label.
    public init(_ text: String, _ place: Place = .input, width: Int? = nil) {
        self.text = text
        self.place = place
        self.width = width
    }
}

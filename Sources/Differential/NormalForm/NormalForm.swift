internal import Foundation
public import Wire

/// What a participant read in an input, in the one schema that workers, `zyparse parse` and reports share.
///
/// Bytes that are not text appear as Latin-1, one code point for each byte; bodies as base64.
public struct NormalForm: Encodable, Hashable, Sendable {
    /// The version of this schema.
    public static let schemaVersion = 1

    /// `complete`, `incomplete`, `rejected` or `unsupported`.
    public var outcome: String
    /// Bytes consumed, where complete.
    public var consumed: Int?
    /// The reason's name and offset, where rejected.
    public var reason: String?
    public var offset: Int?
    /// What is certain, under the protocol's own key: `messages`, `items` or `blocks`.
    public var items: [Item]?
    public var itemsKey = "items"
    /// Bytes behind what was consumed, where complete.
    public var leftover: Int?

    /// What a variant that lacks a leniency answers.
    public static let unsupported = NormalForm(outcome: "unsupported")

    /// Reads an outcome.
    public init(
        _ outcome: Outcome, input: [UInt8], description: ProtocolDescription,
        context: any ParseContext
    ) {
        switch outcome.verdict {
        case .complete(let consumed):
            self.outcome = "complete"
            self.consumed = consumed
        case .incomplete: self.outcome = "incomplete"
        case .rejected(let rejection):
            self.outcome = "rejected"
            reason = description.reason(of: rejection)?.name
            offset = rejection.offset
        }
        let notation = description.notation
        itemsKey = notation.itemsKey
        let items = notation.items(outcome.tape, input: input, context: context)
        self.items = items
        if let consumed { leftover = notation.ownsRest(items) ? 0 : input.count - consumed }
    }

    private init(outcome: String) { self.outcome = outcome }

    /// The form as one line of JSON, keys in order.
    public func json(pretty: Bool = false) -> String {
        JSONText.encode(self, pretty: pretty)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(NormalForm.schemaVersion, forKey: AnyKey("schema"))
        try container.encode(outcome, forKey: AnyKey("outcome"))
        try container.encodeIfPresent(consumed, forKey: AnyKey("consumed"))
        try container.encodeIfPresent(reason, forKey: AnyKey("reason"))
        try container.encodeIfPresent(offset, forKey: AnyKey("offset"))
        try container.encodeIfPresent(
            items?.map(EncodableItem.init), forKey: AnyKey(itemsKey))
        try container.encodeIfPresent(leftover, forKey: AnyKey("leftover"))
    }
}

/// A key that is known only when it is written.
struct AnyKey: CodingKey, Hashable {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

/// An item as an object: its place, its kind, then what it says.
private struct EncodableItem: Encodable {
    let item: Item

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encodeIfPresent(item.kind, forKey: AnyKey("kind"))
        try container.encode(item.start, forKey: AnyKey("start"))
        try container.encodeIfPresent(item.end, forKey: AnyKey("end"))
        for property in item.properties where property.isShown {
            try container.encode(EncodableValue(property.value), forKey: AnyKey(property.name))
        }
    }
}

/// A value of an item as JSON.
private struct EncodableValue: Encodable {
    let value: Item.Value

    init(_ value: Item.Value) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .latin1(let bytes): try container.encode(latin1(bytes))
        case .bytes(let bytes): try container.encode(Data(bytes).base64EncodedString())
        case .list(let values): try container.encode(values.map(EncodableValue.init))
        case .object(let values): try container.encode(values.mapValues(EncodableValue.init))
        }
    }
}

/// One code point for each byte.
func latin1(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes { text.unicodeScalars.append(UnicodeScalar(byte)) }
    return text
}

internal import HTTP1
internal import Wire

/// The fields of a request that ask for a part, or under a condition (RFC 9110 §13.1, §14.2).
enum ConditionalField: UInt8, CaseIterable {
    case ifMatch
    case ifNoneMatch
    case ifModifiedSince
    case ifUnmodifiedSince
    case ifRange
    case range

    /// In lower case.
    var name: StaticString {
        switch self {
        case .ifMatch: "if-match"
        case .ifNoneMatch: "if-none-match"
        case .ifModifiedSince: "if-modified-since"
        case .ifUnmodifiedSince: "if-unmodified-since"
        case .ifRange: "if-range"
        case .range: "range"
        }
    }

    /// The field with this name in any case of letters. Most names are told apart by their length alone.
    init?(_ name: Span<UInt8>) {
        let field: ConditionalField
        switch name.count {
        case 5: field = .range
        case 8: field = name[3] | 0x20 == UInt8(ascii: "m") ? .ifMatch : .ifRange
        case 13: field = .ifNoneMatch
        case 17: field = .ifModifiedSince
        case 19: field = .ifUnmodifiedSince
        default: return nil
        }
        guard field.isNamed(name) else { return nil }
        self = field
    }

    private func isNamed(_ other: Span<UInt8>) -> Bool {
        let name = self.name
        guard other.count == name.utf8CodeUnitCount else { return false }
        for index in other.indices {
            // SAFETY: index < other.count, which is the literal's count.
            guard unsafe other[index] | 0x20 == name.utf8Start[index] | 0x20 else { return false }
        }
        // A hyphen is what | 0x20 makes of CR, which no name has.
        return true
    }
}

/// Which of these fields a request has and where their values stand, found in one walk that allocates nothing.
struct ConditionalFields {
    /// A field's lines.
    struct Lines {
        var first = 0..<0
        var count = 0
    }

    private(set) var ifMatch = Lines()
    private(set) var ifNoneMatch = Lines()
    private(set) var ifModifiedSince = Lines()
    private(set) var ifUnmodifiedSince = Lines()
    private(set) var ifRange = Lines()
    private(set) var range = Lines()
    /// Whether there are none, as in most requests.
    private(set) var isEmpty = true

    init(_ storage: RequestStorage) {
        Self.forEach(storage) { field, value in
            isEmpty = false
            switch field {
            case .ifMatch: ifMatch.add(value)
            case .ifNoneMatch: ifNoneMatch.add(value)
            case .ifModifiedSince: ifModifiedSince.add(value)
            case .ifUnmodifiedSince: ifUnmodifiedSince.add(value)
            case .ifRange: ifRange.add(value)
            case .range: range.add(value)
            }
        }
    }

    /// Calls `body` with each line of these fields, in order.
    static func forEach(
        _ storage: RequestStorage, _ body: (ConditionalField, Range<Int>) -> Void
    ) {
        forEach(storage.tape, storage.head, body)
    }

    private static func forEach(
        _ tape: borrowing Tape, _ head: [UInt8], _ body: (ConditionalField, Range<Int>) -> Void
    ) {
        let head = head.span
        var index = 0
        while index + 1 < tape.count {
            let token = tape[index]
            index += 1
            guard token.kind == HTTP1Token.Kind.fieldName.rawValue,
                token.detail == UInt16(FieldName.other.rawValue), token.end <= head.count
            else { continue }
            let value = tape[index]
            guard value.kind == HTTP1Token.Kind.fieldValue.rawValue, value.end <= head.count,
                let field = ConditionalField(head.extracting(token.offset..<token.end))
            else { continue }
            body(field, value.offset..<value.end)
        }
    }
}

extension ConditionalFields.Lines {
    fileprivate mutating func add(_ value: Range<Int>) {
        if count == 0 { first = value }
        count += 1
    }

    /// Where the value stands of a field that has one value: two lines are none (RFC 9110 §5.3).
    var single: Range<Int>? { count == 1 ? first : nil }
}

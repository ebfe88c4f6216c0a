/// What a request's conditions come to for a file (RFC 9110 §13.2.2).
enum PreconditionResult: Hashable {
    /// All hold. `rangeAllowed` is false where If-Range says that the client's part is of another state of the file.
    case proceed(rangeAllowed: Bool)
    /// 304.
    case notModified
    /// 412.
    case failed
}

/// A file's validators.
struct Validators: Sendable {
    let tag: EntityTag
    /// What Last-Modified says.
    let modified: HTTPDate
    /// Whether `modified` names one state: the file had been left alone long enough when it was looked at (RFC 9110 §8.8.2.2).
    var isDateStrong: Bool { !tag.isWeak }
}

/// The conditions of one request for GET or HEAD.
struct Preconditions {
    let storage: RequestStorage
    let fields: ConditionalFields
    let validators: Validators
    /// For dates with years of two digits.
    let now: HTTPDate

    /// The steps are those of RFC 9110 §13.2.2, in its order.
    func evaluated() -> PreconditionResult {
        // 1, 2: If-Match; If-Unmodified-Since counts only where there is none.
        if fields.ifMatch.count > 0 {
            guard isListed(.ifMatch, .strong) else { return .failed }
        } else if let date = date(fields.ifUnmodifiedSince), validators.modified > date {
            return .failed
        }
        // 3, 4: If-None-Match; If-Modified-Since counts only where there is none.
        if fields.ifNoneMatch.count > 0 {
            guard !isListed(.ifNoneMatch, .weak) else { return .notModified }
        } else if let date = date(fields.ifModifiedSince), validators.modified <= date {
            return .notModified
        }
        // 5: If-Range, without which a Range holds as it is.
        return .proceed(rangeAllowed: fields.ifRange.count == 0 || isRangeAllowed)
    }

    /// Whether a line of the field lists the file's tag. Several lines are one list (RFC 9110 §5.3).
    private func isListed(_ field: ConditionalField, _ comparison: EntityTag.Comparison) -> Bool {
        var isListed = false
        let head = storage.head
        ConditionalFields.forEach(storage) { other, value in
            guard other == field, !isListed else { return }
            let list = head.span.extracting(value)
            isListed = validators.tag.membership(in: list, comparison) == .listed
        }
        return isListed
    }

    /// The date of a field; nil where it has none that is valid, and so is ignored (RFC 9110 §13.1.3, §13.1.4).
    private func date(_ lines: ConditionalFields.Lines) -> HTTPDate? {
        guard let range = lines.single else { return nil }
        let head = storage.head
        return HTTPDate.read(head.span.extracting(range), now: now)
    }

    /// `If-Range = entity-tag / HTTP-date` (RFC 9110 §13.1.5): strong comparison, or exactly the same date where that is a
    /// strong validator.
    private var isRangeAllowed: Bool {
        guard let range = fields.ifRange.single else { return false }
        let head = storage.head
        let value = head.span.extracting(range)
        if validators.tag.isEqual(to: value, .strong) { return true }
        return validators.isDateStrong && HTTPDate.read(value, now: now) == validators.modified
    }
}

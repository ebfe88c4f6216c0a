internal import HTTP1
internal import Wire

/// How a rule of the model ends when it does not match.
enum HTTP1Stop: Error {
    /// The input ends inside the rule.
    case needMore
    /// The byte at the offset fits nothing.
    case rejected(HTTP1Reason, Int)

    /// Whether a field line is refused for its name.
    var isAboutAName: Bool {
        guard case .rejected(let reason, _) = self else { return false }
        return reason == .malformedFieldName || reason == .whitespaceBeforeColon
    }
}

/// One reading of one input by the HTTP/1 model, from its first byte.
///
/// The model is `Documentation/HTTP1.md` told once more, with a switch at each place where
/// implementations were seen to part. It looks at everything anew at each call, so it has no state
/// that a quirk could leave half changed, and it keeps what a proxy needs to send messages on: the
/// raw bytes of every line.
struct HTTP1Pass {
    let bytes: [UInt8]
    let policy: Policy
    let limits: HTTP1Limits
    let flags: HTTP1Flags
    let context: HTTP1Context
    /// How many bytes the first call brought, for readers to whom that matters.
    let firstRead: Int

    /// The next byte's offset.
    var at = 0
    /// What was recognised; the first `committed` are certain.
    var tokens: [Token] = []
    var committed = 0
    var arena: [UInt8] = []
    var arenaCommitted = 0
    /// The messages read so far, the last one perhaps in part.
    var messages: [HTTP1Read] = []

    /// The first offset beyond the section, and beyond the line, with the names of what is there.
    var sectionEnd = Int.max
    var sectionReason = HTTP1Reason.fieldSectionTooLong
    var lineEnd = Int.max
    var lineReason = HTTP1Reason.fieldLineTooLong

    init(
        _ bytes: [UInt8], _ configuration: Configuration, flags: HTTP1Flags, firstRead: Int
    ) {
        self.bytes = bytes
        policy = configuration.policy
        limits = HTTP1Limits(configuration.limits)
        context = configuration.context as? HTTP1Context ?? HTTP1Context(role: .request)
        self.flags = flags
        self.firstRead = firstRead
    }

    func has(_ flag: HTTP1Flag) -> Bool { flags.has(flag) }
    func allows(_ leniency: Policy) -> Bool { policy.contains(leniency) }

    mutating func commit() {
        committed = tokens.count
        arenaCommitted = arena.count
    }
}

// MARK: Bytes

extension HTTP1Pass {
    /// The byte `ahead` bytes behind the next one; limits are judged before it is.
    func peek(_ ahead: Int = 0) throws(HTTP1Stop) -> UInt8 {
        let offset = at + ahead
        guard offset < bytes.count else { throw .needMore }
        guard offset < sectionEnd else { throw .rejected(sectionReason, offset) }
        guard offset < lineEnd else { throw .rejected(lineReason, offset) }
        return bytes[offset]
    }

    func isAtLineEnd() throws(HTTP1Stop) -> Bool {
        let byte = try peek()
        return byte == HTTP1Byte.cr || byte == HTTP1Byte.lf
    }

    /// Whether CR LF is next.
    func isLineBreak() throws(HTTP1Stop) -> Bool {
        guard try peek() == HTTP1Byte.cr else { return false }
        return try peek(1) == HTTP1Byte.lf
    }

    /// CR LF, or LF alone where `lf`, or CR alone where `cr`. The caller saw one of the two.
    mutating func lineEnd(lf: Bool, cr: Bool = false) throws(HTTP1Stop) {
        if try peek() == HTTP1Byte.lf {
            guard lf else { throw .rejected(.bareLF, at) }
            at += 1
            return
        }
        guard try peek(1) == HTTP1Byte.lf else {
            guard cr else { throw .rejected(.bareCR, at + 1) }
            at += 1
            return
        }
        at += 2
    }

    mutating func skipWhitespace() throws(HTTP1Stop) {
        while HTTP1Byte.isWhitespace(try peek()) { at += 1 }
    }

    func sum(_ start: Int, _ count: Int) -> Int {
        let (sum, overflow) = start.addingReportingOverflow(count)
        return overflow ? Int.max : sum
    }

    /// The range without SP and HTAB at both ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        trimmed(range, HTTP1Byte.isWhitespace)
    }

    func trimmed(_ range: Range<Int>, _ drops: (UInt8) -> Bool) -> Range<Int> {
        var range = range
        while let first = range.first, drops(bytes[first]) { range = first + 1..<range.upperBound }
        while let last = range.last, drops(bytes[last]) { range = range.lowerBound..<last }
        return range
    }
}

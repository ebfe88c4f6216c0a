public import CZyParsers
internal import Protocols
internal import Wire

// The functions of `zyparsers.h` for every protocol by its name. A reader is an object of ours behind an opaque pointer.

/// A parser with its tape.
final class Reader {
    let description: ProtocolDescription
    private(set) var parser: any Parser
    private(set) var tape = Tape()

    init(_ description: ProtocolDescription, _ parser: any Parser) {
        self.description = description
        self.parser = parser
    }

    func read(_ input: Span<UInt8>) -> Verdict { parser.parse(input, into: &tape) }

    func reset() {
        parser.reset()
        tape.removeAll()
    }

    func release(_ count: Int) {
        tape.removeAll()
        parser.release(count)
    }

    /// What the tape holds, where C can see it.
    func describe(_ verdict: Verdict) -> zy_reading { unsafe reading(verdict, tape) }

    /// The reader behind a pointer that `zy_open` gave, or nil for NULL.
    @unsafe
    static func at(_ pointer: OpaquePointer?) -> Reader? {
        // SAFETY: the caller promises a pointer of `zy_open` that was not closed.
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<Reader>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    func reason(_ code: Int32) -> ReasonDescription? {
        guard let code = UInt8(exactly: code) else { return nil }
        return description.reason(of: Rejection(code: code, offset: 0))
    }
}

/// A verdict and a tape as C sees them; good until the tape is changed or goes.
@unsafe
func reading(_ verdict: Verdict, _ tape: borrowing Tape) -> zy_reading {
    var reading = unsafe zy_reading()
    unsafe reading.reason = -1
    switch verdict {
    case .complete(let consumed):
        unsafe reading.outcome = ZY_COMPLETE.rawValue
        unsafe reading.consumed = UInt64(consumed)
    case .incomplete: unsafe reading.outcome = ZY_INCOMPLETE.rawValue
    case .rejected(let rejection):
        unsafe reading.outcome = ZY_REJECTED.rawValue
        unsafe reading.reason = Int32(rejection.code)
        unsafe reading.offset = UInt64(rejection.offset)
    }
    // SAFETY: the owner of the tape changes it only in its own calls; a Token has the layout of a zy_token.
    unsafe reading.tokens = UnsafeRawPointer(tape.addresses.tokens)
        .assumingMemoryBound(to: zy_token.self)
    unsafe reading.token_count = UInt64(tape.count)
    unsafe reading.arena = tape.addresses.arena
    unsafe reading.arena_count = UInt64(tape.arenaCount)
    return unsafe reading
}

/// Why no reader was made.
private struct OpenProblem: Error {
    let text: String
}

@c @implementation
public func zy_protocol_name(
    _ index: Int32, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int32 {
    guard let index = Int(exactly: index), Protocols.all.indices.contains(index) else {
        return ZY_USAGE.rawValue
    }
    return unsafe copy(Protocols.all[index].name, text, capacity)
}

@c @implementation
public func zy_open(
    _ protocol_name: UnsafePointer<CChar>?, _ variant: UnsafePointer<CChar>?,
    _ context: UnsafePointer<CChar>?, _ policy: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<CChar>?, _ error_capacity: Int
) -> OpaquePointer? {
    // SAFETY: the caller promises terminated strings, or NULL.
    let texts = unsafe [protocol_name, variant, context, policy].map { text in
        unsafe text.map { unsafe String(cString: $0) }
    }
    do throws(OpenProblem) {
        let reader = try open(texts[0] ?? "", texts[1], texts[2] ?? "", texts[3] ?? "strict")
        return unsafe OpaquePointer(Unmanaged.passRetained(reader).toOpaque())
    } catch let problem {
        _ = unsafe copy(problem.text, error, error_capacity)
        return nil
    }
}

private func open(
    _ name: String, _ variantName: String?, _ context: String, _ policy: String
) throws(OpenProblem) -> Reader {
    guard let description = Protocols.named(name) else {
        let known = Protocols.all.map(\.name).joined(separator: ", ")
        throw OpenProblem(text: "unknown protocol '\(name)'; known: \(known)")
    }
    var configuration = description.strictConfiguration()
    let leniencies = policy.split(separator: ",").map(String.init)
    let found = description.policy(named: leniencies)
    if let unknown = found.unknown { throw OpenProblem(text: "unknown leniency '\(unknown)'") }
    configuration.policy = found.policy
    configuration.context = try parsedContext(context, description)
    let variant: Variant
    do throws(VariantSelectionError) {
        variant =
            if let variantName {
                try description.variant(named: variantName)
            } else {
                try description.selectedVariant()
            }
    } catch {
        throw OpenProblem(text: error.description)
    }
    guard let parser = variant.makeParser(configuration) else {
        throw OpenProblem(text: "variant '\(variant.name)' does not implement this policy")
    }
    return Reader(description, parser)
}

/// `name=value;name=value`
private func parsedContext(
    _ text: String, _ description: ProtocolDescription
) throws(OpenProblem) -> any ParseContext {
    var entries: [String: String] = [:]
    let known = description.notation.contextEntries.map(\.name)
    for entry in text.split(separator: ";") {
        let sides = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, known.contains(String(sides[0])) else {
            throw OpenProblem(
                text: "'\(entry)' is not name=value with a name of \(known)")
        }
        entries[String(sides[0])] = String(sides[1])
    }
    do throws(NotationError) {
        return try description.notation.context(entries, input: nil)
    } catch {
        throw OpenProblem(text: error.description)
    }
}

@c @implementation
public func zy_read(
    _ reader: OpaquePointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
    _ reading: UnsafeMutablePointer<zy_reading>?
) -> Int32 {
    guard let found = unsafe Reader.at(reader), let reading = unsafe reading, count >= 0,
        unsafe bytes != nil || count == 0
    else { return ZY_USAGE.rawValue }
    // SAFETY: the caller promises `count` bytes; NULL comes with 0.
    let input = unsafe UnsafeBufferPointer(start: bytes, count: count)
    let verdict = unsafe found.read(input.span)
    let answer = unsafe found.describe(verdict)
    unsafe reading.pointee = answer
    return unsafe answer.outcome
}

@c @implementation
public func zy_reader_reset(_ reader: OpaquePointer?) -> Int32 {
    guard let found = unsafe Reader.at(reader) else { return ZY_USAGE.rawValue }
    found.reset()
    return 0
}

@c @implementation
public func zy_reader_releasable(_ reader: OpaquePointer?) -> Int {
    unsafe Reader.at(reader)?.parser.releasableCount ?? 0
}

@c @implementation
public func zy_reader_release(_ reader: OpaquePointer?, _ count: Int) -> Int32 {
    guard let found = unsafe Reader.at(reader), count >= 0, count <= found.parser.releasableCount
    else { return ZY_USAGE.rawValue }
    found.release(count)
    return 0
}

@c @implementation
public func zy_reader_reason(
    _ reader: OpaquePointer?, _ reason: Int32, _ text: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int32 {
    guard let known = unsafe Reader.at(reader)?.reason(reason) else { return ZY_USAGE.rawValue }
    return unsafe copy("\(known.name)\n\(known.clause)\n\(known.rule)", text, capacity)
}

@c @implementation
public func zy_reader_status(_ reader: OpaquePointer?, _ reason: Int32) -> Int32 {
    guard let known = unsafe Reader.at(reader)?.reason(reason) else { return ZY_USAGE.rawValue }
    return Int32(clamping: known.status)
}

@c @implementation
public func zy_reader_label(
    _ reader: OpaquePointer?, _ index: UInt64, _ text: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int32 {
    guard let found = unsafe Reader.at(reader), let index = Int(exactly: index),
        index < found.tape.count
    else { return ZY_USAGE.rawValue }
    let label = found.description.notation.label(
        of: found.tape[index], tape: found.tape.snapshot())
    return unsafe copy(label.text, text, capacity)
}

@c @implementation
public func zy_close(_ reader: OpaquePointer?) {
    guard let reader = unsafe reader else { return }
    // SAFETY: the caller promises a pointer of `zy_open`, closed once.
    unsafe Unmanaged<Reader>.fromOpaque(UnsafeRawPointer(reader)).release()
}

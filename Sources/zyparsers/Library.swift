public import CZyParsers
internal import HTTP1
internal import Wire

// The functions of `zyparsers.h`. Each one checks what C can get wrong, and then calls the parsers.

@c @implementation
public func zy_version() -> Int32 { 1 }

@c @implementation
public func zy_request_init(
    _ parser: UnsafeMutablePointer<zy_parser>?, _ policy: UInt64
) -> Int32 {
    let made = configuration(policy, HTTP1Context(role: .request))
    return unsafe ParserState.create(parser, made, isHead: true) ? 0 : usage
}

@c @implementation
public func zy_response_init(
    _ parser: UnsafeMutablePointer<zy_parser>?, _ policy: UInt64, _ answers: Int32
) -> Int32 {
    let methods: [Int32: RequestMethod] = [0: .other, 1: .head, 2: .connect]
    guard let method = methods[answers] else { return usage }
    let made = configuration(
        policy, HTTP1Context(role: .response, requestMethods: [method]))
    return unsafe ParserState.create(parser, made, isHead: true) ? 0 : usage
}

@c @implementation
public func zy_chunked_init(
    _ parser: UnsafeMutablePointer<zy_parser>?, _ policy: UInt64
) -> Int32 {
    let made = configuration(policy, HTTP1Context(role: .request))
    return unsafe ParserState.create(parser, made, isHead: false) ? 0 : usage
}

@c @implementation
public func zy_parse(
    _ parser: UnsafeMutablePointer<zy_parser>?, _ bytes: UnsafePointer<UInt8>?, _ count: Int,
    _ tokens: UnsafeMutablePointer<zy_token>?, _ capacity: Int,
    _ arena: UnsafeMutablePointer<UInt8>?, _ arena_capacity: Int,
    _ result: UnsafeMutablePointer<zy_result>?
) -> Int32 {
    guard let result = unsafe result, count >= 0, capacity >= 0, arena_capacity >= 0,
        unsafe bytes != nil || count == 0, unsafe tokens != nil || capacity == 0,
        unsafe arena != nil || arena_capacity == 0
    else { return usage }
    // SAFETY: the caller promises `count` bytes, `capacity` tokens and `arena_capacity` bytes; NULL comes with 0. A
    // zy_token has the layout of a Token: two words, offset first.
    let input = unsafe UnsafeBufferPointer(start: bytes, count: count)
    let tape = unsafe UnsafeMutableBufferPointer(
        start: UnsafeMutableRawPointer(tokens)?.assumingMemoryBound(to: Token.self),
        count: capacity)
    let spare = unsafe UnsafeMutableBufferPointer(start: arena, count: arena_capacity)
    let answer = unsafe ParserState.with(parser) { state in
        unsafe parse(&state, input, tape, spare)
    }
    guard let answer else { return usage }
    unsafe result.pointee = answer
    return answer.outcome
}

@c @implementation
public func zy_reset(_ parser: UnsafeMutablePointer<zy_parser>?) -> Int32 {
    let done: Void? = unsafe ParserState.with(parser) { state in
        state.filled = Tape.Filling()
        if state.isHead { state.head.reset() } else { state.chunked.reset() }
    }
    return done == nil ? usage : 0
}

@c @implementation
public func zy_releasable(_ parser: UnsafePointer<zy_parser>?) -> Int {
    // SAFETY: the state is only read.
    unsafe ParserState.with(UnsafeMutablePointer(mutating: parser)) { state in
        state.isHead ? 0 : state.chunked.releasableCount
    } ?? 0
}

@c @implementation
public func zy_release(_ parser: UnsafeMutablePointer<zy_parser>?, _ count: Int) -> Int32 {
    let isDone = unsafe ParserState.with(parser) { state in
        guard !state.isHead, count >= 0, count <= state.chunked.releasableCount else {
            return false
        }
        state.chunked.release(count)
        state.filled = Tape.Filling()
        return true
    }
    return isDone == true ? 0 : usage
}

@c @implementation
public func zy_policy_bit(_ name: UnsafePointer<CChar>?) -> UInt64 {
    guard let name = unsafe name else { return 0 }
    // SAFETY: the caller promises a terminated string.
    let text = unsafe String(cString: name)
    return HTTP1Leniency.all.first { $0.name == text }?.policy.rawValue ?? 0
}

@c @implementation
public func zy_reason_name(
    _ reason: Int32, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int32 {
    guard let known = description(of: reason) else { return usage }
    return unsafe copy(known.name, text, capacity)
}

@c @implementation
public func zy_reason_clause(
    _ reason: Int32, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int32 {
    guard let known = description(of: reason) else { return usage }
    return unsafe copy(known.clause, text, capacity)
}

@c @implementation
public func zy_reason_status(_ reason: Int32) -> Int32 {
    description(of: reason).map { Int32($0.status) } ?? usage
}

// MARK: Behind the functions

private var usage: Int32 { ZY_USAGE.rawValue }

private func configuration(_ policy: UInt64, _ context: HTTP1Context) -> Configuration {
    Configuration(
        policy: Policy(rawValue: policy), limits: HTTP1Limits().untyped, context: context)
}

private func description(of reason: Int32) -> ReasonDescription? {
    UInt8(exactly: reason).flatMap(HTTP1Reason.init(rawValue:))?.description
}

/// Copies a text to the caller's buffer, always terminated; returns its full length.
@unsafe
func copy(
    _ text: String, _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int
)
    -> Int32
{
    let bytes = Array(text.utf8)
    if let target = unsafe target, capacity > 0 {
        let count = min(bytes.count, capacity - 1)
        for index in 0..<count {
            // SAFETY: index < capacity − 1.
            unsafe target[index] = CChar(bitPattern: bytes[index])
        }
        unsafe target[count] = 0
    }
    return Int32(bytes.count)
}

@unsafe
private func parse(
    _ state: inout ParserState, _ input: UnsafeBufferPointer<UInt8>,
    _ tokens: UnsafeMutableBufferPointer<Token>, _ arena: UnsafeMutableBufferPointer<UInt8>
) -> zy_result {
    var tape = unsafe Tape(borrowing: tokens, arena: arena, filled: state.filled)
    let verdict =
        state.isHead
        ? unsafe state.head.parse(input.span, into: &tape)
        : unsafe state.chunked.parse(input.span, into: &tape)
    state.filled = tape.filling
    return result(verdict, tape)
}

private func result(_ verdict: Verdict, _ tape: borrowing Tape) -> zy_result {
    var result = zy_result()
    result.reason = -1
    result.framing = -1
    result.token_count = UInt64(tape.count)
    result.arena_count = UInt64(tape.arenaCount)
    switch verdict {
    case .complete(let consumed):
        result.outcome = ZY_COMPLETE.rawValue
        result.consumed = UInt64(consumed)
    case .incomplete:
        result.outcome = ZY_INCOMPLETE.rawValue
    case .rejected(let rejection):
        result.outcome = ZY_REJECTED.rawValue
        result.reason = Int32(rejection.code)
        result.offset = UInt64(rejection.offset)
    }
    if tape.overflowed { result.outcome = ZY_TOKENS_FULL.rawValue }
    guard tape.count > 0, let framing = Framing(token: tape[tape.count - 1]) else { return result }
    result.framing = Int32(framing.kind.rawValue)
    result.keep_alive = framing.keepAlive ? 1 : 0
    result.body_length = UInt64(framing.length)
    result.expects_continue = framing.expectsContinue ? 1 : 0
    result.upgrade = framing.upgrade ? 1 : 0
    return result
}

internal import HTTP1

/// A message as the model read it, with its raw bytes: what a proxy knows when it sends the message
/// on.
struct HTTP1Read {
    /// One field line.
    struct Field {
        /// The line without its line end, and with it.
        var line: Range<Int>
        var lineAndEnd: Range<Int>
        /// The name; in the input.
        var name: Range<Int>
        var id: FieldName
        /// The value; in the input, or in the arena.
        var value: Range<Int>
        var isInArena = false
        /// The value's bytes before anything was cut off; in the input.
        var rawValue: Range<Int>
        /// Whether the line has no name and value of its own (a proxy may still pass it on).
        var isDropped = false
    }

    /// One chunk.
    struct Chunk {
        var size: Int
        /// The size and extensions, and where these begin.
        var line: Range<Int>
        var extensions: Range<Int>?
        /// The line with its line end, the data, and what ended the data; the input may end first.
        var lineAndEnd: Range<Int>
        var data: Range<Int>
        var terminator: Range<Int>
    }

    var start: Int
    /// The index of its first token.
    var firstToken = 0
    /// Behind the empty lines: the start line with its line end.
    var startLine = 0..<0
    var method = 0..<0
    var target = 0..<0
    var form = TargetForm.origin
    var authority = 0..<0
    var version = 0..<0
    var major = 1
    var minor = 1
    var status = 0
    var statusOffset = 0
    var reasonPhrase = 0..<0
    var isRequest = true
    var isConnect = false

    var fields: [Field] = []
    var framing = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
    /// Behind the head; 0 while the head is not accepted.
    var headEnd = 0
    /// The empty line's first byte.
    var emptyLine = 0
    var chunks: [Chunk] = []
    var trailers: [Field] = []
    /// A body that is not chunked, and what follows a head of kind `close`.
    var body = 0..<0
    /// Behind the message, or nil while it has not ended.
    var end: Int?
    /// Whether the body was given up where its coding broke.
    var isBroken = false

    /// Whether HTTP/1.0 semantics hold.
    var isHTTP10: Bool { major == 0 || (major == 1 && minor == 0) }

    /// Whether it is a response that comes before the answer.
    var isInterim: Bool { !isRequest && (100...199).contains(status) && status != 101 }

    init(start: Int) { self.start = start }
}

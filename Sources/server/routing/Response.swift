/// What a handler answers: a status, fields, and content. How it is framed on the wire is the connection's business.
public struct Response: Sendable {
    /// The status; 200 unless set.
    public var status: Status
    /// The handler's fields. Date, Server, Connection and the framing fields are added by the connection.
    public var fields: FieldBlock
    /// The content.
    public var body: Body

    /// Makes a response.
    public init(_ status: Status = .ok, body: Body = .none) {
        self.status = status
        fields = FieldBlock()
        self.body = body
    }

    /// Text in UTF-8.
    public init(_ status: Status = .ok, text: String) {
        self.init(status)
        set(text: text)
    }

    /// Makes the content text in UTF-8.
    public mutating func set(text: String) {
        fields.addLine("Content-Type: text/plain; charset=utf-8\r\n")
        body = .bytes(Array(text.utf8))
    }

    /// Back to 200 without fields and content; storage is kept.
    mutating func removeAll() {
        status = .ok
        fields.removeAll()
        body = .none
    }
}

/// A response's content.
public enum Body: Sendable {
    /// Nothing, which is said with `Content-Length: 0` where the status may have content.
    case none
    /// Bytes, shared and not copied where there are many.
    case bytes([UInt8])
    /// A part of a file.
    case file(FileSlice)
    /// Pieces one after another: the parts of multipart/byteranges.
    case pieces([Piece])
    /// Bytes that are made while they are sent; framed as chunked, or until close for HTTP/1.0.
    case stream(any BodySource)

    /// Tells who makes the content that nobody will get it.
    func abandon() {
        if case .stream(let source) = self { source.abandon() }
    }

    /// A piece of content.
    public enum Piece: Sendable {
        case bytes([UInt8])
        case file(FileSlice)
    }

    /// The length in bytes where it is known before the first one is sent.
    public var length: Int? {
        switch self {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .file(let slice): slice.count
        case .pieces(let pieces):
            pieces.reduce(0) { sum, piece in
                switch piece {
                case .bytes(let bytes): sum + bytes.count
                case .file(let slice): sum + slice.count
                }
            }
        case .stream: nil
        }
    }
}

/// A run of bytes of an open file. Whoever holds one keeps the file open.
///
/// The run was there when the slice was made; the file may be written or cut while it is sent. Bytes then come as they are
/// when they are read, but the length has been promised: whoever sends a slice and reaches the file's end before the run's
/// must close the connection, and never fill up or repeat bytes, so that the client sees that its copy is not whole.
public struct FileSlice: Sendable {
    /// The file.
    public let file: OpenFile
    /// Where the run begins.
    public var offset: Int
    /// Its length in bytes.
    public var count: Int

    /// Makes a slice.
    public init(_ file: OpenFile, offset: Int, count: Int) {
        self.file = file
        self.offset = offset
        self.count = count
    }
}

/// Content that is made piece by piece. Only one connection's thread calls it.
public protocol BodySource: AnyObject, Sendable {
    /// Appends up to about `count` bytes.
    ///
    /// Called again when what was made has left for the client: a slow client slows the source.
    func produce(into bytes: inout [UInt8], count: Int) throws -> BodyProgress
    /// The client is gone, or the response was given up.
    func abandon()
}

/// How far a source is.
public enum BodyProgress: Sendable {
    /// More follows; bytes were appended.
    case more
    /// Nothing for now: the source wakes the connection when there is, with the `waker` of its request.
    case waiting
    /// That was all.
    case finished
}

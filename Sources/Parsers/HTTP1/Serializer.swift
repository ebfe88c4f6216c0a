internal import Wire

/// Why a message was not written.
public enum HTTP1SerializationError: Error, Hashable, Sendable {
    /// The message lacks a part that its kind needs.
    case missing(String)
    /// The message is framed in a way that its version or role cannot express.
    case inexpressible(String)
    /// What was written would be refused, or be read as something else; nothing is handed out.
    case unreadable(HTTP1Reason?)
}

/// Writes messages back, framed from their own decision: Content-Length and Transfer-Encoding are never copied.
///
/// The result is read back by the strict reference before it is handed out, so whatever lenient reading a message
/// came from, nothing that this workbench would refuse, or frame differently, is ever written
/// (RFC 9112 §11.1, §11.2).
public struct HTTP1Serializer {
    private let configuration: Configuration

    /// Makes a serialiser for messages read under `context` within `limits`.
    public init(context: HTTP1Context, limits: HTTP1Limits = HTTP1Limits()) {
        configuration = Configuration(policy: .strict, limits: limits.untyped, context: context)
    }

    /// Writes one head.
    ///
    /// - Throws: `HTTP1SerializationError` where the message is no valid head.
    public func head(_ message: HTTP1Message) throws(HTTP1SerializationError) -> [UInt8] {
        var bytes: [UInt8] = []
        try writeHead(message, to: &bytes)
        try verify(ReferenceHead(configuration), bytes)
        return bytes
    }

    /// Writes a chunked body with its chunks as they are, extensions and trailers included.
    ///
    /// - Throws: `HTTP1SerializationError` where the message has no valid chunks.
    public func chunkedBody(_ message: HTTP1Message) throws(HTTP1SerializationError) -> [UInt8] {
        var bytes: [UInt8] = []
        writeChunks(message, to: &bytes)
        try verify(ReferenceChunked(configuration), bytes)
        return bytes
    }

    /// Writes whole messages, one behind the other.
    ///
    /// - Throws: `HTTP1SerializationError` where one of them is not valid, or is not whole.
    public func stream(_ messages: [HTTP1Message]) throws(HTTP1SerializationError) -> [UInt8] {
        var bytes: [UInt8] = []
        for message in messages {
            try writeHead(message, to: &bytes)
            if message.framing?.kind == .chunked {
                writeChunks(message, to: &bytes)
            } else {
                bytes += message.body
            }
        }
        try verify(ReferenceStream(configuration), bytes)
        return bytes
    }
}

extension HTTP1Serializer {
    private func writeHead(
        _ message: HTTP1Message, to bytes: inout [UInt8]
    ) throws(HTTP1SerializationError) {
        guard let version = message.version else { throw .missing("version") }
        guard let framing = message.framing else { throw .missing("framing") }
        try writeStartLine(message, version, to: &bytes)
        for field in message.fields where !isFraming(field) { write(field, to: &bytes) }
        let isHTTP10 = version.major == 0 || (version.major == 1 && version.minor == 0)
        switch framing.kind {
        case .length:
            bytes += "Content-Length: \(framing.length)\r\n".utf8
        case .chunked:
            guard !isHTTP10 else { throw .inexpressible("chunked in HTTP/1.0") }
            bytes += "Transfer-Encoding: chunked\r\n".utf8
        case .none, .close, .tunnel: break
        }
        let endsByItself = framing.kind == .close || framing.kind == .tunnel
        if !framing.keepAlive, !endsByItself { bytes += "Connection: close\r\n".utf8 }
        bytes += "\r\n".utf8
    }

    private func writeStartLine(
        _ message: HTTP1Message, _ version: (major: Int, minor: Int), to bytes: inout [UInt8]
    ) throws(HTTP1SerializationError) {
        let versionText = "HTTP/\(version.major).\(version.minor)"
        if let method = message.method, let target = message.target {
            bytes += method
            bytes.append(UInt8(ascii: " "))
            bytes += target
            bytes += " \(versionText)\r\n".utf8
        } else if let status = message.status {
            let digits = String(status)
            let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            bytes += "\(versionText) \(padded) ".utf8
            bytes += message.reasonPhrase ?? []
            bytes += "\r\n".utf8
        } else {
            throw .missing("start line")
        }
    }

    private func isFraming(_ field: HTTP1Message.Field) -> Bool {
        field.id == .contentLength || field.id == .transferEncoding
    }

    private func write(_ field: HTTP1Message.Field, to bytes: inout [UInt8]) {
        bytes += field.name
        bytes += ": ".utf8
        bytes += field.value
        bytes += "\r\n".utf8
    }

    private func writeChunks(_ message: HTTP1Message, to bytes: inout [UInt8]) {
        var next = 0
        for chunk in message.chunks {
            let end = min(next + chunk.size, message.body.count)
            bytes += String(chunk.size, radix: 16).utf8
            bytes += chunk.extensions
            bytes += "\r\n".utf8
            guard chunk.size > 0 else { continue }
            bytes += message.body[next..<end]
            bytes += "\r\n".utf8
            next = end
        }
        for trailer in message.trailers { write(trailer, to: &bytes) }
        bytes += "\r\n".utf8
    }

    private func verify(
        _ parser: some Parser, _ bytes: [UInt8]
    ) throws(HTTP1SerializationError) {
        var parser = parser
        var tape = Tape()
        switch parser.parse(bytes.span, into: &tape) {
        case .complete: return
        case .incomplete: throw .unreadable(nil)
        case .rejected(let rejection): throw .unreadable(HTTP1Reason(rawValue: rejection.code))
        }
    }
}

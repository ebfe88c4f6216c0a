public import Wire

/// Why a frame is not written.
public enum WebSocketSerializationError: Error, Hashable, Sendable {
    /// A control frame is whole (RFC 6455 §5.5).
    case fragmentedControl
    /// A control frame has at most 125 bytes of payload (RFC 6455 §5.5).
    case controlTooLong
    /// A client masks every frame (RFC 6455 §5.1).
    case missingMask
    /// A server masks none.
    case unexpectedMask
    /// Compression was not negotiated, or the frame begins no message (RFC 7692 §6.1).
    case misplacedCompression
    /// The frames are not what a strict reader accepts: its reason.
    case unreadable(WebSocketReason?)
}

/// Writes frames (RFC 6455 §5.2), with lengths in as few octets as they need.
///
/// What it checks of a frame are the rules that hold for a frame by itself. `stream` reads back all that it wrote.
public struct WebSocketSerializer: Sendable {
    private let context: WebSocketContext
    private let limits: WebSocketLimits

    /// Makes a serialiser for one direction of a connection.
    public init(context: WebSocketContext, limits: WebSocketLimits = WebSocketLimits()) {
        self.context = context
        self.limits = limits
    }

    /// One frame to write.
    public struct Frame: Hashable, Sendable {
        public var opcode: WebSocketOpcode
        public var isFinal: Bool
        /// RSV1: the frame begins a compressed message.
        public var isCompressed: Bool
        /// Four octets, or nil for a frame that is not masked.
        public var key: [UInt8]?
        /// The payload without mask.
        public var payload: [UInt8]

        /// Makes a frame.
        public init(
            _ opcode: WebSocketOpcode, isFinal: Bool = true, isCompressed: Bool = false,
            key: [UInt8]? = nil, payload: [UInt8] = []
        ) {
            self.opcode = opcode
            self.isFinal = isFinal
            self.isCompressed = isCompressed
            self.key = key
            self.payload = payload
        }
    }

    /// The bytes of one frame.
    public func bytes(
        of frame: Frame
    ) throws(WebSocketSerializationError) -> [UInt8] {
        try check(frame)
        let bits: UInt8 = (frame.isFinal ? 0x80 : 0) | (frame.isCompressed ? 0x40 : 0)
        let mask: UInt8 = frame.key == nil ? 0 : 0x80
        var bytes = [bits | frame.opcode.rawValue]
        let count = frame.payload.count
        if count < 126 {
            bytes.append(mask | UInt8(count))
        } else if count <= 0xFFFF {
            bytes += [mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            bytes.append(mask | 127)
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
        }
        guard let key = frame.key else { return bytes + frame.payload }
        return bytes + key + frame.payload.indices.map { frame.payload[$0] ^ key[$0 & 3] }
    }

    private func check(_ frame: Frame) throws(WebSocketSerializationError) {
        if frame.opcode.rawValue >= 8 {
            guard frame.isFinal else { throw .fragmentedControl }
            guard frame.payload.count <= 125 else { throw .controlTooLong }
        }
        switch context.sender {
        case .client:
            guard frame.key?.count == 4 else { throw .missingMask }
        case .server:
            guard frame.key == nil else { throw .unexpectedMask }
        }
        let begins = frame.opcode == .text || frame.opcode == .binary
        if frame.isCompressed, context.permessageDeflate == nil || !begins {
            throw .misplacedCompression
        }
    }

    /// The bytes of frames from the start of a connection, read back by the strict reference before anyone gets them.
    public func stream(
        _ frames: [Frame]
    ) throws(WebSocketSerializationError) -> [UInt8] {
        var bytes: [UInt8] = []
        for frame in frames { bytes += try self.bytes(of: frame) }
        var reader = ReferenceWebSocket(
            Configuration(policy: .strict, limits: limits.untyped, context: context))
        var tape = Tape()
        switch reader.parse(bytes.span, into: &tape) {
        case .complete(let consumed) where consumed == bytes.count: return bytes
        case .rejected(let rejection):
            throw .unreadable(WebSocketReason(rawValue: rejection.code))
        case .complete, .incomplete: throw .unreadable(nil)
        }
    }
}

extension WebSocketNotation {
    public func rewritten(
        _ tape: TapeSnapshot, input: [UInt8], configuration: Configuration
    ) throws(RewriteRefusal) -> Rewritten? {
        let context = configuration.context as? WebSocketContext ?? WebSocketContext()
        let items = items(tape, input: input, context: context)
        var frames: [WebSocketSerializer.Frame] = []
        for token in tape.tokens where token.webSocketKind == .header {
            let item = items[frames.count]
            frames.append(try frame(token, item, input))
        }
        let serializer = WebSocketSerializer(
            context: context, limits: WebSocketLimits(configuration.limits))
        do throws(WebSocketSerializationError) {
            return Rewritten(bytes: try serializer.stream(frames))
        } catch {
            var isLimit = false
            if case .unreadable(let reason?) = error {
                isLimit = reason.description.blame == .limit
            }
            throw RewriteRefusal("\(error)", isLimit: isLimit)
        }
    }

    /// The frame that a header's token and its item say.
    private func frame(
        _ token: Token, _ item: Item, _ input: [UInt8]
    ) throws(RewriteRefusal) -> WebSocketSerializer.Frame {
        guard let opcode = WebSocketOpcode(rawValue: UInt8(token.detail & 0x0F)),
            token.detail & 0x30 == 0
        else { throw RewriteRefusal("reserved bits or a reserved opcode") }
        var frame = WebSocketSerializer.Frame(
            opcode, isFinal: token.detail & 0x80 != 0, isCompressed: token.detail & 0x40 != 0)
        if token.detail & WebSocketToken.flag != 0 {
            frame.key = Array(input[(token.end - 4)..<token.end])
        }
        for property in item.properties where property.name == "payload" {
            if case .bytes(let payload) = property.value { frame.payload = payload }
        }
        return frame
    }
}

public import Wire

/// The tokens of `http2.frame` tapes; `Documentation/HTTP2.md` §6 says what each one carries.
public enum HTTP2Token {
    /// What a token stands for.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// The client connection preface.
        case preface = 1
        /// A frame's header; length: the payload's; detail: type × 256 + flags.
        case frame
        /// The stream identifier, as length.
        case stream
        case padLength
        /// The stream that a stream depends on, as length; detail: bit 0 Exclusive, bit 1 the frame's own stream.
        case dependency
        case weight
        case promisedStream
        case lastStream
        case prioritizedStream
        case increment
        case errorCode
        /// One entry of SETTINGS; detail: identifier; length: value.
        case setting
        case data
        /// A fragment of a field block.
        case fragment
        case opaque
        case debugData
        /// The Priority Field Value of PRIORITY_UPDATE.
        case fieldValue
        case origin
        /// The Alt-Svc-Field-Value of ALTSVC.
        case alternative
        case padding
        /// A payload that nobody reads: an unknown type, an ignored frame, a stream error.
        case unread
        /// A field block that stands in one frame.
        case fieldBlock
        /// A field block of several frames, in the arena; detail: their number.
        case fieldBlockAssembled
        /// A stream error; detail: the reason's code; length: the stream.
        case streamError
        /// A frame that the recipient must ignore; detail: `HTTP2Ignored`.
        case ignored
    }
}

extension Token {
    /// Makes an HTTP/2 token.
    @inlinable @inline(__always)
    public init(_ kind: HTTP2Token.Kind, detail: UInt16 = 0, offset: Int, length: Int) {
        self.init(kind: kind.rawValue, detail: detail, offset: offset, length: length)
    }

    /// The token's kind on an HTTP/2 tape, or nil where it is none.
    public var http2Kind: HTTP2Token.Kind? { HTTP2Token.Kind(rawValue: kind) }
}

/// The frame types that are known (RFC 9113 §6, RFC 7838 §4, RFC 8336 §2, RFC 9218 §7.1).
public enum HTTP2FrameType: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case data = 0x0
    case headers = 0x1
    case priority = 0x2
    case rstStream = 0x3
    case settings = 0x4
    case pushPromise = 0x5
    case ping = 0x6
    case goaway = 0x7
    case windowUpdate = 0x8
    case continuation = 0x9
    case altsvc = 0xa
    case origin = 0xc
    case priorityUpdate = 0x10

    /// The name in the RFC.
    public var text: String {
        switch self {
        case .data: "DATA"
        case .headers: "HEADERS"
        case .priority: "PRIORITY"
        case .rstStream: "RST_STREAM"
        case .settings: "SETTINGS"
        case .pushPromise: "PUSH_PROMISE"
        case .ping: "PING"
        case .goaway: "GOAWAY"
        case .windowUpdate: "WINDOW_UPDATE"
        case .continuation: "CONTINUATION"
        case .altsvc: "ALTSVC"
        case .origin: "ORIGIN"
        case .priorityUpdate: "PRIORITY_UPDATE"
        }
    }

    /// The name of any type, `UNKNOWN` with its number where it is not known.
    public static func text(of type: UInt8) -> String {
        HTTP2FrameType(rawValue: type)?.text ?? "UNKNOWN-0x\(String(type, radix: 16))"
    }
}

/// The flags of RFC 9113 §6.
public enum HTTP2Flag {
    public static let endStream: UInt8 = 0x1
    public static let acknowledgement: UInt8 = 0x1
    public static let endHeaders: UInt8 = 0x4
    public static let padded: UInt8 = 0x8
    public static let priority: UInt8 = 0x20
}

/// The settings that are known (RFC 9113 §6.5.2, RFC 8441 §3, RFC 9218 §2.1).
public enum HTTP2Setting: UInt16, CaseIterable, Sendable, BitwiseCopyable {
    case headerTableSize = 0x1
    case enablePush = 0x2
    case maxConcurrentStreams = 0x3
    case initialWindowSize = 0x4
    case maxFrameSize = 0x5
    case maxHeaderListSize = 0x6
    case enableConnectProtocol = 0x8
    case noRFC7540Priorities = 0x9

    /// The name in the RFC.
    public var text: String {
        switch self {
        case .headerTableSize: "HEADER_TABLE_SIZE"
        case .enablePush: "ENABLE_PUSH"
        case .maxConcurrentStreams: "MAX_CONCURRENT_STREAMS"
        case .initialWindowSize: "INITIAL_WINDOW_SIZE"
        case .maxFrameSize: "MAX_FRAME_SIZE"
        case .maxHeaderListSize: "MAX_HEADER_LIST_SIZE"
        case .enableConnectProtocol: "ENABLE_CONNECT_PROTOCOL"
        case .noRFC7540Priorities: "NO_RFC7540_PRIORITIES"
        }
    }
}

/// Why an extension's frame is ignored.
public enum HTTP2Ignored: UInt16, CaseIterable, Sendable, BitwiseCopyable {
    /// Only servers send it.
    case fromClient
    /// A length in it does not fit.
    case malformed
    /// ALTSVC on stream 0 names no origin.
    case originMissing
    /// ALTSVC on another stream names one.
    case originOnStream
    /// ORIGIN on a stream other than 0.
    case onStream
    /// ORIGIN with a flag that makes it another frame.
    case flags
}

/// The octets and values that RFC 9113 fixes.
public enum HTTP2Constant {
    /// The client connection preface (RFC 9113 §3.4).
    public static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    /// Its length in octets.
    public static let prefaceCount = 24
    /// The length of a frame header in octets (RFC 9113 §4.1).
    public static let headerCount = 9
    /// The smallest and largest SETTINGS_MAX_FRAME_SIZE (RFC 9113 §6.5.2).
    public static let frameSizeMin = 1 << 14
    public static let frameSizeMax = (1 << 24) - 1
}

/// What an HTTP/2 parser knows of its connection.
public struct HTTP2Context: ParseContext, Hashable {
    /// Who sent the octets.
    public enum Role: String, CaseIterable, Sendable { case client, server }

    /// Where the input starts.
    public enum Start: String, CaseIterable, Sendable {
        /// At the connection's first octet.
        case connection
        /// At any frame.
        case frames
    }

    public var role: Role
    public var start: Start
    /// The SETTINGS_MAX_FRAME_SIZE that the recipient announced, in octets.
    public var maxFrameSize: Int

    /// Makes a context.
    public init(
        role: Role = .client, start: Start = .frames,
        maxFrameSize: Int = HTTP2Constant.frameSizeMin
    ) {
        self.role = role
        self.start = start
        self.maxFrameSize = maxFrameSize
    }
}

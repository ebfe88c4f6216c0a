public import Wire

/// Why HTTP/2 frames are refused. Most are connection errors; a stream error is a token with the same reason.
public enum HTTP2Reason: UInt8, RejectionReason {
    // The connection's start
    /// The octets are not the client connection preface.
    case badPreface
    /// The first frame is not SETTINGS.
    case settingsExpected

    // The frame header
    /// Another frame stands inside a field block.
    case continuationExpected
    /// A CONTINUATION frame of another stream stands inside a field block.
    case continuationStream
    /// The frame is longer than SETTINGS_MAX_FRAME_SIZE.
    case frameTooLarge
    /// A CONTINUATION frame without an open field block.
    case continuationUnexpected
    /// A client sent PUSH_PROMISE.
    case pushFromClient
    /// A server sent PRIORITY_UPDATE.
    case priorityUpdateFromServer
    /// The frame needs a stream and names stream 0.
    case streamIdentifierZero
    /// The frame belongs to the connection and names a stream.
    case streamIdentifierNotZero
    /// A client sent DATA or HEADERS on a stream that only a server opens.
    case streamIdentifierEven
    /// The length is not the one that the type has.
    case wrongLength
    /// SETTINGS with ACK has a payload.
    case acknowledgementWithPayload
    /// The payload has no room for the fields that type and flags ask for.
    case payloadTooShort

    // The payload
    /// The padding is longer than what is left of the payload.
    case paddingTooLong
    /// A padding octet is not 0.
    case nonzeroPadding
    /// SETTINGS_ENABLE_PUSH is neither 0 nor 1.
    case enablePushValue
    /// A server set SETTINGS_ENABLE_PUSH to 1.
    case enablePushFromServer
    /// SETTINGS_INITIAL_WINDOW_SIZE is above 2^31 − 1.
    case initialWindowSizeValue
    /// SETTINGS_MAX_FRAME_SIZE is outside 2^14 … 2^24 − 1.
    case maxFrameSizeValue
    /// A setting that is 0 or 1 has another value.
    case booleanSettingValue
    /// The promised stream is 0 or one that a client opens.
    case promisedStreamIdentifier
    /// A window is enlarged by 0.
    case windowIncrementZero
    /// PRIORITY_UPDATE names stream 0.
    case prioritizedStreamZero

    // Limits
    /// A SETTINGS frame has too many entries.
    case tooManySettings
    /// A field block comes in too many frames.
    case tooManyContinuations
    /// A field block is too large.
    case fieldBlockTooLarge

    /// An HTTP/2 error code (RFC 9113 §7).
    public enum ErrorCode: Int, Sendable {
        case protocolError = 0x1
        case flowControlError = 0x3
        case frameSizeError = 0x6
        case enhanceYourCalm = 0xb

        var text: String {
            switch self {
            case .protocolError: "PROTOCOL_ERROR"
            case .flowControlError: "FLOW_CONTROL_ERROR"
            case .frameSizeError: "FRAME_SIZE_ERROR"
            case .enhanceYourCalm: "ENHANCE_YOUR_CALM"
            }
        }
    }

    public var description: ReasonDescription {
        switch self {
        case .badPreface:
            Self.make(
                "badPreface", "a client's connection starts with PRI * HTTP/2.0, empty line, SM",
                "RFC 9113 §3.4", .protocolError, .syntax)
        case .settingsExpected:
            Self.make(
                "settingsExpected", "the first frame of either end is SETTINGS without ACK",
                "RFC 9113 §3.4", .protocolError)
        case .continuationExpected:
            Self.make(
                "continuationExpected",
                "nothing stands between a field block's frames but its CONTINUATION frames",
                "RFC 9113 §6.10", .protocolError)
        case .continuationStream:
            Self.make(
                "continuationStream", "CONTINUATION stays on the stream of its field block",
                "RFC 9113 §6.10", .protocolError)
        case .frameTooLarge:
            Self.make(
                "frameTooLarge", "a frame is at most as long as SETTINGS_MAX_FRAME_SIZE says",
                "RFC 9113 §4.2", .frameSizeError)
        case .continuationUnexpected:
            Self.make(
                "continuationUnexpected", "CONTINUATION continues an open field block",
                "RFC 9113 §6.10", .protocolError)
        case .pushFromClient:
            Self.make(
                "pushFromClient", "a client cannot push", "RFC 9113 §8.4", .protocolError)
        case .priorityUpdateFromServer:
            Self.make(
                "priorityUpdateFromServer", "only clients send PRIORITY_UPDATE",
                "RFC 9218 §7.1", .protocolError)
        case .streamIdentifierZero:
            Self.make(
                "streamIdentifierZero", "this frame type belongs to a stream",
                "RFC 9113 §6.1, §6.2, §6.3, §6.4, §6.6", .protocolError)
        case .streamIdentifierNotZero:
            Self.make(
                "streamIdentifierNotZero", "this frame type belongs to the connection: stream 0",
                "RFC 9113 §6.5, §6.7, §6.8; RFC 9218 §7.1", .protocolError)
        case .streamIdentifierEven:
            Self.make(
                "streamIdentifierEven", "a client opens streams with odd identifiers",
                "RFC 9113 §5.1.1", .protocolError)
        case .wrongLength:
            Self.make(
                "wrongLength", "this frame type has a fixed length",
                "RFC 9113 §6.3, §6.4, §6.5, §6.7, §6.9", .frameSizeError)
        case .acknowledgementWithPayload:
            Self.make(
                "acknowledgementWithPayload", "SETTINGS with ACK is empty", "RFC 9113 §6.5",
                .frameSizeError)
        case .payloadTooShort:
            Self.make(
                "payloadTooShort", "the payload holds the fields that type and flags ask for",
                "RFC 9113 §4.2", .frameSizeError)
        case .paddingTooLong, .nonzeroPadding, .enablePushValue, .enablePushFromServer,
            .initialWindowSizeValue, .maxFrameSizeValue, .booleanSettingValue,
            .promisedStreamIdentifier, .windowIncrementZero, .prioritizedStreamZero:
            ofPayload
        case .tooManySettings, .tooManyContinuations, .fieldBlockTooLarge: ofLimits
        }
    }

    private static func make(
        _ name: String, _ rule: String, _ clause: String, _ code: ErrorCode,
        _ judgement: ReasonDescription.Judgement = .meaning,
        blame: ReasonDescription.Blame = .peer
    ) -> ReasonDescription {
        ReasonDescription(
            name: name, rule: rule, clause: clause, judgement: judgement, blame: blame,
            status: code.rawValue, statusName: code.text)
    }
}

extension HTTP2Reason {
    private var ofPayload: ReasonDescription {
        switch self {
        case .nonzeroPadding:
            Self.make(
                "nonzeroPadding", "padding octets are 0: a recipient may insist (hardened)",
                "RFC 9113 §6.1", .protocolError, blame: .hardening)
        case .enablePushValue:
            Self.make(
                "enablePushValue", "SETTINGS_ENABLE_PUSH is 0 or 1", "RFC 9113 §6.5.2",
                .protocolError)
        case .enablePushFromServer:
            Self.make(
                "enablePushFromServer", "a server does not set SETTINGS_ENABLE_PUSH to 1",
                "RFC 9113 §6.5.2", .protocolError)
        case .initialWindowSizeValue:
            Self.make(
                "initialWindowSizeValue", "SETTINGS_INITIAL_WINDOW_SIZE is at most 2^31 - 1",
                "RFC 9113 §6.5.2", .flowControlError)
        case .maxFrameSizeValue:
            Self.make(
                "maxFrameSizeValue", "SETTINGS_MAX_FRAME_SIZE is 2^14 to 2^24 - 1",
                "RFC 9113 §6.5.2", .protocolError)
        case .booleanSettingValue:
            Self.make(
                "booleanSettingValue",
                "SETTINGS_ENABLE_CONNECT_PROTOCOL and SETTINGS_NO_RFC7540_PRIORITIES are 0 or 1",
                "RFC 8441 §3, RFC 9218 §2.1", .protocolError)
        case .promisedStreamIdentifier:
            Self.make(
                "promisedStreamIdentifier", "a promised stream has an even identifier above 0",
                "RFC 9113 §5.1.1, §6.6", .protocolError)
        case .windowIncrementZero:
            Self.make(
                "windowIncrementZero", "a window is enlarged by 1 to 2^31 - 1",
                "RFC 9113 §6.9", .protocolError)
        case .prioritizedStreamZero:
            Self.make(
                "prioritizedStreamZero", "PRIORITY_UPDATE names the stream that it is about",
                "RFC 9218 §7.1", .protocolError)
        default:
            Self.make(
                "paddingTooLong", "padding fits into the payload behind its fixed fields",
                "RFC 9113 §6.1, §6.2, §6.6", .protocolError)
        }
    }

    private var ofLimits: ReasonDescription {
        switch self {
        case .tooManySettings:
            Self.make(
                "tooManySettings", "more entries than settingCountMax", "local limit",
                .enhanceYourCalm, .limit, blame: .limit)
        case .tooManyContinuations:
            Self.make(
                "tooManyContinuations", "more frames in a field block than continuationCountMax",
                "local limit", .enhanceYourCalm, .limit, blame: .limit)
        default:
            Self.make(
                "fieldBlockTooLarge", "a field block larger than fieldBlockBytesMax",
                "local limit", .enhanceYourCalm, .limit, blame: .limit)
        }
    }
}

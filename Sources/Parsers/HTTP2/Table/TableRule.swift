internal import Wire

/// What the table says of one frame type.
struct TableRule: Sendable {
    /// Which streams a frame may stand on.
    enum Streams: Sendable { case any, none, some, odd }

    /// Which lengths its payload may have; `atLeast` counts the fixed fields apart from optional ones.
    enum Length: Sendable { case any, exactly(Int), atLeast(Int), entries }

    /// A field of the payload, in order.
    enum Field: Sendable {
        /// Pad Length, where PADDED is set.
        case padLength
        /// Stream Dependency and Weight; `optional` where only PRIORITY says so.
        case priority(optional: Bool)
        /// A reserved bit and 31 bits.
        case identifier(HTTP2Token.Kind, Judgement)
        /// 32 bits.
        case number(HTTP2Token.Kind)
        case settings
        /// Everything but the padding.
        case rest(HTTP2Token.Kind)
        case padding
        case alternativeService
        case origins
    }

    /// What an identifier must be.
    enum Judgement: Sendable { case none, promised, nonzero, increment }

    var streams = Streams.any
    var length = Length.any
    /// The role that may not send it, with the reason.
    var forbidden: (role: HTTP2Context.Role, reason: HTTP2Reason)?
    /// Whether frame size errors on a stream stay the stream's.
    var isOversizeStreamError = true
    var isWrongLengthStreamError = false
    var continuesBlock = false
    var fields: [Field] = [.rest(.unread)]
    /// The flag whose presence asks for an empty payload.
    var emptyFlag: UInt8 = 0

    /// Whether a field takes one more octet under PADDED, or five under PRIORITY.
    var mayBePadded = false
    var mayHavePriority = false
    var carriesFragment = false
}

/// The rules of all types: a description for the known ones, and one for all others.
enum TableRules {
    /// By type; 17 stands for every unknown type.
    static let rules: [TableRule] = (0...17).map { rule(HTTP2FrameType(rawValue: UInt8($0))) }

    /// The index of a type's rule.
    static func index(of type: UInt8) -> Int { type <= 16 ? Int(type) : 17 }

    private static func rule(_ type: HTTP2FrameType?) -> TableRule {
        var rule = TableRule()
        switch type {
        case .data:
            rule.streams = .odd
            rule.length = .atLeast(0)
            rule.mayBePadded = true
            rule.fields = [.padLength, .rest(.data), .padding]
        case .headers:
            rule.streams = .odd
            rule.length = .atLeast(0)
            rule.isOversizeStreamError = false
            rule.mayBePadded = true
            rule.mayHavePriority = true
            rule.carriesFragment = true
            rule.fields = [.padLength, .priority(optional: true), .rest(.fragment), .padding]
        case .priority:
            rule.streams = .some
            rule.length = .exactly(5)
            rule.isWrongLengthStreamError = true
            rule.fields = [.priority(optional: false)]
        case .rstStream:
            rule.streams = .some
            rule.length = .exactly(4)
            rule.fields = [.number(.errorCode)]
        case .settings:
            rule.streams = .none
            rule.length = .entries
            rule.isOversizeStreamError = false
            rule.emptyFlag = 0x1
            rule.fields = [.settings]
        case .pushPromise:
            rule.streams = .some
            rule.length = .atLeast(4)
            rule.forbidden = (.client, .pushFromClient)
            rule.isOversizeStreamError = false
            rule.mayBePadded = true
            rule.carriesFragment = true
            rule.fields = [
                .padLength, .identifier(.promisedStream, .promised), .rest(.fragment), .padding,
            ]
        case .ping:
            rule.streams = .none
            rule.length = .exactly(8)
            rule.isOversizeStreamError = false
            rule.fields = [.rest(.opaque)]
        case .goaway:
            rule.streams = .none
            rule.length = .atLeast(8)
            rule.isOversizeStreamError = false
            rule.fields = [
                .identifier(.lastStream, .none), .number(.errorCode), .rest(.debugData),
            ]
        case .windowUpdate:
            rule.length = .exactly(4)
            rule.fields = [.identifier(.increment, .increment)]
        case .continuation:
            rule.continuesBlock = true
            rule.isOversizeStreamError = false
            rule.carriesFragment = true
            rule.fields = [.rest(.fragment)]
        case .altsvc: rule.fields = [.alternativeService]
        case .origin: rule.fields = [.origins]
        case .priorityUpdate:
            rule.streams = .none
            rule.length = .atLeast(4)
            rule.forbidden = (.server, .priorityUpdateFromServer)
            rule.fields = [.identifier(.prioritizedStream, .nonzero), .rest(.fieldValue)]
        case nil: break
        }
        return rule
    }
}

/// The values that a known setting may have: one row for each identifier up to 9.
struct TableSetting: Sendable {
    var least = 0
    var most = 0xFFFF_FFFF
    var reason = HTTP2Reason.booleanSettingValue

    /// By identifier; all others take any value.
    static let rows: [TableSetting] = (0...9).map { identifier in
        switch HTTP2Setting(rawValue: UInt16(identifier)) {
        case .enablePush: TableSetting(most: 1, reason: .enablePushValue)
        case .initialWindowSize: TableSetting(most: 0x7FFF_FFFF, reason: .initialWindowSizeValue)
        case .maxFrameSize:
            TableSetting(least: 1 << 14, most: (1 << 24) - 1, reason: .maxFrameSizeValue)
        case .enableConnectProtocol, .noRFC7540Priorities: TableSetting(most: 1)
        case .headerTableSize, .maxConcurrentStreams, .maxHeaderListSize, nil: TableSetting()
        }
    }
}

public import Wire

/// How contexts and tapes of HTTP/2 frames are written down.
public struct HTTP2Notation: Notation {
    init() {}

    public var contextEntries: [ContextEntry] {
        [
            ContextEntry("role", "who sent the octets: client (the default) or server"),
            ContextEntry(
                "start", "frames (the default): at any frame; connection: at the first octet"),
            ContextEntry("maxFrameSize", "SETTINGS_MAX_FRAME_SIZE that was announced; 16384"),
        ]
    }

    public func context(
        _ entries: [String: String], input: [UInt8]?
    ) throws(NotationError) -> any ParseContext {
        var context = HTTP2Context()
        if let role = entries["role"] {
            guard let known = HTTP2Context.Role(rawValue: role) else {
                throw NotationError("unknown role '\(role)'; known: client, server")
            }
            context.role = known
        }
        if let start = entries["start"] {
            guard let known = HTTP2Context.Start(rawValue: start) else {
                throw NotationError("unknown start '\(start)'; known: connection, frames")
            }
            context.start = known
        }
        if let text = entries["maxFrameSize"] {
            let range = HTTP2Constant.frameSizeMin...HTTP2Constant.frameSizeMax
            guard let size = Int(text), range.contains(size) else {
                throw NotationError("maxFrameSize is a number from 16384 to 16777215")
            }
            context.maxFrameSize = size
        }
        return context
    }

    public func isPart(_ token: Token) -> Bool { token.http2Kind == .frame }

    public func label(of token: Token, tape: TapeSnapshot) -> TokenLabel {
        guard let kind = token.http2Kind else { return TokenLabel("kind \(token.kind)") }
        let value = token.length
        switch kind {
        case .preface: return TokenLabel("preface")
        case .frame:
            let type = HTTP2FrameType.text(of: UInt8(token.detail >> 8))
            let flags = token.detail & 0xFF
            let text = flags == 0 ? "" : ", flags 0x\(String(flags, radix: 16))"
            return TokenLabel("\(type) of \(value)\(text)", width: 5)
        case .stream: return TokenLabel("stream \(value)", width: 4)
        case .padLength: return TokenLabel("pad length \(value)", width: 1)
        case .dependency:
            let own = token.detail & 2 != 0 ? " (its own)" : ""
            return TokenLabel("depends on \(value)\(own)", width: 4)
        case .weight: return TokenLabel("weight \(value) + 1", width: 1)
        case .promisedStream: return TokenLabel("promises stream \(value)", width: 4)
        case .lastStream: return TokenLabel("last stream \(value)", width: 4)
        case .prioritizedStream: return TokenLabel("prioritizes stream \(value)", width: 4)
        case .increment: return TokenLabel("increment \(value)", width: 4)
        case .errorCode: return TokenLabel("error code \(value)", width: 4)
        case .setting:
            let name = HTTP2Setting(rawValue: token.detail)?.text
            return TokenLabel("\(name ?? "setting \(token.detail)") = \(value)", width: 6)
        case .data, .fragment, .opaque, .origin, .padding: return TokenLabel("\(kind)")
        case .debugData: return TokenLabel("debug data")
        case .fieldValue: return TokenLabel("priority field value")
        case .alternative: return TokenLabel("alternative service")
        case .unread: return TokenLabel("not read")
        case .fieldBlock: return TokenLabel("field block", .hidden)
        case .fieldBlockAssembled:
            return TokenLabel("field block of \(token.detail) frames", .arena)
        case .streamError:
            return TokenLabel("stream error \(Self.reasonName(token))", .point)
        case .ignored: return TokenLabel("ignored: \(Self.ignoredName(token))", .point)
        }
    }

    static func reasonName(_ token: Token) -> String {
        HTTP2Reason(rawValue: UInt8(truncatingIfNeeded: token.detail))?.description.name ?? "?"
    }

    static func ignoredName(_ token: Token) -> String {
        HTTP2Ignored(rawValue: token.detail).map { "\($0)" } ?? "?"
    }
}

// MARK: Items

extension HTTP2Notation {
    public func items(
        _ tape: TapeSnapshot, input: [UInt8], context: any ParseContext
    ) -> [Item] {
        var items: [Item] = []
        for token in tape.tokens {
            guard let kind = token.http2Kind else { continue }
            if kind == .frame || kind == .preface {
                items.append(start(token, kind))
            } else if !items.isEmpty {
                add(token, kind, to: &items[items.count - 1], tape, input)
            }
        }
        return items
    }

    private func start(_ token: Token, _ kind: HTTP2Token.Kind) -> Item {
        guard kind == .frame else {
            return Item(kind: "preface", start: 0, end: token.end, summary: "preface")
        }
        let type = HTTP2FrameType.text(of: UInt8(token.detail >> 8))
        let length = Int(clamping: token.length)
        return Item(
            kind: type, start: token.offset, end: token.offset + 9 + length,
            properties: [
                Item.Property("flags", .number(Int(token.detail & 0xFF)), rank: .framing),
                Item.Property("length", .number(length), rank: .framing),
            ], summary: type)
    }

    /// What a token adds to its frame; repeated ones (settings, origins) become lists.
    private func add(
        _ token: Token, _ kind: HTTP2Token.Kind, to item: inout Item, _ tape: TapeSnapshot,
        _ input: [UInt8]
    ) {
        let value = Item.Value.number(Int(clamping: token.length))
        func put(_ name: String, _ value: Item.Value, _ rank: DifferenceRank = .otherFields) {
            item.properties.append(Item.Property(name, value, rank: rank))
        }
        switch kind {
        case .preface, .frame: return
        case .stream:
            put("stream", value, .framing)
            item.summary += " \(token.length)"
        case .padLength: put("padLength", value)
        case .dependency:
            put("streamDependency", value)
            put("exclusive", .bool(token.detail & 1 != 0))
        case .weight: put("weight", value)
        case .promisedStream: put("promisedStream", value, .framing)
        case .lastStream: put("lastStream", value)
        case .prioritizedStream: put("prioritizedStream", value)
        case .increment: put("windowSizeIncrement", value)
        case .errorCode: put("errorCode", value)
        case .setting: append(.list([.number(Int(token.detail)), value]), "settings", &item)
        case .data: put("data", .bytes(bytes(token, input)), .body)
        case .fragment: put("fragment", .bytes(bytes(token, input)), .otherFields)
        case .opaque: put("opaque", .bytes(bytes(token, input)))
        case .debugData: put("debugData", .bytes(bytes(token, input)))
        case .fieldValue: put("priorityFieldValue", .latin1(bytes(token, input)))
        case .origin: append(.latin1(bytes(token, input)), "origins", &item)
        case .alternative: put("altSvcFieldValue", .latin1(bytes(token, input)))
        case .padding, .unread: return
        case .fieldBlock: put("fieldBlock", .bytes(bytes(token, input)), .otherFields)
        case .fieldBlockAssembled:
            put("fieldBlock", .bytes(bytes(token, tape.arena)), .otherFields)
        case .streamError:
            put("streamError", .text(Self.reasonName(token)), .acceptOrReject)
            item.summary += " " + Self.reasonName(token)
        case .ignored:
            put("ignored", .text(Self.ignoredName(token)), .acceptOrReject)
            item.summary += " ignored"
        }
    }

    private func append(_ value: Item.Value, _ name: String, _ item: inout Item) {
        guard let index = item.properties.firstIndex(where: { $0.name == name }),
            case .list(let values) = item.properties[index].value
        else { return item.properties.append(Item.Property(name, .list([value]))) }
        item.properties[index].value = .list(values + [value])
    }

    private func bytes(_ token: Token, _ source: [UInt8]) -> [UInt8] {
        let start = min(token.offset, source.count)
        return Array(source[start..<min(source.count, start + Int(clamping: token.length))])
    }
}

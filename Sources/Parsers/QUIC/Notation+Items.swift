public import Wire

/// Tokens as items: packets, or in the layers below frames and transport parameters.
struct QUICItems {
    let tape: TapeSnapshot
    let input: [UInt8]
    private var index = 0
    /// The arena's offset of a byte of the open payload, less that of the input.
    private var shift: Int?
    private var isInPacket = false

    init(tape: TapeSnapshot, input: [UInt8]) {
        self.tape = tape
        self.input = input
    }

    mutating func all() -> [Item] {
        var items: [Item] = []
        while index < tape.tokens.count {
            let token = tape.tokens[index]
            switch token.quicKind {
            case .packet: items.append(packet())
            case .frame: items.append(frame())
            case .integer where token.quicField == .parameterID: items.append(parameter())
            default:
                index += 1
            }
        }
        return items
    }

    private mutating func packet() -> Item {
        let first = tape.tokens[index]
        let kind = QUICPacketKind(rawValue: UInt8(truncatingIfNeeded: first.detail))
        let name = kind?.name ?? "packet"
        var item = Item(
            kind: name, start: first.offset, end: nil,
            properties: [.init("firstByte", .number(Int(first.quicDetailByte)))], summary: name)
        var frames: [Item] = []
        index += 1
        isInPacket = true
        shift = nil
        while index < tape.tokens.count {
            let token = tape.tokens[index]
            switch token.quicKind {
            case .packet: return finished(item, frames)
            case .frame:
                frames.append(frame())
                continue
            case .packetNumber:
                item.summary += " \(token.length)"
                item.properties.append(
                    .init("packetNumber", .number(Int(clamping: token.length)), rank: .framing))
                item.properties.append(
                    .init("packetNumberLength", .number(Int(token.detail & 0xff)), rank: .framing))
            case .plaintext: plaintext(token)
            case .protectedPayload, .discarded: fate(token, &item)
            case .packetEnd:
                item.end = token.offset
                item.properties.append(
                    .init("nonMinimalVarints", .number(Int(clamping: token.length))))
            default:
                if let property = property(token) { item.properties.append(property) }
            }
            index += 1
            if token.quicKind == .packetEnd { break }
        }
        return finished(item, frames)
    }

    private mutating func finished(_ item: Item, _ frames: [Item]) -> Item {
        var item = item
        isInPacket = false
        shift = nil
        guard !frames.isEmpty else { return item }
        item.summary += frames.map { " \($0.kind ?? "")" }.joined()
        let list = frames.map { frame in
            var object: [String: Item.Value] = ["kind": .text(frame.kind ?? "")]
            for property in frame.properties { object[property.name] = property.value }
            return Item.Value.object(object)
        }
        item.properties.append(.init("frames", .list(list), rank: .body))
        return item
    }

    private mutating func plaintext(_ token: Token) {
        guard index > 0 else { return }
        let number = tape.tokens[index - 1]
        shift = token.offset - (number.offset + Int(number.detail & 0xff))
    }

    private func fate(_ token: Token, _ item: inout Item) {
        let words = QUICPacketFate(rawValue: token.detail).map(QUICName.fate) ?? "?"
        let isDiscarded = token.quicKind == .discarded
        item.summary += isDiscarded ? " discarded" : " protected"
        item.properties.append(
            .init(isDiscarded ? "discarded" : "protected", .text(words), rank: .framing))
    }

    private mutating func frame() -> Item {
        let first = tape.tokens[index]
        let name = QUICName.frame(first.detail)
        var item = Item(
            kind: name, start: first.offset, end: first.end,
            properties: [.init("type", .number(Int(first.detail)))], summary: name)
        if first.detail == 0 {
            item.properties.append(.init("length", .number(Int(clamping: first.length))))
        }
        index += 1
        while index < tape.tokens.count {
            let token = tape.tokens[index]
            guard let property = property(token), token.quicField != .tag else {
                if token.quicKind == .clientHello {
                    item.properties.append(
                        .init("clientHello", .number(Int(clamping: token.length))))
                    index += 1
                    continue
                }
                break
            }
            if let end = item.end, let at = behind(token) { item.end = max(end, at) }
            item.properties.append(property)
            index += 1
        }
        return item
    }

    private mutating func parameter() -> Item {
        let first = tape.tokens[index]
        let name = QUICName.parameter(first.length)
        var item = Item(
            kind: name, start: first.offset, end: first.offset + Int(first.quicDetailByte),
            properties: [.init("id", .number(Int(clamping: first.length)))], summary: name)
        index += 1
        while index < tape.tokens.count {
            let token = tape.tokens[index]
            guard token.quicField != .parameterID, let property = property(token) else { break }
            if let at = behind(token) { item.end = at }
            item.properties.append(property)
            index += 1
        }
        return item
    }

    private func behind(_ token: Token) -> Int? {
        switch token.quicKind {
        case .integer: token.offset + Int(token.quicDetailByte)
        case .bytes: token.end
        default: nil
        }
    }

    /// What an `integer` or `bytes` token says.
    private func property(_ token: Token) -> Item.Property? {
        guard let field = token.quicField else { return nil }
        switch token.quicKind {
        case .integer:
            return .init("\(field)", .number(Int(clamping: token.length)), rank: Self.rank(field))
        case .bytes:
            let bytes = content(token)
            // Connection IDs are written in hex everywhere; a long header's token holds their length byte too.
            let value: Item.Value =
                switch field {
                case .destinationConnectionID, .sourceConnectionID:
                    .text(Self.hex(bytes.dropFirst()))
                case .connectionID: .text(Self.hex(bytes[...]))
                default: .bytes(bytes)
                }
            return .init("\(field)", value, rank: Self.rank(field))
        default: return nil
        }
    }

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func content(_ token: Token) -> [UInt8] {
        let isInside = field(token, isIn: Self.headerFields)
        if let shift, !isInside {
            let start = token.offset + shift
            let end = start + Int(clamping: token.length)
            guard start >= 0, end <= tape.arena.count else { return [] }
            return Array(tape.arena[start..<end])
        }
        guard token.end <= input.count else { return [] }
        return Array(input[token.offset..<token.end])
    }

    private func field(_ token: Token, isIn fields: Set<QUICField>) -> Bool {
        token.quicField.map(fields.contains) ?? false
    }

    static let headerFields: Set<QUICField> = [
        .destinationConnectionID, .sourceConnectionID, .connectionID, .token, .retryToken,
        .retryTag, .retryTagUnverified, .versionSpecific, .tag,
    ]

    private static func rank(_ field: QUICField) -> DifferenceRank {
        switch field {
        case .length, .tokenLength: .framing
        case .version, .destinationConnectionID, .connectionID: .targetAndMethod
        case .sourceConnectionID, .token, .retryToken: .securityFields
        case .cryptoData, .streamData, .datagramData: .body
        default: .otherFields
        }
    }
}

// MARK: Labels

extension QUICNotation {
    public func label(of token: Token, tape: TapeSnapshot) -> TokenLabel {
        guard let kind = token.quicKind else { return TokenLabel("kind \(token.kind)", .hidden) }
        let field = token.quicField.map { Self.words("\($0)") } ?? "?"
        switch kind {
        case .packet:
            let kind = QUICPacketKind(rawValue: UInt8(truncatingIfNeeded: token.detail))
            return TokenLabel("\(kind?.name ?? "packet"): first byte")
        case .integer:
            let isHex = token.quicField == .version || token.quicField == .supportedVersion
            let value = isHex ? "0x" + String(token.length, radix: 16) : "\(token.length)"
            let name =
                token.quicField == .parameterID
                ? "parameter \(QUICName.parameter(token.length))" : "\(field) \(value)"
            return TokenLabel(name, width: Int(token.quicDetailByte))
        case .bytes: return TokenLabel(field, token.length == 0 ? .hidden : .input)
        case .packetNumber:
            return TokenLabel("packet number \(token.length)", width: Int(token.detail & 0xff))
        case .plaintext: return TokenLabel("plaintext", .arena)
        case .frame:
            let run = token.detail == 0 && token.length > 1 ? " × \(token.length)" : ""
            return TokenLabel(QUICName.frame(token.detail) + run)
        case .clientHello:
            let part = token.detail == 1 ? "whole" : "so far"
            return TokenLabel("ClientHello starts, \(token.length) bytes \(part)", .point)
        case .protectedPayload, .discarded:
            let words = QUICPacketFate(rawValue: token.detail).map(QUICName.fate) ?? "?"
            return TokenLabel(
                (kind == .discarded ? "ignored: " : "protected: ") + words,
                token.length == 0 ? .hidden : .input)
        case .packetEnd:
            let count = token.length > 0 ? ", \(token.length) non-minimal varints" : ""
            return TokenLabel("packet ends\(count)", .point)
        }
    }

    /// `destinationConnectionID` as `destination connection ID`.
    private static func words(_ name: String) -> String {
        let letters = Array(name)
        var words = ""
        for (index, letter) in letters.enumerated() {
            guard letter.isUppercase else {
                words.append(letter)
                continue
            }
            let isInAcronym = index > 0 && letters[index - 1].isUppercase
            let startsAcronym = index + 1 < letters.count && letters[index + 1].isUppercase
            if index > 0, !isInAcronym { words += " " }
            words += isInAcronym || startsAcronym ? String(letter) : letter.lowercased()
        }
        return words
    }
}

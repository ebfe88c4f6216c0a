internal import HTTP1
internal import Wire

/// Heads: start line, fields, meaning, tokens. `Documentation/HTTP1.md` §3–§5, §7, §8.
extension HTTP1Pass {
    /// Reads one head; its tokens are there, but not committed.
    mutating func head(answers: RequestMethod) throws(HTTP1Stop) {
        var message = HTTP1Read(start: at)
        message.firstToken = tokens.count
        message.isRequest = context.role == .request
        sectionEnd = Int.max
        lineEnd = Int.max
        if message.isRequest {
            try emptyLines()
            try requestLine(&message)
        } else {
            try statusLine(&message)
        }
        if message.version.isEmpty, message.isRequest {
            // HTTP/0.9 has no fields: the request is its line.
            message.framing.keepAlive = false
            message.emptyLine = at
        } else {
            sectionEnd = sum(at, limits.fieldSectionBytesMax)
            sectionReason = .fieldSectionTooLong
            (message.fields, message.emptyLine) = try fieldSection(isTrailer: false)
            sectionEnd = Int.max
            lineEnd = Int.max
            message.framing = try framing(message, answers)
        }
        message.headEnd = at
        headTokens(message)
        messages.append(message)
    }

    private mutating func headTokens(_ message: HTTP1Read) {
        let version = Token(
            .version, detail: UInt16(message.major * 16 + message.minor),
            offset: message.version.lowerBound, length: message.version.count)
        if message.isRequest {
            tokens.append(
                Token(
                    .method, offset: message.method.lowerBound, length: message.method.count))
            tokens.append(
                Token(
                    .target, detail: message.form.rawValue, offset: message.target.lowerBound,
                    length: message.target.count))
            tokens.append(version)
        } else {
            tokens.append(version)
            tokens.append(
                Token(
                    .status, detail: UInt16(message.status), offset: message.statusOffset,
                    length: 3))
            tokens.append(
                Token(
                    .reasonPhrase, offset: message.reasonPhrase.lowerBound,
                    length: message.reasonPhrase.count))
        }
        fieldTokens(message.fields, .fieldName, .fieldValue, .fieldValueUnfolded)
        tokens.append(
            Token(
                .framing, detail: message.framing.detail, offset: at,
                length: message.framing.length))
    }

    mutating func fieldTokens(
        _ fields: [HTTP1Read.Field], _ name: HTTP1Token.Kind, _ value: HTTP1Token.Kind,
        _ unfolded: HTTP1Token.Kind
    ) {
        for field in fields where !field.isDropped {
            tokens.append(
                Token(
                    name, detail: UInt16(field.id.rawValue), offset: field.name.lowerBound,
                    length: field.name.count))
            tokens.append(
                Token(
                    field.isInArena ? unfolded : value, offset: field.value.lowerBound,
                    length: field.value.count))
        }
    }
}

// MARK: Values as bytes

extension HTTP1Pass {
    func value(_ field: HTTP1Read.Field) -> ArraySlice<UInt8> {
        field.isInArena ? arena[field.value] : bytes[field.value]
    }

    /// The field lines of that name that were not dropped.
    func lines(_ id: FieldName, in message: HTTP1Read) -> [HTTP1Read.Field] {
        message.fields.filter { $0.id == id && !$0.isDropped }
    }

    /// The members of a list, white space around them cut off.
    static func members(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(trimmed)
    }

    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, HTTP1Byte.isWhitespace(first) { text.removeFirst() }
        while let last = text.last, HTTP1Byte.isWhitespace(last) { text.removeLast() }
        return text
    }

    static func same(_ text: ArraySlice<UInt8>, _ word: String) -> Bool {
        text.count == word.utf8.count
            && zip(text, word.utf8).allSatisfy { HTTP1Byte.lowercased($0) == $1 }
    }
}

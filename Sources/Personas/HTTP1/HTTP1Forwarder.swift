internal import HTTP1
internal import Wire

/// What a proxy that reads with the HTTP/1 model sends on.
///
/// Each message is written twice. Once cleanly, the way a proxy without quirks writes it: framed
/// from its own decision, one SP, CR LF. If the model itself, strict and without a flag, does not
/// accept that, the message cannot be sent on, and nothing behind it is. Then once more with what
/// the flags leave as it stood. So a flag opens exactly its own hole, and no leniency slips through
/// beside it.
struct HTTP1Forwarder {
    let flags: HTTP1Flags
    let configuration: Configuration

    /// What is sent on for the messages of a stream.
    func stream(_ input: [UInt8]) -> [UInt8] {
        var pass = HTTP1Pass(input, configuration, flags: flags, firstRead: input.count)
        _ = pass.read(.stream)
        var sent: [UInt8] = []
        var answered = 0
        for message in pass.messages where message.end != nil {
            let answers = pass.context.requestMethods.dropFirst(answered).first ?? .other
            if !message.isInterim { answered += 1 }
            if message.isInterim, flags.has(.interimDropped) { continue }
            let writer = HTTP1MessageWriter(pass: pass, flags: flags, message: message)
            let clean = writer.written(deviating: false)
            guard accepts(clean, answers: answers) else { break }
            sent += writer.written(deviating: true)
        }
        return sent
    }

    /// Whether the strict model reads `bytes` as one message.
    private func accepts(_ bytes: [UInt8], answers: RequestMethod) -> Bool {
        var strict = configuration
        strict.policy = .strict
        let role = (configuration.context as? HTTP1Context)?.role ?? .request
        strict.context = HTTP1Context(role: role, requestMethods: [answers])
        var pass = HTTP1Pass(bytes, strict, flags: HTTP1Flags([]), firstRead: bytes.count)
        guard case .complete = pass.read(.stream), pass.messages.count == 1,
            let message = pass.messages.first
        else { return false }
        return message.end == bytes.count || message.framing.kind == .close
    }
}

/// Writes one message, cleanly or with what the flags leave as it stood.
struct HTTP1MessageWriter {
    let pass: HTTP1Pass
    let flags: HTTP1Flags
    let message: HTTP1Read

    func written(deviating: Bool) -> [UInt8] {
        if deviating, flags.has(.T16) {
            return Array(pass.bytes[message.startLine.lowerBound..<message.headEnd])
                + body(deviating: true)
        }
        var bytes = startLine
        for field in message.fields { bytes += line(field, deviating: deviating) }
        let mergesTrailers = deviating && flags.has(.trailersMergedOnForward)
        if mergesTrailers {
            for field in message.trailers { bytes += trailer(field) }
        }
        bytes += framing(deviating: deviating)
        bytes += "\r\n".utf8
        return bytes + body(deviating: deviating)
    }

    private var startLine: [UInt8] {
        let bytes = pass.bytes
        let version = "HTTP/\(message.major).\(message.minor)"
        guard message.isRequest else {
            let digits = String(message.status)
            let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            return Array("\(version) \(padded) ".utf8) + bytes[message.reasonPhrase] + crlf
        }
        return bytes[message.method] + [0x20] + bytes[message.target]
            + Array(" \(version)\r\n".utf8)
    }
}

private let crlf: [UInt8] = [0x0D, 0x0A]

// MARK: Fields

extension HTTP1MessageWriter {
    private func line(_ field: HTTP1Read.Field, deviating: Bool) -> [UInt8] {
        if field.isDropped {
            return deviating && flags.has(.T14) ? Array(pass.bytes[field.lineAndEnd]) : []
        }
        if isFraming(field.id), !(deviating && keepsRaw(field.id)) { return [] }
        if deviating, isListedInConnection(field), flags.has(.hopByHopFraming) { return [] }
        let isRaw = deviating && keepsLine(field)
        if isRaw { return Array(pass.bytes[field.line]) + crlf }
        if field.id == .host, !deviating, flags.has(.duplicateHostForwarded),
            field.name != pass.lines(.host, in: message).first?.name
        {
            return []
        }
        let name = Array(pass.bytes[field.name])
        if name.isEmpty, flags.has(.emptyNameForwarded), !deviating { return [] }
        return cleaned(name, inName: true, deviating) + Array(": ".utf8)
            + cleaned(Array(pass.value(field)), inName: false, deviating) + crlf
    }

    private func isFraming(_ id: FieldName) -> Bool {
        id == .contentLength || id == .transferEncoding
    }

    /// Whether the lines of that framing field are sent on as they stand, beside or in place of the
    /// decision.
    private func keepsRaw(_ id: FieldName) -> Bool {
        if flags.hasAny(.T15, .T18, .T23) { return true }
        return id == .contentLength
            ? flags.hasAny(.T1, .T5, .T11, .T22) : flags.hasAny(.T9, .T9)
    }

    /// Whether the whole line is sent on as it stands.
    private func keepsLine(_ field: HTTP1Read.Field) -> Bool {
        if flags.has(.foldForwarded), field.isInArena { return true }
        guard flags.has(.whitespaceBeforeColonForwarded) else { return false }
        return field.name.upperBound < field.line.upperBound
            && HTTP1Byte.isWhitespace(pass.bytes[field.name.upperBound])
    }

    /// The bytes, with those that a flag lets pass replaced where the message is written cleanly.
    private func cleaned(_ text: [UInt8], inName: Bool, _ deviating: Bool) -> [UInt8] {
        guard !deviating else { return text }
        return text.map { byte in
            if inName { return flags.has(.T6) && !HTTP1Byte.isToken(byte) ? 0x78 : byte }
            switch byte {
            case HTTP1Byte.cr where flags.has(.T10): return 0x20
            case 0 where flags.hasAny(.T12, .T20): return 0x78
            case HTTP1Byte.lf where flags.has(.T20): return 0x20
            default: return byte
            }
        }
    }

    private func isListedInConnection(_ field: HTTP1Read.Field) -> Bool {
        guard field.id != .connection else { return false }
        return pass.connectionHas(
            String(decoding: pass.bytes[field.name].map(HTTP1Byte.lowercased), as: UTF8.self),
            message)
    }

    /// The lines that say where the body ends, and whether the connection does.
    private func framing(deviating: Bool) -> [UInt8] {
        var text = ""
        let dechunks = deviating && flags.has(.trailersMergedOnForward)
        switch message.framing.kind {
        case .length where !(deviating && keepsRaw(.contentLength)):
            text += "Content-Length: \(message.framing.length)\r\n"
        case .chunked where dechunks:
            text += "Content-Length: \(message.chunks.reduce(0) { $0 + $1.data.count })\r\n"
        case .chunked where !(deviating && keepsRaw(.transferEncoding)):
            text += "Transfer-Encoding: chunked\r\n"
        case .none, .length, .chunked, .close, .tunnel: break
        }
        if deviating, flags.has(.hopByHopFraming) {
            let isStripped =
                pass.connectionHas("transfer-encoding", message)
                || pass.connectionHas("content-length", message)
            if isStripped { text = "" }
        }
        let endsByItself = message.framing.kind == .close || message.framing.kind == .tunnel
        if !message.framing.keepAlive, !endsByItself { text += "Connection: close\r\n" }
        return Array(text.utf8)
    }
}

// MARK: Bodies

extension HTTP1MessageWriter {
    private func body(deviating: Bool) -> [UInt8] {
        guard message.framing.kind == .chunked else {
            let isDropped = deviating && flags.has(.T21) && isGET
            return isDropped ? [] : Array(pass.bytes[message.body])
        }
        if deviating, flags.has(.trailersMergedOnForward) || isDechunkedInName {
            return message.chunks.flatMap { pass.bytes[$0.data] }
        }
        var bytes: [UInt8] = []
        for chunk in message.chunks { bytes += written(chunk, deviating: deviating) }
        guard !message.isBroken else { return bytes + brokenEnd(deviating: deviating) }
        if message.chunks.last?.size != 0 { bytes += "0\r\n".utf8 }
        for field in message.trailers where !(flags.has(.trailersMergedOnForward) && !deviating) {
            bytes += trailer(field)
        }
        return bytes + crlf
    }

    /// A trailer as it was read: no flag changes it, and a name that no trailer has is refused with
    /// the message.
    private func trailer(_ field: HTTP1Read.Field) -> [UInt8] {
        guard !field.isDropped else { return [] }
        return pass.bytes[field.name] + Array(": ".utf8) + pass.value(field) + crlf
    }

    private var isGET: Bool { pass.bytes[message.method].elementsEqual("GET".utf8) }

    /// `T17`: the coding is taken off, and Transfer-Encoding stays.
    private var isDechunkedInName: Bool {
        guard flags.has(.T17) else { return false }
        return zip(message.chunks, message.chunks.dropFirst()).contains { before, next in
            before.terminator.upperBound < next.line.lowerBound
        }
    }

    private func written(_ chunk: HTTP1Read.Chunk, deviating: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        if deviating, flags.hasAny(.T3, .T7, .T19, .T24, .S36) {
            bytes += pass.bytes[chunk.line] + crlf
        } else {
            bytes += String(chunk.size, radix: 16).utf8
            if let extensions = chunk.extensions, !flags.hasAny(.T3, .S36) {
                bytes += pass.bytes[extensions]
            }
            bytes += crlf
        }
        guard chunk.size > 0 else { return bytes }
        bytes += pass.bytes[chunk.data]
        return bytes + (deviating && flags.has(.T13) ? Array(pass.bytes[chunk.terminator]) : crlf)
    }

    /// What ends a body whose coding broke: the rest of the input, or nothing; cleanly, a last
    /// chunk.
    private func brokenEnd(deviating: Bool) -> [UInt8] {
        guard deviating else { return Array("0\r\n\r\n".utf8) }
        return flags.has(.T2) ? Array(pass.bytes[message.body]) : []
    }
}

internal import Wire

/// What is being read of a payload, and what was found wrong so far.
struct ScalarPayload {
    /// The field that the next octet belongs to.
    enum Step {
        case padLength
        /// Four octets; `field` says which.
        case word(HTTP2Token.Kind)
        case weight
        case settingIdentifier
        case settingValue
        /// A run up to `runEnd`.
        case run
        case padding
        case originLength
        /// Nothing: the frame ends here.
        case end
    }

    var step = Step.end
    var word = 0
    var wordCount = 0
    var fieldStart = 0
    var runEnd = 0
    /// The payload's end without its padding.
    var contentEnd = 0
    var identifier = 0
    var isPadded = false
    var fragment = 0..<0
    var streamError: HTTP2Reason?
    var ignored: HTTP2Ignored?
    var fault: (reason: HTTP2Reason, offset: Int)?
}

extension ScalarFrames {
    mutating func beginPayload(_ tape: inout Tape) {
        payload.contentEnd = header.end
        if let reason = payload.streamError {
            appendStreamError(reason, at: header.start, &tape)
            return beginRun(.unread, &tape)
        }
        switch header.type {
        case 0x0, 0x1, 0x5:
            if header.flags & 0x8 != 0 { return begin(.padLength) }
            afterPadLength(&tape)
        case 0x2: begin(.word(.dependency))
        case 0x3: begin(.word(.errorCode))
        case 0x4: beginSetting()
        case 0x6: beginRun(.opaque, &tape)
        case 0x7: begin(.word(.lastStream))
        case 0x8: begin(.word(.increment))
        case 0x9: beginFragment(&tape)
        case 0xA, 0xC: beginExtension(&tape)
        case 0x10: begin(.word(.prioritizedStream))
        default: beginRun(.unread, &tape)
        }
    }

    private mutating func begin(_ step: ScalarPayload.Step) {
        payload.step = step
        payload.fieldStart = next
        payload.word = 0
        payload.wordCount = 0
    }

    private mutating func beginSetting() {
        if next < payload.contentEnd { begin(.settingIdentifier) } else { payload.step = .end }
    }

    /// The rest of the content as one token.
    private mutating func beginRun(_ kind: HTTP2Token.Kind, _ tape: inout Tape) {
        tape.append(Token(kind, offset: next, length: payload.contentEnd - next))
        payload.runEnd = payload.contentEnd
        payload.step = .run
    }

    private mutating func beginFragment(_ tape: inout Tape) {
        payload.fragment = next..<payload.contentEnd
        if !block.isOpen, header.flags & 0x4 == 0 {
            block = ScalarBlock(
                isOpen: true, stream: header.stream, frames: 0, octets: 0,
                arenaStart: tape.arenaAppendedCount)
        }
        beginRun(.fragment, &tape)
    }

    private mutating func afterPadLength(_ tape: inout Tape) {
        switch header.type {
        case 0x0: beginRun(.data, &tape)
        case 0x1:
            if header.flags & 0x20 != 0 { begin(.word(.dependency)) } else { beginFragment(&tape) }
        default: begin(.word(.promisedStream))
        }
    }

    // MARK: Octets

    /// Takes at least one octet. Always true: what is wrong waits for the frame's end.
    mutating func takePayload(_ input: Span<UInt8>, _ tape: inout Tape) -> Bool {
        if payload.fault != nil || payload.ignored != nil {
            next = min(input.count, header.end)
            return true
        }
        switch payload.step {
        case .run: takeRun(input, &tape)
        case .padding: takePadding(input[next])
        case .end: next = min(input.count, header.end)
        default: takeField(input[next], &tape)
        }
        return true
    }

    private mutating func takeRun(_ input: Span<UInt8>, _ tape: inout Tape) {
        let end = min(input.count, payload.runEnd)
        if block.isOpen, !payload.fragment.isEmpty || header.type == 0x9 {
            for index in next..<end { tape.appendToArena(input[index]) }
        }
        next = end
        if next == payload.runEnd { afterRun(&tape) }
    }

    private mutating func afterRun(_ tape: inout Tape) {
        if header.type == 0xC, next < header.end { return begin(.originLength) }
        payload.step = next < header.end ? .padding : .end
    }

    private mutating func takePadding(_ byte: UInt8) {
        if byte != 0, !policy.contains(.nonzeroPadding) { fail(.nonzeroPadding, at: next) }
        next += 1
    }

    private mutating func fail(_ reason: HTTP2Reason, at offset: Int) {
        if payload.fault == nil { payload.fault = (reason, offset) }
    }

    private mutating func takeField(_ byte: UInt8, _ tape: inout Tape) {
        next += 1
        payload.word = payload.word << 8 | Int(byte)
        payload.wordCount += 1
        switch payload.step {
        case .padLength: finishPadLength(&tape)
        case .weight:
            tape.append(Token(.weight, offset: payload.fieldStart, length: payload.word))
            if header.type == 0x1 { beginFragment(&tape) } else { payload.step = .end }
        case .word(let kind) where payload.wordCount == 4: finishWord(kind, &tape)
        case .settingIdentifier where payload.wordCount == 2:
            let start = payload.fieldStart
            payload.identifier = payload.word
            begin(.settingValue)
            payload.fieldStart = start
        case .settingValue where payload.wordCount == 4: finishSetting(&tape)
        case .originLength where payload.wordCount == 2: finishOriginLength(&tape)
        default: return
        }
    }

    private mutating func finishPadLength(_ tape: inout Tape) {
        let fixed = header.type == 0x5 ? 4 : header.type == 0x1 && header.flags & 0x20 != 0 ? 5 : 0
        guard payload.word <= header.length - 1 - fixed else {
            return fail(.paddingTooLong, at: payload.fieldStart)
        }
        tape.append(Token(.padLength, offset: payload.fieldStart, length: payload.word))
        payload.isPadded = true
        payload.contentEnd = header.end - payload.word
        afterPadLength(&tape)
    }

    private mutating func finishWord(_ kind: HTTP2Token.Kind, _ tape: inout Tape) {
        let start = payload.fieldStart
        let low = payload.word & 0x7FFF_FFFF
        let high: UInt16 = payload.word > 0x7FFF_FFFF ? 1 : 0
        switch kind {
        case .errorCode:
            tape.append(Token(kind, offset: start, length: payload.word))
            if header.type == 0x7 { beginRun(.debugData, &tape) } else { payload.step = .end }
            return
        case .dependency:
            let own: UInt16 = low == header.stream ? 2 : 0
            tape.append(Token(kind, detail: high + own, offset: start, length: low))
            return begin(.weight)
        default: tape.append(Token(kind, detail: high, offset: start, length: low))
        }
        switch kind {
        case .lastStream: begin(.word(.errorCode))
        case .promisedStream:
            guard low != 0, low & 1 == 0 else { return fail(.promisedStreamIdentifier, at: start) }
            beginFragment(&tape)
        case .prioritizedStream:
            guard low != 0 else { return fail(.prioritizedStreamZero, at: start) }
            beginRun(.fieldValue, &tape)
        default:
            payload.step = .end
            guard low == 0, !policy.contains(.zeroWindowIncrement) else { return }
            guard header.stream != 0 else { return fail(.windowIncrementZero, at: start) }
            appendStreamError(.windowIncrementZero, at: start, &tape)
        }
    }

    private mutating func finishSetting(_ tape: inout Tape) {
        let value = payload.word
        let start = payload.fieldStart
        switch payload.identifier {
        case 0x2 where value > 1: return fail(.enablePushValue, at: start)
        case 0x2 where value == 1 && !isFromClient: return fail(.enablePushFromServer, at: start)
        case 0x4 where value >= 0x8000_0000: return fail(.initialWindowSizeValue, at: start)
        case 0x5 where value < 0x4000 || value > 0xFF_FFFF:
            return fail(.maxFrameSizeValue, at: start)
        case 0x8 where value > 1, 0x9 where value > 1: return fail(.booleanSettingValue, at: start)
        default: break
        }
        tape.append(
            Token(
                .setting, detail: UInt16(truncatingIfNeeded: payload.identifier), offset: start,
                length: value))
        beginSetting()
    }

    func appendStreamError(_ reason: HTTP2Reason, at offset: Int, _ tape: inout Tape) {
        tape.append(
            Token(
                .streamError, detail: UInt16(reason.rawValue), offset: offset,
                length: header.stream))
    }
}

// MARK: Extensions, and the payload's end

extension ScalarFrames {
    /// ALTSVC and ORIGIN: what can be told before their first octet.
    private mutating func beginExtension(_ tape: inout Tape) {
        if isFromClient {
            payload.ignored = .fromClient
        } else if header.type == 0xC, header.stream != 0 {
            payload.ignored = .onStream
        } else if header.type == 0xC, header.flags & 0xF != 0 {
            payload.ignored = .flags
        } else if header.length == 0 {
            if header.type == 0xA { payload.ignored = .malformed }
            payload.step = .end
        } else {
            begin(.originLength)
        }
    }

    private mutating func finishOriginLength(_ tape: inout Tape) {
        let count = payload.word
        guard count <= header.end - next else { return payload.ignored = .malformed }
        if header.type == 0xA {
            if header.stream == 0, count == 0 { return payload.ignored = .originMissing }
            if header.stream != 0, count > 0 { return payload.ignored = .originOnStream }
            tape.append(Token(.origin, offset: next, length: count))
            let value = next + count
            tape.append(Token(.alternative, offset: value, length: header.end - value))
            payload.step = .end
            return
        }
        tape.append(Token(.origin, offset: next, length: count))
        payload.runEnd = next + count
        payload.step = .run
        if count == 0 { afterRun(&tape) }
    }

    /// The last octet is there: fields that were cut off, ignored frames, padding, the field block.
    mutating func endPayload(_ tape: inout Tape) {
        guard payload.fault == nil else { return }
        if payload.ignored == nil, case .originLength = payload.step {
            payload.ignored = .malformed
        }
        if let why = payload.ignored { return ignore(why, &tape) }
        if payload.isPadded {
            tape.append(
                Token(
                    .padding, offset: payload.contentEnd, length: header.end - payload.contentEnd))
        }
        let hasFragment = header.type == 0x1 || header.type == 0x5 || header.type == 0x9
        if hasFragment, payload.streamError == nil { endFragment(&tape) }
    }

    private mutating func endFragment(_ tape: inout Tape) {
        let fragment = payload.fragment
        guard block.isOpen else {
            tape.append(
                Token(
                    .fieldBlock, detail: 1, offset: fragment.lowerBound, length: fragment.count))
            return
        }
        block.frames += 1
        block.octets += fragment.count
        guard header.flags & 0x4 != 0 else { return }
        tape.append(
            Token(
                .fieldBlockAssembled, detail: UInt16(clamping: block.frames),
                offset: block.arenaStart, length: block.octets))
        block = ScalarBlock()
    }

    /// What was appended of the payload is withdrawn: nobody reads it.
    private func ignore(_ why: HTTP2Ignored, _ tape: inout Tape) {
        tape.rollback()
        appendHeader(&tape)
        tape.append(Token(.ignored, detail: why.rawValue, offset: header.start, length: 0))
        tape.append(Token(.unread, offset: header.start + 9, length: header.length))
    }
}

internal import Wire

/// Reads a payload from its first octet to its last (`Documentation/HTTP2.md` §4).
struct ReferencePayload {
    let frame: ReferenceFrame
    let role: HTTP2Context.Role
    let policy: Policy
    /// What is left of the payload, padding apart.
    var cursor: Range<Int>

    /// Appends the payload's tokens.
    ///
    /// - Returns: the fragment, where the frame carries one of a field block.
    mutating func read(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) -> Range<Int>? {
        switch frame.type {
        case .data: try data(input, &tape)
        case .headers: return try headers(input, &tape)
        case .priority: priorityFields(input, &tape)
        case .rstStream: errorCode(input, &tape)
        case .settings: try settings(input, &tape)
        case .pushPromise: return try pushPromise(input, &tape)
        case .ping: rest(.opaque, &tape)
        case .goaway: goaway(input, &tape)
        case .windowUpdate: try windowUpdate(input, &tape)
        case .continuation:
            rest(.fragment, &tape)
            return frame.payload
        case .altsvc: altsvc(input, &tape)
        case .origin: origin(input, &tape)
        case .priorityUpdate: try priorityUpdate(input, &tape)
        case nil: frame.appendUnread(&tape)
        }
        return nil
    }

    // MARK: Types

    /// RFC 9113 §6.1.
    private mutating func data(_ input: Span<UInt8>, _ tape: inout Tape) throws(Rejection) {
        let padding = try padLength(fixed: 0, input, &tape)
        rest(.data, &tape)
        try check(padding, input, &tape)
    }

    /// RFC 9113 §6.2.
    private mutating func headers(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) -> Range<Int> {
        let padding = try padLength(fixed: frame.has(0x20) ? 5 : 0, input, &tape)
        if frame.has(0x20) { priorityFields(input, &tape) }
        let fragment = cursor
        rest(.fragment, &tape)
        try check(padding, input, &tape)
        return fragment
    }

    /// RFC 9113 §6.3; the values mean nothing any more (§5.3.2).
    private mutating func priorityFields(_ input: Span<UInt8>, _ tape: inout Tape) {
        let offset = cursor.lowerBound
        let word = take32(input)
        let stream = word & 0x7FFF_FFFF
        let exclusive: UInt16 = word >> 31 == 1 ? 1 : 0
        let own: UInt16 = stream == frame.stream ? 2 : 0
        tape.append(Token(.dependency, detail: exclusive | own, offset: offset, length: stream))
        tape.append(
            Token(.weight, offset: cursor.lowerBound, length: Int(input[cursor.lowerBound])))
        cursor = (cursor.lowerBound + 1)..<cursor.upperBound
    }

    /// RFC 9113 §6.4.
    private mutating func errorCode(_ input: Span<UInt8>, _ tape: inout Tape) {
        let offset = cursor.lowerBound
        tape.append(Token(.errorCode, offset: offset, length: take32(input)))
    }

    /// RFC 9113 §6.5.
    private mutating func settings(_ input: Span<UInt8>, _ tape: inout Tape) throws(Rejection) {
        while !cursor.isEmpty {
            let offset = cursor.lowerBound
            let identifier = Int(input[offset]) << 8 | Int(input[offset + 1])
            cursor = (offset + 2)..<cursor.upperBound
            let value = take32(input)
            if let reason = settingReason(identifier, value) {
                throw Rejection(reason, at: offset)
            }
            tape.append(
                Token(
                    .setting, detail: UInt16(truncatingIfNeeded: identifier), offset: offset,
                    length: value))
        }
    }

    private func settingReason(_ identifier: Int, _ value: Int) -> HTTP2Reason? {
        switch HTTP2Setting(rawValue: UInt16(truncatingIfNeeded: identifier)) {
        case .enablePush:
            if value > 1 { return .enablePushValue }
            return role == .server && value == 1 ? .enablePushFromServer : nil
        case .initialWindowSize: return value > 0x7FFF_FFFF ? .initialWindowSizeValue : nil
        case .maxFrameSize:
            let isValid = value >= 16_384 && value <= 16_777_215
            return isValid ? nil : .maxFrameSizeValue
        case .enableConnectProtocol, .noRFC7540Priorities:
            return value > 1 ? .booleanSettingValue : nil
        case .headerTableSize, .maxConcurrentStreams, .maxHeaderListSize, nil: return nil
        }
    }

    /// RFC 9113 §6.6.
    private mutating func pushPromise(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) -> Range<Int> {
        let padding = try padLength(fixed: 4, input, &tape)
        let offset = cursor.lowerBound
        let stream = streamField(.promisedStream, input, &tape)
        guard stream > 0, stream % 2 == 0 else {
            throw Rejection(HTTP2Reason.promisedStreamIdentifier, at: offset)
        }
        let fragment = cursor
        rest(.fragment, &tape)
        try check(padding, input, &tape)
        return fragment
    }

    /// RFC 9113 §6.8.
    private mutating func goaway(_ input: Span<UInt8>, _ tape: inout Tape) {
        _ = streamField(.lastStream, input, &tape)
        errorCode(input, &tape)
        rest(.debugData, &tape)
    }

    /// RFC 9113 §6.9.
    private mutating func windowUpdate(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) {
        let offset = cursor.lowerBound
        let increment = streamField(.increment, input, &tape)
        guard increment == 0, !policy.contains(.zeroWindowIncrement) else { return }
        guard frame.stream != 0 else {
            throw Rejection(HTTP2Reason.windowIncrementZero, at: offset)
        }
        frame.appendStreamError(.windowIncrementZero, at: offset, &tape)
    }

    /// RFC 9218 §7.1.
    private mutating func priorityUpdate(
        _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) {
        let offset = cursor.lowerBound
        guard streamField(.prioritizedStream, input, &tape) != 0 else {
            throw Rejection(HTTP2Reason.prioritizedStreamZero, at: offset)
        }
        rest(.fieldValue, &tape)
    }

    // MARK: Pieces

    /// The rest of the payload without its padding, as one token.
    private mutating func rest(_ kind: HTTP2Token.Kind, _ tape: inout Tape) {
        tape.append(Token(kind, offset: cursor.lowerBound, length: cursor.count))
        cursor = cursor.upperBound..<cursor.upperBound
    }

    /// A reserved bit and 31 bits.
    private mutating func streamField(
        _ kind: HTTP2Token.Kind, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Int {
        let offset = cursor.lowerBound
        let word = take32(input)
        tape.append(
            Token(
                kind, detail: word >> 31 == 1 ? 1 : 0, offset: offset, length: word & 0x7FFF_FFFF))
        return word & 0x7FFF_FFFF
    }

    /// 32 bits, which must be there: the header's checks saw to that.
    private mutating func take32(_ input: Span<UInt8>) -> Int {
        let offset = cursor.lowerBound
        var word = 0
        for index in offset..<(offset + 4) { word = word << 8 | Int(input[index]) }
        cursor = (offset + 4)..<cursor.upperBound
        return word
    }

    /// Pad Length, where there is one; the padding is cut off the cursor.
    private mutating func padLength(
        fixed: Int, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) -> Range<Int>? {
        guard frame.padLengthCount == 1 else { return nil }
        let offset = cursor.lowerBound
        let count = Int(input[offset])
        guard count <= cursor.count - 1 - fixed else {
            throw Rejection(HTTP2Reason.paddingTooLong, at: offset)
        }
        tape.append(Token(.padLength, offset: offset, length: count))
        let padding = (cursor.upperBound - count)..<cursor.upperBound
        cursor = (offset + 1)..<padding.lowerBound
        return padding
    }

    private func check(
        _ padding: Range<Int>?, _ input: Span<UInt8>, _ tape: inout Tape
    ) throws(Rejection) {
        guard let padding else { return }
        if !policy.contains(.nonzeroPadding) {
            for index in padding where input[index] != 0 {
                throw Rejection(HTTP2Reason.nonzeroPadding, at: index)
            }
        }
        tape.append(Token(.padding, offset: padding.lowerBound, length: padding.count))
    }
}

// MARK: Extensions

extension ReferencePayload {
    /// RFC 7838 §4.
    private func altsvc(_ input: Span<UInt8>, _ tape: inout Tape) {
        guard role == .server else { return ignore(.fromClient, &tape) }
        guard cursor.count >= 2 else { return ignore(.malformed, &tape) }
        let start = cursor.lowerBound
        let count = Int(input[start]) << 8 | Int(input[start + 1])
        guard count <= cursor.count - 2 else { return ignore(.malformed, &tape) }
        if frame.stream == 0, count == 0 { return ignore(.originMissing, &tape) }
        if frame.stream != 0, count > 0 { return ignore(.originOnStream, &tape) }
        let value = start + 2 + count
        tape.append(Token(.origin, offset: start + 2, length: count))
        tape.append(Token(.alternative, offset: value, length: cursor.upperBound - value))
    }

    /// RFC 8336 §2.
    private func origin(_ input: Span<UInt8>, _ tape: inout Tape) {
        guard role == .server else { return ignore(.fromClient, &tape) }
        guard frame.stream == 0 else { return ignore(.onStream, &tape) }
        guard frame.flags & 0xF == 0 else { return ignore(.flags, &tape) }
        guard let entries = originEntries(input) else { return ignore(.malformed, &tape) }
        for entry in entries {
            tape.append(Token(.origin, offset: entry.lowerBound, length: entry.count))
        }
    }

    /// The texts of all Origin-Entries, or nil where the last one does not fit.
    private func originEntries(_ input: Span<UInt8>) -> [Range<Int>]? {
        var entries: [Range<Int>] = []
        var next = cursor.lowerBound
        while next < cursor.upperBound {
            guard cursor.upperBound - next >= 2 else { return nil }
            let count = Int(input[next]) << 8 | Int(input[next + 1])
            guard count <= cursor.upperBound - next - 2 else { return nil }
            entries.append((next + 2)..<(next + 2 + count))
            next += 2 + count
        }
        return entries
    }

    private func ignore(_ why: HTTP2Ignored, _ tape: inout Tape) {
        tape.append(Token(.ignored, detail: why.rawValue, offset: frame.start, length: 0))
        frame.appendUnread(&tape)
    }
}

internal import Wire

extension SIMDFrames {
    /// Appends a whole payload's tokens; the rejection where it is refused.
    @inline(__always)
    mutating func takePayload(
        _ header: SIMDHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        if header.type == 0, header.flags & HTTP2Flag.padded == 0 {
            tape.append(Token(.data, offset: header.payload, length: header.length))
            return nil
        }
        return takeOther(header, input, &tape)
    }

    private mutating func takeOther(
        _ header: SIMDHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        let payload = header.payload
        switch HTTP2FrameType(rawValue: header.type) {
        case .data, .headers, .pushPromise: return takePadded(header, input, &tape)
        case .priority: appendPriority(header, payload, input, &tape)
        case .rstStream:
            tape.append(Token(.errorCode, offset: payload, length: number(input, payload)))
        case .settings: return takeSettings(header, input, &tape)
        case .ping: tape.append(Token(.opaque, offset: payload, length: 8))
        case .goaway:
            appendIdentifier(.lastStream, payload, input, &tape)
            tape.append(
                Token(.errorCode, offset: payload &+ 4, length: number(input, payload &+ 4)),
                Token(.debugData, offset: payload &+ 8, length: header.length &- 8))
        case .windowUpdate:
            let increment = appendIdentifier(.increment, payload, input, &tape)
            guard increment == 0, !policy.contains(.zeroWindowIncrement) else { return nil }
            guard header.stream != 0 else {
                return Rejection(HTTP2Reason.windowIncrementZero, at: payload)
            }
            header.append(.windowIncrementZero, at: payload, &tape)
        case .continuation:
            tape.append(Token(.fragment, offset: payload, length: header.length))
            take(fragment: payload..<header.end, header, input, &tape)
        case .priorityUpdate:
            guard appendIdentifier(.prioritizedStream, payload, input, &tape) != 0 else {
                return Rejection(HTTP2Reason.prioritizedStreamZero, at: payload)
            }
            tape.append(
                Token(.fieldValue, offset: payload &+ 4, length: header.length &- 4))
        case .altsvc: takeAlternativeService(header, input, &tape)
        case .origin: takeOrigins(header, input, &tape)
        case nil: tape.append(Token(.unread, offset: payload, length: header.length))
        }
        return nil
    }

    /// Four octets, which the header's checks saw to be there.
    @inline(__always)
    private func number(_ input: Span<UInt8>, _ offset: Int) -> Int {
        Int(truncatingIfNeeded: SIMDLoad.word(input, at: offset) &>> 32)
    }

    /// A reserved bit and 31 bits.
    @inline(__always) @discardableResult
    private func appendIdentifier(
        _ kind: HTTP2Token.Kind, _ offset: Int, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Int {
        let field = number(input, offset)
        let value = field & 0x7FFF_FFFF
        tape.append(
            Token(
                kind, detail: UInt16(truncatingIfNeeded: field &>> 31), offset: offset,
                length: value))
        return value
    }

    private func appendPriority(
        _ header: SIMDHeader, _ offset: Int, _ input: Span<UInt8>, _ tape: inout Tape
    ) {
        let word = SIMDLoad.word(input, at: offset)
        let stream = Int(truncatingIfNeeded: word &>> 32 & 0x7FFF_FFFF)
        let own: UInt16 = stream == header.stream ? 2 : 0
        tape.append(
            Token(
                .dependency, detail: UInt16(truncatingIfNeeded: word &>> 63) | own,
                offset: offset, length: stream),
            Token(
                .weight, offset: offset &+ 4,
                length: Int(truncatingIfNeeded: word &>> 24 & 0xFF)))
    }

    // MARK: Padding and field blocks

    private mutating func takePadded(
        _ header: SIMDHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        var next = header.payload
        var end = header.end
        let isPadded = header.flags & HTTP2Flag.padded != 0
        let hasPriority = header.type == 1 && header.flags & HTTP2Flag.priority != 0
        let isPush = header.type == 5
        if isPadded {
            let count = Int(input[next])
            let fixed = isPush ? 4 : hasPriority ? 5 : 0
            guard count <= header.length &- 1 &- fixed else {
                return Rejection(HTTP2Reason.paddingTooLong, at: next)
            }
            tape.append(Token(.padLength, offset: next, length: count))
            next &+= 1
            end &-= count
        }
        if hasPriority {
            appendPriority(header, next, input, &tape)
            next &+= 5
        } else if isPush {
            let stream = appendIdentifier(.promisedStream, next, input, &tape)
            guard stream != 0, stream & 1 == 0 else {
                return Rejection(HTTP2Reason.promisedStreamIdentifier, at: next)
            }
            next &+= 4
        }
        let kind: HTTP2Token.Kind = header.type == 0 ? .data : .fragment
        tape.append(Token(kind, offset: next, length: end &- next))
        if isPadded {
            if !policy.contains(.nonzeroPadding),
                let octet = firstNonzero(input, end..<header.end)
            {
                return Rejection(HTTP2Reason.nonzeroPadding, at: octet)
            }
            tape.append(Token(.padding, offset: end, length: header.end &- end))
        }
        if header.type != 0 { take(fragment: next..<end, header, input, &tape) }
        return nil
    }

    /// Eight octets at a time; the last word is shifted so that only the padding's octets count.
    private func firstNonzero(_ input: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var next = range.lowerBound
        while next < range.upperBound {
            var word = SIMDLoad.word(input, at: next)
            let left = range.upperBound &- next
            if left < 8 { word &= ~0 &<< UInt64((8 &- left) &* 8) }
            if word != 0 { return next &+ word.leadingZeroBitCount &>> 3 }
            next &+= 8
        }
        return nil
    }

    private mutating func take(
        fragment: Range<Int>, _ header: SIMDHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) {
        let isLast = header.flags & HTTP2Flag.endHeaders != 0
        if blockStream < 0 {
            if isLast {
                return tape.append(
                    Token(
                        .fieldBlock, detail: 1, offset: fragment.lowerBound,
                        length: fragment.count))
            }
            blockStream = header.stream
            blockFrames = 0
            blockOctets = 0
            blockArena = tape.arenaAppendedCount
        }
        tape.appendToArena(contentsOf: input.extracting(fragment))
        blockFrames &+= 1
        blockOctets &+= fragment.count
        guard isLast else { return }
        tape.append(
            Token(
                .fieldBlockAssembled, detail: UInt16(clamping: blockFrames), offset: blockArena,
                length: blockOctets))
        blockStream = -1
    }
}

// MARK: Settings

extension SIMDFrames {
    /// The identifiers whose values have bounds, as bits: 2, 4, 5, 8, 9.
    private static let bounded: UInt64 = 0x334

    /// An entry is one load of eight octets; most identifiers have no bounds, and are through after one test.
    private func takeSettings(
        _ header: SIMDHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        var next = header.payload
        while next < header.end {
            let word = SIMDLoad.word(input, at: next)
            let identifier = UInt16(truncatingIfNeeded: word &>> 48)
            let value = UInt32(truncatingIfNeeded: word &>> 16)
            let bit: UInt64 = 1 &<< UInt64(min(identifier, 63))
            if bit & Self.bounded != 0, let reason = reason(identifier, value) {
                return Rejection(reason, at: next)
            }
            tape.append(Token(.setting, detail: identifier, offset: next, length: Int(value)))
            next &+= 6
        }
        return nil
    }

    private func reason(_ identifier: UInt16, _ value: UInt32) -> HTTP2Reason? {
        switch identifier {
        case 2:
            if value > 1 { return .enablePushValue }
            return value == 1 && !isFromClient ? .enablePushFromServer : nil
        case 4: return value > 0x7FFF_FFFF ? .initialWindowSizeValue : nil
        case 5: return value &- 0x4000 > 0xFF_BFFF ? .maxFrameSizeValue : nil
        default: return value > 1 ? .booleanSettingValue : nil
        }
    }
}

// MARK: Extensions

extension SIMDFrames {
    private func takeAlternativeService(
        _ header: SIMDHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) {
        let origin = header.length < 2 ? -1 : originCount(header.payload, input)
        let isMalformed = origin < 0 || origin > header.length &- 2
        let onConnection: HTTP2Ignored? = origin == 0 ? .originMissing : nil
        let onStream: HTTP2Ignored? = origin > 0 ? .originOnStream : nil
        let why: HTTP2Ignored? =
            isFromClient
            ? .fromClient
            : isMalformed ? .malformed : header.stream == 0 ? onConnection : onStream
        if let why { return ignore(why, header, &tape) }
        let text = header.payload &+ 2
        tape.append(
            Token(.origin, offset: text, length: origin),
            Token(.alternative, offset: text &+ origin, length: header.end &- text &- origin))
    }

    private func takeOrigins(
        _ header: SIMDHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) {
        if isFromClient { return ignore(.fromClient, header, &tape) }
        if header.stream != 0 { return ignore(.onStream, header, &tape) }
        if header.flags & 0xF != 0 { return ignore(.flags, header, &tape) }
        var next = header.payload
        while next < header.end {
            next &+= 2 &+ originCount(next, input)
            // A length of which one octet is missing reaches beyond the end as well.
        }
        guard next == header.end else { return ignore(.malformed, header, &tape) }
        next = header.payload
        while next < header.end {
            let count = originCount(next, input)
            tape.append(Token(.origin, offset: next &+ 2, length: count))
            next &+= 2 &+ count
        }
    }

    private func originCount(_ offset: Int, _ input: Span<UInt8>) -> Int {
        Int(truncatingIfNeeded: SIMDLoad.word(input, at: offset) &>> 48)
    }

    private func ignore(_ why: HTTP2Ignored, _ header: SIMDHeader, _ tape: inout Tape) {
        tape.append(
            Token(.ignored, detail: why.rawValue, offset: header.start, length: 0),
            Token(.unread, offset: header.payload, length: header.length))
    }
}

internal import Wire

// MARK: The payload

extension TableFrames {
    /// Runs a rule's fields over a whole payload; false where the frame is refused.
    mutating func run(
        _ rule: TableRule, _ header: TableHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Bool {
        var cursor = TableCursor(next: header.payloadStart, end: header.end)
        var fragment = 0..<0
        for field in rule.fields {
            switch field {
            case .padLength:
                guard header.flags & HTTP2Flag.padded != 0 else { continue }
                let count = cursor.octet(input)
                guard count <= cursor.left - fixedCount(rule, header) else {
                    return refuse(.paddingTooLong, at: cursor.next - 1)
                }
                tape.append(Token(.padLength, offset: cursor.next - 1, length: count))
                cursor.cut(count)
            case .priority(let optional):
                if optional, header.flags & HTTP2Flag.priority == 0 { continue }
                appendPriority(&cursor, header, input, &tape)
            case .identifier(let kind, let judgement):
                guard identifier(kind, judgement, &cursor, header, input, &tape) else {
                    return false
                }
            case .number(let kind):
                let offset = cursor.next
                tape.append(Token(kind, offset: offset, length: cursor.number(4, input)))
            case .settings:
                guard runSettings(&cursor, input, &tape) else { return false }
            case .rest(let kind):
                fragment = cursor.next..<cursor.end
                tape.append(Token(kind, offset: cursor.next, length: cursor.left))
            case .padding:
                guard appendPadding(cursor, input, &tape) else { return false }
            case .alternativeService:
                let why = alternativeService(cursor, header, input, &tape)
                if let why { ignore(why, header, &tape) }
            case .origins:
                if let why = origins(cursor, header, input, &tape) { ignore(why, header, &tape) }
            }
        }
        if rule.carriesFragment { close(fragment, header, input, &tape) }
        return true
    }

    private mutating func refuse(_ reason: HTTP2Reason, at offset: Int) -> Bool {
        finished = Rejection(reason, at: offset)
        return false
    }

    /// The fixed fields behind Pad Length.
    private func fixedCount(_ rule: TableRule, _ header: TableHeader) -> Int {
        if case .atLeast(let count) = rule.length {
            let priority = rule.mayHavePriority && header.flags & HTTP2Flag.priority != 0 ? 5 : 0
            return count + priority
        }
        return 0
    }

    private func appendPriority(
        _ cursor: inout TableCursor, _ header: TableHeader, _ input: Span<UInt8>,
        _ tape: inout Tape
    ) {
        let offset = cursor.next
        let word = cursor.number(4, input)
        let stream = word & 0x7FFF_FFFF
        let detail = UInt16(word &>> 31) | (stream == header.stream ? 2 : 0)
        let weight = cursor.octet(input)
        tape.append(
            Token(.dependency, detail: detail, offset: offset, length: stream),
            Token(.weight, offset: offset + 4, length: weight))
    }

    private mutating func identifier(
        _ kind: HTTP2Token.Kind, _ judgement: TableRule.Judgement, _ cursor: inout TableCursor,
        _ header: TableHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Bool {
        let offset = cursor.next
        let word = cursor.number(4, input)
        let value = word & 0x7FFF_FFFF
        tape.append(Token(kind, detail: UInt16(word &>> 31), offset: offset, length: value))
        switch judgement {
        case .none: return true
        case .promised:
            let isPromisable = value > 0 && value & 1 == 0
            return isPromisable || refuse(.promisedStreamIdentifier, at: offset)
        case .nonzero: return value > 0 || refuse(.prioritizedStreamZero, at: offset)
        case .increment:
            if value > 0 || policy.contains(.zeroWindowIncrement) { return true }
            if header.stream == 0 { return refuse(.windowIncrementZero, at: offset) }
            header.append(.windowIncrementZero, at: offset, &tape)
            return true
        }
    }

    private mutating func runSettings(
        _ cursor: inout TableCursor, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Bool {
        while cursor.left >= 6 {
            let offset = cursor.next
            let identifier = cursor.number(2, input)
            let value = cursor.number(4, input)
            if identifier < settings.count {
                let row = settings[identifier]
                guard value >= row.least, value <= row.most else {
                    return refuse(row.reason, at: offset)
                }
                let isPush = identifier == Int(HTTP2Setting.enablePush.rawValue)
                if isPush, value == 1, context.role == .server {
                    return refuse(.enablePushFromServer, at: offset)
                }
            }
            tape.append(
                Token(
                    .setting, detail: UInt16(truncatingIfNeeded: identifier), offset: offset,
                    length: value))
        }
        return true
    }

    private mutating func appendPadding(
        _ cursor: TableCursor, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> Bool {
        guard let padding = cursor.padding else { return true }
        if !policy.contains(.nonzeroPadding) {
            for index in padding where input[index] != 0 {
                return refuse(.nonzeroPadding, at: index)
            }
        }
        tape.append(Token(.padding, offset: padding.lowerBound, length: padding.count))
        return true
    }

    private mutating func close(
        _ fragment: Range<Int>, _ header: TableHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) {
        let isLast = header.flags & HTTP2Flag.endHeaders != 0
        if open == nil, isLast {
            return tape.append(
                Token(
                    .fieldBlock, detail: 1, offset: fragment.lowerBound, length: fragment.count))
        }
        var block =
            open ?? TableOpenBlock(stream: header.stream, arenaOffset: tape.arenaAppendedCount)
        tape.appendToArena(contentsOf: input.extracting(fragment))
        block.frames += 1
        block.octets += fragment.count
        if isLast {
            tape.append(
                Token(
                    .fieldBlockAssembled, detail: UInt16(clamping: block.frames),
                    offset: block.arenaOffset, length: block.octets))
        }
        open = isLast ? nil : block
    }
}

// MARK: Extensions

extension TableFrames {
    private func ignore(_ why: HTTP2Ignored, _ header: TableHeader, _ tape: inout Tape) {
        tape.append(
            Token(.ignored, detail: why.rawValue, offset: header.start, length: 0),
            Token(.unread, offset: header.payloadStart, length: header.length))
    }

    /// Appends the fields of ALTSVC, or says why it is ignored.
    private func alternativeService(
        _ whole: TableCursor, _ header: TableHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> HTTP2Ignored? {
        if context.role == .client { return .fromClient }
        var cursor = whole
        guard cursor.left >= 2 else { return .malformed }
        let count = cursor.number(2, input)
        guard count <= cursor.left else { return .malformed }
        switch (header.stream == 0, count == 0) {
        case (true, true): return .originMissing
        case (false, false): return .originOnStream
        default: break
        }
        tape.append(
            Token(.origin, offset: cursor.next, length: count),
            Token(.alternative, offset: cursor.next + count, length: cursor.left - count))
        return nil
    }

    /// Appends the entries of ORIGIN, or says why it is ignored: all lengths are looked at before any is appended.
    private func origins(
        _ whole: TableCursor, _ header: TableHeader, _ input: Span<UInt8>, _ tape: inout Tape
    ) -> HTTP2Ignored? {
        if context.role == .client { return .fromClient }
        if header.stream != 0 { return .onStream }
        if header.flags & 0x0F != 0 { return .flags }
        for isAppending in [false, true] {
            var cursor = whole
            while cursor.left > 0 {
                guard cursor.left >= 2 else { return .malformed }
                let count = cursor.number(2, input)
                guard count <= cursor.left else { return .malformed }
                if isAppending { tape.append(Token(.origin, offset: cursor.next, length: count)) }
                cursor.next += count
            }
        }
        return nil
    }
}

/// What is left of a payload. Whoever takes octets has checked that they are there.
struct TableCursor: BitwiseCopyable {
    var next: Int
    var end: Int
    private var padded = -1

    init(next: Int, end: Int) {
        self.next = next
        self.end = end
    }

    var left: Int { end - next }

    /// The padding that was cut off, or nil where there is none to speak of.
    var padding: Range<Int>? { padded < 0 ? nil : end..<(end + padded) }

    mutating func octet(_ input: Span<UInt8>) -> Int { number(1, input) }

    mutating func number(_ count: Int, _ input: Span<UInt8>) -> Int {
        var value = 0
        for index in next..<(next + count) { value = value &<< 8 | Int(input[index]) }
        next += count
        return value
    }

    mutating func cut(_ count: Int) {
        padded = count
        end -= count
    }
}

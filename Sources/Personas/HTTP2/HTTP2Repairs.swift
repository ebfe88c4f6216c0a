internal import HTTP2
internal import Wire

/// A switch of the HTTP/2 model.
enum HTTP2QuirkFlag: String, CaseIterable, Sendable {
    case acknowledgementPayload = "H2-acknowledgementPayload"
    case continuationAnyStream = "H2-continuationAnyStream"
    case continuationIgnored = "H2-continuationIgnored"
    case framesInBlock = "H2-framesInBlock"
    case goawayEnds = "H2-goawayEnds"
    case lengthIn16Bits = "H2-lengthIn16Bits"
    case paddedIgnored = "H2-paddedIgnored"
    case paddingClamped = "H2-paddingClamped"
    case prefaceUnchecked = "H2-prefaceUnchecked"
    case priorityIgnored = "H2-priorityIgnored"
    case pushFromClientIgnored = "H2-pushFromClientIgnored"
    case reservedBitKept = "H2-reservedBitKept"
    case settingsOnAnyStream = "H2-settingsOnAnyStream"
    case streamZeroIgnored = "H2-streamZeroIgnored"
}

/// What the switches do to frames: see `RepairedReference`.
struct HTTP2Repairs: Sendable {
    let flags: Flags<HTTP2QuirkFlag>

    /// A frame's header, where it stands.
    private struct Header {
        let at: Int
        let length: Int
        let type: UInt8
        let flags: UInt8
        let stream: Int
        var end: Int { at + HTTP2Constant.headerCount + length }
    }

    /// A type that nobody registered: its frames are skipped.
    private static let unknownType: UInt8 = 0xEE

    // MARK: Before reading

    func prepare(_ attempt: inout RepairedReference.Attempt) {
        guard !flags.isEmpty else { return }
        var at = firstFrame(attempt.configuration)
        while let header = header(attempt.bytes, at) {
            prepare(header, &attempt)
            // A length that was changed moves the next frame.
            let end = self.header(attempt.bytes, at)?.end ?? header.end
            if flags.has(.goawayEnds), type(header) == .goaway, end < attempt.bytes.count {
                attempt.bytes.removeSubrange(end...)
                attempt.consumed = end
            }
            at = end
        }
    }

    private func prepare(_ header: Header, _ attempt: inout RepairedReference.Attempt) {
        let type = type(header)
        if flags.has(.lengthIn16Bits) { attempt.bytes[header.at] = 0 }
        var changed = header.flags
        let isPadded = type == .data || type == .headers || type == .pushPromise
        if flags.has(.paddedIgnored), isPadded { changed &= ~HTTP2Flag.padded }
        if flags.has(.priorityIgnored), type == .headers { changed &= ~HTTP2Flag.priority }
        if flags.has(.continuationIgnored) {
            if type == .headers || type == .pushPromise { changed |= HTTP2Flag.endHeaders }
            if type == .continuation { skip(header.at, &attempt) }
        }
        guard changed != header.flags else { return }
        attempt.bytes[header.at + 4] = changed
        keepDetail(of: header, &attempt)
    }

    // MARK: Where the reference refuses

    func repair(
        _ attempt: inout RepairedReference.Attempt, _ rejection: Rejection
    ) -> Bool {
        guard let reason = HTTP2Reason(rawValue: rejection.code) else { return false }
        let offset = rejection.offset
        switch reason {
        case .badPreface where flags.has(.prefaceUnchecked):
            let preface = Array(HTTP2Constant.preface.description.utf8)
            let count = min(preface.count, attempt.bytes.count)
            attempt.bytes.replaceSubrange(..<count, with: preface[..<count])
        case .continuationStream where flags.has(.continuationAnyStream):
            return moveToOpenStream(offset - 5, &attempt)
        case .continuationExpected where flags.has(.framesInBlock):
            attempt.configuration.policy.formUnion(.unknownFrameInBlock)
            skip(offset - 3, &attempt)
        case .acknowledgementWithPayload where flags.has(.acknowledgementPayload):
            skip(offset, &attempt)
        case .pushFromClient where flags.has(.pushFromClientIgnored):
            skip(offset - 3, &attempt)
        case .streamIdentifierZero where flags.has(.streamZeroIgnored):
            skip(offset - 5, &attempt)
        case .streamIdentifierNotZero where flags.has(.settingsOnAnyStream):
            setStream(offset - 5, 0, &attempt)
        case .paddingTooLong where flags.has(.paddingClamped):
            return clampPadding(offset, &attempt)
        default: return false
        }
        return true
    }

    // MARK: Behind reading

    func finish(_ reading: inout ModelReading, _ attempt: RepairedReference.Attempt) {
        guard flags.has(.reservedBitKept) else { return }
        for index in reading.tokens.indices {
            let token = reading.tokens[index]
            guard token.http2Kind == .stream, token.detail == 1 else { continue }
            reading.tokens[index].length |= 1 << 31
        }
    }
}

// MARK: Frames

extension HTTP2Repairs {
    private func firstFrame(_ configuration: Configuration) -> Int {
        let context = configuration.context as? HTTP2Context ?? HTTP2Context()
        let hasPreface = context.start == .connection && context.role == .client
        return hasPreface ? HTTP2Constant.prefaceCount : 0
    }

    private func header(_ bytes: [UInt8], _ at: Int) -> Header? {
        guard at <= bytes.count, bytes.count - at >= HTTP2Constant.headerCount else { return nil }
        func number(_ range: Range<Int>) -> Int {
            bytes[(at + range.lowerBound)..<(at + range.upperBound)].reduce(0) { $0 << 8 | Int($1) }
        }
        return Header(
            at: at, length: number(0..<3), type: bytes[at + 3], flags: bytes[at + 4],
            stream: number(5..<9) & 0x7FFF_FFFF)
    }

    private func type(_ header: Header) -> HTTP2FrameType? { HTTP2FrameType(rawValue: header.type) }

    /// Makes the frame one of an unknown type.
    private func skip(_ at: Int, _ attempt: inout RepairedReference.Attempt) {
        guard let header = header(attempt.bytes, at) else { return }
        attempt.bytes[at + 3] = Self.unknownType
        keepDetail(of: header, &attempt)
    }

    private func setStream(
        _ at: Int, _ stream: Int, _ attempt: inout RepairedReference.Attempt
    ) {
        guard let header = header(attempt.bytes, at) else { return }
        for index in 0..<4 {
            attempt.bytes[at + 5 + index] = UInt8(truncatingIfNeeded: stream >> (24 - 8 * index))
        }
        attempt.keep(
            kind: HTTP2Token.Kind.stream.rawValue, offset: at + 5, length: header.stream)
    }

    /// Gives the frame the stream of the frame before it, whose block is open.
    private func moveToOpenStream(
        _ target: Int, _ attempt: inout RepairedReference.Attempt
    ) -> Bool {
        var at = firstFrame(attempt.configuration)
        var open: Int?
        while let header = header(attempt.bytes, at), at < target {
            if type(header) == .headers || type(header) == .pushPromise { open = header.stream }
            at = header.end
        }
        guard let open, at == target else { return false }
        setStream(target, open, &attempt)
        return true
    }

    /// A Pad Length that is too large for DATA becomes what there is.
    private func clampPadding(
        _ offset: Int, _ attempt: inout RepairedReference.Attempt
    ) -> Bool {
        let at = offset - HTTP2Constant.headerCount
        guard at >= 0, let header = header(attempt.bytes, at), type(header) == .data,
            offset < attempt.bytes.count, header.length > 0
        else { return false }
        attempt.keep(
            kind: HTTP2Token.Kind.padLength.rawValue, offset: offset,
            length: Int(attempt.bytes[offset]))
        attempt.bytes[offset] = UInt8(min(255, header.length - 1))
        return true
    }

    /// The tape says type and flags as they stood.
    private func keepDetail(of header: Header, _ attempt: inout RepairedReference.Attempt) {
        attempt.keep(
            kind: HTTP2Token.Kind.frame.rawValue, offset: header.at,
            detail: UInt16(header.type) << 8 | UInt16(header.flags))
    }
}

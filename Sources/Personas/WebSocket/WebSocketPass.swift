internal import UTF8Text
internal import WebSocket
internal import Wire

/// One reading of frames by the WebSocket model: `Documentation/WebSocket.md` told once more, with
/// a switch at each place where implementations were seen to part. It inflates nothing: where
/// permessage-deflate was negotiated, the reference reads in its place.
struct WebSocketPass {
    /// How a rule ends when it does not match.
    enum Stop: Error {
        case needMore
        case rejected(WebSocketReason, Int)
    }

    /// A frame's header.
    struct Header {
        let start: Int
        let first: UInt8
        var opcode: UInt8
        var isMasked = false
        var length = 0
        var payload = 0

        var isFinal: Bool
        var isControl: Bool { opcode >= 8 }
        var isData: Bool { opcode <= 2 }
    }

    /// The open message.
    struct Message {
        let opcode: UInt8
        var frames = 0
        var length = 0
        /// Its text so far, and for each frame where its first byte stands in text and input.
        var text: [UInt8] = []
        var places: [(text: Int, input: Int)] = []
        /// Up to here the text is made of whole sequences.
        var checked = 0
    }

    let bytes: [UInt8]
    let policy: Policy
    let limits: WebSocketLimits
    let context: WebSocketContext
    let flags: Flags<WebSocketFlag>

    var at = 0
    var message: Message?
    var isClosed = false
    var reading = ModelReading()

    init(_ bytes: [UInt8], _ configuration: Configuration, flags: Flags<WebSocketFlag>) {
        self.bytes = bytes
        policy = configuration.policy
        limits = WebSocketLimits(configuration.limits)
        context = configuration.context as? WebSocketContext ?? WebSocketContext()
        self.flags = flags
    }

    mutating func read() -> ModelReading {
        do throws(Stop) {
            while at < bytes.count, !isClosed { try frame() }
            reading.verdict =
                isClosed || message == nil ? .complete(consumed: at) : .incomplete
        } catch {
            switch error {
            case .needMore: reading.verdict = .incomplete
            case .rejected(let reason, let offset):
                reading.verdict = .rejected(Rejection(reason, at: offset))
            }
        }
        return reading
    }

    private func octet(_ offset: Int) throws(Stop) -> UInt8 {
        guard offset < bytes.count else { throw .needMore }
        return bytes[offset]
    }
}

// MARK: Headers

extension WebSocketPass {
    private func header() throws(Stop) -> Header {
        let first = try octet(at)
        var header = Header(
            start: at, first: first, opcode: first & 0x0F,
            isFinal: first & 0x80 != 0 || flags.has(.finIgnored))
        try judgeFirst(&header)
        let second = try octet(at + 1)
        header.isMasked = second & 0x80 != 0
        try judgeSecond(header, second & 0x7F)
        var next = at + 2
        header.length = try length(second & 0x7F, &next)
        if header.length > limits.frameBytesMax { throw .rejected(.frameTooLarge, next - 1) }
        if header.isData, header.length > limits.messageBytesMax - (message?.length ?? 0) {
            throw .rejected(.messageTooLarge, next - 1)
        }
        if header.isMasked {
            _ = try octet(next + 3)
            next += 4
        }
        header.payload = next
        return header
    }

    private func judgeFirst(_ header: inout Header) throws(Stop) {
        if header.first & 0x70 != 0, !policy.contains(.reservedBits) {
            throw .rejected(.reservedBits, at)
        }
        let isReserved = WebSocketOpcode(rawValue: header.opcode) == nil
        if isReserved, flags.has(.reservedOpcodeIsData), !header.isControl {
            header.opcode = WebSocketOpcode.binary.rawValue
        } else if isReserved, !policy.contains(.reservedOpcodes) {
            throw .rejected(.reservedOpcode, at)
        }
        if header.isControl, !header.isFinal, !flags.has(.controlFragmented) {
            throw .rejected(.fragmentedControl, at)
        }
        guard header.isData else { return }
        if header.opcode == 0, message == nil, !flags.has(.orphanContinuation) {
            throw .rejected(.unexpectedContinuation, at)
        }
        let mayBegin = flags.has(.dataReplaces) || flags.has(.dataContinues)
        if header.opcode != 0, message != nil, !mayBegin {
            throw .rejected(.unfinishedMessage, at)
        }
        if message?.frames ?? 0 >= limits.fragmentCountMax {
            throw .rejected(.tooManyFragments, at)
        }
    }

    private func judgeSecond(_ header: Header, _ short: UInt8) throws(Stop) {
        if context.sender == .client, !header.isMasked, !policy.contains(.unmaskedClient) {
            throw .rejected(.missingMask, at + 1)
        }
        if context.sender == .server, header.isMasked, !policy.contains(.maskedServer) {
            throw .rejected(.unexpectedMask, at + 1)
        }
        if header.isControl, short > 125, !flags.has(.controlLong) {
            throw .rejected(.controlTooLong, at + 1)
        }
        if header.opcode == WebSocketOpcode.close.rawValue, short == 1,
            !flags.has(.closeOfOneByte)
        {
            throw .rejected(.closePayloadOfOneByte, at + 1)
        }
    }

    private func length(_ short: UInt8, _ next: inout Int) throws(Stop) -> Int {
        guard short > 125 else { return Int(short) }
        let isWide = short == 127
        let isMinimalAsked = !policy.contains(.nonMinimalLength)
        var value: UInt64 = 0
        for index in 0..<(isWide ? 8 : 2) {
            let byte = try octet(next + index)
            if isWide, index == 0, byte & 0x80 != 0, !flags.has(.lengthHighBitCleared) {
                throw .rejected(.lengthHighBit, next)
            }
            value = value << 8 | UInt64(byte)
            if isWide, index == 5, value == 0, isMinimalAsked {
                throw .rejected(.nonMinimalLength, next + 5)
            }
        }
        if !isWide, value < 126, isMinimalAsked { throw .rejected(.nonMinimalLength, next + 1) }
        next += isWide ? 8 : 2
        if flags.has(.lengthIn32Bits) { value &= 0xFFFF_FFFF }
        return Int(truncatingIfNeeded: value & 0x7FFF_FFFF_FFFF_FFFF)
    }
}

// MARK: Frames

extension WebSocketPass {
    private mutating func frame() throws(Stop) {
        let header = try header()
        begin(header)
        reading.tokens.append(
            Token(
                .header,
                detail: UInt16(header.first) | (header.isMasked ? WebSocketToken.flag : 0),
                offset: at, length: header.payload - at))
        if header.isMasked {
            reading.tokens.append(Token(.maskKey, offset: header.payload - 4, length: 4))
        }
        let isInPlace = context.delivery == .inPlace
        if isInPlace, header.length > 0 {
            reading.tokens.append(
                Token(.payload, offset: header.payload, length: header.length))
        }
        let payload = isInPlace ? [] : payload(of: header)
        if !isInPlace { try judgeText(header, payload) }
        guard header.length <= bytes.count - header.payload else { throw .needMore }
        if !isInPlace { try deliver(header, payload) }
        end(header)
    }

    private mutating func begin(_ header: Header) {
        if header.isControl, flags.has(.controlEndsMessage) { message = nil }
        guard header.isData else { return }
        let continues = header.opcode == 0 || (message != nil && flags.has(.dataContinues))
        if !continues || message == nil {
            // What an orphan continues is taken for binary data.
            let opcode = header.opcode == 0 ? WebSocketOpcode.binary.rawValue : header.opcode
            message = Message(opcode: opcode)
        }
        message?.frames += 1
        message?.length += header.length
    }

    /// The bytes of the payload that have come, unmasked.
    private func payload(of header: Header) -> [UInt8] {
        let end = header.payload + min(header.length, bytes.count - header.payload)
        guard header.isMasked, !flags.has(.maskNotApplied) else {
            return Array(bytes[header.payload..<end])
        }
        let key = header.payload - 4
        return (header.payload..<end).map { bytes[$0] ^ bytes[key + ($0 - header.payload) % 4] }
    }

    private mutating func end(_ header: Header) {
        at = header.payload + header.length
        if header.isData, header.isFinal, let ended = message {
            reading.tokens.append(
                Token(
                    .messageEnd, detail: UInt16(ended.opcode), offset: at, length: ended.length))
            message = nil
        }
        if header.opcode == WebSocketOpcode.close.rawValue, !flags.has(.closeIgnored) {
            isClosed = true
        }
    }
}

// MARK: Payloads

extension WebSocketPass {
    /// Text is judged as it comes, over the whole message.
    private mutating func judgeText(_ header: Header, _ payload: [UInt8]) throws(Stop) {
        guard header.isData, var text = message, text.opcode == WebSocketOpcode.text.rawValue,
            !policy.contains(.unvalidatedText)
        else { return }
        // The text is changed where it stands, not copied for each fragment.
        message = nil
        if flags.has(.textPerFrame) { (text.text, text.places, text.checked) = ([], [], 0) }
        text.places.append((text.text.count, header.payload))
        text.text += payload
        func place(_ index: Int) -> Int {
            let place = text.places.last { $0.text <= index } ?? (0, header.payload)
            return place.input + index - place.text
        }
        let isWhole = payload.count == header.length
        let mustEnd = isWhole && (header.isFinal || flags.has(.textPerFrame))
        switch UTF8Scan().ending(of: text.text, from: text.checked) {
        case .whole: text.checked = text.text.count
        case .open(let start):
            if mustEnd, !flags.has(.textUncheckedAtEnd) {
                throw .rejected(.illFormedText, place(start))
            }
            text.checked = start
        case .fault(let fault): throw .rejected(.illFormedText, place(fault.start))
        }
        message = text
    }

    private mutating func deliver(_ header: Header, _ payload: [UInt8]) throws(Stop) {
        guard header.length > 0 else { return }
        let place = reading.arena.count
        let isInArena = header.isMasked
        var tokens = [
            isInArena
                ? Token(.payloadInArena, offset: place, length: header.length)
                : Token(.payload, offset: header.payload, length: header.length)
        ]
        if header.opcode == WebSocketOpcode.close.rawValue, payload.count > 1 {
            let code = Int(payload[0]) << 8 | Int(payload[1])
            guard mayBeSent(code) else { throw .rejected(.invalidCloseCode, header.payload) }
            tokens.append(
                Token(.closeCode, detail: UInt16(code), offset: header.payload, length: 2))
            if payload.count > 2 {
                try judgeReason(Array(payload[2...]), at: header.payload + 2)
                tokens.append(
                    isInArena
                        ? Token(.closeReasonInArena, offset: place + 2, length: payload.count - 2)
                        : Token(.closeReason, offset: header.payload + 2, length: payload.count - 2)
                )
            }
        }
        if isInArena { reading.arena += payload }
        reading.tokens += tokens
    }

    private func mayBeSent(_ code: Int) -> Bool {
        if flags.has(.anyCloseCode) { return true }
        switch code {
        case 1000...1003, 1007...1011, 3000...4999: return true
        case 1012...1014: return policy.contains(.registeredCloseCodes)
        default: return false
        }
    }

    private func judgeReason(_ reason: [UInt8], at offset: Int) throws(Stop) {
        guard !flags.has(.closeReasonUnchecked) else { return }
        switch UTF8Scan().ending(of: reason) {
        case .whole: return
        case .open(let start): throw .rejected(.illFormedCloseReason, offset + start)
        case .fault(let fault): throw .rejected(.illFormedCloseReason, offset + fault.start)
        }
    }
}

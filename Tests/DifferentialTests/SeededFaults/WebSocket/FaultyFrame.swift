import WebSocket
import Wire

/// `ScalarFrame` with one fault.
struct FaultyFrame {
    /// What the next octet is.
    enum State: UInt8 {
        case awaitingFirst
        case awaitingSecond
        case awaitingLength
        case awaitingKey
        case awaitingPayload
    }

    private(set) var state = State.awaitingFirst
    /// FIN, RSV1 to RSV3 and the opcode.
    private(set) var first: UInt8 = 0
    private(set) var isMasked = false
    private(set) var length = 0
    /// The first byte of the frame, and of its payload.
    var start = 0
    var payload = 0
    /// Octets that the length or the key still lacks, and how many the length has in all.
    private var lacking = 0
    private var lengthOctets = 0
    private var key0: UInt8 = 0
    private var key1: UInt8 = 0
    private var key2: UInt8 = 0
    private var key3: UInt8 = 0

    var isFinal: Bool { first & 0x80 != 0 }
    var opcode: UInt8 { first & 0x0F }
    var isControl: Bool { opcode >= 8 }
    var isMessageFrame: Bool { opcode < 3 }
    var isClose: Bool { opcode == 8 }
    /// The byte behind the payload.
    var end: Int { payload &+ length }

    /// The key's octet for a byte of the payload.
    func keyOctet(_ index: Int) -> UInt8 {
        switch index & 3 {
        case 0: key0
        case 1: key1
        case 2: key2
        default: key3
        }
    }

    /// Makes it stand before the frame that starts at `offset`.
    mutating func begin(at offset: Int) {
        state = .awaitingFirst
        start = offset
        length = 0
        (key0, key1, key2, key3) = (0, 0, 0, 0)
    }

    /// Takes the octet at `offset`; says why it may not stand there.
    mutating func take(
        _ octet: UInt8, at offset: Int, _ rules: FaultyFrameRules, _ message: FaultyMessage
    ) -> WebSocketReason? {
        switch state {
        case .awaitingFirst:
            first = octet
            state = .awaitingSecond
            return rules.first(octet, message)
        case .awaitingSecond: return takeSecond(octet, offset, rules, message)
        case .awaitingLength: return takeLength(octet, offset, rules, message)
        case .awaitingKey:
            takeKey(octet, offset)
            return nil
        case .awaitingPayload: return nil
        }
    }

    private mutating func takeSecond(
        _ octet: UInt8, _ offset: Int, _ rules: FaultyFrameRules, _ message: FaultyMessage
    ) -> WebSocketReason? {
        isMasked = octet >= 0x80
        if let reason = rules.mask(isMasked) { return reason }
        let short = octet & 0x7F
        let most: UInt8 = rules.fault == .length125Refused ? 124 : 125
        let isAdmitted = rules.fault == .controlOf126Accepted && short == 126
        if isControl, short > most, !isAdmitted { return .controlTooLong }
        if isClose, short == 1, rules.fault != .closeOfOneByteAccepted {
            return .closePayloadOfOneByte
        }
        if short < 126 {
            length = Int(short)
            return endLength(offset, rules, message)
        }
        lengthOctets = short == 126 ? 2 : 8
        lacking = lengthOctets
        state = .awaitingLength
        return nil
    }

    private mutating func takeLength(
        _ octet: UInt8, _ offset: Int, _ rules: FaultyFrameRules, _ message: FaultyMessage
    ) -> WebSocketReason? {
        var octet = octet
        if lacking == 8, lengthOctets == 8, octet >= 0x80 {
            guard rules.fault == .highBitAccepted else { return .lengthHighBit }
            octet &= 0x7F
        }
        if rules.fault == .lengthLittleEndian, lengthOctets == 2 {
            length |= Int(octet) &<< (lacking == 2 ? 0 : 8)
        } else {
            length = length &<< 8 | Int(octet)
        }
        if rules.fault == .lengthTruncated { length &= 0xFFFF_FFFF }
        lacking &-= 1
        if !rules.admitsLongLength {
            let isShort64 = lengthOctets == 8 && lacking == 2 && length == 0
            if isShort64, rules.fault != .shortIn64Accepted, rules.fault != .lengthTruncated {
                return .nonMinimalLength
            }
            let least = rules.fault == .shortIn16OffByOne ? 127 : 126
            if lengthOctets == 2, lacking == 0, length < least, rules.fault != .shortIn16Accepted {
                return .nonMinimalLength
            }
        }
        return lacking == 0 ? endLength(offset, rules, message) : nil
    }

    /// The length is whole with the octet at `offset`.
    private mutating func endLength(
        _ offset: Int, _ rules: FaultyFrameRules, _ message: FaultyMessage
    ) -> WebSocketReason? {
        let slack = rules.fault == .frameLimitOffByOne ? 1 : 0
        if length &- slack > rules.limits.frameBytesMax { return .frameTooLarge }
        let counts = isMessageFrame || rules.fault == .messageLimitCountsControl
        if counts, length > rules.messageRoom(message) {
            return .messageTooLarge
        }
        payload = offset &+ 1
        lacking = 4
        state = isMasked ? .awaitingKey : .awaitingPayload
        return nil
    }

    /// What a cut does.
    mutating func atCut(_ fault: WebSocketFault?) {
        if fault == .lengthForgottenAtCut, state == .awaitingLength { length = 0 }
        if fault == .keyForgottenAtCut, state == .awaitingKey { key0 = 0 }
    }

    private mutating func takeKey(_ octet: UInt8, _ offset: Int) {
        switch lacking {
        case 4: key0 = octet
        case 3: key1 = octet
        case 2: key2 = octet
        default: key3 = octet
        }
        lacking &-= 1
        payload = offset &+ 1
        if lacking == 0 { state = .awaitingPayload }
    }
}

/// What the connection says of headers.
struct FaultyFrameRules {
    let fault: WebSocketFault?
    let limits: WebSocketLimits
    let admitsLongLength: Bool
    private let isClient: Bool
    private let isNegotiated: Bool
    private let admitsUnmasked: Bool
    private let admitsMasked: Bool
    private let admitsReservedBits: Bool
    private let admitsReservedOpcodes: Bool

    init(
        _ policy: Policy, _ limits: WebSocketLimits, _ context: WebSocketContext,
        _ fault: WebSocketFault?
    ) {
        self.fault = fault
        self.limits = limits
        isClient = context.sender == .client
        isNegotiated = context.permessageDeflate != nil
        admitsLongLength = policy.contains(.nonMinimalLength)
        admitsUnmasked = policy.contains(.unmaskedClient)
        admitsMasked = policy.contains(.maskedServer)
        admitsReservedBits = policy.contains(.reservedBits)
        admitsReservedOpcodes = policy.contains(.reservedOpcodes)
    }

    /// Judges the first octet.
    func first(_ octet: UInt8, _ message: FaultyMessage) -> WebSocketReason? {
        let opcode = octet & 0x0F
        if octet & 0x70 != 0, !admitsReservedBits, !admitsBits(octet) {
            if octet & 0x30 != 0 || !isNegotiated { return .reservedBits }
            if opcode != 1, opcode != 2 { return .misplacedCompressionBit }
        }
        switch opcode {
        case 0:
            let isAdmitted = message.isOpen || fault == .continuationAlwaysAccepted
            guard isAdmitted else { return .unexpectedContinuation }
        case 1, 2:
            guard !message.isOpen || fault == .secondMessageAccepted else {
                return .unfinishedMessage
            }
        case 3...7:
            let isAdmitted =
                (fault == .opcode3Accepted && opcode == 3)
                || (fault == .opcode7Unseen && opcode == 7)
            return admitsReservedOpcodes || isAdmitted ? nil : .reservedOpcode
        case 10 where fault == .fragmentedPongAccepted: return nil
        case 8, 9, 10: return octet >= 0x80 ? nil : .fragmentedControl
        default:
            let isAdmitted = fault == .opcode15Accepted && opcode == 15
            guard admitsReservedOpcodes || isAdmitted else { return .reservedOpcode }
            return octet >= 0x80 ? nil : .fragmentedControl
        }
        let slack = fault == .fragmentCountOffByOne ? 1 : 0
        return message.frameCount &- slack >= limits.fragmentCountMax ? .tooManyFragments : nil
    }

    /// Whether a fault lets the bits pass.
    private func admitsBits(_ octet: UInt8) -> Bool {
        let opcode = octet & 0x0F
        switch fault {
        case .rsv1Accepted: return octet & 0x30 == 0 && !isNegotiated
        case .rsv3Accepted: return octet & 0x60 == 0
        case .rsv1OnContinuationAccepted:
            return isNegotiated && octet & 0x30 == 0 && opcode == 0
        case .rsv1OnControlAccepted: return isNegotiated && octet & 0x30 == 0 && opcode >= 8
        default: return false
        }
    }

    /// Bytes that the message's limit leaves to a frame.
    func messageRoom(_ message: FaultyMessage) -> Int {
        let slack = fault == .messageLimitOffByOne ? 1 : 0
        let used = fault == .messageLimitPerFrame ? 0 : message.byteCount
        return limits.messageBytesMax &+ slack &- used
    }

    /// Judges MASK.
    func mask(_ isMasked: Bool) -> WebSocketReason? {
        if isClient {
            return isMasked || admitsUnmasked || fault == .unmaskedAccepted ? nil : .missingMask
        }
        return !isMasked || admitsMasked || fault == .maskedServerAccepted ? nil : .unexpectedMask
    }

    /// Whether the first octet of a message marks it as compressed.
    func isCompressed(_ octet: UInt8) -> Bool { isNegotiated && octet & 0x40 != 0 }
}

/// The open message, or none.
struct FaultyMessage {
    private(set) var isOpen = false
    private(set) var opcode: UInt8 = 0
    private(set) var isCompressed = false
    private(set) var frameCount = 0
    private(set) var byteCount = 0
    var inflatedCount = 0

    /// A text or binary frame begins it.
    mutating func begin(_ opcode: UInt8, isCompressed: Bool) {
        self = FaultyMessage()
        isOpen = true
        self.opcode = opcode
        self.isCompressed = isCompressed
    }

    /// A frame of it has a header.
    mutating func add(_ length: Int, _ fault: WebSocketFault?) {
        if fault != .fragmentCountForgetsEmpty || length > 0 { frameCount &+= 1 }
        byteCount &+= length
    }

    /// Its last frame is whole.
    mutating func end() { self = FaultyMessage() }
}

internal import Crypto
internal import QUIC

/// A packet of a datagram, or what may be one; with its payload where the context's keys open it.
struct QUICPart {
    var start: Int
    var end: Int
    var kind: QUICPacketKind
    var first: UInt8
    var version = QUICNumber.version1
    var destination: [UInt8] = []
    var source: [UInt8] = []
    var token: [UInt8] = []
    var tokenLengthSize: Int?
    var lengthSize: Int?
    /// Where the Length stands, for those that have one.
    var lengthPlace: Int?
    var numberSize = 1
    var number: UInt64 = 0
    /// The payload, where it was opened.
    var payload: [UInt8]?

    var range: Range<Int> { start..<end }

    /// The packet as a serialiser takes it.
    var packet: QUICSerializer.Packet {
        var packet = QUICSerializer.Packet(
            kind, destination: destination, number: number, payload: payload ?? [])
        packet.version = version
        packet.source = source
        packet.token = token
        packet.numberSize = numberSize
        packet.tokenLengthSize = tokenLengthSize
        packet.lengthSize = lengthSize
        packet.bits = first & 0x4C
        if kind == .oneRTT { packet.bits = first & 0x7C }
        return packet
    }
}

/// Takes datagrams apart, as far as they go, and opens what it can.
struct QUICSplitter {
    private let bytes: [UInt8]
    private let context: QUICContext
    private(set) var parts: [QUICPart] = []
    private var largestInitial: UInt64?
    private var largestHandshake: UInt64?
    private var largestApplication: UInt64?

    /// Chosen: as many as a strict reader takes.
    private static let partsMax = 16

    init(_ bytes: [UInt8], _ context: QUICContext) {
        self.bytes = bytes
        self.context = context
        largestInitial = context.largestInitial
        largestHandshake = context.largestHandshake
        largestApplication = context.largestApplication
        var index = 0
        while index < bytes.count, parts.count < Self.partsMax {
            let part = part(at: index)
            parts.append(part)
            index = part.end
        }
    }

    /// A varint; cut off, it is 0 and takes what is there.
    static func varint(_ bytes: [UInt8], at index: Int) -> (value: Int, size: Int) {
        guard index < bytes.count else { return (0, 0) }
        let size = 1 << Int(bytes[index] >> 6)
        guard index + size <= bytes.count else { return (0, bytes.count - index) }
        var value = Int(bytes[index] & 0x3F)
        for octet in bytes[(index + 1)..<(index + size)] { value = value << 8 | Int(octet) }
        return (value, size)
    }

    private mutating func part(at start: Int) -> QUICPart {
        let first = bytes[start]
        var part = QUICPart(start: start, end: bytes.count, kind: .oneRTT, first: first)
        guard first & 0x80 != 0 else {
            let place = start + 1 + context.connectionIDLength
            guard place < bytes.count else { return part }
            part.destination = Array(bytes[(start + 1)..<place])
            open(&part, at: place)
            return part
        }
        var place = start + 5
        part.kind = .unknownVersion
        guard place < bytes.count, let version = bytes.number(at: start + 1, count: 4) else {
            return part
        }
        part.version = UInt32(truncatingIfNeeded: version)
        part.destination = run(&place)
        part.source = run(&place)
        part.kind = Self.kind(first, part.version)
        guard [.initial, .zeroRTT, .handshake].contains(part.kind) else { return part }
        if part.kind == .initial {
            let length = Self.varint(bytes, at: place)
            part.tokenLengthSize = max(1, length.size)
            place += length.size
            let end = place + min(length.value, bytes.count - place)
            part.token = Array(bytes[place..<end])
            place = end
        }
        let length = Self.varint(bytes, at: place)
        part.lengthSize = max(1, length.size)
        part.lengthPlace = place
        place += length.size
        part.end = max(start + 1, place + min(length.value, bytes.count - place))
        open(&part, at: place)
        return part
    }

    private static func kind(_ first: UInt8, _ version: UInt32) -> QUICPacketKind {
        let turn: UInt8
        switch version {
        case 0: return .versionNegotiation
        case QUICNumber.version1: turn = 0
        case QUICNumber.version2: turn = 1
        default: return .unknownVersion
        }
        switch ((first >> 4 & 3) &- turn) & 3 {
        case 0: return .initial
        case 1: return .zeroRTT
        case 2: return .handshake
        default: return .retry
        }
    }

    /// A connection ID behind its length, as much of it as there is.
    private func run(_ place: inout Int) -> [UInt8] {
        guard place < bytes.count else { return [] }
        let start = place + 1
        let end = start + min(Int(bytes[place]), bytes.count - start)
        place = end
        return Array(bytes[start..<end])
    }

    private mutating func open(_ part: inout QUICPart, at place: Int) {
        guard context.layer == .datagram else { return }
        let largest: UInt64?
        switch part.kind {
        case .initial: largest = largestInitial
        case .handshake: largest = largestHandshake
        default: largest = largestApplication
        }
        guard
            let opened = QUICKeyring.open(
                bytes, start: part.start, place: place, end: part.end, as: part, largest: largest,
                context)
        else { return }
        part.first = opened.first
        part.numberSize = opened.size
        part.number = opened.number
        part.payload = opened.payload
        let now = max(largest ?? 0, opened.number)
        switch part.kind {
        case .initial: largestInitial = now
        case .handshake: largestHandshake = now
        default: largestApplication = now
        }
    }
}

internal import Crypto
internal import Wire

/// What a packet's program works on.
struct TableRegisters {
    var start = 0
    var index = 0
    var end = 0
    var kind = QUICPacketKind.oneRTT
    var version: UInt32 = 0
    var destination = 0..<0
    var source = 0..<0
    var isOurs = true
    var longer = 0
}

/// What lasts from packet to packet of a datagram.
struct TableDatagramRegisters {
    var first: Range<Int>?
    /// The next number that is expected, by packet-number space.
    var expected: InlineArray<3, UInt64> = [0, 0, 0]
}

extension TablePacket {
    mutating func datagram(_ bytes: Span<UInt8>, _ tape: inout Tape) throws(TableRefusal) {
        var shared = TableDatagramRegisters()
        if let largest = context.largestInitial { shared.expected[0] = largest + 1 }
        if let largest = context.largestHandshake { shared.expected[1] = largest + 1 }
        if let largest = context.largestApplication { shared.expected[2] = largest + 1 }
        var left = limits.packetCountMax
        var registers = TableRegisters()
        while registers.end < bytes.count {
            let start = registers.end
            if left == 0 { throw TableRefusal(.tooManyPackets, start) }
            left -= 1
            registers = TableRegisters()
            registers.start = start
            try packet(bytes, &registers, &shared, &tape)
            tape.commit()
        }
    }

    private mutating func packet(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters,
        _ shared: inout TableDatagramRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        let row = try self.row(bytes, &registers)
        let entry = headers.firstBytes[row.rawValue * 256 + Int(bytes[registers.start])]
        if let refusal = entry.refusal { throw TableRefusal(refusal, registers.start) }
        registers.kind = entry.kind
        let program = headers.programs[Int(entry.kind.rawValue)]
        for step in program {
            switch step {
            case .connectionIDs:
                try connectionIDs(bytes, &registers)
                registers.isOurs = isOurs(bytes, registers.destination, &shared)
                appendLong(bytes, registers, &tape)
            case .shortConnectionID: try shortConnectionID(bytes, &registers, &shared, &tape)
            case .clientInitial: try clientInitial(bytes, registers)
            case .token: try token(bytes, &registers, &tape)
            case .length: try length(bytes, &registers, &tape)
            case .ownOnly:
                registers.end = bytes.count
                guard !registers.isOurs else { break }
                appendFate(.discarded, .connectionID, registers, &tape)
                tape.append(Token(.packetEnd, offset: registers.end, length: 0))
                return
            case .versions: try versions(bytes, registers, &tape)
            case .retry: try retry(bytes, registers, &tape)
            case .rest:
                if registers.index < registers.end {
                    tape.append(
                        Token(
                            .versionSpecific, offset: registers.index,
                            length: registers.end - registers.index))
                }
            case .content: try content(bytes, &registers, &shared, &tape)
            case .end:
                tape.append(Token(.packetEnd, offset: registers.end, length: registers.longer))
            }
        }
    }

    /// Which table a first byte is looked up in.
    private func row(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters
    ) throws(TableRefusal) -> TableHeaders.Row {
        let start = registers.start
        registers.index = start + 1
        guard bytes[start] > 0x7f else { return .short }
        guard start + 5 <= bytes.count else { throw TableRefusal(.truncatedPacket, start) }
        registers.index = start + 5
        for index in (start + 1)..<(start + 5) {
            registers.version = registers.version << 8 | UInt32(bytes[index])
        }
        switch registers.version {
        case 0: return .negotiation
        case QUICNumber.version1: return .version1
        case QUICNumber.version2: return .version2
        default: return .unknown
        }
    }

    private func connectionIDs(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters
    ) throws(TableRefusal) {
        let isFree = registers.kind == .versionNegotiation || registers.kind == .unknownVersion
        let most = isFree ? 255 : 20
        for place in 0..<2 {
            let isSource = place == 1
            guard registers.index < bytes.count else {
                throw TableRefusal(.truncatedPacket, registers.start)
            }
            let count = Int(bytes[registers.index])
            if count > most { throw TableRefusal(.connectionIDTooLong, registers.index) }
            let end = registers.index + 1 + count
            if end > bytes.count { throw TableRefusal(.truncatedPacket, registers.start) }
            let range = (registers.index + 1)..<end
            if isSource { registers.source = range } else { registers.destination = range }
            registers.index = end
        }
    }

    private func isOurs(
        _ bytes: Span<UInt8>, _ place: Range<Int>, _ shared: inout TableDatagramRegisters
    ) -> Bool {
        guard let first = shared.first else {
            shared.first = place
            return true
        }
        var isSame = first.count == place.count
        for index in 0..<min(first.count, place.count) {
            isSame = isSame && bytes[first.lowerBound + index] == bytes[place.lowerBound + index]
        }
        return isSame
    }

    private func appendLong(
        _ bytes: Span<UInt8>, _ registers: TableRegisters, _ tape: inout Tape
    ) {
        let start = registers.start
        let detail = UInt16(registers.kind.rawValue) + UInt16(bytes[start]) * 256
        tape.append(Token(.packet, detail: detail, offset: start, length: 1))
        tape.append(
            Token(.version, size: 4, offset: start + 1, value: UInt64(registers.version)))
        let (destination, source) = (registers.destination, registers.source)
        tape.append(
            Token(
                .destinationConnectionID, offset: destination.lowerBound - 1,
                length: destination.count + 1),
            Token(
                .sourceConnectionID, offset: source.lowerBound - 1, length: source.count + 1))
    }

    func appendFate(
        _ kind: QUICToken.Kind, _ fate: QUICPacketFate, _ registers: TableRegisters,
        _ tape: inout Tape
    ) {
        tape.append(
            Token(
                kind, detail: fate.rawValue, offset: registers.index,
                length: registers.end - registers.index))
    }

    private func shortConnectionID(
        _ bytes: Span<UInt8>, _ registers: inout TableRegisters,
        _ shared: inout TableDatagramRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        let start = registers.start
        let place = (start + 1)..<(start + 1 + context.connectionIDLength)
        registers.end = bytes.count
        let left = registers.end - place.upperBound
        if left < 0 { throw TableRefusal(.truncatedPacket, start) }
        if left < 20 { throw TableRefusal(.packetTooShort, start) }
        let detail = UInt16(QUICPacketKind.oneRTT.rawValue) + UInt16(bytes[start]) * 256
        tape.append(Token(.packet, detail: detail, offset: start, length: 1))
        if !place.isEmpty {
            tape.append(Token(.connectionID, offset: place.lowerBound, length: place.count))
        }
        registers.destination = place
        registers.index = place.upperBound
        registers.isOurs = isOurs(bytes, place, &shared)
    }
}

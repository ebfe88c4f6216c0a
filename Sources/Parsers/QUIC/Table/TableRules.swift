internal import Wire

/// The rules that programs name.
extension TablePacket {
    func judge(
        _ rule: TableRule, _ bytes: Span<UInt8>, _ registers: inout TableFrameRegisters
    ) throws(TableRefusal) {
        let value = registers.value
        var reason: QUICReason?
        var place = registers.place
        switch rule {
        case .none, .length: break
        case .largest: registers.smallest = value
        case .rangeCount:
            registers.rangesLeft = value
            registers.rangesRead = 0
        case .range:
            if value > registers.smallest { reason = .ackRangeUnderflow }
            registers.smallest = registers.smallest &- value
        case .gap:
            registers.rangesRead += 1
            if value + 2 > registers.smallest { reason = .ackRangeUnderflow }
            registers.smallest = registers.smallest &- (value + 2)
        case .streamOfSender:
            // The reader's own unidirectional streams: bits 11 at a server, 10 at a client.
            if value % 4 == (isServer ? 3 : 2) { reason = .wrongStreamDirection }
        case .streamOfReader:
            if value % 4 == (isServer ? 2 : 3) { reason = .wrongStreamDirection }
        case .streamCount: if value > 1 << 60 { reason = .tooManyStreams }
        case .offset:
            registers.offset = value
            registers.offsetPlace = registers.place
        case .cryptoLength, .streamLength:
            if value + registers.offset >= 1 << 62 {
                reason = rule == .cryptoLength ? .cryptoOffsetOverflow : .streamOffsetOverflow
                place = registers.offsetPlace
            }
        case .tokenLength: if value == 0 { reason = .emptyNewToken }
        case .sequence: registers.sequence = value
        case .retirePriorTo:
            if value > registers.sequence { reason = .retirePriorToBeyondSequence }
        case .connectionIDLength:
            if !(1...20).contains(value) { reason = .newConnectionIDLength }
        }
        if let reason { throw TableRefusal(reason, registers.base + place) }
    }

    func compare(
        _ issued: [TableIssued], _ bytes: Span<UInt8>, _ registers: TableFrameRegisters
    ) throws(TableRefusal) {
        guard !policy.contains(.repeatedConnectionID), let last = issued.last else { return }
        for other in issued.dropLast() {
            let isSameNumber = other.sequence == last.sequence
            let isSameID = isEqual(bytes, other.place, last.place)
            // Reset tokens stand right behind the connection IDs.
            let isAllSame =
                isSameID
                && isEqual(
                    bytes, other.place.upperBound..<(other.place.upperBound + 16),
                    last.place.upperBound..<(last.place.upperBound + 16))
            if isSameNumber ? !isAllSame : isSameID {
                throw TableRefusal(.repeatedConnectionID, registers.base + registers.frame)
            }
        }
    }

    private func isEqual(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for (a, b) in zip(left, right) where bytes[a] != bytes[b] { return false }
        return true
    }

    func clientHello(
        _ bytes: Span<UInt8>, _ registers: TableFrameRegisters, _ tape: inout Tape
    ) {
        let count = Int(registers.value)
        let data = registers.index - count
        guard registers.kind == .initial, registers.offset == 0, count > 0, bytes[data] == 1 else {
            return
        }
        var detail: UInt16 = 0
        if count > 3 {
            let size =
                Int(bytes[data + 1]) * 65_536 + Int(bytes[data + 2]) * 256 + Int(bytes[data + 3])
            if size + 4 <= count { detail = 1 }
        }
        tape.append(
            Token(.clientHello, detail: detail, offset: registers.base + data, length: count))
    }
}

/// The transport parameters.
extension TablePacket {
    /// The parts of preferred_address; the connection ID's size stands in it.
    private static let preferredAddress: [(field: QUICField, size: Int?)] = [
        (.preferredIPv4, 6), (.preferredIPv6, 18), (.preferredConnectionID, nil),
        (.statelessResetToken, 16),
    ]

    mutating func extensionParameters(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(TableRefusal) -> Int {
        var ids: [UInt64] = []
        swap(&ids, &idStore)
        defer { swap(&ids, &idStore) }
        ids.removeAll(keepingCapacity: true)
        var index = 0
        var longer = 0
        while index < bytes.count {
            let start = index
            if ids.count >= limits.parameterCountMax {
                throw TableRefusal(.tooManyParameters, start)
            }
            guard let id = TableVarint(bytes, index) else {
                throw TableRefusal(.truncatedParameter, start)
            }
            tape.append(Token(.parameterID, size: id.size, offset: index, value: id.value))
            if ids.contains(id.value) { throw TableRefusal(.duplicateParameter, start) }
            ids.append(id.value)
            let isListed = id.value < UInt64(parameters.count)
            let entry = isListed ? parameters[Int(id.value)] : TableParameter()
            if entry.isServerOnly, isServer { throw TableRefusal(.parameterFromClient, start) }
            let place = start + id.size
            guard let length = TableVarint(bytes, place) else {
                throw TableRefusal(.truncatedParameter, start)
            }
            tape.append(
                Token(.parameterLength, size: length.size, offset: place, value: length.value))
            index = place + length.size
            if length.value > UInt64(bytes.count - index) {
                throw TableRefusal(.parameterBeyondExtension, place)
            }
            longer += id.longer + length.longer
            let value = index..<(index + Int(length.value))
            longer += try self.value(entry, value, place, bytes, &tape)
            try match(id.value, value, start, bytes)
            index = value.upperBound
        }
        let isComplete = ids.contains(15) && (isServer || ids.contains(0))
        if !isComplete { throw TableRefusal(.missingParameter, 0) }
        return longer
    }

    /// Judges a value by its entry; returns 1 where it is a non-minimal varint.
    private func value(
        _ entry: TableParameter, _ value: Range<Int>, _ place: Int, _ bytes: Span<UInt8>,
        _ tape: inout Tape
    ) throws(TableRefusal) -> Int {
        switch entry.shape {
        case .any:
            guard UInt64(value.count) >= entry.least, UInt64(value.count) <= entry.most else {
                throw TableRefusal(.parameterLength, place)
            }
            if !value.isEmpty {
                tape.append(
                    Token(.parameterBytes, offset: value.lowerBound, length: value.count))
            }
            return 0
        case .integer:
            let inside = bytes.extracting(value)
            guard let number = TableVarint(inside, 0), number.size == value.count else {
                throw TableRefusal(.parameterLength, place)
            }
            guard number.value >= entry.least, number.value <= entry.most else {
                throw TableRefusal(.parameterRange, value.lowerBound)
            }
            tape.append(
                Token(
                    .parameterValue, size: number.size, offset: value.lowerBound,
                    value: number.value))
            return number.longer
        case .preferredAddress:
            if value.count < 42 { throw TableRefusal(.parameterLength, place) }
            let count = Int(bytes[value.lowerBound + 24])
            if !(1...20).contains(count) {
                throw TableRefusal(.parameterRange, value.lowerBound + 24)
            }
            if value.count != 41 + count { throw TableRefusal(.parameterLength, place) }
            var start = value.lowerBound
            for part in Self.preferredAddress {
                let size = part.size ?? count + 1
                tape.append(Token(part.field, offset: start, length: size))
                start += size
            }
            return 0
        }
    }

    private func match(
        _ id: UInt64, _ value: Range<Int>, _ start: Int, _ bytes: Span<UInt8>
    ) throws(TableRefusal) {
        var known: [UInt8]?
        if id == 0 { known = context.originalDestinationConnectionID }
        if id == 15 { known = context.sourceConnectionID }
        guard let known else { return }
        var isSame = known.count == value.count
        for (byte, place) in zip(known, value) { isSame = isSame && byte == bytes[place] }
        if !isSame { throw TableRefusal(.mismatchedParameter, start) }
    }
}

internal import Wire

/// A connection ID that a frame of this payload issued.
struct TableIssued {
    var sequence: UInt64
    var place: Range<Int>
}

/// What a frame's program works on.
struct TableFrameRegisters {
    var frame = 0
    var index = 0
    var base = 0
    var longer = 0
    var frameCount = 0
    var typeSize = 0
    var kind: TablePackets = []
    /// The number read last, and where it stands.
    var value: UInt64 = 0
    var place = 0
    var offset: UInt64 = 0
    var offsetPlace = 0
    var smallest: UInt64 = 0
    var rangesLeft: UInt64 = 0
    var rangesRead = 0
    var sequence: UInt64 = 0
}

extension TablePacket {
    /// The frames of one payload: returns the number of its non-minimal varints.
    mutating func frames(
        _ bytes: Span<UInt8>, _ kind: TablePackets, _ base: Int, _ tape: inout Tape
    ) throws(TableRefusal) -> Int {
        var issued: [TableIssued] = []
        swap(&issued, &issuedStore)
        defer { swap(&issued, &issuedStore) }
        issued.removeAll(keepingCapacity: true)
        var registers = TableFrameRegisters()
        registers.base = base
        registers.kind = kind
        while registers.index < bytes.count {
            let type = try frameType(bytes, &registers)
            if type != 0 {
                tape.append(
                    Token(
                        .frame, detail: UInt16(type), offset: base + registers.frame,
                        length: registers.typeSize))
            }
            try run(
                grammar.starts[type]..<grammar.starts[type + 1], bytes, &registers, &issued, &tape)
        }
        return registers.longer
    }

    private func frameType(
        _ bytes: Span<UInt8>, _ registers: inout TableFrameRegisters
    ) throws(TableRefusal) -> Int {
        registers.frame = registers.index
        let place = registers.base + registers.frame
        registers.frameCount += 1
        if registers.frameCount > limits.frameCountMax { throw TableRefusal(.tooManyFrames, place) }
        guard let type = TableVarint(bytes, registers.index) else {
            throw TableRefusal(.truncatedFrame, place)
        }
        if type.longer > 0, !policy.contains(.nonMinimalFrameType) {
            throw TableRefusal(.nonMinimalFrameType, place)
        }
        let isListed = type.value < UInt64(grammar.packets.count)
        let packets = isListed ? grammar.packets[Int(type.value)] : []
        if packets.isEmpty { throw TableRefusal(.unknownFrameType, place) }
        if packets.isDisjoint(with: registers.kind) { throw TableRefusal(.frameNotAllowed, place) }
        if isServer, packets.contains(.fromServer) { throw TableRefusal(.frameFromClient, place) }
        registers.index += type.size
        registers.typeSize = type.size
        registers.longer += type.longer
        return Int(type.value)
    }

    /// Runs one frame's program.
    private func run(
        _ program: Range<Int>, _ bytes: Span<UInt8>, _ registers: inout TableFrameRegisters,
        _ issued: inout [TableIssued], _ tape: inout Tape
    ) throws(TableRefusal) {
        registers.offset = 0
        var counter = program.lowerBound
        while counter < program.upperBound {
            let step = grammar.steps[counter]
            counter += 1
            switch step.action {
            case .integer: try integer(step, bytes, &registers, &tape)
            case .byte: try byte(step, bytes, &registers, &tape)
            case .fixed: try take(step.field, step.operand, bytes, &registers, &tape)
            case .counted:
                let count = registers.value
                if count > UInt64(bytes.count - registers.index), step.field != .newConnectionID {
                    throw TableRefusal(.lengthBeyondPacket, registers.base + registers.place)
                }
                if step.field == .newConnectionID {
                    let start = registers.index
                    issued.append(
                        TableIssued(
                            sequence: registers.sequence, place: start..<(start + Int(count))))
                }
                try take(step.field, Int(count), bytes, &registers, &tape)
            case .rest:
                registers.value = UInt64(bytes.count - registers.index)
                try judge(step.rule, bytes, &registers)
                try take(step.field, bytes.count - registers.index, bytes, &registers, &tape)
            case .zeros: zeros(bytes, &registers, &tape)
            case .branchWithoutRange:
                if registers.rangesLeft == 0 {
                    counter += step.operand - 1
                } else {
                    registers.rangesLeft -= 1
                }
            case .back: counter -= step.operand + 1
            case .noOffset: registers.offsetPlace = registers.index
            case .issue:
                if issued.count >= limits.newConnectionIDCountMax {
                    throw TableRefusal(
                        .tooManyNewConnectionIDs, registers.base + registers.frame)
                }
            case .compareIssued: try compare(issued, bytes, registers)
            case .clientHello: clientHello(bytes, registers, &tape)
            }
        }
    }

    private func integer(
        _ step: TableStep, _ bytes: Span<UInt8>, _ registers: inout TableFrameRegisters,
        _ tape: inout Tape
    ) throws(TableRefusal) {
        registers.place = registers.index
        if step.rule == .gap, registers.rangesRead >= limits.ackRangeCountMax,
            registers.index < bytes.count
        {
            throw TableRefusal(.tooManyAckRanges, registers.base + registers.place)
        }
        guard let number = TableVarint(bytes, registers.index) else {
            throw TableRefusal(.truncatedFrame, registers.base + registers.frame)
        }
        registers.value = number.value
        registers.longer += number.longer
        registers.index += number.size
        tape.append(
            Token(
                step.field, size: number.size, offset: registers.base + registers.place,
                value: number.value))
        try judge(step.rule, bytes, &registers)
    }

    private func byte(
        _ step: TableStep, _ bytes: Span<UInt8>, _ registers: inout TableFrameRegisters,
        _ tape: inout Tape
    ) throws(TableRefusal) {
        guard registers.index < bytes.count else {
            throw TableRefusal(.truncatedFrame, registers.base + registers.frame)
        }
        registers.place = registers.index
        registers.value = UInt64(bytes[registers.index])
        registers.index += 1
        try judge(step.rule, bytes, &registers)
        tape.append(
            Token(
                step.field, size: 1, offset: registers.base + registers.place,
                value: registers.value))
    }

    private func take(
        _ field: QUICField, _ count: Int, _ bytes: Span<UInt8>,
        _ registers: inout TableFrameRegisters, _ tape: inout Tape
    ) throws(TableRefusal) {
        if count > bytes.count - registers.index {
            throw TableRefusal(.truncatedFrame, registers.base + registers.frame)
        }
        tape.append(Token(field, offset: registers.base + registers.index, length: count))
        registers.index += count
    }

    private func zeros(
        _ bytes: Span<UInt8>, _ registers: inout TableFrameRegisters, _ tape: inout Tape
    ) {
        if registers.typeSize == 1 {
            while registers.index < bytes.count, bytes[registers.index] == 0 {
                registers.index += 1
            }
        }
        tape.append(
            Token(
                .frame, offset: registers.base + registers.frame,
                length: registers.index - registers.frame))
    }
}

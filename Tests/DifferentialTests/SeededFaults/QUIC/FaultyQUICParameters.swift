import QUIC
import Wire

/// The transport parameters of one extension.
struct FaultyQUICParameters {
    let context: QUICContext
    let limits: QUICLimits
    let fault: QUICFault?
    var longVarints = 0
    var ids: [UInt64] = []
    private var index = 0

    init(context: QUICContext, limits: QUICLimits, fault: QUICFault?) {
        self.fault = fault
        self.context = context
        self.limits = limits
    }

    private func stop(_ reason: QUICReason, at index: Int) -> Rejection {
        Rejection(reason, at: index)
    }

    mutating func run(_ bytes: Span<UInt8>, _ tape: inout Tape) -> Rejection? {
        let isServer = context.role == .server
        while index < bytes.count {
            let start = index
            if ids.count == limits.parameterCountMax {
                return stop(.tooManyParameters, at: start)
            }
            guard let id = integer(.parameterID, bytes, &tape) else {
                return stop(.truncatedParameter, at: start)
            }
            for other in ids where other == id && fault != .duplicateParameterAccepted {
                return stop(.duplicateParameter, at: start)
            }
            ids.append(id)
            if isServer,
                id == 0 || id == 2 || id == 13 && fault != .serverParameterFromClient || id == 16
            {
                return stop(.parameterFromClient, at: start)
            }
            let place = index
            guard let length = integer(.parameterLength, bytes, &tape) else {
                return stop(.truncatedParameter, at: start)
            }
            if length > UInt64(bytes.count - index) {
                return stop(.parameterBeyondExtension, at: place)
            }
            let end = index + Int(length)
            if let refused = value(id, end, place, bytes, &tape) { return refused }
            if let refused = match(id, from: index, to: end, bytes) {
                return stop(refused, at: start)
            }
            index = end
        }
        var needed = isServer ? 1 : 2
        for id in ids where id == 15 || id == 0 { needed -= 1 }
        return needed > 0 && fault != .missingParameterUnseen ? stop(.missingParameter, at: 0) : nil
    }

    private mutating func integer(
        _ field: QUICField, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) -> UInt64? {
        let place = index
        guard let varint = FaultyQUICVarint(bytes, &index) else { return nil }
        longVarints += varint.excess
        tape.append(Token(field, size: varint.size, offset: place, value: varint.value))
        return varint.value
    }

    private mutating func value(
        _ id: UInt64, _ end: Int, _ place: Int, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        let count = end - index
        var isRight = true
        switch id {
        case 0, 15, 16: isRight = count <= 20
        case 2: isRight = count == 16
        case 12: isRight = count == 0
        case 13: return preferredAddress(count, place, bytes, &tape)
        case 1, 3...11, 14, 32: return number(id, count, place, bytes, &tape)
        default: break
        }
        if !isRight { return stop(.parameterLength, at: place) }
        if count > 0 { tape.append(Token(.parameterBytes, offset: index, length: count)) }
        return nil
    }

    private mutating func number(
        _ id: UInt64, _ count: Int, _ place: Int, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        var behind = index
        guard let varint = FaultyQUICVarint(bytes.extracting(first: index + count), &behind),
            varint.size == count || fault == .parameterLengthUnchecked
        else { return stop(.parameterLength, at: place) }
        let value = varint.value
        let isOut: Bool
        switch id {
        case 3: isOut = value < (fault == .udpPayloadSizeEdge ? 1_199 : 1_200)
        case 8, 9: isOut = value > 1 << 60
        case 10: isOut = value > 20
        case 11: isOut = value > 16_383
        case 14: isOut = value < 2
        default: isOut = false
        }
        if isOut { return stop(.parameterRange, at: index) }
        longVarints += varint.excess
        tape.append(Token(.parameterValue, size: varint.size, offset: index, value: value))
        return nil
    }

    private func preferredAddress(
        _ count: Int, _ place: Int, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) -> Rejection? {
        if count < 42 { return stop(.parameterLength, at: place) }
        let lengthPlace = index + 24
        let length = Int(bytes[lengthPlace])
        if length == 0 || length > 20 { return stop(.parameterRange, at: lengthPlace) }
        if count != 41 + length { return stop(.parameterLength, at: place) }
        tape.append(Token(.preferredIPv4, offset: index, length: 6))
        tape.append(Token(.preferredIPv6, offset: index + 6, length: 18))
        tape.append(Token(.preferredConnectionID, offset: lengthPlace, length: 1 + length))
        tape.append(
            Token(.statelessResetToken, offset: lengthPlace + 1 + length, length: 16))
        return nil
    }

    private func match(
        _ id: UInt64, from start: Int, to end: Int, _ bytes: Span<UInt8>
    ) -> QUICReason? {
        guard id == 0 || id == 15 else { return nil }
        let told = id == 0 ? context.originalDestinationConnectionID : context.sourceConnectionID
        guard let told else { return nil }
        if told.count != end - start { return .mismatchedParameter }
        for index in told.indices where told[index] != bytes[start + index] {
            return .mismatchedParameter
        }
        return nil
    }
}

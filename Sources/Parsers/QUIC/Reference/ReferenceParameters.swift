internal import Wire

/// §7: the transport parameters of one extension.
struct ReferenceParameters {
    let context: QUICContext
    let limits: QUICLimits
    var nonMinimalCount = 0
    private var index = 0
    /// The IDs that came so far.
    var seen: [UInt64] = []

    init(context: QUICContext, limits: QUICLimits) {
        self.context = context
        self.limits = limits
    }

    mutating func all(_ bytes: Span<UInt8>, _ tape: inout Tape) throws(ReferenceRefusal) {
        while index < bytes.count { try parameter(bytes, &tape) }
        // RFC 9000 §7.3: "An endpoint MUST treat the following as a connection error of type
        // TRANSPORT_PARAMETER_ERROR …: absence of the initial_source_connection_id transport parameter from either
        // endpoint, absence of the original_destination_connection_id transport parameter from the server"
        let needsOriginal = context.role == .client
        guard seen.contains(0x0f), seen.contains(0x00) || !needsOriginal else {
            throw ReferenceRefusal(.missingParameter, at: 0)
        }
    }

    private mutating func parameter(
        _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        let start = index
        // 7.1
        guard seen.count < limits.parameterCountMax else {
            throw ReferenceRefusal(.tooManyParameters, at: start)
        }
        let id = try integer(.parameterID, bytes, start, &tape)
        guard !seen.contains(id) else { throw ReferenceRefusal(.duplicateParameter, at: start) }
        seen.append(id)
        // RFC 9000 §18.2: "A client MUST NOT include any server-only transport parameter"
        let isServerOnly = id == 0x00 || id == 0x02 || id == 0x0d || id == 0x10
        if isServerOnly, context.role == .server {
            throw ReferenceRefusal(.parameterFromClient, at: start)
        }
        // 7.2
        let lengthPlace = index
        let length = try integer(.parameterLength, bytes, start, &tape)
        guard length <= UInt64(bytes.count - index) else {
            throw ReferenceRefusal(.parameterBeyondExtension, at: lengthPlace)
        }
        let value = index..<(index + Int(length))
        // 7.3
        try self.value(of: id, value, lengthPlace, bytes, &tape)
        index = value.upperBound
        // 7.4
        try match(id, value, start, bytes)
    }

    private mutating func integer(
        _ field: QUICField, _ bytes: Span<UInt8>, _ start: Int, _ tape: inout Tape
    ) throws(ReferenceRefusal) -> UInt64 {
        guard let varint = ReferenceVarint(bytes, at: index) else {
            throw ReferenceRefusal(.truncatedParameter, at: start)
        }
        tape.append(Token(field, size: varint.size, offset: index, value: varint.value))
        if varint.isNonMinimal { nonMinimalCount += 1 }
        index += varint.size
        return varint.value
    }

    private mutating func value(
        of id: UInt64, _ value: Range<Int>, _ lengthPlace: Int, _ bytes: Span<UInt8>,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        func require(_ isRight: Bool) throws(ReferenceRefusal) {
            guard isRight else { throw ReferenceRefusal(.parameterLength, at: lengthPlace) }
        }
        switch id {
        case 0x00, 0x0f, 0x10: try require(value.count <= 20)
        case 0x02: try require(value.count == 16)
        case 0x0c: try require(value.count == 0)
        case 0x0d: return try preferredAddress(value, lengthPlace, bytes, &tape)
        case 0x01, 0x03...0x0b, 0x0e, 0x20:
            return try number(id, value, lengthPlace, bytes, &tape)
        default: break
        }
        if value.count > 0 {
            tape.append(
                Token(.parameterBytes, offset: value.lowerBound, length: value.count))
        }
    }

    private mutating func number(
        _ id: UInt64, _ value: Range<Int>, _ lengthPlace: Int, _ bytes: Span<UInt8>,
        _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        guard let varint = ReferenceVarint(bytes.extracting(value), at: 0),
            varint.size == value.count
        else { throw ReferenceRefusal(.parameterLength, at: lengthPlace) }
        guard isInRange(varint.value, id) else {
            throw ReferenceRefusal(.parameterRange, at: value.lowerBound)
        }
        if varint.isNonMinimal { nonMinimalCount += 1 }
        tape.append(
            Token(
                .parameterValue, size: varint.size, offset: value.lowerBound, value: varint.value))
    }

    /// RFC 9000 §18.2, §4.6.
    private func isInRange(_ value: UInt64, _ id: UInt64) -> Bool {
        switch id {
        case 0x03: value >= 1_200
        case 0x08, 0x09: value <= 1 << 60
        case 0x0a: value <= 20
        case 0x0b: value < 1 << 14
        case 0x0e: value >= 2
        default: true
        }
    }

    /// RFC 9000 §18.2, Figure 22.
    private func preferredAddress(
        _ value: Range<Int>, _ lengthPlace: Int, _ bytes: Span<UInt8>, _ tape: inout Tape
    ) throws(ReferenceRefusal) {
        guard value.count >= 42 else { throw ReferenceRefusal(.parameterLength, at: lengthPlace) }
        let start = value.lowerBound
        let length = Int(bytes[start + 24])
        guard length >= 1, length <= 20 else {
            throw ReferenceRefusal(.parameterRange, at: start + 24)
        }
        guard value.count == 41 + length else {
            throw ReferenceRefusal(.parameterLength, at: lengthPlace)
        }
        tape.append(Token(.preferredIPv4, offset: start, length: 6))
        tape.append(Token(.preferredIPv6, offset: start + 6, length: 18))
        tape.append(Token(.preferredConnectionID, offset: start + 24, length: length + 1))
        tape.append(Token(.statelessResetToken, offset: start + 25 + length, length: 16))
    }

    /// RFC 9000 §7.3.
    private func match(
        _ id: UInt64, _ value: Range<Int>, _ start: Int, _ bytes: Span<UInt8>
    ) throws(ReferenceRefusal) {
        let known: [UInt8]?
        switch id {
        case 0x00: known = context.originalDestinationConnectionID
        case 0x0f: known = context.sourceConnectionID
        default: known = nil
        }
        guard let known else { return }
        var isSame = known.count == value.count
        for index in 0..<min(known.count, value.count)
        where known[index] != bytes[value.lowerBound + index] {
            isSame = false
        }
        guard isSame else { throw ReferenceRefusal(.mismatchedParameter, at: start) }
    }
}

internal import Wire

/// The transport parameters of one extension.
struct SIMDParameters {
    let view: SIMDView
    let isServer: Bool
    let limits: QUICLimits
    let context: QUICContext
    /// The IDs from 64 on that came so far.
    var ids: [UInt64] = []
    var refusal = Rejection(code: 0, offset: 0)
    var longVarints = 0
    private var index = 0
    /// The IDs below 64 that came so far.
    private var seen: UInt64 = 0

    private static let serverOnly: UInt64 = 1 << 0x00 | 1 << 0x02 | 1 << 0x0d | 1 << 0x10
    /// Those whose value is a varint.
    private static let integers: UInt64 = 0x1_0000_4ffa
    private static let connectionIDs: UInt64 = 1 << 0x00 | 1 << 0x0f | 1 << 0x10

    init(_ parser: SIMDPacket, _ view: SIMDView) {
        self.view = view
        isServer = parser.isServer
        limits = parser.limits
        context = parser.context
    }

    @inline(never)
    private mutating func refuse(_ reason: QUICReason, _ index: Int) -> Bool {
        refusal = Rejection(reason, at: index)
        return false
    }

    mutating func run(_ tape: inout Tape) -> Bool {
        var left = limits.parameterCountMax
        while index < view.count {
            if left == 0 { return refuse(.tooManyParameters, index) }
            left &-= 1
            guard parameter(&tape) else { return false }
        }
        let needed: UInt64 = isServer ? 1 << 0x0f : 1 << 0x0f | 1
        return seen & needed == needed ? true : refuse(.missingParameter, 0)
    }

    private mutating func parameter(_ tape: inout Tape) -> Bool {
        let start = index
        guard let id = SIMDVarint(view, index) else { return refuse(.truncatedParameter, start) }
        guard note(id.value) else { return refuse(.duplicateParameter, start) }
        let bit: UInt64 = id.value < 64 ? 1 << id.value : 0
        if bit & Self.serverOnly != 0, isServer { return refuse(.parameterFromClient, start) }
        let place = start &+ id.size
        guard let length = SIMDVarint(view, place) else {
            return refuse(.truncatedParameter, start)
        }
        index = place &+ length.size
        guard length.value <= UInt64(truncatingIfNeeded: view.count &- index) else {
            return refuse(.parameterBeyondExtension, place)
        }
        longVarints &+= id.excess &+ length.excess
        tape.append(
            Token(.parameterID, size: id.size, offset: start, value: id.value),
            Token(.parameterLength, size: length.size, offset: place, value: length.value))
        let count = Int(truncatingIfNeeded: length.value)
        let isRead =
            bit & Self.integers != 0
            ? number(id.value, count, place, &tape) : run(id.value, bit, count, place, &tape)
        guard isRead, isMatch(id.value, count) else {
            return isRead ? refuse(.mismatchedParameter, start) : false
        }
        index &+= count
        return true
    }

    /// False where the ID came before.
    private mutating func note(_ id: UInt64) -> Bool {
        if id < 64 {
            let isNew = seen >> id & 1 == 0
            seen |= 1 << id
            return isNew
        }
        if ids.contains(id) { return false }
        ids.append(id)
        return true
    }

    private mutating func number(
        _ id: UInt64, _ count: Int, _ place: Int, _ tape: inout Tape
    ) -> Bool {
        guard let number = SIMDVarint(view, index), number.size == count else {
            return refuse(.parameterLength, place)
        }
        let value = number.value
        let isRight: Bool
        switch id {
        case 0x03: isRight = value >= 1_200
        case 0x08, 0x09: isRight = value <= 1 << 60
        case 0x0a: isRight = value <= 20
        case 0x0b: isRight = value < 0x4000
        case 0x0e: isRight = value >= 2
        default: isRight = true
        }
        if !isRight { return refuse(.parameterRange, index) }
        longVarints &+= number.excess
        tape.append(Token(.parameterValue, size: count, offset: index, value: value))
        return true
    }

    private mutating func run(
        _ id: UInt64, _ bit: UInt64, _ count: Int, _ place: Int, _ tape: inout Tape
    ) -> Bool {
        if id == 0x0d { return preferredAddress(count, place, &tape) }
        let isWrong =
            bit & Self.connectionIDs != 0 && count > 20 || id == 0x02 && count != 16
            || id == 0x0c && count != 0
        if isWrong { return refuse(.parameterLength, place) }
        if count > 0 { tape.append(Token(.parameterBytes, offset: index, length: count)) }
        return true
    }

    private mutating func preferredAddress(
        _ count: Int, _ place: Int, _ tape: inout Tape
    ) -> Bool {
        if count < 42 { return refuse(.parameterLength, place) }
        let idPlace = index &+ 24
        let idCount = Int(view.byte(idPlace))
        if idCount == 0 || idCount > 20 { return refuse(.parameterRange, idPlace) }
        if count != idCount &+ 41 { return refuse(.parameterLength, place) }
        tape.append(
            Token(.preferredIPv4, offset: index, length: 6),
            Token(.preferredIPv6, offset: index &+ 6, length: 18))
        tape.append(
            Token(.preferredConnectionID, offset: idPlace, length: idCount &+ 1),
            Token(.statelessResetToken, offset: idPlace &+ 1 &+ idCount, length: 16))
        return true
    }

    /// Whether the value is the connection ID that packets carried, where that is known.
    private func isMatch(_ id: UInt64, _ count: Int) -> Bool {
        let told: [UInt8]?
        switch id {
        case 0x00: told = context.originalDestinationConnectionID
        case 0x0f: told = context.sourceConnectionID
        default: return true
        }
        guard let told else { return true }
        return view.withSpan(index, index &+ count) { value in
            value.count == told.count && told.indices.allSatisfy { told[$0] == value[$0] }
        }
    }
}

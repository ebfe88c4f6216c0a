public import CZyParsers
internal import HPACK
internal import Wire

// The functions of `zyparsers.h` for the HPACK decoder of a connection.

/// A decoder with the tape of its last block.
private final class HPACKConnection {
    private var decoder = HPACKDecoder()
    private var tape = Tape(tokenCapacity: 128, arenaCapacity: 4_096)

    func setTableSize(_ size: Int) { decoder.setTableSizeMax(size) }

    func decode(_ block: Span<UInt8>) -> zy_reading {
        tape.removeAll()
        let verdict: Verdict =
            switch decoder.decode(block, into: &tape) {
            case .fields, .fieldListTooLarge: .complete(consumed: block.count)
            case .rejected(let rejection): .rejected(rejection)
            }
        return unsafe reading(verdict, tape)
    }

    /// The decoder behind a pointer that `zy_hpack_open` gave, or nil for NULL.
    @unsafe
    static func at(_ pointer: OpaquePointer?) -> HPACKConnection? {
        // SAFETY: the caller promises a pointer of `zy_hpack_open` that was not closed.
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<HPACKConnection>.fromOpaque(UnsafeRawPointer(pointer))
            .takeUnretainedValue()
    }
}

@c @implementation
public func zy_hpack_open() -> OpaquePointer? {
    unsafe OpaquePointer(Unmanaged.passRetained(HPACKConnection()).toOpaque())
}

@c @implementation
public func zy_hpack_set_table_size(_ decoder: OpaquePointer?, _ size: UInt32) -> Int32 {
    guard let found = unsafe HPACKConnection.at(decoder) else { return ZY_USAGE.rawValue }
    found.setTableSize(Int(size))
    return 0
}

@c @implementation
public func zy_hpack_decode(
    _ decoder: OpaquePointer?, _ block: UnsafePointer<UInt8>?, _ count: Int,
    _ reading: UnsafeMutablePointer<zy_reading>?
) -> Int32 {
    guard let found = unsafe HPACKConnection.at(decoder), let reading = unsafe reading,
        count >= 0, unsafe block != nil || count == 0
    else { return ZY_USAGE.rawValue }
    // SAFETY: the caller promises `count` bytes; NULL comes with 0.
    let answer = unsafe found.decode(UnsafeBufferPointer(start: block, count: count).span)
    unsafe reading.pointee = answer
    return unsafe answer.outcome
}

@c @implementation
public func zy_hpack_close(_ decoder: OpaquePointer?) {
    guard let decoder = unsafe decoder else { return }
    // SAFETY: the caller promises a pointer of `zy_hpack_open`, closed once.
    unsafe Unmanaged<HPACKConnection>.fromOpaque(UnsafeRawPointer(decoder)).release()
}

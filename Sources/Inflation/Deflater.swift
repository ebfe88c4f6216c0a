private import CZlib

/// Messages in, DEFLATE data out that ends at a byte's end: what RFC 7692 §7.2.1 asks of a sender. zlib behind a Swift
/// value; no parser code.
@safe
public final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// Makes a deflater that reaches back at most 2^`windowBits` bytes (8 to 15).
    ///
    /// zlib makes no raw DEFLATE data with 8; with 9 it reaches back 250 bytes at most, which a window of 256 holds.
    public init(windowBits: Int = 15) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let bits = Int32(min(max(windowBits, 9), 15))
        // SAFETY: the structure is zeroed, as zlib asks; negative bits are raw DEFLATE.
        let status = unsafe deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -bits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot be set up: no memory, or another version")
    }

    deinit {
        // SAFETY: set up by the initialiser, and ended once.
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Empties the window: what no context takeover asks for between messages.
    public func reset() {
        // SAFETY: the structure is set up.
        unsafe deflateReset(stream)
    }

    /// The payload of a compressed message that holds `message`, without the four bytes that its reader appends.
    public func message(_ message: [UInt8]) -> [UInt8] {
        // SAFETY: `bound` bytes hold what `message.count` bytes deflate to, and a flush's five.
        let bound = unsafe Int(deflateBound(stream, UInt(message.count))) + 16
        var output = [UInt8](repeating: 0, count: bound)
        let written = unsafe output.withUnsafeMutableBufferPointer { to in
            unsafe message.withUnsafeBufferPointer { from in
                // SAFETY: zlib reads `from.count` and writes at most `to.count` bytes; it does not write through
                // `next_in`.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: from.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(clamping: from.count)
                unsafe stream.pointee.next_out = to.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: to.count)
                _ = unsafe deflate(stream, Z_SYNC_FLUSH)
                return unsafe to.count - Int(stream.pointee.avail_out)
            }
        }
        // An empty message is one empty stored block (RFC 7692 §7.2.3.6).
        return written >= 5 ? Array(output[..<(written - 4)]) : [0]
    }
}

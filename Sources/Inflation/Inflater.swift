private import CZlib

/// DEFLATE data in pieces, inflated into the caller's room. zlib behind a Swift value; no parser code.
///
/// The window is 32 KiB, the most that DEFLATE can reach back, so that what passes depends on the data alone and not on
/// how it was cut: zlib does not look whether a distance exceeds a smaller window when it lies in what one call put out.
///
/// A value: a copy goes its own way from where it was copied. zlib's memory (about 40 KiB) is allocated at the first use.
public struct Inflater: Sendable {
    /// What one call did.
    public struct Step: Sendable {
        /// Bytes taken from the input.
        public var consumed: Int
        /// Bytes written. Where it is all the room, more may come out without further input.
        public var produced: Int
        /// Whether the data goes on in no way. What came out before it is counted in `produced`.
        public var isMalformed: Bool
    }

    private var stream: InflaterStream?

    /// Makes an inflater with an empty window.
    public init() {}

    /// Whether all input so far ends behind a block, at a byte's end.
    public var isAtBlockEnd: Bool { stream?.isAtBlockEnd ?? false }

    /// Empties the window, and forgets a block that is not whole.
    public mutating func reset() {
        guard stream != nil else { return }
        own().reset()
    }

    /// Inflates what it can.
    ///
    /// Call again with the rest of the input until all of it is consumed and room is left. A final block (BFINAL) ends
    /// nothing: the next one follows, with the same window.
    public mutating func inflate(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> Step {
        own().inflate(input, into: &output)
    }

    /// The stream, made where there is none, and copied where another value has it too.
    private mutating func own() -> InflaterStream {
        if let known = stream {
            if isKnownUniquelyReferenced(&stream) { return known }
            let copy = InflaterStream(copying: known)
            stream = copy
            return copy
        }
        let made = InflaterStream()
        stream = made
        return made
    }
}

/// zlib's state, which must not move.
///
/// Sendable: only `Inflater` reaches it, and changes it only where no other value refers to it.
@safe
private final class InflaterStream: @unchecked Sendable {
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // SAFETY: the structure is zeroed, as zlib asks; −15 is raw DEFLATE with 32 KiB.
        let status = unsafe inflateInit2_(
            stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot be set up: no memory, or another version")
    }

    init(copying other: InflaterStream) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // SAFETY: both structures are allocated, and the other one is set up.
        let status = unsafe inflateCopy(stream, other.stream)
        precondition(status == Z_OK, "zlib cannot copy: no memory")
    }

    deinit {
        // SAFETY: set up by an initialiser, and ended once.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// zlib notes in `data_type`: bits 0–5 the unused bits of the last byte, bit 7 that a block has ended.
    var isAtBlockEnd: Bool {
        // SAFETY: the structure is set up.
        let noted = unsafe stream.pointee.data_type
        return noted & 128 != 0 && noted & 63 == 0
    }

    func reset() {
        // SAFETY: the structure is set up.
        unsafe inflateReset(stream)
        unsafe stream.pointee.data_type = 0
    }

    func inflate(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Inflater.Step {
        // SAFETY: zlib reads at most `from.count` and writes at most `to.count` bytes, within the two buffers' life; it
        // does not write through `next_in`.
        unsafe input.withUnsafeBufferPointer { from in
            unsafe output.withUnsafeMutableBufferPointer { to in
                unsafe run(from, to)
            }
        }
    }

    private func run(
        _ from: UnsafeBufferPointer<UInt8>, _ to: UnsafeMutableBufferPointer<UInt8>
    ) -> Inflater.Step {
        let inputCount = UInt32(clamping: from.count)
        let outputCount = UInt32(clamping: to.count)
        // SAFETY: as in `inflate`; an empty buffer may have no address, and zlib wants one.
        var empty: UInt8 = 0
        return unsafe withUnsafeMutablePointer(to: &empty) { none in
            unsafe stream.pointee.next_in =
                UnsafeMutablePointer(mutating: from.baseAddress) ?? none
            unsafe stream.pointee.avail_in = inputCount
            unsafe stream.pointee.next_out = to.baseAddress ?? none
            unsafe stream.pointee.avail_out = outputCount
            var status = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
            while status == Z_STREAM_END {
                // The next block follows; the window stays.
                unsafe inflateResetKeep(stream)
                guard unsafe stream.pointee.avail_in > 0 else { break }
                status = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
            }
            let consumed = unsafe inputCount - stream.pointee.avail_in
            let produced = unsafe outputCount - stream.pointee.avail_out
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.next_out = nil
            return Inflater.Step(
                consumed: Int(consumed), produced: Int(produced),
                isMalformed: status != Z_OK && status != Z_BUF_ERROR && status != Z_STREAM_END)
        }
    }
}

private import CHyperscan

/// A class that was recognised, and where.
public struct SignatureMatch: Hashable, Sendable, Comparable {
    /// The class's index in the set's list.
    public let index: Int
    /// The byte behind the bytes that tell it, from the stream's first byte.
    public let end: Int

    /// In the stream's order.
    public static func < (left: SignatureMatch, right: SignatureMatch) -> Bool {
        (left.end, left.index) < (right.end, right.index)
    }
}

/// Looks for the classes of a set in one stream, piece by piece.
///
/// HTTP/1 requests that hold nothing that any pattern is about are passed over by `PlainRequests`,
/// at several times Hyperscan's speed with so many patterns. From the first message that is not as
/// plain as that, everything is Hyperscan's. What is reported does not depend on how the bytes are
/// cut.
///
/// All storage is made by `init`: a scan allocates nothing. A scanner belongs to one thread at a
/// time.
@safe
public final class SignatureScanner {
    private let set: SignatureSet
    private let scratch: OpaquePointer
    private let stream: OpaquePointer?
    private var plain: PlainRequests?
    /// Whether plain requests are passed over. What is reported is the same without, but for what a
    /// plain message's body holds; tests and benches compare. Holds from the next `reset`.
    public var passOver = true
    /// Where Hyperscan's stream begins in ours.
    private var base = 0
    private var isStreamUsed = false
    private var found: [SignatureMatch] = []

    /// Makes a scanner for streams.
    ///
    /// - Throws: `SignatureError` where memory is short.
    public init(_ set: SignatureSet) throws(SignatureError) {
        self.set = set
        var scratch: OpaquePointer?
        // SAFETY: the set keeps its database alive, and this object keeps the set.
        guard unsafe hs_alloc_scratch(set.database, &scratch) == HS_SUCCESS,
            let made = unsafe scratch
        else { throw SignatureError(description: "no memory to scan with") }
        unsafe self.scratch = made
        var stream: OpaquePointer?
        if set.mode == .streaming {
            // SAFETY: as above; the stream is closed by `deinit`.
            guard unsafe hs_open_stream(set.database, 0, &stream) == HS_SUCCESS else {
                _ = unsafe hs_free_scratch(made)
                throw SignatureError(description: "no memory for a stream")
            }
        }
        unsafe self.stream = stream
        plain = set.subject == .http1 ? PlainRequests() : nil
        found.reserveCapacity(set.classes.count)
    }

    deinit {
        // SAFETY: opened and allocated by `init`, closed and freed once, the stream before its
        // scratch.
        if let stream = unsafe stream { _ = unsafe hs_close_stream(stream, scratch, nil, nil) }
        _ = unsafe hs_free_scratch(scratch)
    }

    /// Forgets the stream; what comes next is another one's first byte.
    public func reset() {
        if isStreamUsed, let stream = unsafe stream {
            // SAFETY: stream and scratch are this object's; without a callback nothing is reported.
            _ = unsafe hs_reset_stream(stream, 0, scratch, nil, nil)
        }
        isStreamUsed = false
        plain?.reset(isOver: !passOver)
        base = 0
    }

    /// How many bytes were passed over as plain so far.
    public var plainByteCount: Int { (plain?.passedCount ?? 0) + (plain?.heldPlainCount ?? 0) }

    /// Takes the next piece; `body` gets each class that it completes, in the stream's order. Each
    /// class is reported once.
    public func scan(_ piece: Span<UInt8>, _ body: (SignatureMatch) -> Void) {
        precondition(set.mode == .streaming, "a set for whole inputs scans no streams")
        found.removeAll(keepingCapacity: true)
        guard plain == nil || plain?.isOver == true else {
            var rest = piece
            plain?.take(&rest)
            if plain?.isOver == true {
                base = plain?.passedCount ?? 0
                plain?.withHeld { held in scanOn(held) }
                scanOn(rest)
            }
            return report(body)
        }
        scanOn(piece)
        report(body)
    }

    /// Ends the stream: a head that had not come as a whole is scanned now. Nothing more may be
    /// scanned before `reset`.
    public func finish(_ body: (SignatureMatch) -> Void) {
        found.removeAll(keepingCapacity: true)
        guard plain?.isOver == false, plain?.isHeldWhole == false else { return }
        base = plain?.passedCount ?? 0
        plain?.withHeld { held in scanOn(held) }
        report(body)
    }

    /// The classes in a whole input, in its order.
    public func matches(in input: Span<UInt8>) -> [SignatureMatch] {
        reset()
        found.removeAll(keepingCapacity: true)
        var matches: [SignatureMatch] = []
        if set.mode == .streaming {
            scan(input) { matches.append($0) }
            finish { matches.append($0) }
            return matches
        }
        var rest = input
        plain?.take(&rest)
        // What waits for more is scanned as well: the input has no more. One piece, whatever was
        // held of it.
        base = plain?.passedCount ?? 0
        if plain?.isHeldWhole != true { block(input.extracting(droppingFirst: base)) }
        report { matches.append($0) }
        return matches
    }

    private func report(_ body: (SignatureMatch) -> Void) {
        // Hyperscan does not promise an order within one call.
        sort()
        for match in found { body(match) }
    }

    /// Insertion: the standard library's sort would allocate, and each class is in the list once at most.
    private func sort() {
        for index in found.indices.dropFirst() {
            var place = index
            while place > 0, found[place] < found[place - 1] {
                found.swapAt(place, place - 1)
                place -= 1
            }
        }
    }

    private func scanOn(_ piece: Span<UInt8>) {
        guard let stream = unsafe stream, piece.count > 0 else { return }
        precondition(piece.count <= UInt32.max, "a piece has less than 4 GiB")
        isStreamUsed = true
        // SAFETY: the span has piece.count bytes for the time of the call; the context is this
        // object, which outlives it.
        unsafe piece.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = unsafe hs_scan_stream(
                    stream, characters.baseAddress, UInt32(characters.count), 0, scratch, onMatch,
                    Unmanaged.passUnretained(self).toOpaque())
            }
        }
    }

    private func block(_ input: Span<UInt8>) {
        guard input.count > 0 else { return }
        precondition(input.count <= UInt32.max, "an input has less than 4 GiB")
        // SAFETY: as in `scanOn`.
        unsafe input.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = unsafe hs_scan(
                    set.database, characters.baseAddress, UInt32(characters.count), 0, scratch,
                    onMatch, Unmanaged.passUnretained(self).toOpaque())
            }
        }
    }

    fileprivate func add(_ id: UInt32, _ end: UInt64) {
        found.append(SignatureMatch(index: Int(id), end: base + Int(clamping: end)))
    }
}

/// Hyperscan's callback: never stops the scan.
private func onMatch(
    _ id: UInt32, _ from: UInt64, _ to: UInt64, _ flags: UInt32,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context = unsafe context else { return 0 }
    // SAFETY: the context is the scanner that called, alive and on this thread.
    unsafe Unmanaged<SignatureScanner>.fromOpaque(context).takeUnretainedValue().add(id, to)
    return 0
}

private import CKernels

/// Passes over requests in which no pattern could find anything, and stops for good at the first that is not as plain.
///
/// It is no parser, and decides nothing about a message: it knows one narrow shape that most requests have, and calls all others
/// not plain, valid or not. A request is plain where
/// - its line is GET, HEAD, POST or PUT, one space, a path of ordinary characters (percent-encodings of ordinary octets too, no `..;`), and HTTP/1.1;
/// - each field line is a name of letters, digits and hyphens, a colon, and a value without controls;
/// - no field is one that classes are about, but one plain Host, one plain Content-Length (not with GET or HEAD), Content-Type and
///   Authorization once each, and `Connection` with keep-alive, or close where nothing follows;
/// - the head has at most `headBytesMax` bytes, and its body does not begin with a capital letter, as a request would.
///
/// A test holds it to its promise: over the corpus, a scan finds the same classes with it and without it.
struct PlainRequests: ~Copyable {
    /// The longest head (chosen: ten times a browser's; what is classified at once stays in the first-level cache).
    static let headBytesMax = 8_192

    /// The kernel's bitmaps: how many, and those that are used here.
    static let mapCount = 4
    static let notToken = 0
    static let control = 1
    static let notTarget = 2

    /// Bytes of whole plain messages so far: what follows them was not passed over.
    private(set) var passedCount = 0
    /// Whether something was not plain. What is held, and everything behind it, is for others.
    private(set) var isOver = false
    private var bodyRemaining = 0
    /// The start of a head that has not come as a whole.
    private var held: [UInt8]
    private var heldCount = 0
    /// The kernel's bitmaps of the part that is looked at.
    private var maps: [UInt64]

    init() {
        precondition(
            Int(ZY_MAP_COUNT) == Self.mapCount && Int(ZY_MAP_NOT_TOKEN) == Self.notToken
                && Int(ZY_MAP_CONTROL) == Self.control && Int(ZY_MAP_NOT_TARGET) == Self.notTarget)
        held = Array(repeating: 0, count: Self.headBytesMax)
        maps = Array(repeating: 0, count: (Self.headBytesMax / 64 + 1) * Self.mapCount)
    }

    /// Forgets the stream; with `isOver` the next one is for others from its first byte.
    mutating func reset(isOver: Bool = false) {
        passedCount = 0
        self.isOver = isOver
        bodyRemaining = 0
        heldCount = 0
    }

    /// Takes bytes from the front of `rest` as far as they are plain, or begin something that may be.
    mutating func take(_ rest: inout Span<UInt8>) {
        while !isOver, rest.count > 0 {
            if bodyRemaining > 0 {
                let count = min(bodyRemaining, rest.count)
                bodyRemaining -= count
                passedCount += count
                rest = rest.extracting(droppingFirst: count)
            } else if heldCount > 0 {
                takeHeld(&rest)
            } else {
                takeWhole(&rest)
            }
        }
    }

    /// Calls `body` with what is held of a head.
    func withHeld(_ body: (Span<UInt8>) -> Void) {
        body(held.span.extracting(first: heldCount))
    }

    /// Heads that lie in the piece as a whole.
    private mutating func takeWhole(_ rest: inout Span<UInt8>) {
        let region = rest.extracting(first: Self.headBytesMax)
        let walked = walk(region)
        passedCount += walked.consumed
        bodyRemaining = walked.bodyLength
        rest = rest.extracting(droppingFirst: walked.consumed)
        switch walked.ending {
        case .more where walked.consumed == 0 && region.count == Self.headBytesMax: isOver = true
        case .more where rest.count < Self.headBytesMax && bodyRemaining == 0:
            // The piece ends inside a head.
            for index in rest.indices { held[index] = rest[index] }
            heldCount = rest.count
            rest = rest.extracting(first: 0)
        case .more: break
        case .notPlain: isOver = true
        }
    }

    /// A head that began in an earlier piece.
    private mutating func takeHeld(_ rest: inout Span<UInt8>) {
        let before = heldCount
        let added = min(rest.count, Self.headBytesMax - before)
        for index in 0..<added { held[before + index] = rest[index] }
        let walked = walkHeld(before + added)
        if walked.consumed > before {
            passedCount += walked.consumed
            bodyRemaining = walked.bodyLength
            heldCount = 0
            rest = rest.extracting(droppingFirst: walked.consumed - before)
            return
        }
        guard walked.ending == .more, before + added < Self.headBytesMax else {
            isOver = true
            return
        }
        heldCount = before + added
        rest = rest.extracting(droppingFirst: added)
    }

    private mutating func walkHeld(_ count: Int) -> Walked {
        // The walk changes the bitmaps only; the bytes are lent to it.
        let bytes = held
        held = []
        let walked = walk(bytes.span.extracting(first: count), headsMax: 1)
        held = bytes
        return walked
    }
}

// MARK: Walking

extension PlainRequests {
    private enum Ending {
        /// The last head is not there as a whole.
        case more
        case notPlain
    }

    private struct Walked {
        /// Bytes of whole plain heads, and of the bodies between them.
        var consumed = 0
        /// Bytes of the last head's body that are not there.
        var bodyLength = 0
        var ending = Ending.more
    }

    /// Walks over the heads of a region of at most `headBytesMax` bytes.
    private mutating func walk(_ region: Span<UInt8>, headsMax: Int = .max) -> Walked {
        guard region.count > 0 else { return Walked() }
        // SAFETY: the maps have room for headBytesMax / 64 + 1 blocks, and the region has at most headBytesMax bytes; both
        // pointers are used only here. Every index below is compared with the count first.
        return unsafe region.withUnsafeBufferPointer { bytes in
            unsafe maps.withUnsafeMutableBufferPointer { maps in
                guard let first = bytes.baseAddress, let words = maps.baseAddress else {
                    return Walked()
                }
                unsafe zy_http1_classify(first, bytes.count, words)
                let head = unsafe PlainHead(bytes: first, count: bytes.count, maps: words)
                return Self.walk(head, headsMax)
            }
        }
    }

    private static func walk(_ head: PlainHead, _ headsMax: Int) -> Walked {
        var walked = Walked()
        for _ in 0..<headsMax {
            switch head.read(from: walked.consumed) {
            case .more: return walked
            case .notPlain:
                walked.ending = .notPlain
                return walked
            case .plain(let end, let bodyLength):
                let there = min(bodyLength, head.count - end)
                walked.consumed = end + there
                walked.bodyLength = bodyLength - there
                if walked.bodyLength > 0 { return walked }
            }
        }
        return walked
    }
}

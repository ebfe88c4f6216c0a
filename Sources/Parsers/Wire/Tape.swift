#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#else
    private import Darwin
#endif

/// What a parser recognised: a flat array of tokens, and an arena for bytes that do not stand in the
/// input as they are (an unfolded field value, a decoded string).
///
/// A parser appends tokens as it goes and **commits** them at the points that its protocol names
/// (`Documentation/HTTP1.md` §8). Only committed tokens count: after *incomplete* or *rejected*, what was
/// appended since the last commit is invisible to readers, though a parser that resumes still has it.
/// That is what makes a tape independent of how the input was cut.
///
/// The storage grows by doubling and is kept by `removeAll()`, so a tape that is used again for messages of
/// the same size allocates nothing. A tape over borrowed storage never grows: it sets `overflowed`.
@safe
public struct Tape: ~Copyable {
    @usableFromInline internal var base: UnsafeMutablePointer<Token>
    @usableFromInline internal var capacity: Int
    @usableFromInline internal var arenaBase: UnsafeMutablePointer<UInt8>
    @usableFromInline internal var arenaCapacity: Int
    internal let ownsTokens: Bool

    @usableFromInline internal var appended = 0
    @usableFromInline internal var committed = 0
    @usableFromInline internal var arenaAppended = 0
    @usableFromInline internal var arenaCommitted = 0
    @usableFromInline internal var lostTokens = false

    /// Makes an empty tape with room for `tokenCapacity` tokens and `arenaCapacity` bytes.
    public init(tokenCapacity: Int = 64, arenaCapacity: Int = 0) {
        let tokens = max(tokenCapacity, 4)
        unsafe base = .allocate(capacity: tokens)
        capacity = tokens
        let bytes = max(arenaCapacity, 16)
        unsafe arenaBase = .allocate(capacity: bytes)
        self.arenaCapacity = bytes
        ownsTokens = true
    }

    /// Makes an empty tape over the caller's storage, which must outlive it. It never grows.
    ///
    /// Only for system boundaries (the C library), where the caller owns every buffer.
    @unsafe
    public init(
        borrowing tokens: UnsafeMutableBufferPointer<Token>,
        arena: UnsafeMutableBufferPointer<UInt8>
    ) {
        // SAFETY: an empty buffer may have no address; with capacity 0 the placeholder is never written.
        unsafe base = tokens.baseAddress ?? UnsafeMutablePointer(bitPattern: 16).unsafelyUnwrapped
        capacity = tokens.count
        unsafe arenaBase =
            arena.baseAddress ?? UnsafeMutablePointer(bitPattern: 16).unsafelyUnwrapped
        arenaCapacity = arena.count
        ownsTokens = false
    }

    /// How far a tape's storage is filled: what a caller keeps that lends the same storage to one call after another.
    public struct Filling: Hashable, Sendable, BitwiseCopyable {
        fileprivate var appended = 0
        fileprivate var committed = 0
        fileprivate var arenaAppended = 0
        fileprivate var arenaCommitted = 0
        fileprivate var lostTokens = false

        /// Nothing yet.
        public init() {}
    }

    /// Makes a tape over storage that a tape before it filled as far as `filled` says.
    ///
    /// Storage that became smaller than that counts as lost.
    @unsafe
    public init(
        borrowing tokens: UnsafeMutableBufferPointer<Token>,
        arena: UnsafeMutableBufferPointer<UInt8>, filled: Filling
    ) {
        unsafe self.init(borrowing: tokens, arena: arena)
        lostTokens =
            filled.lostTokens || filled.appended > capacity || filled.arenaAppended > arenaCapacity
        guard !lostTokens else { return }
        appended = filled.appended
        committed = filled.committed
        arenaAppended = filled.arenaAppended
        arenaCommitted = filled.arenaCommitted
    }

    /// How far the storage is filled.
    public var filling: Filling {
        var filling = Filling()
        filling.appended = appended
        filling.committed = committed
        filling.arenaAppended = arenaAppended
        filling.arenaCommitted = arenaCommitted
        filling.lostTokens = lostTokens
        return filling
    }

    deinit {
        guard ownsTokens else { return }
        // SAFETY: allocated by `init` or `grow`, freed once; tokens and bytes are trivial.
        unsafe base.deallocate()
        unsafe arenaBase.deallocate()
    }
}

extension Tape {
    /// Tokens appended, committed or not.
    @inlinable public var appendedCount: Int { appended }
    /// Tokens that are certain.
    @inlinable public var count: Int { committed }
    /// Arena bytes appended, committed or not.
    @inlinable public var arenaAppendedCount: Int { arenaAppended }
    /// Arena bytes that are certain.
    @inlinable public var arenaCount: Int { arenaCommitted }
    /// True once a token did not fit into borrowed storage; the tape then lacks it.
    @inlinable public var overflowed: Bool { lostTokens }
}

extension Tape {
    /// Appends one token. Not visible to readers before `commit()`.
    @inlinable @inline(__always)
    public mutating func append(_ token: Token) {
        if appendedCount >= capacity {
            guard growTokens() else { return }
        }
        // SAFETY: appendedCount < capacity was just ensured.
        unsafe (base + appendedCount).initialize(to: token)
        appended &+= 1
    }

    /// Appends two tokens, a name and its value, with one look at the room.
    @inlinable @inline(__always)
    public mutating func append(_ first: Token, _ second: Token) {
        guard appended &+ 2 <= capacity else {
            append(first)
            append(second)
            return
        }
        // SAFETY: appended + 2 ≤ capacity was just checked.
        unsafe (base + appended).initialize(to: first)
        unsafe (base + appended + 1).initialize(to: second)
        appended &+= 2
    }

    /// Appends three tokens with one look at the room.
    @inlinable @inline(__always)
    public mutating func append(_ first: Token, _ second: Token, _ third: Token) {
        guard appended &+ 3 <= capacity else {
            append(first)
            append(second)
            append(third)
            return
        }
        // SAFETY: appended + 3 ≤ capacity was just checked.
        unsafe (base + appended).initialize(to: first)
        unsafe (base + appended + 1).initialize(to: second)
        unsafe (base + appended + 2).initialize(to: third)
        appended &+= 3
    }

    /// Appends four tokens, what most headers of binary protocols have, with one look at the room.
    @inlinable @inline(__always)
    public mutating func append(_ first: Token, _ second: Token, _ third: Token, _ fourth: Token) {
        guard appended &+ 4 <= capacity else {
            append(first)
            append(second)
            append(third)
            append(fourth)
            return
        }
        // SAFETY: appended + 4 ≤ capacity was just checked.
        unsafe (base + appended).initialize(to: first)
        unsafe (base + appended + 1).initialize(to: second)
        unsafe (base + appended + 2).initialize(to: third)
        unsafe (base + appended + 3).initialize(to: fourth)
        appended &+= 4
    }

    /// Appends one byte to the arena. Not visible to readers before `commit()`.
    @inlinable
    public mutating func appendToArena(_ byte: UInt8) {
        if arenaAppendedCount >= arenaCapacity {
            guard growArena(by: 1) else { return }
        }
        // SAFETY: arenaAppendedCount < arenaCapacity was just ensured.
        unsafe (arenaBase + arenaAppendedCount).initialize(to: byte)
        arenaAppended &+= 1
    }

    /// Appends a run of bytes to the arena, with one look at the room. Not visible to readers before `commit()`.
    @inlinable @inline(__always)
    public mutating func appendToArena(contentsOf bytes: Span<UInt8>) {
        let count = bytes.count
        if count > arenaCapacity &- arenaAppended {
            guard growArena(by: count) else { return }
        }
        // SAFETY: arenaAppended + count ≤ arenaCapacity was just ensured; the arena is the tape's own, so the two do not overlap.
        unsafe bytes.withUnsafeBufferPointer { from in
            guard let from = from.baseAddress else { return }
            unsafe (arenaBase + arenaAppended).update(from: from, count: count)
        }
        arenaAppended &+= count
    }

    /// Appends `count` bytes to the arena that `fill` writes, every one of them.
    ///
    /// For kernels that decode or unmask straight into the arena. `fill` is not called where borrowed storage has no
    /// room; the tape then says `overflowed`.
    @inlinable @inline(__always)
    public mutating func appendToArena(count: Int, fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        precondition(count >= 0, "a run has no negative length")
        if count > arenaCapacity &- arenaAppended {
            guard growArena(by: count) else { return }
        }
        // SAFETY: arenaAppended + count ≤ arenaCapacity was just ensured.
        unsafe fill(arenaBase + arenaAppended)
        arenaAppended &+= count
    }

    /// Calls `body` with `count` bytes of the arena from `offset`, which must have been appended.
    @inlinable @inline(__always)
    public func withArena<Result>(
        _ offset: Int, count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        precondition(
            offset >= 0 && count >= 0 && offset <= arenaAppended
                && count <= arenaAppended &- offset,
            "arena run out of range")
        // SAFETY: offset + count ≤ arenaAppended, all initialised.
        return unsafe body(UnsafeBufferPointer(start: arenaBase + offset, count: count))
    }

    /// Where the certain tokens and arena bytes lie, for callers that cannot take a span. Good until the tape is changed or
    /// goes; `count` tokens and `arenaCount` bytes may be read.
    @unsafe
    public var addresses: (tokens: UnsafePointer<Token>, arena: UnsafePointer<UInt8>) {
        unsafe (UnsafePointer(base), UnsafePointer(arenaBase))
    }

    /// Takes back arena bytes behind the first `count` of the appended ones, which must not be certain yet.
    @inlinable
    public mutating func truncateArena(to count: Int) {
        precondition(count >= arenaCommitted && count <= arenaAppended, "arena run out of range")
        arenaAppended = count
    }

    /// Makes everything appended so far certain.
    @inlinable @inline(__always)
    public mutating func commit() {
        committed = appended
        arenaCommitted = arenaAppended
    }

    /// Withdraws what was appended since the last commit.
    @inlinable
    public mutating func rollback() {
        appended = committed
        arenaAppended = arenaCommitted
    }

    /// Empties the tape and keeps its storage.
    public mutating func removeAll() {
        appended = 0
        committed = 0
        arenaAppended = 0
        arenaCommitted = 0
        lostTokens = false
    }

    /// The token at `index`, which must lie in `0 ..< appendedCount`.
    ///
    /// Readers stay below `count`; a parser may read its own uncommitted tokens.
    public subscript(index: Int) -> Token {
        @inlinable @inline(__always) get {
            precondition(index >= 0 && index < appendedCount, "token index out of range")
            // SAFETY: 0 ≤ index < appendedCount ≤ capacity, all initialised.
            return unsafe base[index]
        }
        @inlinable @inline(__always) set {
            precondition(index >= 0 && index < appendedCount, "token index out of range")
            // SAFETY: as above.
            unsafe base[index] = newValue
        }
    }

    /// The arena byte at `index`, which must lie in `0 ..< arenaAppendedCount`.
    public func arenaByte(at index: Int) -> UInt8 {
        precondition(index >= 0 && index < arenaAppendedCount, "arena index out of range")
        // SAFETY: 0 ≤ index < arenaAppendedCount ≤ arenaCapacity, all initialised.
        return unsafe arenaBase[index]
    }

    /// Whether the committed tokens and arena bytes of two tapes are the same, bit for bit.
    public static func == (left: borrowing Tape, right: borrowing Tape) -> Bool {
        guard left.count == right.count, left.arenaCount == right.arenaCount else { return false }
        // SAFETY: both buffers hold at least `count` tokens and `arenaCount` bytes.
        return unsafe memcmp(left.base, right.base, left.count &* MemoryLayout<Token>.stride) == 0
            && memcmp(left.arenaBase, right.arenaBase, left.arenaCount) == 0
    }

    /// Whether the committed tokens and arena bytes begin those of `other`.
    public func isPrefix(of other: borrowing Tape) -> Bool {
        guard count <= other.count, arenaCount <= other.arenaCount else { return false }
        // SAFETY: both buffers hold at least this tape's `count` tokens and `arenaCount` bytes.
        return unsafe memcmp(base, other.base, count &* MemoryLayout<Token>.stride) == 0
            && memcmp(arenaBase, other.arenaBase, arenaCount) == 0
    }

    /// The committed tokens and arena bytes as values that outlive the tape.
    public func snapshot() -> TapeSnapshot {
        // SAFETY: `count` tokens and `arenaCount` bytes are initialised.
        unsafe TapeSnapshot(
            tokens: Array(UnsafeBufferPointer(start: base, count: count)),
            arena: Array(UnsafeBufferPointer(start: arenaBase, count: arenaCount)))
    }

    @usableFromInline @inline(never)
    internal mutating func growTokens() -> Bool {
        guard ownsTokens else {
            lostTokens = true
            return false
        }
        let grown = capacity * 2
        // SAFETY: the old buffer holds `appendedCount` initialised trivial tokens, and grown > capacity.
        unsafe base = Self.moved(base, count: appendedCount, capacity: grown)
        capacity = grown
        return true
    }

    @usableFromInline @inline(never)
    internal mutating func growArena(by need: Int) -> Bool {
        guard ownsTokens else {
            lostTokens = true
            return false
        }
        let grown = max(arenaCapacity * 2, arenaAppendedCount + need)
        // SAFETY: the old arena holds `arenaAppendedCount` initialised bytes, and grown > arenaCapacity.
        unsafe arenaBase = Self.moved(arenaBase, count: arenaAppendedCount, capacity: grown)
        arenaCapacity = grown
        return true
    }

    /// Moves `count` elements into a new buffer of `capacity` and frees the old one.
    @unsafe
    private static func moved<Element: BitwiseCopyable>(
        _ old: UnsafeMutablePointer<Element>, count: Int, capacity: Int
    ) -> UnsafeMutablePointer<Element> {
        let new = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        // SAFETY: the caller promises count ≤ capacity and count initialised elements at `old`.
        unsafe new.moveInitialize(from: old, count: count)
        unsafe old.deallocate()
        return unsafe new
    }
}

/// A tape's committed contents, detached from it.
public struct TapeSnapshot: Hashable, Sendable {
    /// The committed tokens, in the order in which they were recognised.
    public var tokens: [Token]
    /// The committed arena bytes.
    public var arena: [UInt8]

    /// Makes a snapshot from tokens and arena bytes.
    public init(tokens: [Token] = [], arena: [UInt8] = []) {
        self.tokens = tokens
        self.arena = arena
    }
}

internal import CZyParsers
internal import HTTP1
internal import Wire

/// What lies in a `zy_parser`: which parser, and how far the caller's arrays are filled.
struct ParserState: BitwiseCopyable {
    /// Says that the memory was initialised by this library (chosen: a word that no zeroed or freed memory holds).
    static let mark: UInt64 = 0x7A79_7061_7273_6531

    var mark = ParserState.mark
    var filled = Tape.Filling()
    /// Which of the two parsers is in use. Both are trivial values that lie here and are changed in place: moving them in and
    /// out of an enum would cost more than a small head.
    let isHead: Bool
    var head: SIMDHead
    var chunked: SIMDChunked

    init(_ configuration: Configuration, isHead: Bool) {
        self.isHead = isHead
        head = SIMDHead(configuration)
        chunked = SIMDChunked(configuration)
    }

    /// Calls `body` on the state in `parser`; nil where there is none.
    @unsafe
    static func with<Result>(
        _ parser: UnsafeMutablePointer<zy_parser>?, _ body: (inout ParserState) -> Result
    ) -> Result? {
        guard let parser = unsafe parser,
            MemoryLayout<ParserState>.size <= MemoryLayout<zy_parser>.size
        else { return nil }
        // SAFETY: the state fits into the struct (just checked) and needs no more alignment than its words; the mark
        // comes first, and is compared before anything else of the memory is believed.
        let state = unsafe UnsafeMutableRawPointer(parser).assumingMemoryBound(
            to: ParserState.self)
        guard unsafe state.pointee.mark == ParserState.mark else { return nil }
        return unsafe body(&state.pointee)
    }

    /// Puts a new state into `parser`; false where there is no memory.
    @unsafe
    static func create(
        _ parser: UnsafeMutablePointer<zy_parser>?, _ configuration: Configuration, isHead: Bool
    ) -> Bool {
        guard let parser = unsafe parser,
            MemoryLayout<ParserState>.size <= MemoryLayout<zy_parser>.size
        else { return false }
        // SAFETY: as in `with`; the state is trivial, so that overwriting it leaks nothing.
        unsafe UnsafeMutableRawPointer(parser).initializeMemory(
            as: ParserState.self, to: ParserState(configuration, isHead: isHead))
        return true
    }
}

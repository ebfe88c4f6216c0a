internal import UTF8Text
internal import Wire

/// A message of which not all frames have come.
struct ReferenceMessage {
    /// Text or binary.
    let opcode: UInt8
    /// RFC 7692 §6: its first frame has RSV1.
    let isCompressed: Bool
    /// Frames whose headers have come.
    var frameCount = 0
    /// Bytes of their payloads, as sent.
    var byteCount = 0
    /// Bytes that came out of them, where it is compressed.
    var inflatedCount = 0
}

/// Text over several frames, with the place in the input where its open sequence starts.
struct ReferenceText {
    private var validator = ReferenceUTF8Validator(.strict)
    private var openOffset = 0

    /// Starts a new text.
    mutating func reset() { validator.reset() }

    /// Whether the text so far ends inside a sequence.
    var isOpen: Bool { validator.openCount > 0 }

    /// Where the open sequence starts.
    var openSequenceOffset: Int { openOffset }

    /// Looks at the next bytes, which stand at `offset` of the input.
    ///
    /// - Returns: where the first ill-formed sequence starts, or nil.
    mutating func validate(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
        if let fault = validator.validate(bytes) {
            return fault.start >= 0 ? offset + fault.start : openOffset
        }
        if validator.openCount <= bytes.count {
            openOffset = offset + bytes.count - validator.openCount
        }
        return nil
    }

    /// The input's first `count` bytes are gone.
    mutating func release(_ count: Int) { openOffset = max(0, openOffset - count) }
}

internal import Wire

/// A frame header as it stands, and what its type and flags say (RFC 9113 §4.1).
struct ReferenceFrame {
    /// The frame's first octet.
    let start: Int
    /// The payload's length in octets.
    let length: Int
    let typeOctet: UInt8
    let flags: UInt8
    let isReservedBitSet: Bool
    let stream: Int
    /// Set where the frame as a whole is a stream error.
    var streamError: HTTP2Reason?

    /// Reads the nine octets at `start`, which must be there.
    init(header input: Span<UInt8>, at start: Int) {
        self.start = start
        length = Int(input[start]) << 16 | Int(input[start + 1]) << 8 | Int(input[start + 2])
        typeOctet = input[start + 3]
        flags = input[start + 4]
        isReservedBitSet = input[start + 5] & 0x80 != 0
        stream =
            Int(input[start + 5] & 0x7F) << 24 | Int(input[start + 6]) << 16
            | Int(input[start + 7]) << 8 | Int(input[start + 8])
    }

    /// The type, or nil where it is not known.
    var type: HTTP2FrameType? { HTTP2FrameType(rawValue: typeOctet) }
    var payload: Range<Int> { (start + 9)..<end }
    var end: Int { start + 9 + length }

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    /// The octets of Pad Length: one where the type knows PADDED and it is set.
    var padLengthCount: Int {
        switch type {
        case .data, .headers, .pushPromise: has(0x8) ? 1 : 0
        default: 0
        }
    }

    /// Whether a frame that is too long concerns its stream only (RFC 9113 §4.2).
    var mayBeStreamError: Bool {
        guard stream != 0 else { return false }
        switch type {
        case .headers, .pushPromise, .continuation, .settings, .ping, .goaway: return false
        case .data, .priority, .rstStream, .windowUpdate, .priorityUpdate, .altsvc, .origin, nil:
            return true
        }
    }

    /// A rejection at the octet `octet` of the frame.
    func rejection(_ reason: HTTP2Reason, _ octet: Int) -> Rejection {
        Rejection(reason, at: start + octet)
    }

    func appendStreamError(_ reason: HTTP2Reason, at offset: Int, _ tape: inout Tape) {
        tape.append(
            Token(.streamError, detail: UInt16(reason.rawValue), offset: offset, length: stream))
    }

    func appendUnread(_ tape: inout Tape) {
        tape.append(Token(.unread, offset: start + 9, length: length))
    }
}

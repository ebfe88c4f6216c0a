/// The attack class that a find belongs to, with who is the front and who the back.
public struct Label: Hashable, Sendable {
    /// The class.
    public let kind: LabelKind
    /// The participant that is taken for the front, the one that a message meets first. Of two that differ it is the
    /// earlier in the participants' order; with the two exchanged the label is the mirrored one.
    public let front: String
    /// The participant behind it.
    public let back: String
    /// What the two do with these bytes, in one sentence.
    public let detail: String
    /// The clause that decides: that of the reference's rejection where it refuses the input, else the class's.
    public let clause: String
    /// All participants whose reading is not the reference's.
    public let wrong: [String]

    /// `CL.TE (front first, back second): …`
    public var text: String { "\(kind.rawValue) (front \(front), back \(back)): \(detail)" }
}

/// The classes, named as the literature on request smuggling names them where it does: front's behaviour, point, back's.
///
/// `Documentation/Triage.md` has an example for each.
public enum LabelKind: String, CaseIterable, Sendable {
    // HTTP/1: whole bodies
    case clTE = "CL.TE"
    case teCL = "TE.CL"
    case clZero = "CL.0"
    case zeroCL = "0.CL"
    case teZero = "TE.0"
    case zeroTE = "0.TE"
    case clCL = "CL.CL"
    case teTE = "TE.TE"
    // HTTP/1: chunk lines
    case termExt = "TERM.EXT"
    case extTerm = "EXT.TERM"
    case termSpill = "TERM.SPILL"
    case spillTerm = "SPILL.TERM"
    case termTrail = "TERM.TRAIL"
    case trailTerm = "TRAIL.TERM"
    case overread1 = "OVERREAD1"
    case overread2 = "OVERREAD2"
    case size = "SIZE"
    case trailersMerged = "TR.MRG"
    case line = "LINE"
    // The other protocols
    case hpackState = "HPACK.STATE"
    case hpackFields = "HPACK.FIELDS"
    case http2Length = "H2.LENGTH"
    case http2Stream = "H2.STREAM"
    case http2Block = "H2.BLOCK"
    case http2Error = "H2.ERROR"
    case webSocketBoundary = "WS.BOUNDARY"
    case webSocketMessage = "WS.MESSAGE"
    case webSocketPayload = "WS.PAYLOAD"
    case quicCoalesce = "QUIC.COALESCE"
    case quicOpen = "QUIC.OPEN"
    case quicFrames = "QUIC.FRAMES"
    case utf8Subpart = "UTF8.SUBPART"
    case utf8IllFormed = "UTF8.ILLFORMED"

    /// What it means, in one sentence.
    public var meaning: String { facts.meaning }
    /// The clause that both sides would have to follow.
    public var clause: String { facts.clause }

    private var facts: (meaning: String, clause: String) {
        switch self {
        case .clTE: ("the front frames by Content-Length, the back by chunked", "RFC 9112 §6.3")
        case .teCL: ("the front frames by chunked, the back by Content-Length", "RFC 9112 §6.3")
        case .clZero: ("the front frames by Content-Length, the back sees no body", "RFC 9112 §6.3")
        case .zeroCL: ("the front sees no body, the back frames by Content-Length", "RFC 9112 §6.3")
        case .teZero: ("the front frames by chunked, the back sees no body", "RFC 9112 §6.3")
        case .zeroTE: ("the front sees no body, the back frames by chunked", "RFC 9112 §6.3")
        case .clCL: ("both frame by Content-Length, with different numbers", "RFC 9110 §8.6")
        case .teTE:
            ("only one of the two recognises a disguised Transfer-Encoding", "RFC 9112 §6.1")
        case .termExt:
            (
                "the front ends a chunk-size line where the back reads on in its extension",
                "RFC 9112 §7.1.1"
            )
        case .extTerm:
            (
                "the front reads on in a chunk extension where the back ends the line",
                "RFC 9112 §7.1.1"
            )
        case .termSpill:
            (
                "the front takes what follows chunk data as its end, the back drops it up to the line's end",
                "RFC 9112 §7.1"
            )
        case .spillTerm:
            (
                "the front drops what follows chunk data up to the line's end, the back takes it as its end",
                "RFC 9112 §7.1"
            )
        case .termTrail:
            ("the front ends the message where the back reads a trailer", "RFC 9112 §7.1.2")
        case .trailTerm:
            ("the front reads a trailer where the back ends the message", "RFC 9112 §7.1.2")
        case .overread1:
            ("behind chunk data one of the two skips one byte more than the other", "RFC 9112 §7.1")
        case .overread2:
            (
                "behind chunk data one of the two skips two bytes more than the other",
                "RFC 9112 §7.1"
            )
        case .size: ("the two read one chunk size as different numbers", "RFC 9112 §7.1")
        case .trailersMerged:
            ("one of the two puts trailers among the header fields", "RFC 9110 §6.5.1")
        case .line: ("the two end a line at different bytes", "RFC 9112 §2.2")
        case .hpackState:
            (
                "the two decoders' dynamic tables part: every later block reads differently",
                "RFC 7541 §2.2"
            )
        case .hpackFields: ("the two read other fields in one block", "RFC 7541 §3.2")
        case .http2Length: ("the two end a frame at different octets", "RFC 9113 §4.1")
        case .http2Stream: ("the two give a frame to different streams", "RFC 9113 §4.1")
        case .http2Block:
            (
                "the two assemble another field block, or other data, from the same frames",
                "RFC 9113 §4.3"
            )
        case .http2Error:
            ("one of the two sees a stream error where the other goes on", "RFC 9113 §5.4.2")
        case .webSocketBoundary: ("the two end a frame at different bytes", "RFC 6455 §5.2")
        case .webSocketMessage:
            ("the two assemble other messages from the same frames", "RFC 6455 §5.4")
        case .webSocketPayload: ("the two read another payload in one frame", "RFC 6455 §5.3")
        case .quicCoalesce: ("the two see other packets in one datagram", "RFC 9000 §12.2")
        case .quicOpen:
            ("one of the two opens a packet that the other drops", "RFC 9001 §5.5")
        case .quicFrames: ("the two read other frames in one packet", "RFC 9000 §12.4")
        case .utf8Subpart:
            ("the two cut ill-formed text into other subparts", "Unicode §3.9, U+FFFD substitution")
        case .utf8IllFormed: ("one of the two takes ill-formed text for a text", "RFC 3629 §3")
        }
    }
}

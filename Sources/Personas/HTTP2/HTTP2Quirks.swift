internal import HTTP2
internal import Wire

/// The quirks of HTTP/2 frames: the reference, on frames that each quirk has made right
/// (`RepairedReference`).
struct HTTP2Quirks: QuirkModel {
    let protocols = ["http2.frame"]

    var quirks: [Quirk] {
        HTTP2Leniency.all.map { Quirk($0, protocols: protocols) } + headers + payloads
    }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        guard let make = description.referenceMaker(adding: .strict) else { return nil }
        let policy = quirks.policy
        let repairs = HTTP2Repairs(flags: Flags(quirks))
        let model = RepairedReference(
            make: make, prepare: repairs.prepare, repair: repairs.repair, finish: repairs.finish)
        return { configuration in
            var configuration = configuration
            configuration.policy.formUnion(policy)
            return RereadParser(isStream: true) { [configuration] in
                model.read($0, configuration)
            }
        }
    }

    private func quirk(
        _ flag: HTTP2QuirkFlag, _ effect: String, breaks clause: String, seen: String
    ) -> Quirk {
        Quirk(
            id: flag.rawValue, protocols: protocols, kind: .parsing, effect: effect,
            clause: clause, seenIn: seen)
    }

    private var headers: [Quirk] {
        [
            quirk(
                .lengthIn16Bits, "The first octet of a frame's length is not looked at.",
                breaks: "RFC 9113 §4.1", seen: "readers of SPDY's and draft frames"),
            quirk(
                .reservedBitKept, "The reserved bit is the top bit of the stream identifier.",
                breaks: "RFC 9113 §4.1", seen: "readers of a 32-bit field without a mask"),
            quirk(
                .prefaceUnchecked, "Any 24 octets are a client's preface.",
                breaks: "RFC 9113 §3.4", seen: "readers behind ALPN that skip it; h2spec"),
            quirk(
                .streamZeroIgnored, "A frame that needs a stream is skipped on stream 0.",
                breaks: "RFC 9113 §6.1, §6.2", seen: "h2spec's list"),
            quirk(
                .settingsOnAnyStream, "A frame of the connection is read on any stream.",
                breaks: "RFC 9113 §6.5, §6.7, §6.8", seen: "h2spec's list"),
            quirk(
                .pushFromClientIgnored, "PUSH_PROMISE from a client is skipped.",
                breaks: "RFC 9113 §8.4", seen: "h2spec's list"),
            quirk(
                .continuationAnyStream,
                "A CONTINUATION frame continues the open block, whatever its stream.",
                breaks: "RFC 9113 §6.10", seen: "h2spec's list"),
            quirk(
                .continuationIgnored,
                "A field block ends with its first frame; CONTINUATION is skipped.",
                breaks: "RFC 9113 §6.10", seen: "readers without CONTINUATION; published checklists"
            ),
            quirk(
                .framesInBlock, "Frames of other types between those of a field block are skipped.",
                breaks: "RFC 9113 §6.10", seen: "h2spec's list; published checklists (order)"),
        ]
    }

    private var payloads: [Quirk] {
        [
            quirk(
                .paddedIgnored,
                "PADDED says nothing: Pad Length and padding are part of the payload.",
                breaks: "RFC 9113 §6.1, §6.2", seen: "readers of drafts before padding"),
            quirk(
                .paddingClamped,
                "Padding that is longer than its DATA frame is what the frame has.",
                breaks: "RFC 9113 §6.1", seen: "h2spec's list"),
            quirk(
                .priorityIgnored,
                "The PRIORITY flag says nothing: its five octets are part of the block.",
                breaks: "RFC 9113 §6.2", seen: "readers that dropped RFC 7540's priorities"),
            quirk(
                .acknowledgementPayload, "SETTINGS with ACK and a payload is skipped.",
                breaks: "RFC 9113 §6.5", seen: "h2spec's list"),
            quirk(
                .goawayEnds, "Nothing behind GOAWAY is read.", breaks: "RFC 9113 §6.8",
                seen: "clients that close at once"),
        ]
    }
}

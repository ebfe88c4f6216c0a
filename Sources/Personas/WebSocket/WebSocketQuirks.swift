internal import WebSocket
internal import Wire

/// The quirks of WebSocket, on a frame reader of its own.
///
/// Where permessage-deflate was negotiated, the reference reads under the leniencies, and the other
/// quirks do not show: the model inflates nothing.
struct WebSocketQuirks: QuirkModel {
    let protocols = ["websocket.frame"]

    var quirks: [Quirk] {
        WebSocketLeniency.all.map { Quirk($0, protocols: protocols) } + frames + messages
    }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        let policy = quirks.policy
        let flags = Flags<WebSocketFlag>(quirks)
        guard let reference = description.referenceMaker(adding: policy) else { return nil }
        return { configuration in
            let context = configuration.context as? WebSocketContext
            if context?.permessageDeflate != nil { return reference(configuration) }
            var configuration = configuration
            configuration.policy.formUnion(policy)
            return RereadParser(isStream: true) { [configuration] bytes in
                var pass = WebSocketPass(bytes, configuration, flags: flags)
                return pass.read()
            }
        }
    }

    private func quirk(
        _ flag: WebSocketFlag, _ effect: String, breaks clause: String, seen: String
    ) -> Quirk {
        Quirk(
            id: flag.rawValue, protocols: protocols, kind: .parsing, effect: effect,
            clause: clause, seenIn: seen)
    }

    private var frames: [Quirk] {
        [
            quirk(
                .lengthHighBitCleared, "The top bit of a length in 64 bits is dropped.",
                breaks: "RFC 6455 §5.2", seen: "published lists (64-bit MSB set)"),
            quirk(
                .lengthIn32Bits, "A length in 64 bits is kept in 32.", breaks: "RFC 6455 §5.2",
                seen: "readers that use an int; published boundary lists"),
            quirk(
                .maskNotApplied, "A masking key is skipped, and the payload left as it is.",
                breaks: "RFC 6455 §5.3", seen: "inspecting proxies"),
            quirk(
                .controlLong, "A control frame may be longer than 125 bytes.",
                breaks: "RFC 6455 §5.5", seen: "Autobahn's list (control above 125)"),
            quirk(
                .controlFragmented, "A control frame may come without FIN.",
                breaks: "RFC 6455 §5.5", seen: "Autobahn's list (FIN = 0 control)"),
            quirk(
                .controlEndsMessage, "A control frame between fragments drops the open message.",
                breaks: "RFC 6455 §5.4", seen: "readers with one buffer for all frames"),
            quirk(
                .reservedOpcodeIsData, "Opcodes 3 to 7 are binary messages.",
                breaks: "RFC 6455 §5.2", seen: "readers that test for text and control only"),
            quirk(
                .closeOfOneByte, "A Close payload of one byte passes, without a code.",
                breaks: "RFC 6455 §5.5.1", seen: "Autobahn's list (close body length 1)"),
            quirk(
                .anyCloseCode, "Any close code passes.", breaks: "RFC 6455 §7.4",
                seen: "Autobahn's list (invalid close codes)"),
            quirk(
                .closeReasonUnchecked, "A close reason need not be UTF-8.",
                breaks: "RFC 6455 §5.5.1", seen: "Autobahn's list"),
            quirk(
                .closeIgnored, "Frames behind a Close frame are read.",
                breaks: "RFC 6455 §5.5.1, §7.1.1", seen: "readers that leave it to the application"),
        ]
    }

    private var messages: [Quirk] {
        [
            quirk(
                .orphanContinuation, "A continuation with no message open begins a binary one.",
                breaks: "RFC 6455 §5.4", seen: "Autobahn's list (orphan CONT)"),
            quirk(
                .dataReplaces,
                "A data frame inside an open message begins a new one; the old is lost.",
                breaks: "RFC 6455 §5.4", seen: "Autobahn's list (interleaved data)"),
            quirk(
                .dataContinues, "A data frame inside an open message continues it.",
                breaks: "RFC 6455 §5.4", seen: "readers that look at FIN alone"),
            quirk(
                .finIgnored, "Each data frame is a message; FIN says nothing.",
                breaks: "RFC 6455 §5.4", seen: "readers without fragmentation"),
            quirk(
                .textPerFrame, "Text is judged frame by frame: a sequence may not span two.",
                breaks: "RFC 6455 §5.6", seen: "readers that decode each frame; Autobahn's list"),
            quirk(
                .textUncheckedAtEnd, "Text may end inside a sequence.", breaks: "RFC 6455 §8.1",
                seen: "validators that forget their state; Autobahn's list"),
        ]
    }
}

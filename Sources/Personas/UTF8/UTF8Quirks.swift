internal import UTF8Text
internal import Wire

/// The quirks of UTF-8, on a scanner of its own.
struct UTF8Quirks: QuirkModel {
    let protocols = ["utf8"]

    var quirks: [Quirk] { UTF8Leniency.all.map { Quirk($0, protocols: protocols) } + catalogue }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        let policy = quirks.policy
        let flags = Flags<UTF8Flag>(quirks)
        return { configuration in
            let scan = UTF8Scan(configuration.policy.union(policy), flags: flags)
            return RereadParser(isStream: true) { Self.read($0, scan) }
        }
    }

    private static func read(_ bytes: [UInt8], _ scan: UTF8Scan) -> ModelReading {
        var reading = ModelReading()
        switch scan.ending(of: bytes) {
        case .whole: reading.verdict = .complete(consumed: bytes.count)
        case .open where scan.flags.has(.openIsComplete):
            reading.verdict = .complete(consumed: bytes.count)
        case .open: reading.verdict = .incomplete
        case .fault(let fault):
            reading.tokens = [Token(illFormed: fault, at: fault.start)]
            reading.verdict = .rejected(Rejection(fault.reason, at: fault.start))
        }
        return reading
    }

    private var catalogue: [Quirk] {
        [
            quirk(
                .surrogatePairs,
                "Two surrogates in a row, high and low, are one character (CESU-8).",
                breaks: "RFC 3629 §3; UTR 26", seen: "Oracle's character set UTF8, MySQL utf8mb3"),
            quirk(
                .fiveAndSixBytes, "Sequences of five and six bytes pass.",
                breaks: "RFC 3629 §3", seen: "decoders written to RFC 2279"),
            quirk(
                .loneContinuation, "A continuation byte by itself is a character.",
                breaks: "RFC 3629 §3", seen: "readers that fall back to Latin-1"),
            quirk(
                .tailsUnchecked, "Behind the second byte of a sequence any byte is a continuation.",
                breaks: "RFC 3629 §3, §4", seen: "decoders that count bytes by the first"),
            quirk(
                .endsAtNUL, "A text ends at its first NUL; what follows is not looked at.",
                breaks: "RFC 3629 §4", seen: "validators of C strings"),
            quirk(
                .openIsComplete, "A text that ends inside a sequence is whole.",
                breaks: "RFC 3629 §4; Unicode §3.9 D92", seen: "validators that forget their state"),
            quirk(
                .replaced, "What is ill-formed is replaced, and never refused.",
                breaks: "RFC 6455 §8.1 (of a text); Unicode §3.9",
                seen: "decoders of the WHATWG Encoding Standard in their usual mode"),
        ]
    }

    private func quirk(
        _ flag: UTF8Flag, _ effect: String, breaks clause: String, seen: String
    ) -> Quirk {
        Quirk(
            id: flag.rawValue, protocols: protocols, kind: .parsing, effect: effect,
            clause: clause, seenIn: seen)
    }
}

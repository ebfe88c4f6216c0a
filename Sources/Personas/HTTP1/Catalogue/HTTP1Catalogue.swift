internal import HTTP1
internal import Wire

/// The quirks of HTTP/1 as data. Ids `S…` and `T…` are those of HTTP Garden's public list.
enum HTTP1Catalogue {
    static let all: [Quirk] =
        leniencies + startLines + fields + lengths + codings + connections + chunks + trailers
        + streams + proxies

    /// Where a quirk can show.
    enum Place {
        case requests, responses, heads, fields, chunks, streams

        var protocols: [String] {
            switch self {
            case .requests: ["http1.request", "http1.stream"]
            case .responses: ["http1.response", "http1.stream"]
            case .heads: ["http1.request", "http1.response", "http1.stream"]
            case .fields: ["http1.request", "http1.response", "http1.chunked", "http1.stream"]
            case .chunks: ["http1.chunked", "http1.stream"]
            case .streams: ["http1.stream"]
            }
        }
    }

    static func quirk(
        _ id: String, _ place: Place, _ effect: String, breaks clause: String, seen: String,
        policy: Policy = .strict, kind: Quirk.Kind = .parsing
    ) -> Quirk {
        Quirk(
            id: id, protocols: place.protocols, kind: kind, effect: effect, clause: clause,
            seenIn: seen, policy: policy)
    }

    /// A published pattern that comes to leniencies that the policy has anyway.
    static func pattern(
        _ id: String, _ place: Place, _ effect: String, breaks clause: String, seen: String,
        _ policy: Policy
    ) -> Quirk {
        quirk(id, place, effect, breaks: clause, seen: seen, policy: policy, kind: .leniency)
    }

    private static let leniencies: [Quirk] = HTTP1Leniency.all.map { leniency in
        Quirk(leniency, protocols: place(of: leniency).protocols)
    }

    private static func place(of leniency: Leniency) -> Place {
        let chunks: Policy = [
            .bareLFInChunkLine, .bareLFAfterChunkData, .chunkSizePrefix, .chunkSizeLongestPrefix,
            .chunkSizeTrailingWhitespace, .chunkExtensionWhitespace, .unvalidatedChunkExtension,
            .emptyChunkSize, .uncheckedChunkDataTerminator, .forbiddenTrailer,
        ]
        let requests: Policy = [
            .requestLineWhitespace, .lowercaseMethod, .unsafeTargetCharacters, .obsTextInTarget,
            .unvalidatedPercentEncoding, .unvalidatedTarget, .missingHost, .duplicateHost,
            .unvalidatedHost, .mismatchedHost, .unmetExpectation, .upgradeWithBody, .bodyNotAllowed,
        ]
        let fields: Policy = [
            .bareLF, .bareCRInFieldValue, .obsoleteFolding, .whitespaceBeforeColon,
            .whitespaceBeforeFirstField, .emptyFieldName, .nonTokenFieldName, .missingColon,
            .controlInFieldValue, .nulInFieldValue,
        ]
        if chunks.contains(leniency.policy) { return .chunks }
        if requests.contains(leniency.policy) { return .requests }
        if fields.contains(leniency.policy) { return .fields }
        return leniency.policy == .missingReasonPhraseSpace ? .responses : .heads
    }
}

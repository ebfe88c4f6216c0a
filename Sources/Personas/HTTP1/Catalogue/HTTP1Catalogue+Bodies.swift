internal import HTTP1
internal import Wire

/// Quirks of chunked bodies, trailers and streams.
extension HTTP1Catalogue {
    static let chunks: [Quirk] = chunkLines + chunkData

    private static let chunkLines: [Quirk] = [
        quirk(
            "S1", .chunks,
            "A chunk size is read by Python's int(16): signs, 0x, underscores, spaces.",
            breaks: "RFC 9112 §7.1", seen: "aiohttp, Gunicorn, Tornado"),
        pattern(
            "S17", .chunks, "An empty chunk size is 0.", breaks: "RFC 9112 §7.1",
            seen: "Go, hyper, Mongoose", .emptyChunkSize),
        pattern(
            "S22", .chunks, "A chunk size is the longest prefix that is one.",
            breaks: "RFC 9112 §7.1", seen: "H2O, OpenLiteSpeed, WEBrick", .chunkSizeLongestPrefix),
        quirk(
            "S25", .chunks, "A chunk size is read by strtoll(16): signs, 0x, anything behind it.",
            breaks: "RFC 9112 §7.1", seen: "libevent, OpenLiteSpeed"),
        quirk(
            "S31", .chunks, "A CR and any byte behind it end a chunk-size line.",
            breaks: "RFC 9112 §7.1", seen: "Node.js (llhttp)"),
        quirk(
            "S47", .chunks,
            "Behind a bad chunk-size line the next message begins at the next line.",
            breaks: "RFC 9112 §7.1", seen: "Cheroot"),
        quirk(
            "chunkExtensionSpansLF", .chunks,
            "LF is an ordinary byte of a chunk extension: only CR LF ends the line (EXT.TERM).",
            breaks: "RFC 9112 §7.1.1", seen: "smugchunks; Kestrel before CVE-2025-55315 (reverse)"),
        quirk(
            "chunkLineEndsAtCR", .chunks, "CR alone ends a chunk-size line (TERM.EXT).",
            breaks: "RFC 9112 §7.1", seen: "smugchunks"),
        quirk(
            "chunkSizeManyZeros", .chunks, "Leading zeros of a chunk size do not count as digits.",
            breaks: "local limit", seen: "the RFC permits it; most servers"),
        quirk(
            "chunkSizeWraps32", .chunks, "A chunk size is kept in 32 bits without a check.",
            breaks: "RFC 9112 §7.1", seen: "nginx before CVE-2013-2028 (kin); scanners"),
        quirk(
            "chunkSizeWraps64", .chunks, "A chunk size is kept in 64 bits without a check.",
            breaks: "RFC 9112 §7.1", seen: "HAProxy, Varnish CVE-2013-4484 (kin); scanners"),
        quirk(
            "nulInChunkExtension", .chunks, "NUL may stand in a chunk extension.",
            breaks: "RFC 9112 §7.1.1", seen: "Http11Probe's list"),
    ]

    private static let chunkData: [Quirk] = [
        quirk(
            "chunkDataEndsAtCR", .chunks, "CR alone may follow chunk data.",
            breaks: "RFC 9112 §7.1", seen: "smugchunks"),
        quirk(
            "chunkDataSpill", .chunks,
            "What stands between chunk data and the next CR LF is dropped.",
            breaks: "RFC 9112 §7.1", seen: "smugchunks (TERM.SPILL, SPILL.TERM)"),
        quirk(
            "overRead1", .chunks,
            "Where CR LF does not follow chunk data, three bytes are dropped.",
            breaks: "RFC 9112 §7.1", seen: "smugchunks (overread by one)"),
        quirk(
            "overRead2", .chunks, "Where CR LF does not follow chunk data, four bytes are dropped.",
            breaks: "RFC 9112 §7.1", seen: "smugchunks (overread by two)"),
        quirk(
            "underRead1", .chunks, "Where CR LF does not follow chunk data, one byte is dropped.",
            breaks: "RFC 9112 §7.1", seen: "smugchunks (one byte fewer)"),
        quirk(
            "underRead2", .chunks, "Where CR LF does not follow chunk data, nothing is dropped.",
            breaks: "RFC 9112 §7.1", seen: "smugchunks (two bytes fewer)"),
    ]

    static let trailers: [Quirk] = [
        quirk(
            "S39", .chunks, "Any two bytes behind the last chunk's line end the body.",
            breaks: "RFC 9112 §7.1.2", seen: "Puma"),
        quirk(
            "trailerBareLF", .chunks, "LF alone ends a trailer line.", breaks: "RFC 9112 §2.2",
            seen: "Puma (trailing danger survey)"),
        quirk(
            "trailerNameSpansLines", .chunks,
            "A trailer's name runs up to the next colon, over lines.",
            breaks: "RFC 9112 §5", seen: "GlassFish (trailing danger survey)"),
        quirk(
            "trailerWithoutColonEnds", .chunks, "A trailer line without a colon ends the body.",
            breaks: "RFC 9112 §7.1.2", seen: "http4s (trailing danger survey)"),
        quirk(
            "trailersMerged", .chunks,
            "Trailers, whatever their names, become fields of the header.",
            breaks: "RFC 9110 §6.5.1", seen: "lighttpd CVE-2025-12642; the TR.MRG class"),
        quirk(
            "trailersUnread", .chunks, "The line behind the last chunk's ends the body, unread.",
            breaks: "RFC 9112 §7.1.2", seen: "eventlet, Cheroot (trailing danger survey)"),
    ]

    static let streams: [Quirk] = [
        quirk(
            "S45", .streams, "A message is dropped where what follows it is none.",
            breaks: "RFC 9112 §9.3.2", seen: "Mongoose, Uvicorn"),
        quirk(
            "S48", .streams, "With Content-Length: 0 the rest of the first read is the body.",
            breaks: "RFC 9112 §6.3", seen: "Puma"),
        quirk(
            "connectAnswerFramed", .responses, "A 2xx answer to CONNECT is framed by its fields.",
            breaks: "RFC 9112 §6.3", seen: "clients that do not know the request"),
        quirk(
            "headAnswerHasBody", .responses, "An answer to HEAD is framed by its fields.",
            breaks: "RFC 9112 §6.3", seen: "proxies that lose the request's method"),
        quirk(
            "interimIsFinal", .streams, "A 1xx response counts as the answer.",
            breaks: "RFC 9110 §15.2", seen: "published response queue attacks"),
        quirk(
            "noContentHasBody", .responses, "A 1xx, 204 or 304 response is framed by its fields.",
            breaks: "RFC 9112 §6.3", seen: "clients that do not look at the status"),
    ]
}

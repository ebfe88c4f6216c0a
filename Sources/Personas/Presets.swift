extension Personas {
    /// The presets, fronts before backs, then the other protocols.
    static let presetList: [Persona] = fronts + backs + others

    private static let fronts: [Persona] = [
        preset(
            "lenient-front", "a front that passes on what it half understands",
            ["bareLF", "whitespaceBeforeColon", "unvalidatedTarget", "T10", "T13", "T24"]),
        preset(
            "length-first-front", "a front to which Content-Length comes first (CL.TE)",
            ["lengthOverridesTransferEncoding", "T23"]),
        preset(
            "empty-length-front", "a front that skips an empty Content-Length and sends it on",
            ["T11", "duplicateHost"]),
        preset(
            "dechunking-front", "a front that takes the coding off and merges the trailers",
            ["trailersMergedOnForward", "forbiddenTrailer"]),
        preset(
            "raw-chunk-front", "a front that sends chunk-size lines on as they stand",
            ["T7", "T19", "S36", "unvalidatedChunkExtension"]),
        preset(
            "hop-by-hop-front", "a front that takes out whatever Connection names",
            ["hopByHopFraming", "connectionWholeValue"]),
        preset(
            "queue-losing-front", "a front that pairs responses with the wrong requests",
            ["interimIsFinal", "headAnswerHasBody", "noContentHasBody"]),
    ]

    private static let backs: [Persona] = [
        preset(
            "lf-tolerant", "an old server that takes LF for a line end everywhere",
            ["bareLF", "bareLFInChunkLine", "bareLFAfterChunkData", "obsoleteFolding"]),
        preset(
            "extension-skipping-back", "a back that skips chunk extensions up to CR LF",
            ["chunkExtensionSpansLF", "unvalidatedChunkExtension", "chunkSizeTrailingWhitespace"]),
        preset(
            "first-length-wins", "a server that keeps the first Content-Length",
            ["S23", "leadingZerosInContentLength"]),
        preset(
            "last-length-wins", "a server that keeps the last Content-Length",
            ["S33", "transferEncodingLastLine"]),
        preset(
            "trailer-merger", "a server to which trailers are fields",
            ["trailersMerged", "trailerWithoutColonEnds"]),
        preset(
            "python-int", "a server that reads numbers with Python's int()", ["S1", "S10", "S2"]),
        preset(
            "strtoll", "a server that reads numbers with strtoll()", ["S25", "S32", "S35"]),
        preset(
            "longest-prefix", "a server that takes the longest prefix that fits",
            ["S5", "S6", "S22", "S29"]),
        preset(
            "c-strings", "a server whose values are C strings",
            ["S35", "S43", "contentLengthEndsAtNUL", "nulInChunkExtension"]),
        preset(
            "cgi-environment", "a server that passes fields on as environment variables",
            ["underscoreIsHyphen", "nonTokenFieldName", "S12", "S41"]),
        preset(
            "unread-trailers", "a server that ends a chunked body at its last chunk",
            ["trailersUnread", "S11", "ignoredBodyOfGET"]),
        preset(
            "coding-searcher", "a server that looks for the word chunked",
            ["chunkedSubstring", "chunkedAnywhere", "identityIgnored", "lengthAndTransferEncoding"]),
    ]

    private static let others: [Persona] = [
        preset(
            "lax-hpack", "a header decoder that checks little",
            [
                "HPACK-indexZero", "HPACK-huffmanPaddingLong", "HPACK-huffmanPaddingAnyBits",
                "HPACK-integerLong", "HPACK-sizeUpdateAboveSetting",
            ]),
        preset(
            "stateless-hpack", "an analyser that sees header blocks one by one",
            ["HPACK-tableClearedPerBlock", "HPACK-blockErrorIgnored", "HPACK-indexPastTable"]),
        preset(
            "lax-websocket", "a frame reader that leaves checks to its application",
            [
                "nonMinimalLength", "reservedBits", "reservedOpcodes", "WS-closeIgnored",
                "WS-anyCloseCode", "unvalidatedText",
            ]),
        preset(
            "frame-at-a-time", "a WebSocket reader without fragmentation",
            ["WS-finIgnored", "WS-orphanContinuation", "WS-textPerFrame"]),
        preset(
            "lax-http2", "an HTTP/2 frame reader that leaves checks to its connection",
            ["evenStreams", "zeroWindowIncrement", "nonzeroPadding", "H2-framesInBlock"]),
        preset(
            "lax-quic", "a QUIC reader that leaves checks to its connection",
            ["greasedFixedBit", "shortInitialConnectionID", "QUIC-smallInitial"]),
        preset(
            "modified-utf8", "a decoder of Java's Modified UTF-8",
            ["overlongNUL", "wtf8Surrogates"]),
    ]

    private static func preset(_ name: String, _ what: String, _ quirks: [String]) -> Persona {
        Persona(
            name: name, summary: "Model: \(what) (\(quirks.joined(separator: ", ")))",
            quirks: quirks)
    }
}

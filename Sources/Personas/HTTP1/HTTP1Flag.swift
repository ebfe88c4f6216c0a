/// A switch of the HTTP/1 model that no policy of the workbench has. Its name is the quirk's id.
///
/// `S…` and `T…` are the ids of HTTP Garden's public list; the others are named after what they do.
enum HTTP1Flag: UInt8, CaseIterable, Sendable {
    // Start lines
    case S5, S6, S9, S15, S24, S40
    case anyEmptyLines, missingVersion, verticalTabInRequestLine, zerosInVersion
    // Field lines
    case S2, S8, S12, S13, S14, S19, S20, S27, S28, S30, S35, S37, S41, S43, S46
    case invalidNameDropped, leadingWhitespaceLine, percentDecodedName, softHyphenInName,
        underscoreIsHyphen
    case verticalTabTrimmed
    // Content-Length
    case S10, S26, S32, S38, S42
    case contentLengthEndsAtNUL, contentLengthFloat, contentLengthInnerSpace
    case contentLengthWraps32, contentLengthWraps64, ignoredBodyOfGET
    // Transfer-Encoding
    case S11, S21, S44
    case chunkedAnywhere, chunkedCaseSensitive, chunkedParameters, chunkedPrefix, chunkedQuoted
    case chunkedSubstring, encodedWordDecoded, identityIgnored, lengthOverridesTransferEncoding
    case transferEncodingFirstLine, transferEncodingIgnoredInHTTP10, transferEncodingLastLine
    // Connection and expectations
    case closeIgnored, connectionWholeValue, expectSubstring
    // Chunked coding
    case S1, S25, S31, S39, S47
    case chunkDataEndsAtCR, chunkDataSpill, chunkExtensionSpansLF, chunkLineEndsAtCR
    case chunkSizeManyZeros, chunkSizeWraps32, chunkSizeWraps64, nulInChunkExtension
    case overRead1, overRead2, underRead1, underRead2
    // Trailers
    case trailerBareLF, trailerNameSpansLines, trailerWithoutColonEnds, trailersMerged
    case trailersUnread
    // Streams
    case S45, S48, connectAnswerFramed, headAnswerHasBody, interimIsFinal, noContentHasBody
    // Proxies
    case T1, T2, T3, T4, T5, T6, T7, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20
    case T21, T22, T23, T24, S36
    case duplicateHostForwarded, emptyNameForwarded, foldForwarded, hopByHopFraming
    case interimDropped, trailersMergedOnForward
    case whitespaceBeforeColonForwarded
}

/// A set of flags.
struct HTTP1Flags: Hashable, Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// The flags that quirk ids name; ids that are no flags are left out.
    init(_ quirks: [Quirk]) {
        for quirk in quirks { if let flag = Self.byID[quirk.id] { insert(flag) } }
    }

    private mutating func insert(_ flag: HTTP1Flag) {
        let bit = UInt64(flag.rawValue)
        if bit < 64 { low |= 1 << bit } else { high |= 1 << (bit - 64) }
    }

    /// Whether the flag is on.
    func has(_ flag: HTTP1Flag) -> Bool {
        let bit = UInt64(flag.rawValue)
        return bit < 64 ? low & (1 << bit) != 0 : high & (1 << (bit - 64)) != 0
    }

    /// Whether one of the flags is on.
    func hasAny(
        _ first: HTTP1Flag, _ second: HTTP1Flag, _ third: HTTP1Flag? = nil,
        _ fourth: HTTP1Flag? = nil, _ fifth: HTTP1Flag? = nil
    ) -> Bool {
        // Asked for nearly every line: no array is made for it.
        guard low | high != 0 else { return false }
        if has(first) || has(second) { return true }
        if let third, has(third) { return true }
        if let fourth, has(fourth) { return true }
        if let fifth, has(fifth) { return true }
        return false
    }

    private static let byID = Dictionary(
        uniqueKeysWithValues: HTTP1Flag.allCases.map { ("\($0)", $0) })
}

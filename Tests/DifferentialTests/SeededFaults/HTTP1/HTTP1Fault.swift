/// One fault that a parser of ours could have.
///
/// Each makes `FaultyHead`, `FaultyChunked` or `FaultyStream` wrong in one place; without one they agree with
/// the other variants. An oracle that lets one of them pass is blind in that place.
enum HTTP1Fault: String, CaseIterable, Sendable {
    // Byte classes
    /// Lower-case letters fit into a method.
    case methodAdmitsLowercase
    /// `(` fits into a field name.
    case nameAdmitsParenthesis
    /// `_` does not fit into a field name.
    case nameLacksUnderscore
    /// 0x80 to 0xFF fit into a field name.
    case nameAdmitsObsText
    /// DEL fits into a field value: the class ends one too late.
    case valueAdmitsDelete
    /// NUL fits into a field value.
    case valueAdmitsNul
    /// 0xFF does not fit into a field value: the class ends one too early.
    case valueLacksLastByte
    /// `#` fits into a path.
    case pathAdmitsFragment
    /// `[` fits into a query.
    case queryAdmitsBracket
    /// `?` does not fit into a query.
    case queryLacksQuestionMark
    /// `@` fits into the authority of a target.
    case authorityAdmitsUserinfo
    /// 0x0B fits into a reason phrase and into quotes.
    case reasonAdmitsVerticalTab
    /// `*` and all before it do not fit into names of chunk extensions.
    case extensionNameLacksStar
    /// `g` is a hexadecimal digit of a chunk size, worth 16.
    case hexDigitsReachG

    // Line ends
    /// LF alone ends a field line, whatever the policy.
    case bareLFAccepted
    /// LF alone is the empty line, whatever the policy.
    case emptyLineTakesBareLF
    /// Any byte behind CR ends a field line.
    case byteBehindCRUnchecked
    /// A bare CR in a start line is reported at itself, not at the byte behind.
    case bareCROffsetAtCR
    /// A bare CR that is part of a value makes the byte behind it part of the value, unseen.
    case bareCRTakesNextByte
    /// LF alone ends a chunk-size line, whatever the policy.
    case chunkLineTakesBareLF
    /// Any byte behind CR ends a chunk-size line.
    case chunkLineEndsAtAnyByteBehindCR

    // White space and folds
    /// HTAB behind a value stays part of it.
    case trailingTabKept
    /// Only one byte of white space behind a value is cut off.
    case trailingRunCutOnce
    /// HTAB before a value is part of it.
    case leadingTabKept
    /// A folded piece keeps its white space in front.
    case foldKeepsItsSpace
    /// White space before a colon is dropped, whatever the policy.
    case whitespaceBeforeColonAccepted
    /// A line that starts with white space continues the one before, whatever the policy.
    case foldingAccepted
    /// Folded pieces are joined by nothing.
    case foldJoinsWithoutSpace

    // Limits
    /// A start line may be one byte longer.
    case startLineLimitOffByOne
    /// A method may be one byte longer.
    case methodLimitOffByOne
    /// A target must be one byte shorter.
    case targetLimitOffByOne
    /// The byte beyond the target's limit exceeds it, even where it does not fit.
    case targetLimitBeforeSyntax
    /// One more empty line may stand before a request line.
    case emptyLineLimitOffByOne
    /// A field line may be one byte longer.
    case fieldLineLimitOffByOne
    /// The limit of a field line starts with each continuation anew.
    case fieldLineLimitWithoutName
    /// A field section may be one byte longer.
    case sectionLimitOffByOne
    /// The empty line does not count for the section's limit.
    case sectionLimitForgetsEmptyLine
    /// One more field line may stand in a section.
    case fieldCountOffByOne
    /// Trailers are held to the header section's limits.
    case trailersHaveHeaderLimits
    /// One more chunk may stand in a body.
    case chunkCountOffByOne
    /// A chunk size may have seventeen digits.
    case seventeenthDigitAccepted
    /// Extension bytes are counted for each chunk, not for the message.
    case extensionsCountPerChunk
    /// The `;` of a chunk extension is not counted.
    case extensionCountForgetsSemicolon
    /// The body's limit holds for each chunk alone.
    case bodyLimitPerChunk
    /// One more 1xx response may stand before a final one.
    case informationalLimitOffByOne

    // Resumption: a cut forgets
    /// A cut in a field name forgets where the name started.
    case nameRestartsAtCut
    /// A cut in a field value forgets where the value started.
    case valueRestartsAtCut
    /// A cut behind the CR of a field line forgets the CR.
    case valueCRForgottenAtCut
    /// A cut in the empty line's CR LF reads the LF as a line's start.
    case emptyLineForgottenAtCut
    /// A cut behind the first digit of a percent-encoding forgets it.
    case percentDigitForgottenAtCut
    /// A cut in the version forgets how much of it was there.
    case versionRestartsAtCut
    /// A cut in a chunk size forgets the digits before it.
    case chunkSizeForgottenAtCut
    /// A cut behind a backslash in quotes forgets the backslash.
    case escapeForgottenAtCut
    /// A cut in chunk data forgets how much of it has come.
    case dataCountRestartsAtCut
    /// A cut in a body of known length forgets how much of it has come.
    case bodyCountRestartsAtCut
    /// A finished head is parsed on when the parser is asked again.
    case verdictForgotten

    // Reuse: a reset forgets to forget
    /// A new message starts with the field count of the one before.
    case resetKeepsFieldCount
    /// A new message starts with what the fields of the one before said.
    case resetKeepsFacts
    /// A line that was read when the parser was reset leaves its tokens in the next message.
    case resetKeepsHalfLine
    /// A new chunked body starts with the counts of the one before.
    case resetKeepsChunkTotals
    /// A new stream answers where the one before had stopped.
    case resetKeepsResponseCount
    /// A reset parser repeats the verdict of the message before.
    case resetKeepsVerdict

    // Offsets
    /// The framing token stands at the empty line, not behind it.
    case framingAtEmptyLine
    /// A missing Host is reported behind the head.
    case missingHostAtEnd
    /// A bad Content-Length is reported at the first line of its name.
    case meaningAtFirstLine
    /// A second Host is reported at the first.
    case duplicateHostAtFirst
    /// An unfolded value's offset in the arena is one too high.
    case arenaOffsetOffByOne
    /// The reason phrase includes the space before it.
    case reasonPhraseOffByOne
    /// An empty value stands right behind the colon, not behind its white space.
    case emptyValueAtColon
    /// A chunk-extensions token starts behind its `;`.
    case extensionBehindSemicolon
    /// Empty lines before a request are not counted as consumed.
    case emptyLinesNotConsumed

    // Names and encodings
    /// Known field names match only in lower case.
    case namesMatchCase
    /// The last letter of a field name is not compared.
    case lastLetterUnseen
    /// CONNECT, OPTIONS and TRACE match in any case.
    case methodsMatchWithoutCase
    /// %5C passes.
    case percentEncodedBackslashAccepted

    // Authorities
    /// A comma may stand in a host.
    case hostAdmitsComma
    /// A port above 65535 wraps.
    case portWrapsAt16Bits
    /// The target of CONNECT needs no port.
    case connectPortOptional
    /// `::` may stand twice in an IPv6 address.
    case secondGapAccepted
    /// An IPv6 address may have seven groups without `::`.
    case eighthGroupMayLack
    /// 256 fits into an octet of an IPv4 address.
    case octetReaches256
    /// Host and target must agree in their case too.
    case hostComparesCase

    // Duplicates
    /// Of several Host lines the first counts, whatever the policy.
    case secondHostAccepted
    /// Equal Content-Length values count as one, whatever the policy.
    case equalLengthsAccepted
    /// Of Content-Length values that differ the first counts, whatever the policy.
    case conflictingLengthsTakeFirst
    /// Only the first member of a Content-Length list is read.
    case lengthListUnseen
    /// A repeated chunked counts once, whatever the policy.
    case secondChunkedAccepted
    /// Fields that are no list may stand twice, whatever the policy.
    case singletonsUnseen

    // Framing
    /// `+` may stand before a Content-Length.
    case lengthAdmitsPlus
    /// A Content-Length beyond 63 bits wraps.
    case lengthWraps
    /// Content-Length may have leading zeros, whatever the policy.
    case leadingZerosAccepted
    /// Content-Length beside Transfer-Encoding passes.
    case lengthBesideCodingAccepted
    /// Content-Length frames a request that has Transfer-Encoding too.
    case lengthWinsOverCoding
    /// Transfer-Encoding frames an HTTP/1.0 message, whatever the policy.
    case codingInHTTP10Accepted
    /// A coding behind chunked changes nothing.
    case codingBehindChunkedIgnored
    /// Empty members of Transfer-Encoding are dropped, whatever the policy.
    case emptyCodingAccepted
    /// The answer to HEAD is framed like any other.
    case headAnswerHasBody
    /// 204 is framed like any other response.
    case noContentHasBody
    /// 304 is framed like any other response.
    case notModifiedHasBody
    /// A 2xx answer to CONNECT is framed like any other response.
    case tunnelAnswerIsFramed
    /// 101 is a 1xx response like any other.
    case switchingIsInterim
    /// A 1xx response uses up a request method.
    case interimTakesRequest
    /// CONNECT and TRACE may have Content-Length, whatever the policy.
    case bodyOnConnectAccepted
    /// Host is judged behind Content-Length and Transfer-Encoding.
    case hostJudgedBehindLength
    /// What the last field line says is not noted.
    case meaningBeforeLastLine

    // What follows a message
    /// An HTTP/1.0 message keeps its connection without asking.
    case keepsAliveInHTTP10
    /// `close` counts only where it is the whole Connection value.
    case closeOnlyAlone
    /// A message that had both framings keeps its connection.
    case doubtKeepsAlive
    /// Messages are read behind the last one.
    case streamGoesOnBehindClose
    /// A 1xx response that closes ends the stream.
    case interimEndsStream
    /// Upgrade counts without `upgrade` in Connection.
    case upgradeWithoutConnection

    // Chunked coding
    /// A chunk size wraps at 32 bits.
    case chunkSizeWraps
    /// Any two bytes may follow chunk data, whatever the policy.
    case terminatorUnchecked
    /// Any byte may follow the CR behind chunk data.
    case terminatorHalfChecked
    /// A backslash does not keep a quote from closing.
    case quoteIgnoresEscape
    /// CR and LF may stand in quotes.
    case quoteHidesLineEnd
    /// A line may end right behind `;`.
    case extensionNameMayLack
    /// White space may stand behind a chunk size, whatever the policy.
    case whitespaceBehindSizeAccepted
    /// The body ends behind its last chunk's line.
    case trailersSkipped
    /// Trailers stand on the tape as fields.
    case trailersMerged
    /// Any field may stand in trailers, whatever the policy.
    case trailersUnjudged

    // Commits
    /// The start line's tokens are certain before the head is.
    case startLineCommitted
    /// A rejected head leaves its tokens.
    case rejectedHeadCommitted
    /// Chunks become certain only with the whole body.
    case chunksCommittedAtEnd
    /// Trailers are certain before they are judged.
    case trailersCommittedEarly
    /// The end of a message is certain before its body has come.
    case messageEndCommittedEarly

    // Where messages end
    /// A head ends only when the byte behind it has come.
    case waitsForByteBehindHead
    /// A line end behind a head is consumed with it.
    case lineEndBehindHeadConsumed
    /// An empty input is refused.
    case incompleteRejected
    /// A stream that ends behind a message waits for another one.
    case streamWaitsAtItsEnd
    /// A CR LF behind a chunked body is consumed with it.
    case chunkedBodyEatsLineEnd
}

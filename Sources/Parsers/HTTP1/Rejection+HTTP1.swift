public import Wire

/// Why an HTTP/1 input is refused. The clause of each is in its `description`.
public enum HTTP1Reason: UInt8, RejectionReason {
    // Line ends
    /// A CR stands where only CR LF may.
    case bareCR
    /// A line ends in LF alone. §2.2 lets a recipient accept that in a start line or field line;
    /// never in chunk framing.
    case bareLF

    // Start line
    /// The method is not a token, or not in upper case (hardened: every registered method is).
    case malformedMethod
    /// The request target has none of the four forms, or a byte that its form does not allow.
    case malformedTarget
    /// A percent sign without two hexadecimal digits, or one that hides NUL, a backslash, or an
    /// overlong UTF-8 lead byte.
    case malformedPercentEncoding
    /// The version is not HTTP/DIGIT.DIGIT, or not what the line has next.
    case malformedVersion
    /// The status code is not three digits followed by a space.
    case malformedStatus
    /// The reason phrase holds a control character.
    case malformedReasonPhrase

    // Field lines
    /// White space between the start line and the first field line.
    case whitespaceBeforeFirstField
    /// A field line is continued on the next line.
    case obsoleteFolding
    /// A field line starts with its colon.
    case emptyFieldName
    /// White space between a field name and its colon.
    case whitespaceBeforeColon
    /// A field name holds a byte that no token has.
    case malformedFieldName
    /// A field line ends without a colon.
    case missingColon
    /// A field value holds a control character other than HTAB.
    case controlInFieldValue

    // Chunked coding
    /// The chunk size is not hexadecimal digits up to an extension or CR LF.
    case malformedChunkSize
    /// A chunk extension is not a token with an optional token or quoted string.
    case malformedChunkExtension
    /// Chunk data is not followed by CR LF.
    case malformedChunkData

    // Meaning, in the order in which it is judged
    /// The major version is not 1.
    case unsupportedVersion
    /// The target is * and the method is not OPTIONS.
    case misusedAsteriskForm
    /// The target's authority is not a host with an optional port; CONNECT needs both.
    case malformedAuthority
    /// More than one Host field line.
    case duplicateHost
    /// The Host field value is not a host with an optional port.
    case malformedHost
    /// An HTTP/1.1 request without Host.
    case missingHost
    /// Host differs from the authority of an absolute-form target.
    case mismatchedHost
    /// Content-Length is not decimal digits, or has leading zeros (hardened: some read them as
    /// octal).
    case malformedContentLength
    /// Content-Length does not fit into 64 bits.
    case overflowingContentLength
    /// Two Content-Length values differ.
    case conflictingContentLength
    /// Content-Length stands twice with the same value.
    case duplicateContentLength
    /// Transfer-Encoding in an HTTP/1.0 message.
    case transferEncodingInHTTP10
    /// A Transfer-Encoding list member is empty or holds white space.
    case malformedTransferEncoding
    /// The chunked coding is applied more than once.
    case chunkedTwice
    /// A request's last transfer coding is not chunked.
    case chunkedNotFinal
    /// A transfer coding other than chunked.
    case unsupportedTransferCoding
    /// Content-Length and Transfer-Encoding in one message.
    case lengthAndTransferEncoding
    /// CONNECT or TRACE with Content-Length or Transfer-Encoding.
    case bodyNotAllowed
    /// A request that asks for another protocol carries a body.
    case upgradeWithBody
    /// Expect holds something other than 100-continue.
    case unmetExpectation
    /// A field that is not a list stands twice.
    case duplicateSingleton
    /// A trailer names a field of framing, routing, authentication or content.
    case forbiddenTrailer
    /// More 1xx responses before a final one than informationalCountMax.
    case tooManyInformational

    // Local limits
    /// More empty lines before a request line than emptyLinesMax.
    case tooManyEmptyLines
    /// A method longer than methodBytesMax.
    case methodTooLong
    /// A request target longer than targetBytesMax.
    case targetTooLong
    /// A start line longer than startLineBytesMax.
    case startLineTooLong
    /// A field line longer than fieldLineBytesMax.
    case fieldLineTooLong
    /// A header section longer than fieldSectionBytesMax.
    case fieldSectionTooLong
    /// More field lines than fieldCountMax.
    case tooManyFields
    /// A chunk size of more than 16 digits.
    case chunkSizeTooLong
    /// More bytes of chunk extensions than chunkExtensionBytesMax.
    case chunkExtensionsTooLong
    /// More chunks than chunkCountMax.
    case tooManyChunks
    /// A trailer section longer than trailerSectionBytesMax.
    case trailerSectionTooLong
    /// More trailers than trailerCountMax.
    case tooManyTrailers
    /// A body of more than bodyBytesMax bytes; judged with the chunk size, or with the meaning
    /// of Content-Length.
    case bodyTooLarge
}

extension HTTP1Reason {
    /// The rule, its clause, who is to blame, and what a server answers.
    public var description: ReasonDescription {
        switch self {
        case .bareCR:
            make(
                "A CR stands where only CR LF may.",
                "RFC 9112 §2.2", .syntax, .peer, 400)
        case .bareLF:
            make(
                "A line ends in LF alone. §2.2 lets a recipient accept that in a start "
                    + "line or field line; never in chunk framing.",
                "RFC 9112 §2.2, §7.1", .syntax, .hardening, 400)
        case .malformedMethod:
            make(
                "The method is not a token, or not in upper case (hardened: every "
                    + "registered method is).",
                "RFC 9112 §3.1, RFC 9110 §9.1", .syntax, .peer, 400)
        case .malformedTarget:
            make(
                "The request target has none of the four forms, or a byte that its "
                    + "form does not allow.",
                "RFC 9112 §3.2", .syntax, .peer, 400)
        case .malformedPercentEncoding:
            make(
                "A percent sign without two hexadecimal digits, or one that hides NUL, "
                    + "a backslash, or an overlong UTF-8 lead byte.",
                "RFC 3986 §2.1", .syntax, .peer, 400)
        case .malformedVersion:
            make(
                "The version is not HTTP/DIGIT.DIGIT, or not what the line has next.",
                "RFC 9112 §2.3", .syntax, .peer, 400)
        case .malformedStatus:
            make(
                "The status code is not three digits followed by a space.",
                "RFC 9112 §4", .syntax, .peer, 502)
        case .malformedReasonPhrase:
            make(
                "The reason phrase holds a control character.",
                "RFC 9112 §4", .syntax, .peer, 502)
        case .whitespaceBeforeFirstField:
            make(
                "White space between the start line and the first field line.",
                "RFC 9112 §2.2", .syntax, .peer, 400)
        case .obsoleteFolding:
            make(
                "A field line is continued on the next line.",
                "RFC 9112 §5.2", .syntax, .hardening, 400)
        case .emptyFieldName:
            make(
                "A field line starts with its colon.",
                "RFC 9110 §5.1", .syntax, .peer, 400)
        case .whitespaceBeforeColon:
            make(
                "White space between a field name and its colon.",
                "RFC 9112 §5.1", .syntax, .peer, 400)
        case .malformedFieldName:
            make(
                "A field name holds a byte that no token has.",
                "RFC 9110 §5.1, §5.6.2", .syntax, .peer, 400)
        case .missingColon:
            make(
                "A field line ends without a colon.",
                "RFC 9112 §5", .syntax, .peer, 400)
        case .controlInFieldValue:
            make(
                "A field value holds a control character other than HTAB.",
                "RFC 9110 §5.5", .syntax, .peer, 400)
        case .malformedChunkSize:
            make(
                "The chunk size is not hexadecimal digits up to an extension or CR LF.",
                "RFC 9112 §7.1", .syntax, .peer, 400)
        case .malformedChunkExtension:
            make(
                "A chunk extension is not a token with an optional token or quoted string.",
                "RFC 9112 §7.1.1", .syntax, .peer, 400)
        case .malformedChunkData:
            make(
                "Chunk data is not followed by CR LF.",
                "RFC 9112 §7.1", .syntax, .peer, 400)
        case .unsupportedVersion:
            make(
                "The major version is not 1.",
                "RFC 9110 §15.6.6", .meaning, .unsupported, 505)
        case .misusedAsteriskForm:
            make(
                "The target is * and the method is not OPTIONS.",
                "RFC 9112 §3.2.4", .meaning, .peer, 400)
        case .malformedAuthority:
            make(
                "The target's authority is not a host with an optional port; CONNECT "
                    + "needs both.",
                "RFC 9112 §3.2.2, §3.2.3", .meaning, .peer, 400)
        case .duplicateHost:
            make(
                "More than one Host field line.",
                "RFC 9112 §3.2", .meaning, .peer, 400)
        case .malformedHost:
            make(
                "The Host field value is not a host with an optional port.",
                "RFC 9110 §7.2, RFC 3986 §3.2.2", .meaning, .peer, 400)
        case .missingHost:
            make(
                "An HTTP/1.1 request without Host.",
                "RFC 9112 §3.2", .meaning, .peer, 400)
        case .mismatchedHost:
            make(
                "Host differs from the authority of an absolute-form target.",
                "RFC 9112 §3.2.2", .meaning, .hardening, 400)
        case .malformedContentLength:
            make(
                "Content-Length is not decimal digits, or has leading zeros (hardened: "
                    + "some read them as octal).",
                "RFC 9110 §8.6, RFC 9112 §6.3", .meaning, .peer, 400)
        case .overflowingContentLength:
            make(
                "Content-Length does not fit into 64 bits.",
                "RFC 9110 §8.6", .meaning, .peer, 400)
        case .conflictingContentLength:
            make(
                "Two Content-Length values differ.",
                "RFC 9112 §6.3", .meaning, .peer, 400)
        case .duplicateContentLength:
            make(
                "Content-Length stands twice with the same value.",
                "RFC 9110 §8.6", .meaning, .hardening, 400)
        case .transferEncodingInHTTP10:
            make(
                "Transfer-Encoding in an HTTP/1.0 message.",
                "RFC 9112 §6.1", .meaning, .hardening, 400)
        case .malformedTransferEncoding:
            make(
                "A Transfer-Encoding list member is empty or holds white space.",
                "RFC 9112 §6.1, RFC 9110 §5.6.1", .meaning, .hardening, 400)
        case .chunkedTwice:
            make(
                "The chunked coding is applied more than once.",
                "RFC 9112 §6.1", .meaning, .peer, 400)
        case .chunkedNotFinal:
            make(
                "A request's last transfer coding is not chunked.",
                "RFC 9112 §6.3", .meaning, .peer, 400)
        case .unsupportedTransferCoding:
            make(
                "A transfer coding other than chunked.",
                "RFC 9112 §6.1", .meaning, .unsupported, 501)
        case .lengthAndTransferEncoding:
            make(
                "Content-Length and Transfer-Encoding in one message.",
                "RFC 9112 §6.1, §6.3", .meaning, .hardening, 400)
        case .bodyNotAllowed:
            make(
                "CONNECT or TRACE with Content-Length or Transfer-Encoding.",
                "RFC 9110 §9.3.6, §9.3.8", .meaning, .hardening, 400)
        case .upgradeWithBody:
            make(
                "A request that asks for another protocol carries a body.",
                "RFC 9110 §7.8", .meaning, .hardening, 400)
        case .unmetExpectation:
            make(
                "Expect holds something other than 100-continue.",
                "RFC 9110 §10.1.1", .meaning, .unsupported, 417)
        case .duplicateSingleton:
            make(
                "A field that is not a list stands twice.",
                "RFC 9110 §5.3", .meaning, .hardening, 400)
        case .forbiddenTrailer:
            make(
                "A trailer names a field of framing, routing, authentication or content.",
                "RFC 9110 §6.5.1", .meaning, .hardening, 400)
        case .tooManyInformational:
            make(
                "More 1xx responses before a final one than informationalCountMax.",
                "local limit", .meaning, .limit, 502)
        case .tooManyEmptyLines:
            make(
                "More empty lines before a request line than emptyLinesMax.",
                "local limit, RFC 9112 §2.2", .limit, .limit, 400)
        case .methodTooLong:
            make(
                "A method longer than methodBytesMax.",
                "local limit, RFC 9112 §3", .limit, .limit, 501)
        case .targetTooLong:
            make(
                "A request target longer than targetBytesMax.",
                "local limit, RFC 9112 §3", .limit, .limit, 414)
        case .startLineTooLong:
            make(
                "A start line longer than startLineBytesMax.",
                "local limit, RFC 9112 §3", .limit, .limit, 414)
        case .fieldLineTooLong:
            make(
                "A field line longer than fieldLineBytesMax.",
                "local limit, RFC 9110 §5.4", .limit, .limit, 431)
        case .fieldSectionTooLong:
            make(
                "A header section longer than fieldSectionBytesMax.",
                "local limit, RFC 9110 §5.4", .limit, .limit, 431)
        case .tooManyFields:
            make(
                "More field lines than fieldCountMax.",
                "local limit, RFC 9110 §5.4", .limit, .limit, 431)
        case .chunkSizeTooLong:
            make(
                "A chunk size of more than 16 digits.",
                "local limit, RFC 9112 §7.1", .limit, .limit, 400)
        case .chunkExtensionsTooLong:
            make(
                "More bytes of chunk extensions than chunkExtensionBytesMax.",
                "local limit, RFC 9112 §7.1.1", .limit, .limit, 400)
        case .tooManyChunks:
            make(
                "More chunks than chunkCountMax.",
                "local limit, RFC 9112 §7.1", .limit, .limit, 413)
        case .trailerSectionTooLong:
            make(
                "A trailer section longer than trailerSectionBytesMax.",
                "local limit, RFC 9110 §5.4", .limit, .limit, 431)
        case .tooManyTrailers:
            make(
                "More trailers than trailerCountMax.",
                "local limit, RFC 9110 §5.4", .limit, .limit, 431)
        case .bodyTooLarge:
            make(
                "A body of more than bodyBytesMax bytes; judged with the chunk size, "
                    + "or with the meaning of Content-Length.",
                "local limit, RFC 9110 §15.5.14", .limit, .limit, 413)
        }
    }

    private func make(
        _ rule: String, _ clause: String, _ judgement: ReasonDescription.Judgement,
        _ blame: ReasonDescription.Blame, _ status: Int
    ) -> ReasonDescription {
        ReasonDescription(
            name: String(describing: self), rule: rule, clause: clause, judgement: judgement,
            blame: blame, status: status)
    }
}

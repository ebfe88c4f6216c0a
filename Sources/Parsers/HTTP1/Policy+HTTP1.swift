public import Wire

extension Policy {
    /// LF alone ends a start line, a field line or the empty line.
    public static let bareLF = Policy(bit: 0)
    /// A CR that no LF follows is an ordinary byte of a field value.
    public static let bareCRInFieldValue = Policy(bit: 1)
    /// A line that starts with white space continues the field value before it.
    public static let obsoleteFolding = Policy(bit: 2)
    /// SP and HTAB between a field name and its colon are dropped.
    public static let whitespaceBeforeColon = Policy(bit: 3)
    /// SP and HTAB before the first field name are dropped.
    public static let whitespaceBeforeFirstField = Policy(bit: 4)
    /// Any run of SP and HTAB separates the parts of a request line, and may stand at its end.
    public static let requestLineWhitespace = Policy(bit: 5)
    /// A field line may start with its colon.
    public static let emptyFieldName = Policy(bit: 6)
    /// Any byte but controls, SP and colon may stand in a field name.
    public static let nonTokenFieldName = Policy(bit: 7)
    /// A field line of token characters without a colon is dropped.
    public static let missingColon = Policy(bit: 8)
    /// Controls other than NUL, CR and LF are ordinary bytes of a field value.
    public static let controlInFieldValue = Policy(bit: 9)
    /// NUL is an ordinary byte of a field value.
    public static let nulInFieldValue = Policy(bit: 10)
    /// Lower-case letters may stand in a method.
    public static let lowercaseMethod = Policy(bit: 11)
    /// Any visible ASCII byte but # may stand in a path or query.
    public static let unsafeTargetCharacters = Policy(bit: 12)
    /// Bytes 0x80 to 0xFF may stand in a path or query.
    public static let obsTextInTarget = Policy(bit: 13)
    /// A percent sign in a path or query is an ordinary byte.
    public static let unvalidatedPercentEncoding = Policy(bit: 14)
    /// The target is any run of visible ASCII and bytes from 0x80; nothing about it is judged.
    public static let unvalidatedTarget = Policy(bit: 15)
    /// The letters of HTTP in the version match in any case.
    public static let caseInsensitiveHTTPName = Policy(bit: 16)
    /// Any major version is accepted; 0 is read as 1.0, others as 1.1.
    public static let anyMajorVersion = Policy(bit: 17)
    /// A status line may end right after its status code.
    public static let missingReasonPhraseSpace = Policy(bit: 18)
    /// An HTTP/1.1 request needs no Host.
    public static let missingHost = Policy(bit: 19)
    /// Of several Host field lines the first counts.
    public static let duplicateHost = Policy(bit: 20)
    /// The Host field value is any field value, or empty.
    public static let unvalidatedHost = Policy(bit: 21)
    /// Host may differ from the authority of an absolute-form target.
    public static let mismatchedHost = Policy(bit: 22)
    /// Equal Content-Length values count as one.
    public static let duplicateContentLength = Policy(bit: 23)
    /// Of several Content-Length values the first counts.
    public static let conflictingContentLengthFirst = Policy(bit: 24)
    /// Of several Content-Length values the last counts.
    public static let conflictingContentLengthLast = Policy(bit: 25)
    /// Content-Length may have leading zeros; it is decimal.
    public static let leadingZerosInContentLength = Policy(bit: 26)
    /// A plus sign may stand before the digits of Content-Length.
    public static let plusSignInContentLength = Policy(bit: 27)
    /// What follows the first digits of a Content-Length value is dropped.
    public static let contentLengthLongestPrefix = Policy(bit: 28)
    /// An empty Content-Length value is 0.
    public static let emptyContentLength = Policy(bit: 29)
    /// Transfer-Encoding overrides Content-Length; the connection closes after the message.
    public static let lengthAndTransferEncoding = Policy(bit: 30)
    /// Transfer-Encoding frames an HTTP/1.0 message; the connection closes after it.
    public static let transferEncodingInHTTP10 = Policy(bit: 31)
    /// Empty members of a Transfer-Encoding list are dropped.
    public static let emptyListElements = Policy(bit: 32)
    /// A repeated chunked coding counts once.
    public static let chunkedTwice = Policy(bit: 33)
    /// Registered codings before the final chunked are left to the caller.
    public static let codingsBeforeChunked = Policy(bit: 34)
    /// Transfer codings that are not registered are dropped.
    public static let unknownCodingIgnored = Policy(bit: 35)
    /// A field that is not a list may stand several times.
    public static let duplicateSingleton = Policy(bit: 36)
    /// Any field may stand in the trailer section; trailers stay apart.
    public static let forbiddenTrailer = Policy(bit: 37)
    /// Unknown expectations are dropped.
    public static let unmetExpectation = Policy(bit: 38)
    /// A request that asks for another protocol may carry a body.
    public static let upgradeWithBody = Policy(bit: 39)
    /// Content-Length and Transfer-Encoding on CONNECT are dropped, and frame the body of TRACE.
    public static let bodyNotAllowed = Policy(bit: 40)
    /// LF alone ends a chunk-size line.
    public static let bareLFInChunkLine = Policy(bit: 41)
    /// LF alone may follow chunk data.
    public static let bareLFAfterChunkData = Policy(bit: 42)
    /// 0x may stand before the digits of a chunk size.
    public static let chunkSizePrefix = Policy(bit: 43)
    /// What follows the digits of a chunk size is dropped up to the line's end.
    public static let chunkSizeLongestPrefix = Policy(bit: 44)
    /// SP and HTAB may stand before the end of a chunk-size line.
    public static let chunkSizeTrailingWhitespace = Policy(bit: 45)
    /// SP and HTAB may stand around the semicolon and equals sign of a chunk extension.
    public static let chunkExtensionWhitespace = Policy(bit: 46)
    /// Behind the first semicolon any bytes up to CR or LF are the extension.
    public static let unvalidatedChunkExtension = Policy(bit: 47)
    /// An empty chunk size is 0.
    public static let emptyChunkSize = Policy(bit: 48)
    /// Any two bytes may follow chunk data.
    public static let uncheckedChunkDataTerminator = Policy(bit: 49)
}

/// HTTP/1's leniencies, in the order of their bits.
public enum HTTP1Leniency {
    /// All of them, with the clause that each one bends and where it was seen.
    public static let all: [Leniency] =
        fieldLines + startLines + framing + chunked

    /// Leniencies of lines and fields.
    private static let fieldLines: [Leniency] = [
        Leniency(
            name: "bareLF", policy: .bareLF,
            effect: "LF alone ends a start line, a field line or the empty line.",
            clause: "RFC 9112 §2.2",
            seenIn: "picohttpparser, httparse, http_parser, lighttpd, OpenLiteSpeed; "
                + "37 of 59 origin servers in one sweep"),
        Leniency(
            name: "bareCRInFieldValue", policy: .bareCRInFieldValue,
            effect: "A CR that no LF follows is an ordinary byte of a field value.",
            clause: "RFC 9112 §2.2",
            seenIn: "aiohttp, Gunicorn, Tornado, OpenLiteSpeed; Google Cloud load "
                + "balancer forwards it"),
        Leniency(
            name: "obsoleteFolding", policy: .obsoleteFolding,
            effect: "A line that starts with white space continues the field value "
                + "before it.",
            clause: "RFC 9112 §5.2",
            seenIn: "picohttpparser, http_parser; Node.js before CVE-2022-32215"),
        Leniency(
            name: "whitespaceBeforeColon", policy: .whitespaceBeforeColon,
            effect: "SP and HTAB between a field name and its colon are dropped.",
            clause: "RFC 9112 §5.1",
            seenIn: "hparse, http_parser, aiohttp, Cheroot, OpenLiteSpeed; Node.js "
                + "before CVE-2021-22959"),
        Leniency(
            name: "whitespaceBeforeFirstField", policy: .whitespaceBeforeFirstField,
            effect: "SP and HTAB before the first field name are dropped.",
            clause: "RFC 9112 §2.2",
            seenIn: "aiohttp, hparse, http_parser; Undertow before CVE-2026-28369"),
        Leniency(
            name: "requestLineWhitespace", policy: .requestLineWhitespace,
            effect: "Any run of SP and HTAB separates the parts of a request line, and "
                + "may stand at its end.",
            clause: "RFC 9112 §3",
            seenIn: "picohttpparser, llhttp, http_parser (several spaces); Apache "
                + "before CVE-2016-8743"),
        Leniency(
            name: "emptyFieldName", policy: .emptyFieldName,
            effect: "A field line may start with its colon.",
            clause: "RFC 9110 §5.1",
            seenIn: "Go, Gunicorn, Node.js, Tornado; HAProxy before CVE-2023-25725"),
        Leniency(
            name: "nonTokenFieldName", policy: .nonTokenFieldName,
            effect: "Any byte but controls, SP and colon may stand in a field name.",
            clause: "RFC 9110 §5.6.2",
            seenIn: "Daphne, Mongoose, Tornado, OpenLiteSpeed, aiohttp, hparse"),
        Leniency(
            name: "missingColon", policy: .missingColon,
            effect: "A field line of token characters without a colon is dropped.",
            clause: "RFC 9112 §5",
            seenIn: "OpenLiteSpeed, Mongoose; ATS and Pound in trailers"),
        Leniency(
            name: "controlInFieldValue", policy: .controlInFieldValue,
            effect: "Controls other than NUL, CR and LF are ordinary bytes of a field "
                + "value.",
            clause: "RFC 9110 §5.5",
            seenIn: "aiohttp, Gunicorn, Tornado; uWebSockets for DEL"),
        Leniency(
            name: "nulInFieldValue", policy: .nulInFieldValue,
            effect: "NUL is an ordinary byte of a field value.",
            clause: "RFC 9110 §5.5",
            seenIn: "aiohttp, Gunicorn, Tornado, HAProxy (forwarded), OpenLiteSpeed "
                + "(truncates), WEBrick (strips)"),
    ]

    /// Leniencies of start lines.
    private static let startLines: [Leniency] = [
        Leniency(
            name: "lowercaseMethod", policy: .lowercaseMethod,
            effect: "Lower-case letters may stand in a method.",
            clause: "RFC 9110 §9.1",
            seenIn: "picohttpparser, httparse, uWebSockets and most servers"),
        Leniency(
            name: "unsafeTargetCharacters", policy: .unsafeTargetCharacters,
            effect: "Any visible ASCII byte but # may stand in a path or query.",
            clause: "RFC 3986 §3.3, §3.4",
            seenIn: "every fast parser; browsers send [ ] | ^ in queries"),
        Leniency(
            name: "obsTextInTarget", policy: .obsTextInTarget,
            effect: "Bytes 0x80 to 0xFF may stand in a path or query.",
            clause: "RFC 3986 §2",
            seenIn: "picohttpparser, hparse, http_parser, uWebSockets"),
        Leniency(
            name: "unvalidatedPercentEncoding", policy: .unvalidatedPercentEncoding,
            effect: "A percent sign in a path or query is an ordinary byte.",
            clause: "RFC 3986 §2.1",
            seenIn: "every fast parser: picohttpparser, httparse, hparse, llhttp"),
        Leniency(
            name: "unvalidatedTarget", policy: .unvalidatedTarget,
            effect: "The target is any run of visible ASCII and bytes from 0x80; "
                + "nothing about it is judged.",
            clause: "RFC 9112 §3.2",
            seenIn: "aiohttp, picohttpparser"),
        Leniency(
            name: "caseInsensitiveHTTPName", policy: .caseInsensitiveHTTPName,
            effect: "The letters of HTTP in the version match in any case.",
            clause: "RFC 9112 §2.3",
            seenIn: "servers that compare with strcasecmp"),
        Leniency(
            name: "anyMajorVersion", policy: .anyMajorVersion,
            effect: "Any major version is accepted; 0 is read as 1.0, others as 1.1.",
            clause: "RFC 9110 §2.5, §15.6.6",
            seenIn: "llhttp, http_parser, Waitress, FastHTTP"),
        Leniency(
            name: "missingReasonPhraseSpace", policy: .missingReasonPhraseSpace,
            effect: "A status line may end right after its status code.",
            clause: "RFC 9112 §4",
            seenIn: "curl, browsers, nginx as a proxy"),
    ]

    /// Leniencies of host and framing.
    private static let framing: [Leniency] = [
        Leniency(
            name: "missingHost", policy: .missingHost,
            effect: "An HTTP/1.1 request needs no Host.",
            clause: "RFC 9112 §3.2",
            seenIn: "every parser without request semantics; Mongoose, http.server"),
        Leniency(
            name: "duplicateHost", policy: .duplicateHost,
            effect: "Of several Host field lines the first counts.",
            clause: "RFC 9112 §3.2",
            seenIn: "picohttpparser, httparse, llhttp; libsoup before CVE-2025-14523 "
                + "(last)"),
        Leniency(
            name: "unvalidatedHost", policy: .unvalidatedHost,
            effect: "The Host field value is any field value, or empty.",
            clause: "RFC 9110 §7.2",
            seenIn: "most servers; Undertow before CVE-2025-12543"),
        Leniency(
            name: "mismatchedHost", policy: .mismatchedHost,
            effect: "Host may differ from the authority of an absolute-form target.",
            clause: "RFC 9112 §3.2.2",
            seenIn: "the RFC's own rule for origin servers: Host is ignored"),
        Leniency(
            name: "duplicateContentLength", policy: .duplicateContentLength,
            effect: "Equal Content-Length values count as one.",
            clause: "RFC 9110 §8.6",
            seenIn: "the RFC permits it; nginx as a proxy, Go, HAProxy"),
        Leniency(
            name: "conflictingContentLengthFirst", policy: .conflictingContentLengthFirst,
            effect: "Of several Content-Length values the first counts.",
            clause: "RFC 9112 §6.3",
            seenIn: "H2O, OpenLiteSpeed"),
        Leniency(
            name: "conflictingContentLengthLast", policy: .conflictingContentLengthLast,
            effect: "Of several Content-Length values the last counts.",
            clause: "RFC 9112 §6.3",
            seenIn: "FastHTTP, relayd"),
        Leniency(
            name: "leadingZerosInContentLength", policy: .leadingZerosInContentLength,
            effect: "Content-Length may have leading zeros; it is decimal.",
            clause: "RFC 9110 §8.6",
            seenIn: "the grammar allows it; nearly every server"),
        Leniency(
            name: "plusSignInContentLength", policy: .plusSignInContentLength,
            effect: "A plus sign may stand before the digits of Content-Length.",
            clause: "RFC 9110 §8.6",
            seenIn: "aiohttp, http.server, Tornado, Werkzeug (int())"),
        Leniency(
            name: "contentLengthLongestPrefix", policy: .contentLengthLongestPrefix,
            effect: "What follows the first digits of a Content-Length value is "
                + "dropped.",
            clause: "RFC 9110 §8.6",
            seenIn: "Mongoose, OpenLiteSpeed (strtoll)"),
        Leniency(
            name: "emptyContentLength", policy: .emptyContentLength,
            effect: "An empty Content-Length value is 0.",
            clause: "RFC 9110 §8.6",
            seenIn: "Go, lighttpd, OpenLiteSpeed, WEBrick"),
        Leniency(
            name: "lengthAndTransferEncoding", policy: .lengthAndTransferEncoding,
            effect: "Transfer-Encoding overrides Content-Length; the connection closes "
                + "after the message.",
            clause: "RFC 9112 §6.3",
            seenIn: "the RFC permits it; 29 of 59 origin servers in one sweep"),
        Leniency(
            name: "transferEncodingInHTTP10", policy: .transferEncodingInHTTP10,
            effect: "Transfer-Encoding frames an HTTP/1.0 message; the connection "
                + "closes after it.",
            clause: "RFC 9112 §6.1",
            seenIn: "Tomcat before CVE-2021-33037, Netty, Pingora"),
        Leniency(
            name: "emptyListElements", policy: .emptyListElements,
            effect: "Empty members of a Transfer-Encoding list are dropped.",
            clause: "RFC 9110 §5.6.1",
            seenIn: "Azure CDN, nghttpx and relayd forward them"),
        Leniency(
            name: "chunkedTwice", policy: .chunkedTwice,
            effect: "A repeated chunked coding counts once.",
            clause: "RFC 9112 §6.1",
            seenIn: "Pound, FastHTTP"),
        Leniency(
            name: "codingsBeforeChunked", policy: .codingsBeforeChunked,
            effect: "Registered codings before the final chunked are left to the "
                + "caller.",
            clause: "RFC 9112 §6.1, §7.2",
            seenIn: "proxies that pass gzip, chunked through"),
        Leniency(
            name: "unknownCodingIgnored", policy: .unknownCodingIgnored,
            effect: "Transfer codings that are not registered are dropped.",
            clause: "RFC 9112 §6.1",
            seenIn: "Gunicorn before CVE-2024-1135, Go before CVE-2022-1705, "
                + "OpenLiteSpeed, Pound"),
        Leniency(
            name: "duplicateSingleton", policy: .duplicateSingleton,
            effect: "A field that is not a list may stand several times.",
            clause: "RFC 9110 §5.3",
            seenIn: "nearly every parser"),
        Leniency(
            name: "forbiddenTrailer", policy: .forbiddenTrailer,
            effect: "Any field may stand in the trailer section; trailers stay apart.",
            clause: "RFC 9110 §6.5.1",
            seenIn: "about 70 servers in one survey"),
        Leniency(
            name: "unmetExpectation", policy: .unmetExpectation,
            effect: "Unknown expectations are dropped.",
            clause: "RFC 9110 §10.1.1",
            seenIn: "most servers"),
        Leniency(
            name: "upgradeWithBody", policy: .upgradeWithBody,
            effect: "A request that asks for another protocol may carry a body.",
            clause: "RFC 9110 §7.8",
            seenIn: "the RFC permits it; nghttpx"),
        Leniency(
            name: "bodyNotAllowed", policy: .bodyNotAllowed,
            effect: "Content-Length and Transfer-Encoding on CONNECT are dropped, and "
                + "frame the body of TRACE.",
            clause: "RFC 9110 §9.3.6, §9.3.8",
            seenIn: "Envoy and Traefik before their early-data fixes"),
    ]

    /// Leniencies of the chunked coding.
    private static let chunked: [Leniency] = [
        Leniency(
            name: "bareLFInChunkLine", policy: .bareLFInChunkLine,
            effect: "LF alone ends a chunk-size line.",
            clause: "RFC 9112 §7.1",
            seenIn: "uWebSockets; Go before CVE-2025-22871, Netty before "
                + "CVE-2025-58056, HAProxy, nginx before 1.29.4"),
        Leniency(
            name: "bareLFAfterChunkData", policy: .bareLFAfterChunkData,
            effect: "LF alone may follow chunk data.",
            clause: "RFC 9112 §7.1",
            seenIn: "uWebSockets, HAProxy"),
        Leniency(
            name: "chunkSizePrefix", policy: .chunkSizePrefix,
            effect: "0x may stand before the digits of a chunk size.",
            clause: "RFC 9112 §7.1",
            seenIn: "libevent, OpenLiteSpeed, relayd, Pound (strtoll); aiohttp, "
                + "Gunicorn, Tornado (int)"),
        Leniency(
            name: "chunkSizeLongestPrefix", policy: .chunkSizeLongestPrefix,
            effect: "What follows the digits of a chunk size is dropped up to the "
                + "line's end.",
            clause: "RFC 9112 §7.1",
            seenIn: "H2O, OpenLiteSpeed, WEBrick, ATS"),
        Leniency(
            name: "chunkSizeTrailingWhitespace", policy: .chunkSizeTrailingWhitespace,
            effect: "SP and HTAB may stand before the end of a chunk-size line.",
            clause: "RFC 9112 §7.1.1",
            seenIn: "picohttpparser, http_parser, uWebSockets"),
        Leniency(
            name: "chunkExtensionWhitespace", policy: .chunkExtensionWhitespace,
            effect: "SP and HTAB may stand around the semicolon and equals sign of a "
                + "chunk extension.",
            clause: "RFC 9112 §7.1.1 (BWS)",
            seenIn: "the RFC's own grammar; Akamai, ATS, Google Cloud load balancer"),
        Leniency(
            name: "unvalidatedChunkExtension", policy: .unvalidatedChunkExtension,
            effect: "Behind the first semicolon any bytes up to CR or LF are the "
                + "extension.",
            clause: "RFC 9112 §7.1.1",
            seenIn: "llhttp before CVE-2021-22960, Kestrel before CVE-2025-55315, Go"),
        Leniency(
            name: "emptyChunkSize", policy: .emptyChunkSize,
            effect: "An empty chunk size is 0.",
            clause: "RFC 9112 §7.1",
            seenIn: "Go, hyper, Mongoose"),
        Leniency(
            name: "uncheckedChunkDataTerminator", policy: .uncheckedChunkDataTerminator,
            effect: "Any two bytes may follow chunk data.",
            clause: "RFC 9112 §7.1",
            seenIn: "h11 before CVE-2025-43859, Varnish before VSV00016, Puma (at the "
                + "last chunk)"),
    ]

}

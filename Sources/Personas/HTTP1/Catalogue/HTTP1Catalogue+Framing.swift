internal import HTTP1
internal import Wire

/// Quirks of Content-Length, Transfer-Encoding and what else decides where a message ends.
extension HTTP1Catalogue {
    static let lengths: [Quirk] = publishedLengths + otherLengths

    private static let publishedLengths: [Quirk] = [
        quirk(
            "S10", .heads, "Content-Length is read by Python's int(): signs, underscores, zeros.",
            breaks: "RFC 9110 §8.6", seen: "aiohttp, http.server, Tornado, Werkzeug"),
        pattern(
            "S16", .heads, "An empty Content-Length is 0.", breaks: "RFC 9110 §8.6",
            seen: "Go, lighttpd, OpenLiteSpeed", .emptyContentLength),
        pattern(
            "S23", .heads, "Of several Content-Lengths the first counts.",
            breaks: "RFC 9112 §6.3", seen: "H2O, OpenLiteSpeed", .conflictingContentLengthFirst),
        quirk(
            "S26", .heads, "A negative Content-Length is accepted, and the message never ends.",
            breaks: "RFC 9110 §8.6", seen: "Mongoose (an endless loop)"),
        pattern(
            "S29", .heads, "Content-Length is the longest prefix that is a number.",
            breaks: "RFC 9110 §8.6", seen: "Mongoose, OpenLiteSpeed", .contentLengthLongestPrefix),
        quirk(
            "S32", .heads, "Content-Length is read by strtoll(0): 010 is octal, 0x10 hexadecimal.",
            breaks: "RFC 9110 §8.6", seen: "OpenLiteSpeed"),
        pattern(
            "S33", .heads, "Of several Content-Lengths the last counts.",
            breaks: "RFC 9112 §6.3", seen: "FastHTTP", .conflictingContentLengthLast),
        quirk(
            "S38", .heads,
            "With an empty Content-Length the body lasts until the connection closes.",
            breaks: "RFC 9112 §6.3", seen: "Puma"),
        quirk(
            "S42", .heads, "An empty Content-Length is 0, and later ones are not looked at.",
            breaks: "RFC 9112 §6.3", seen: "WEBrick"),
    ]

    private static let otherLengths: [Quirk] = [
        quirk(
            "contentLengthEndsAtNUL", .heads,
            "A Content-Length ends at NUL, which may stand there.",
            breaks: "RFC 9110 §8.6", seen: "readers that pass the value as a C string; scanners"),
        quirk(
            "contentLengthFloat", .heads,
            "Content-Length may be a decimal fraction or have an exponent.",
            breaks: "RFC 9110 §8.6", seen: "readers that use strtod(); published scanners"),
        quirk(
            "contentLengthInnerSpace", .heads,
            "Spaces between the digits of Content-Length are dropped.",
            breaks: "RFC 9110 §8.6", seen: "http_parser before 2.8.1 (CVE-2018-7159)"),
        quirk(
            "contentLengthWraps32", .heads, "Content-Length is kept in 32 bits.",
            breaks: "RFC 9110 §8.6", seen: "HAProxy CVE-2021-40346 (kin); published scanners"),
        quirk(
            "contentLengthWraps64", .heads, "Content-Length is kept in 64 bits without a check.",
            breaks: "RFC 9110 §8.6", seen: "published scanners"),
        quirk(
            "ignoredBodyOfGET", .heads, "A GET request has no body, whatever its fields say.",
            breaks: "RFC 9112 §6.3, RFC 9110 §9.3.1", seen: "Netty before 4.1.61, Akamai (0.CL)"),
    ]

    static let codings: [Quirk] = [
        quirk(
            "S11", .heads, "A message with two Transfer-Encoding lines has no body.",
            breaks: "RFC 9112 §6.3", seen: "Tornado"),
        quirk(
            "S21", .heads, "A Transfer-Encoding list with an empty member counts for nothing.",
            breaks: "RFC 9110 §5.6.1.2", seen: "Gunicorn, Mongoose, Passenger"),
        quirk(
            "S44", .heads, "An unknown transfer coding is chunked.", breaks: "RFC 9112 §6.1",
            seen: "FastHTTP"),
        pattern(
            "T25", .heads, "Two Transfer-Encoding lines with chunked count as one.",
            breaks: "RFC 9112 §6.1", seen: "Pound", .chunkedTwice),
        quirk(
            "chunkedAnywhere", .heads, "Codings behind or beside chunked are not looked at.",
            breaks: "RFC 9112 §6.3", seen: "servers that search the list; smuggler's permutations"),
        quirk(
            "chunkedCaseSensitive", .heads,
            "Only chunked in lower case is the chunked coding; other spellings count for nothing.",
            breaks: "RFC 9112 §7", seen: "servers that use strcmp(); published permutations"),
        quirk(
            "chunkedParameters", .heads, "Parameters of a transfer coding are dropped.",
            breaks: "RFC 9112 §7.1", seen: "published permutations (chunked;ext=val)"),
        quirk(
            "chunkedPrefix", .heads, "A coding that begins with chunked is chunked.",
            breaks: "RFC 9112 §6.1", seen: "servers that use strncasecmp(); permutations"),
        quirk(
            "chunkedQuoted", .heads, "Quotes around a coding are dropped.",
            breaks: "RFC 9112 §6.1", seen: "published permutations"),
        quirk(
            "chunkedSubstring", .heads, "A coding that holds chunked is chunked.",
            breaks: "RFC 9112 §6.1", seen: "servers that use strcasestr(); permutations (xchunked)"),
        quirk(
            "encodedWordDecoded", .heads,
            "An encoded word of MIME in base64 is decoded to a coding.",
            breaks: "RFC 9112 §6.1", seen: "published permutations (=?UTF-8?B?Y2h1bmtlZA==?=)"),
        quirk(
            "identityIgnored", .heads, "The coding identity is dropped.", breaks: "RFC 9112 §6.1",
            seen: "servers of RFC 2616; Go before 1.15"),
        quirk(
            "lengthOverridesTransferEncoding", .heads,
            "Where Content-Length stands, Transfer-Encoding counts for nothing.",
            breaks: "RFC 9112 §6.3", seen: "fronts of the CL.TE class"),
        quirk(
            "transferEncodingFirstLine", .heads,
            "Only the first Transfer-Encoding line is looked at.",
            breaks: "RFC 9110 §5.3",
            seen: "servers with one slot for each field; TE.TE permutations"),
        quirk(
            "transferEncodingLastLine", .heads,
            "Only the last Transfer-Encoding line is looked at.",
            breaks: "RFC 9110 §5.3",
            seen: "servers with one slot for each field; TE.TE permutations"),
        quirk(
            "transferEncodingIgnoredInHTTP10", .heads,
            "In an HTTP/1.0 message Transfer-Encoding counts for nothing.",
            breaks: "RFC 9112 §6.1", seen: "servers of RFC 2616; published permutations"),
    ]

    static let connections: [Quirk] = [
        quirk(
            "closeIgnored", .heads,
            "The connection stays open, whatever Connection and version say.",
            breaks: "RFC 9112 §9.3, §9.6", seen: "proxies that reuse connections"),
        quirk(
            "connectionWholeValue", .heads, "Connection is one word, not a list.",
            breaks: "RFC 9110 §7.6.1", seen: "about 30 % of the servers in one survey (close, te)"),
        quirk(
            "expectSubstring", .requests, "An expectation that holds 100-continue is it.",
            breaks: "RFC 9110 §10.1.1", seen: "published 0.CL exploits (Expect: y 100-continue)"),
    ]
}

internal import HTTP1
internal import Wire

/// Quirks of start lines and field lines.
extension HTTP1Catalogue {
    static let startLines: [Quirk] = [
        quirk(
            "S5", .requests,
            "The version is the longest prefix that is one; what follows it is dropped.",
            breaks: "RFC 9112 §2.3", seen: "aiohttp"),
        quirk(
            "S6", .requests,
            "The method is the longest prefix that is one; what follows it is dropped.",
            breaks: "RFC 9112 §3.1", seen: "aiohttp"),
        pattern(
            "S7", .requests, "The target is not validated.", breaks: "RFC 9112 §3.2",
            seen: "aiohttp", .unvalidatedTarget),
        quirk(
            "S9", .requests, "LF and HTAB separate the parts of a request line like SP.",
            breaks: "RFC 9112 §3", seen: "aiohttp"),
        quirk(
            "S15", .requests, "Behind HTTP/ any bytes up to CR LF pass as version 1.1.",
            breaks: "RFC 9112 §2.3", seen: "FastHTTP"),
        quirk(
            "S24", .requests,
            "The digits of a version may be many; eight signed bits of each number are kept.",
            breaks: "RFC 9112 §2.3", seen: "libevent"),
        quirk(
            "S40", .requests, "Method and version are runs of any visible bytes.",
            breaks: "RFC 9112 §3.1, §2.3", seen: "Waitress"),
        quirk(
            "anyEmptyLines", .requests,
            "Any number of empty lines may stand before a request line.",
            breaks: "RFC 9112 §2.2", seen: "llhttp, http_parser; published header permutations"),
        quirk(
            "missingVersion", .requests,
            "A request line without a version is an HTTP/0.9 request, which ends with its line.",
            breaks: "RFC 9112 §3, §2.3", seen: "Apache before 2.4.24, lighttpd, http.server"),
        quirk(
            "verticalTabInRequestLine", .requests,
            "VT and FF separate the parts of a request line like SP.", breaks: "RFC 9112 §3",
            seen: "servers that split with isspace(); Apache before CVE-2016-8743"),
        quirk(
            "zerosInVersion", .requests, "The numbers of a version may have leading zeros.",
            breaks: "RFC 9112 §2.3", seen: "servers that read them with atoi(); published scanners"),
    ]

    static let fields: [Quirk] = bytesOfFields + namesOfFields

    private static let bytesOfFields: [Quirk] = [
        quirk(
            "S2", .fields,
            "Only CR LF ends a field value: NUL, CR and LF are ordinary bytes of it.",
            breaks: "RFC 9110 §5.5", seen: "aiohttp, Gunicorn, Tornado"),
        quirk(
            "S12", .heads, "85 and A0 are cut off around the value of Transfer-Encoding.",
            breaks: "RFC 9110 §5.5", seen: "Tornado"),
        quirk(
            "S13", .fields, "CR alone ends a field line.", breaks: "RFC 9112 §2.2",
            seen: "http.server, Mongoose"),
        quirk(
            "S19", .fields, "Any white space behind the colon is dropped, line feeds too.",
            breaks: "RFC 9112 §5", seen: "Gunicorn"),
        quirk(
            "S27", .fields, "A line of nothing but a colon ends the section.",
            breaks: "RFC 9112 §2.1", seen: "Mongoose"),
        quirk(
            "S30", .fields, "A CR and any byte behind it end the section.",
            breaks: "RFC 9112 §2.1", seen: "Node.js (llhttp)"),
        pattern(
            "S34", .fields, "A CR in a value is an ordinary byte.", breaks: "RFC 9112 §2.2",
            seen: "OpenLiteSpeed", .bareCRInFieldValue),
        quirk(
            "S35", .fields, "A value ends at its first NUL; what follows it is dropped.",
            breaks: "RFC 9110 §5.5", seen: "OpenLiteSpeed, libevent"),
        quirk(
            "S41", .fields,
            "85 and A0 are cut off around values other than that of Transfer-Encoding.",
            breaks: "RFC 9110 §5.5", seen: "Waitress"),
        quirk(
            "S43", .fields, "NULs at the end of a value are dropped.", breaks: "RFC 9110 §5.5",
            seen: "WEBrick"),
        quirk(
            "S46", .fields, "Bytes from 80 on are cut off around values.",
            breaks: "RFC 9110 §5.5", seen: "Bun"),
        quirk(
            "verticalTabTrimmed", .fields, "VT and FF are white space around a value.",
            breaks: "RFC 9110 §5.6.3", seen: "servers that trim with isspace(); published scanners"),
        quirk(
            "leadingWhitespaceLine", .fields,
            "A line that starts with white space is a field line of its own.",
            breaks: "RFC 9112 §5.2", seen: "http.server; published header permutations"),
    ]

    private static let namesOfFields: [Quirk] = [
        pattern(
            "S3", .fields, "White space before the colon is dropped.", breaks: "RFC 9112 §5.1",
            seen: "aiohttp, Cheroot, OpenLiteSpeed", .whitespaceBeforeColon),
        pattern(
            "S4", .fields, "White space before the first field name is dropped.",
            breaks: "RFC 9112 §2.2", seen: "aiohttp", .whitespaceBeforeFirstField),
        quirk(
            "S8", .fields, "Bytes from 80 on may stand in a field name.",
            breaks: "RFC 9110 §5.1", seen: "aiohttp, Daphne, Mongoose"),
        quirk(
            "S14", .fields, "Controls, SP and separators may stand in a field name.",
            breaks: "RFC 9110 §5.1", seen: "Daphne, Mongoose, Tornado, OpenLiteSpeed"),
        pattern(
            "S18", .fields, "A field name may be empty.", breaks: "RFC 9110 §5.1",
            seen: "Go, Gunicorn, Node.js, Tornado", .emptyFieldName),
        quirk(
            "S20", .fields, "85 and A0 are cut off at the end of a field name.",
            breaks: "RFC 9112 §5.1", seen: "Gunicorn"),
        quirk(
            "S28", .fields, "White space ends a field name; a colon behind it need not stand.",
            breaks: "RFC 9112 §5", seen: "Mongoose"),
        quirk(
            "S37", .fields, "A field name goes on behind CR LF.", breaks: "RFC 9112 §5",
            seen: "Passenger"),
        quirk(
            "invalidNameDropped", .fields, "A field line whose name is malformed is dropped.",
            breaks: "RFC 9112 §5.1, RFC 9110 §5.1",
            seen: "nginx (ignore_invalid_headers); published permutations (X-Invalid Y:)"),
        quirk(
            "percentDecodedName", .fields, "Percent-encodings in a field name are decoded.",
            breaks: "RFC 9110 §5.1", seen: "published scanners (Transfer-%45ncoding)"),
        quirk(
            "softHyphenInName", .fields, "AD in a field name is dropped.",
            breaks: "RFC 9110 §5.1", seen: "published scanners (HRS)"),
        quirk(
            "underscoreIsHyphen", .fields, "An underscore in a field name is a hyphen.",
            breaks: "RFC 9110 §5.1",
            seen: "CGI and WSGI environments; nginx with underscores_in_headers"),
    ]
}

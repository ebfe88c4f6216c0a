internal import HTTP1
internal import Wire

/// Quirks of what a proxy sends on: killed by what the next reader makes of it.
extension HTTP1Catalogue {
    static let proxies: [Quirk] = lengthsSentOn + fieldsSentOn + bodiesSentOn

    private static func sent(
        _ id: String, _ effect: String, breaks clause: String, seen: String,
        policy: Policy = .strict
    ) -> Quirk {
        quirk(
            id, .streams, effect, breaks: clause, seen: seen, policy: policy, kind: .forwarding)
    }

    private static let lengthsSentOn: [Quirk] = [
        sent(
            "T1", "Content-Length is read by strtoll(0), and sent on as it stands.",
            breaks: "RFC 9110 §8.6", seen: "Akamai"),
        sent(
            "T5", "An empty Content-Length is 0, and sent on as it stands.",
            breaks: "RFC 9110 §8.6", seen: "ATS"),
        sent(
            "T9", ",chunked is chunked, and sent on as it stands.", breaks: "RFC 9110 §5.6.1.1",
            seen: "Azure, nghttpx"),
        sent(
            "T11", "An empty Content-Length is skipped, and sent on before the one that counts.",
            breaks: "RFC 9112 §6.3", seen: "HAProxy CVE-2023-40225"),
        sent(
            "T15", "Content-Length counts beside an unknown Transfer-Encoding; both are sent on.",
            breaks: "RFC 9112 §6.1", seen: "OpenLiteSpeed, Pound"),
        sent(
            "T18", ",chunked counts for nothing, and is sent on beside Content-Length.",
            breaks: "RFC 9110 §5.6.1.1", seen: "relayd"),
        sent(
            "T21", "The body of a GET request is dropped, its Content-Length is sent on.",
            breaks: "RFC 9112 §6.3", seen: "relayd"),
        sent(
            "T22", "Of several Content-Lengths the last counts; all are sent on.",
            breaks: "RFC 9112 §6.3", seen: "relayd"),
        sent(
            "T23", "Transfer-Encoding counts beside Content-Length; both are sent on.",
            breaks: "RFC 9112 §6.1", seen: "relayd", policy: .lengthAndTransferEncoding),
        sent(
            "hopByHopFraming", "Fields that Connection names are taken out, those of framing too.",
            breaks: "RFC 9110 §7.6.1",
            seen: "published permutations (Connection: Transfer-Encoding)"),
        sent(
            "interimDropped", "1xx responses are not sent on.", breaks: "RFC 9110 §15.2",
            seen: "proxies of HTTP/1.0 design"),
    ]

    private static let fieldsSentOn: [Quirk] = [
        sent(
            "T6", "Bytes from 80 on and @ may stand in a field name, and are sent on.",
            breaks: "RFC 9110 §5.1", seen: "ATS, relayd"),
        sent(
            "T10", "A CR in a value is sent on as it stands.", breaks: "RFC 9112 §2.2",
            seen: "Google Cloud load balancer"),
        sent(
            "T12", "A NUL in a value is sent on as it stands.", breaks: "RFC 9110 §5.5",
            seen: "HAProxy, OpenLiteSpeed", policy: .unvalidatedHost),
        sent(
            "T14", "A line without a colon is sent on.", breaks: "RFC 9112 §5",
            seen: "OpenLiteSpeed"),
        sent(
            "T16", "Lines that end in LF alone are sent on as they stand.", breaks: "RFC 9112 §2.2",
            seen: "OpenLiteSpeed"),
        sent(
            "T20", "A line without a colon, NUL and LF too, is added to the value before it.",
            breaks: "RFC 9112 §5", seen: "relayd"),
        sent(
            "duplicateHostForwarded", "Of several Host lines the first counts; all are sent on.",
            breaks: "RFC 9112 §3.2", seen: "http11probe's list; proxies that route by the first"),
        sent(
            "emptyNameForwarded", "A field line without a name is sent on.",
            breaks: "RFC 9110 §5.1", seen: "HAProxy before CVE-2023-25725 (kin)"),
        sent(
            "foldForwarded", "Folded lines are read as one value, and sent on folded.",
            breaks: "RFC 9112 §5.2", seen: "proxies before RFC 7230; nginx and Node.js in a chain",
            policy: .obsoleteFolding),
        sent(
            "whitespaceBeforeColonForwarded", "White space before a colon is skipped, and sent on.",
            breaks: "RFC 9112 §5.1",
            seen: "proxies before CVE-2019-16276; RFC 9112 names the attack"),
    ]

    private static let bodiesSentOn: [Quirk] = [
        sent(
            "T2", "Behind a bad chunk-size line everything is sent on as it stands.",
            breaks: "RFC 9112 §7.1", seen: "Akamai"),
        sent(
            "T3", "CRs before the semicolon of a chunk-size line are sent on.",
            breaks: "RFC 9112 §7.1", seen: "Akamai, ATS, Google Cloud load balancer (classic)"),
        sent(
            "T4", "A message whose first chunk is bad is sent on without its body.",
            breaks: "RFC 9112 §7.1", seen: "Pound"),
        sent(
            "T7",
            "A chunk size is the longest prefix that is one; its line is sent on as it stands.",
            breaks: "RFC 9112 §7.1", seen: "ATS"),
        sent(
            "T13", "LF alone may follow chunk data, and is sent on.", breaks: "RFC 9112 §7.1",
            seen: "HAProxy"),
        sent(
            "T17",
            "Empty lines before a chunk size are skipped; such a body is sent on without its "
                + "coding, under Transfer-Encoding.",
            breaks: "RFC 9112 §7.1", seen: "OpenLiteSpeed"),
        sent(
            "T19",
            "A chunk size is read by strtoll(16), bare signs and 0x too, and sent on as it stands.",
            breaks: "RFC 9112 §7.1", seen: "relayd, Pound"),
        sent(
            "T24", "White space before a chunk size is skipped, and sent on.",
            breaks: "RFC 9112 §7.1", seen: "relayd, Pound"),
        sent(
            "S36",
            "CRs and any other bytes of a chunk extension are skipped up to CR LF, and sent on.",
            breaks: "RFC 9112 §7.1.1", seen: "Akamai", policy: .unvalidatedChunkExtension),
        sent(
            "trailersMergedOnForward",
            "A chunked body is sent on with Content-Length, its trailers "
                + "among the fields.",
            breaks: "RFC 9110 §6.5.1", seen: "lighttpd CVE-2025-12642"),
    ]
}

extension AttackClass {
    /// H1-RL: the request line.
    static let requestLine: [AttackClass] = [
        AttackClass(
            "H1-RL-01", "leading single CRLF", "RFC 9112 §2.2",
            .pattern(#"(?:^|\r\n\r\n)\r\n[A-Z]+ /"#), cased: true),
        AttackClass(
            "H1-RL-02", "many leading CRLF / leading LF / CR", "RFC 9112 §2.2",
            .pattern(#"(?:^|\r\n\r\n)(?:\r\n\r\n|\n\n|\r\r)"#), cased: true),
        AttackClass(
            "H1-RL-03", "leading SP before method", "RFC 9112 §3",
            .pattern(#"(?:^|\r\n\r\n) +[A-Z]{3,7} [^ \r\n]+ HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-04", "leading CTL before method", "RFC 9110 §9.1",
            .pattern(#"(?:^|\r\n\r\n)[\x00-\x08\x0b\x0c\x0e-\x1f][A-Z]{3,7} "#), cased: true),
        AttackClass(
            "H1-RL-05", "multiple spaces", "RFC 9112 §3",
            .pattern(#"<L>[A-Z]{3,7}(?: {2,}[^ \r\n]+ +| [^ \r\n]+ {2,})HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-06", "tab separator", "RFC 9112 §3",
            .pattern(#"<L>[A-Z]{3,7}(?:\t[^ \t\r\n]+[ \t]| [^ \t\r\n]+\t)HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-08", "LF as separator", "RFC 9112 §3",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]+\nHTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-09", "trailing SP", "RFC 9112 §3",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]+ HTTP/1\.[01] +\r?\n"#), cased: true),
        AttackClass(
            "H1-RL-10", "extra token", "RFC 9112 §3.2",
            .pattern(
                #"<L>[A-Z]{3,7} (?:[^ \r\n]+ HTTP/1\.[01] +[^ \r\n]|[^ \r\n]+ [^ \r\nH][^ \r\n]* HTTP/1\.)"#
            ), cased: true),
        AttackClass(
            "H1-RL-11", "missing target", "RFC 9112 §3",
            .pattern(#"<L>[A-Z]{3,7} {1,2}HTTP/1\.[01]\r\n"#), cased: true),
        AttackClass(
            "H1-RL-12", "missing version (HTTP/0.9)", "RFC 9112 §2.3, App. C",
            .pattern(#"(?:^|\r\n\r\n)[A-Z]{3,7} /[^ \r\n]*\r?\n"#), cased: true),
        AttackClass(
            "H1-RL-13", "lower-case version", "RFC 9112 §2.3",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]+ (?:http|Http|hTTP|HtTp|HTtP)/1\."#), cased: true),
        AttackClass(
            "H1-RL-14", "HTTP/1.10, HTTP/01.01, HTTP/1., HTTP/1", "RFC 9112 §2.3",
            .pattern(
                #"<L>[A-Z]{3,7} [^ \r\n]+ HTTP/(?:[0-9]{2,4}\.|[0-9]\.[0-9]{2,}|[0-9]\.?[\r\n])"#),
            cased: true),
        AttackClass(
            "H1-RL-15", "version overflow", "RFC 9112 §2.3",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]+ HTTP/[0-9]{5,}\."#), cased: true),
        AttackClass(
            "H1-RL-17", "CR inside version", "RFC 9112 §2.3",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]+ HTTP/[0-9]?\.?\r"#), cased: true),
        AttackClass(
            "H1-RL-18", "space inside version", "RFC 9112 §2.3",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]+ HTTP(?:/ +| +/)[0-9]"#), cased: true),
        AttackClass(
            "H1-RL-20", "HTTP/2.0, 3.0, 9.9 on H1", "RFC 9110 §15.6.6",
            .pattern(
                #"<L>(?:GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH) [^ \r\n]+ HTTP/[02-9]\.[0-9]"#),
            cased: true),
        AttackClass(
            "H1-RL-21", "H2 preface on H1 port", "RFC 9113 §3.4",
            .pattern(#"<L>PRI \* HTTP/2\.0\r\n"#), cased: true),
        AttackClass(
            "H1-RL-22", "lower/mixed-case method", "RFC 9110 §9.1",
            .pattern(
                #"(?:^|\r\n\r\n)(?:get|post|put|head|delete|options|Get|Post|gET|GeT) [^ \r\n]+ HTTP/1\."#
            ), cased: true),
        AttackClass(
            "H1-RL-24", "very long method", "RFC 9112 §3",
            .pattern(#"<L>[A-Z]{33,} [^ \r\n]+ HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-25", "very long target", "RFC 9112 §3",
            .untold("a matter of size or number: a limit sees it, a pattern would have to count")),
        AttackClass(
            "H1-RL-26", "fragment in target", "RFC 9112 §3.2.1",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n#]*#[^ \r\n]* HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-27", "raw CTL / NUL in target", "RFC 9112 §3.2",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]*[\x00-\x08\x0b\x0c\x0e-\x1f\x7f][^\r\n]* HTTP/1\."#),
            cased: true),
        AttackClass(
            "H1-RL-28", "raw non-ASCII in target", "RFC 3986 §2",
            .pattern(#"<L>[A-Z]{3,7} [^ \r\n]*[\x80-\xff][^ \r\n]* HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-29", "absolute-form", "RFC 9112 §3.2.2",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-RL-30", "absolute-form, empty path + query", "RFC 9112 §3.2.2",
            .pattern(#"<L>[A-Z]{3,7} https?://[^/? \r\n]+\?[^ \r\n]* HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-31", "absolute-form other scheme", "RFC 9112 §3.2.2, RFC 9110 §7.4",
            .pattern(#"<L>[A-Z]{3,7} (?:ftp|file|gopher|data|javascript|wss?):[^ \r\n]* HTTP/1\."#),
            cased: true),
        AttackClass(
            "H1-RL-33", "CONNECT with origin-form", "RFC 9112 §3.2.3",
            .pattern(#"<L>CONNECT /"#), cased: true),
        AttackClass(
            "H1-RL-34", "CONNECT no / bad port", "RFC 9110 §9.3.6",
            .pattern(#"<L>CONNECT [^ \r\n:/]+(?::0*|:[7-9][0-9]{4}|:[0-9]{6,})? HTTP/1\."#),
            cased: true),
        AttackClass(
            "H1-RL-35", "asterisk-form on non-OPTIONS", "RFC 9112 §3.2.4",
            .pattern(#"<L>(?:GET|POST|PUT|HEAD|DELETE|PATCH) \* HTTP/1\."#), cased: true),
        AttackClass(
            "H1-RL-36", "target without leading slash", "RFC 9112 §3.2.1",
            .pattern(#"<L>(?:GET|POST|PUT|HEAD|DELETE|PATCH) [A-Za-z0-9._-]+ HTTP/1\."#),
            cased: true),
        AttackClass(
            "H1-RL-38", "encoded dots", "RFC 3986 §6.2.2",
            .pattern(#"<T>(?:%2[eE]){2}|<T>\.%2[eE]|<T>%2[eE]\."#), cased: true),
        AttackClass(
            "H1-RL-39", "encoded slash", "RFC 3986 §2.2",
            .pattern(#"<T>%2[fF]"#), cased: true),
        AttackClass(
            "H1-RL-40", "encoded backslash / raw backslash", "RFC 3986 §2",
            .pattern(#"<T>(?:%5[cC]|\\)"#), cased: true),
        AttackClass(
            "H1-RL-42", "matrix-param dot segment", "RFC 3986 §3.3",
            .pattern(#"<T>\.\.;"#), cased: true),
        AttackClass(
            "H1-RL-43", "overlong UTF-8", "RFC 3629 §3",
            .pattern(#"<T>(?:%[cC][01]%|[\xc0\xc1])"#), cased: true),
        AttackClass(
            "H1-RL-44", "%00", "RFC 3986 §2, §7.3",
            .pattern(#"<T>%00"#), cased: true),
        AttackClass(
            "H1-RL-46", "malformed percent", "RFC 3986 §2.1",
            .pattern(#"<T>%(?:[^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f])"#), cased: true),
    ]
}

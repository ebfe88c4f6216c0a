extension AttackClass {
    /// H1-HD: fields and line ends.
    static let fields: [AttackClass] = [
        AttackClass(
            "H1-HD-01", "bare LF line endings everywhere", "RFC 9112 §2.2",
            .pattern(#" HTTP/1\.[01]\n"#)),
        AttackClass(
            "H1-HD-02", "mixed LF / CRLF", "RFC 9112 §2.2",
            .pattern(#"<H>[^\r\n]+\n"#)),
        AttackClass(
            "H1-HD-04", "CR+byte ends header block", "RFC 9112 §2.2",
            .pattern(#"<H>\r[^\n]"#)),
        AttackClass(
            "H1-HD-05", "'\\n\\r\\n' / '\\r\\n\\n' block end", "RFC 9112 §2.2",
            .pattern(#"<H>(?:[^\r\n]+\n\r\n|\n)"#)),
        AttackClass(
            "H1-HD-06", "'\\r\\r\\n' EOL", "RFC 9112 §2.2",
            .pattern(#"<H>[^\r\n]+\r\r\n"#)),
        AttackClass(
            "H1-HD-08", "CR in value", "RFC 9110 §5.5, RFC 9112 §2.2",
            .pattern(#"<H>[^\r\n:]+:[^\r\n]*\r[^\r\n]"#)),
        AttackClass(
            "H1-HD-10", "obs-text in value", "RFC 9110 §5.5",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-HD-11", "all-whitespace strip incl. LF", "RFC 9112 §5",
            .pattern(#"<H>[^\r\n:]+:<S>\n"#)),
        AttackClass(
            "H1-HD-12", "empty header name", "RFC 9110 §5.1",
            .pattern(#"<H>:"#)),
        AttackClass(
            "H1-HD-13", "header line without colon", "RFC 9112 §5",
            .pattern(#"<H>[^ \t\r\n:][^\r\n:]*\r\n"#)),
        AttackClass(
            "H1-HD-15", "whitespace-only line before end", "RFC 9112 §5.2",
            .pattern(#"<H>[ \t]+\r\n"#)),
        AttackClass(
            "H1-HD-16", "whitespace line after request line", "RFC 9112 §2.2",
            .pattern(#" HTTP/1\.[01]\r\n[ \t]+\r\n"#)),
        AttackClass(
            "H1-HD-17", "header name split across lines", "RFC 9112 §5",
            .pattern(#"<H>[a-z-]+\r\n[a-z-]+:"#)),
        AttackClass(
            "H1-HD-18", "delimiters in name", "RFC 9110 §5.6.2",
            .pattern(#"<H>[^ \t\r\n:]*["(),/;<=>?@\[\\\]{}][^\r\n:]*:"#)),
        AttackClass(
            "H1-HD-19", "non-ASCII name", "RFC 9110 §5.6.2",
            .pattern(#"<H>[^ \t\r\n:]*[\x80-\xff][^\r\n:]*:"#)),
        AttackClass(
            "H1-HD-20", "header name length > 255 (8-bit wrap)", "RFC 9110 §5.4",
            .pattern(#"<H>[^\r\n:]{256}"#)),
        AttackClass(
            "H1-HD-21", "field > 8 KiB", "RFC 9110 §5.4, RFC 6585 §5",
            .untold("a matter of size or number: a limit sees it, a pattern would have to count")),
        AttackClass(
            "H1-HD-22", "header count bomb", "RFC 9110 §5.4",
            .untold("a matter of size or number: a limit sees it, a pattern would have to count")),
        AttackClass(
            "H1-HD-23", "quadratic duplicate-header merge", "RFC 9110 §5.3",
            .untold("a matter of size or number: a limit sees it, a pattern would have to count")),
        AttackClass(
            "H1-HD-24", "duplicate singleton (Authorization, Content-Type…)", "RFC 9110 §5.3",
            .pattern(
                #"<L>(?:Content-Type:<V>\r\n<F>Content-Type|Authorization:<V>\r\n<F>Authorization):"#
            )),
        AttackClass(
            "H1-HD-25", "hop-by-hop abuse", "RFC 9110 §7.6.1",
            .pattern(
                #"<L>Connection:<V>(?:X-Forwarded|X-Real|Authorization|Cookie|Host|Content-Length|Transfer-Encoding)"#
            )),
        AttackClass(
            "H1-HD-26", "'Connection: close, keep-alive' conflict", "RFC 9112 §9.3",
            .pattern(#"<L>Connection:<S>(?:close<S>,<S>keep-alive|keep-alive<S>,<S>close)"#)),
        AttackClass(
            "H1-HD-27", "Proxy header → env", "RFC 3875 §4.1.18",
            .pattern(#"<L>Proxy:"#)),
        AttackClass(
            "H1-HD-28", "underscore/hyphen CGI collision", "RFC 9110 §5.1",
            .pattern(#"<L>(?:X|HTTP|Content|Transfer)_[a-z_]+:"#)),
        AttackClass(
            "H1-HD-30", "PROXY protocol v1 injection", "HAProxy PROXY spec",
            .pattern(#"(?:^|\r\n\r\n)PROXY (?:TCP[46]|UNKNOWN)[ \r]"#), cased: true),
    ]
}

extension AttackClass {
    /// H1-TR: trailers.
    static let trailers: [AttackClass] = [
        AttackClass(
            "H1-TR-01", "plain trailer", "RFC 9112 §7.1.2",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-TR-02", "trailer merged into headers", "RFC 9110 §6.5.1, RFC 9112 §7.1.2",
            .pattern(
                #"<LAST><F>(?:X-(?:Forwarded|Real|Admin|Original|Role|User)|Forwarded)[a-z-]*:"#)),
        AttackClass(
            "H1-TR-03", "CL in trailer", "RFC 9110 §6.5.1",
            .pattern(#"<LAST><F>Content-Length:"#)),
        AttackClass(
            "H1-TR-04", "TE in trailer", "RFC 9110 §6.5.1",
            .pattern(#"<LAST><F>Transfer-Encoding:"#)),
        AttackClass(
            "H1-TR-05", "Host / Authorization / Cookie in trailer", "RFC 9110 §6.5.1",
            .pattern(#"<LAST><F>(?:Host|Authorization|Cookie):"#)),
        AttackClass(
            "H1-TR-06", "trailers not consumed (left in buffer)", "RFC 9112 §7.1.2",
            .pattern(#"<LAST>[A-Z]{3,7} /[^ \r\n]* HTTP/1\."#)),
        AttackClass(
            "H1-TR-07", "trailer line without colon", "RFC 9112 §5, §7.1.2",
            .pattern(#"<LAST>[^\r\n:]+\r\n"#)),
        AttackClass(
            "H1-TR-08", "trailer with space before colon", "RFC 9112 §5.1",
            .pattern(#"<LAST>[^\r\n: \t]+[ \t]+:"#)),
        AttackClass(
            "H1-TR-09", "trailer obs-fold", "RFC 9112 §5.2",
            .pattern(#"<LAST>[^\r\n]+\r\n[ \t]"#)),
        AttackClass(
            "H1-TR-10", "trailer bare CR/LF injection", "RFC 9112 §2.2",
            .pattern(#"<LAST>[^\r\n]+(?:\r[^\n]|\n)"#)),
        AttackClass(
            "H1-TR-11", "trailer over size limit", "RFC 9110 §5.4",
            .pattern(#"<LAST>[^\r\n]{1024}"#)),
        AttackClass(
            "H1-TR-12", "trailer count bomb", "RFC 9110 §5.4",
            .untold("a matter of size or number: a limit sees it, a pattern would have to count")),
        AttackClass(
            "H1-TR-13", "undeclared / 'Trailer:' mismatch", "RFC 9110 §6.6.2",
            .untold("two lists of names would have to be compared")),
    ]
}

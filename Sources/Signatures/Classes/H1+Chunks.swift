extension AttackClass {
    /// H1-CH: chunk lines.
    static let chunks: [AttackClass] = [
        AttackClass(
            "H1-CH-01", "canonical control", "RFC 9112 §7.1",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CH-02", "leading zeros in size", "RFC 9112 §7.1",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CH-03", "zero-chunk with many zeros", "RFC 9112 §7.1",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CH-04", "upper/lower hex", "RFC 9112 §7.1",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CH-06", "plus sign", "RFC 9112 §7.1",
            .pattern(#"<BODY>\+"#)),
        AttackClass(
            "H1-CH-07", "minus sign", "RFC 9112 §7.1",
            .pattern(#"<BODY>-"#)),
        AttackClass(
            "H1-CH-08", "underscore", "RFC 9112 §7.1",
            .pattern(#"<BODY>[0-9a-f]+_"#)),
        AttackClass(
            "H1-CH-10", "trailing whitespace before CRLF", "RFC 9112 §7.1.1",
            .pattern(#"<BODY>[0-9a-f]+[ \t]+\r?\n"#)),
        AttackClass(
            "H1-CH-11", "BWS before ';'", "RFC 9112 §7.1.1",
            .pattern(#"<BODY>[0-9a-f]+[ \t]+;"#)),
        AttackClass(
            "H1-CH-12", "empty size", "RFC 9112 §7.1",
            .pattern(#"<BODY>\r?\n"#)),
        AttackClass(
            "H1-CH-13", "size is only an extension", "RFC 9112 §7.1",
            .pattern(#"<BODY>;"#)),
        AttackClass(
            "H1-CH-14", "non-hex", "RFC 9112 §7.1",
            .pattern(#"<BODY>[g-z]"#)),
        AttackClass(
            "H1-CH-15", "longest-prefix size", "RFC 9112 §7.1",
            .pattern(#"<BODY>(?:[1-9a-f][0-9a-f]*|0)[g-wyz]"#)),
        AttackClass(
            "H1-CH-16", "comma / float size", "RFC 9112 §7.1",
            .pattern(#"<BODY>[0-9a-f]+[,.]"#)),
        AttackClass(
            "H1-CH-17", "wrap 2^32", "RFC 9112 §7.1",
            .pattern(#"<BODY>[1-9a-f][0-9a-f]{8,14}[;\r\n]"#)),
        AttackClass(
            "H1-CH-18", "wrap 2^64", "RFC 9112 §7.1",
            .pattern(#"<BODY>[1-9a-f][0-9a-f]{16}"#)),
        AttackClass(
            "H1-CH-19", "negative by sign bit", "RFC 9112 §7.1",
            .pattern(#"<BODY>[89a-f][0-9a-f]{15}[;\r\n]"#)),
        AttackClass(
            "H1-CH-20", "unbounded digit string", "RFC 9112 §7.1",
            .pattern(#"<BODY>0{17}"#)),
        AttackClass(
            "H1-CH-21", "bare LF after size (LF as EOL)", "RFC 9112 §7.1",
            .pattern(#"<BODY>[0-9a-f]+\n"#)),
        AttackClass(
            "H1-CH-22", "bare CR after size", "RFC 9112 §7.1",
            .pattern(#"<BODY>[0-9a-f]+\r[^\nX]"#)),
        AttackClass(
            "H1-CH-23", "CR + other byte after size", "RFC 9112 §7.1",
            .pattern(#"<BODY>[0-9a-f]+\rX"#)),
        AttackClass(
            "H1-CH-24", "LF in chunk-ext (TERM.EXT / EXT.TERM)", "RFC 9112 §7.1.1",
            .pattern(#"<BODY>[0-9a-f]+[^\r\n]*;[^\r\n]*\n"#)),
        AttackClass(
            "H1-CH-25", "CR in chunk-ext", "RFC 9112 §7.1.1, §2.2",
            .pattern(#"<BODY>[0-9a-f]+[^\r\n]*;[^\r\n]*\r[^\n]"#)),
        AttackClass(
            "H1-CH-26", "CR LF swapped", "RFC 9112 §7.1",
            .pattern(#"<BODY>[0-9a-f]+\n\r"#)),
        AttackClass(
            "H1-CH-27", "NUL / CTL in ext", "RFC 9112 §7.1.1",
            .pattern(#"<BODY>[0-9a-f]+;[^\r\n]*[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"#)),
        AttackClass(
            "H1-CH-28", "quoted-string ext spans CRLF", "RFC 9112 §7.1.1, RFC 9110 §5.6.4",
            .pattern(#"<BODY>[0-9a-f]+;[^\r\n"]*"[^\r\n"]*\r\n"#)),
        AttackClass(
            "H1-CH-29", "unterminated quoted ext", "RFC 9112 §7.1.1",
            .untold("the same bytes as H1-CH-28")),
        AttackClass(
            "H1-CH-30", "quoted-pair ext", "RFC 9110 §5.6.4",
            .pattern(#"<BODY>[0-9a-f]+;[^\r\n"]*"[^\r\n"]*\\""#)),
        AttackClass(
            "H1-CH-31", "ext with no name / value", "RFC 9112 §7.1.1",
            .pattern(#"<BODY>[0-9a-f]+;(?:\r?\n|=|[^\r\n;=]*=(?:\r?\n|;))"#)),
        AttackClass(
            "H1-CH-32", "ext ignored incorrectly", "RFC 9112 §7.1.1",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-CH-33", "giant ext (64 KiB…)", "RFC 9112 §7.1.1",
            .pattern(#"<BODY>[0-9a-f]+;[^\r\n]{512}"#)),
        AttackClass(
            "H1-CH-34", "data longer than size, spill (TERM.SPILL / SPILL.TERM)", "RFC 9112 §7.1",
            .pattern(#"<BODY><DATA>[^\r\n]+\r\n"#)),
        AttackClass(
            "H1-CH-35", "ONE.TWO (1-byte terminator read)", "RFC 9112 §7.1",
            .pattern(#"<BODY><DATA>\n"#)),
        AttackClass(
            "H1-CH-36", "TWO.ONE (2 bytes skipped unchecked)", "RFC 9112 §7.1",
            .pattern(#"<BODY><DATA>[^\r\n]{2}[0-9a-f]+\r\n"#)),
        AttackClass(
            "H1-CH-37", "ZERO.TWO (no terminator required)", "RFC 9112 §7.1",
            .pattern(#"<BODY><DATA>[0-9a-f]+\r\n"#)),
        AttackClass(
            "H1-CH-38", "bare CR after data", "RFC 9112 §7.1",
            .pattern(#"<BODY><DATA>\r[^\n]"#)),
        AttackClass(
            "H1-CH-39", "extra CRLF before terminator chunk", "RFC 9112 §7.1",
            .pattern(#"<BODY><DATA>\r\n\r\n"#)),
        AttackClass(
            "H1-CH-40", "terminator with junk instead of CRLF", "RFC 9112 §7.1",
            .pattern(#"<LAST>[^\r\n]{2}(?:GET|POST|PUT|HEAD|DELETE|OPTIONS) /"#)),
        AttackClass(
            "H1-CH-41", "TERM.TRAIL / TRAIL.TERM", "RFC 9112 §7.1.2",
            .pattern(#"<LAST>(?:\n|[^\r\n]+\n)"#)),
        AttackClass(
            "H1-CH-42", "missing last CRLF then FIN", "RFC 9112 §8",
            .untold("the end of the connection is no byte")),
        AttackClass(
            "H1-CH-43", "missing zero chunk then FIN", "RFC 9112 §8",
            .untold("the end of the connection is no byte")),
        AttackClass(
            "H1-CH-44", "early-terminated chunk data", "RFC 9112 §8",
            .untold("the end of the connection is no byte")),
        AttackClass(
            "H1-CH-46", "surplus byte after terminator crash", "RFC 9112 §9.3.2",
            .pattern(#"<LAST>\r\n[^A-Z\r\n]"#)),
        AttackClass(
            "H1-CH-47", "many 1-byte chunks", "RFC 9112 §7.1",
            .pattern(#"<BODY>(?:1\r\n.\r\n){8}"#)),
        AttackClass(
            "H1-CH-49", "client-side chunk decoder (response)", "RFC 9112 §7.1.3",
            .pattern(
                #"<L>HTTP/1\.1 <V>\r?\n<F>Transfer-Encoding:<S>chunked\r?\n<F>\r?\n[0-9a-f]+\n"#)),
    ]
}

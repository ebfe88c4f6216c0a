extension AttackClass {
    /// H1-TE: Transfer-Encoding in disguise.
    static let transferEncoding: [AttackClass] = [
        AttackClass(
            "H1-TE-01", "CL + TE both present (canonical CL.TE / TE.CL)", "RFC 9112 §6.1, §6.3(3)",
            .pattern(#"<CL><V>\r?\n<F>Transfer-Encoding:"#)),
        AttackClass(
            "H1-TE-02", "TE + CL order reversed", "RFC 9112 §6.1",
            .pattern(#"<TE><V>\r?\n<F>Content-Length:"#)),
        AttackClass(
            "H1-TE-03", "space before colon", "RFC 9112 §5.1",
            .pattern(#"<L>Transfer-Encoding +:"#)),
        AttackClass(
            "H1-TE-04", "tab before colon", "RFC 9112 §5.1",
            .pattern(#"<L>Transfer-Encoding *\t[ \t]*:"#)),
        AttackClass(
            "H1-TE-05", "LF before colon (gareth1)", "RFC 9112 §5.1, §2.2",
            .pattern(#"<L>Transfer-Encoding\n[ \t]*:"#)),
        AttackClass(
            "H1-TE-06", "VT before colon", "RFC 9110 §5.1, §5.6.2",
            .pattern(#"<L>Transfer-Encoding\x0b:"#)),
        AttackClass(
            "H1-TE-08", "NUL before colon", "RFC 9110 §5.6.2",
            .pattern(#"<L>Transfer-Encoding\x00:"#)),
        AttackClass(
            "H1-TE-09", "CR before colon", "RFC 9112 §2.2",
            .pattern(#"<L>Transfer-Encoding\r[ \t]*:"#)),
        AttackClass(
            "H1-TE-10", "DEL before colon", "RFC 9110 §5.6.2",
            .pattern(#"<L>Transfer-Encoding\x7f:"#)),
        AttackClass(
            "H1-TE-11", "NBSP before colon", "RFC 9110 §5.6.2",
            .pattern(#"<L>Transfer-Encoding\xa0:"#)),
        AttackClass(
            "H1-TE-12", "NEL before colon", "RFC 9110 §5.6.2",
            .pattern(#"<L>Transfer-Encoding\x85:"#)),
        AttackClass(
            "H1-TE-13", "soft hyphen before colon / instead of '-'", "RFC 9110 §5.6.2",
            .pattern(#"<L>Transfer(?:-?\xad-?Encoding|-Encoding\xad)"#)),
        AttackClass(
            "H1-TE-15", "sweep: byte in the middle of the name", "RFC 9110 §5.6.2",
            .pattern(#"<L>Transfer-[^Ee\r\n:]Encoding:"#)),
        AttackClass(
            "H1-TE-16", "sweep: byte before the name (prespace-XX)", "RFC 9110 §5.6.2",
            .pattern(
                #"<L>[\x00-\x08\x0b\x0c\x0e-\x1f"(),/;<=>?@\[\\\]{}\x7f-\xff]Transfer-Encoding:"#)),
        AttackClass(
            "H1-TE-18", "sweep: byte after value (postspace-XX)", "RFC 9112 §5, RFC 9110 §5.5",
            .pattern(#"<TE><S>chunked[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]"#)),
        AttackClass(
            "H1-TE-21", "backslash instead of hyphen", "RFC 9110 §5.6.2",
            .pattern(#"<L>Transfer\\Encoding:"#)),
        AttackClass(
            "H1-TE-22", "junk token after name", "RFC 9112 §5.1",
            .pattern(#"<L>Transfer-Encoding +[^ \t\r\n:]+:"#)),
        AttackClass(
            "H1-TE-23", "percent-encoded name", "RFC 9110 §5.1",
            .pattern(#"<L>Trans[a-z-]*%[0-9a-f]{2}[a-z-]*:"#)),
        AttackClass(
            "H1-TE-24", "high-bit letter in name", "RFC 9110 §5.6.2",
            .pattern(#"<L>Trans[a-z]*[\x80-\xff][a-z]*-Encoding:"#)),
        AttackClass(
            "H1-TE-25", "upper / mixed / lower case name", "RFC 9110 §5.1",
            .pattern(#"<L><odd:Transfer-Encoding>:"#), cased: true),
        AttackClass(
            "H1-TE-26", "upper / mixed-case value", "RFC 9112 §7",
            .pattern(#"<L>(?i:Transfer-Encoding):<S><odd:chunked>"#), cased: true),
        AttackClass(
            "H1-TE-27", "no space after colon", "RFC 9112 §5",
            .untold("valid as it stands; plain traffic has it too")),
        AttackClass(
            "H1-TE-28", "double space / tab OWS", "RFC 9112 §5",
            .pattern(#"<TE>(?: {2,}| *\t)[ \t]*chunked"#)),
        AttackClass(
            "H1-TE-29", "trailing tab", "RFC 9112 §5",
            .pattern(#"<TE><S>chunked *\t"#)),
        AttackClass(
            "H1-TE-30", "trailing bare CR", "RFC 9112 §2.2",
            .pattern(#"<TE><S>chunked\r\r\n"#)),
        AttackClass(
            "H1-TE-31", "VT prefix in value", "RFC 9110 §5.5, §5.6.3",
            .pattern(#"<TE><S>\x0b"#)),
        AttackClass(
            "H1-TE-32", "FF prefix in value", "RFC 9110 §5.6.3",
            .pattern(#"<TE><S>\x0c"#)),
        AttackClass(
            "H1-TE-33", "NUL in value", "RFC 9110 §5.5",
            .pattern(#"<TE><V>\x00"#)),
        AttackClass(
            "H1-TE-34", "0xFF prefix in value", "RFC 9112 §6.1",
            .pattern(#"<TE><S>\xff"#)),
        AttackClass(
            "H1-TE-35", "NBSP / NEL around value", "RFC 9110 §5.6.3",
            .pattern(#"<TE><S>(?:chunked)?[\xa0\x85]"#)),
        AttackClass(
            "H1-TE-36", "high-bit letter in value", "RFC 9112 §6.1",
            .pattern(#"<TE><S>[a-z]+[\x80-\xff][a-z]+"#)),
        AttackClass(
            "H1-TE-37", "double-quoted value", "RFC 9112 §7",
            .pattern(#"<TE><S>""#)),
        AttackClass(
            "H1-TE-38", "single-quoted value", "RFC 9112 §7",
            .pattern(#"<TE><S>'"#)),
        AttackClass(
            "H1-TE-39", "unknown coding, prefix of chunked", "RFC 9112 §6.1",
            .pattern(#"<TE><S>chunk<S>\r?\n"#)),
        AttackClass(
            "H1-TE-40", "xchunked", "RFC 9112 §6.1",
            .pattern(#"<TE><S>[a-z]+chunked"#)),
        AttackClass(
            "H1-TE-41", "chunkedchunked / suffix junk", "RFC 9112 §6.1",
            .pattern(#"<TE><S>chunked[a-z0-9]"#)),
        AttackClass(
            "H1-TE-42", "space-separated junk", "RFC 9112 §6.1",
            .pattern(#"<TE><S>(?:chunked +[a-z]|[a-z]+ +chunked)"#)),
        AttackClass(
            "H1-TE-44", "'identity' alone", "RFC 9112 §7, App. C",
            .pattern(#"<TE><S>identity<S>\r?\n"#)),
        AttackClass(
            "H1-TE-46", "identity, chunked", "RFC 9112 §6.1",
            .pattern(#"<TE><S>identity<S>,<S>chunked<S>\r?\n"#)),
        AttackClass(
            "H1-TE-47", "identity, chunked, identity", "RFC 9112 §6.3(4)",
            .pattern(#"<TE><S>identity<S>,<S>chunked<S>,<S>identity"#)),
        AttackClass(
            "H1-TE-48", "chunked, cow", "RFC 9112 §6.3(4)",
            .pattern(#"<TE><S>chunked<S>,<S>[abd-z][a-z]*|<TE><S>chunked<S>,<S>c[a-gi-z]"#)),
        AttackClass(
            "H1-TE-49", "cow, chunked", "RFC 9112 §6.1",
            .pattern(#"<TE><S>(?:[abefhj-wyz]|co[a-ln-z])[a-z-]*<S>,<S>chunked"#)),
        AttackClass(
            "H1-TE-50", "chunked, chunked", "RFC 9112 §6.1",
            .pattern(#"<TE><S>chunked<S>,<S>chunked"#)),
        AttackClass(
            "H1-TE-51", "gzip, chunked", "RFC 9112 §6.1, §7.2",
            .pattern(#"<TE><S>(?:x-)?(?:gzip|deflate|compress)<S>,<S>chunked"#)),
        AttackClass(
            "H1-TE-52", "gzip only", "RFC 9112 §6.3(4)",
            .pattern(#"<TE><S>(?:x-)?(?:gzip|deflate|compress)<S>\r?\n"#)),
        AttackClass(
            "H1-TE-53", "leading comma (empty list member)", "RFC 9110 §5.6.1.2",
            .pattern(#"<TE><S>,"#)),
        AttackClass(
            "H1-TE-54", "trailing comma", "RFC 9110 §5.6.1.2",
            .pattern(#"<TE><S>[^\r\n]+,<S>\r?\n"#)),
        AttackClass(
            "H1-TE-55", "empty TE value", "RFC 9112 §6.1",
            .pattern(#"<TE><S>\r?\n[^ \t\x0b]"#)),
        AttackClass(
            "H1-TE-56", "duplicate TE chunked ×2", "RFC 9112 §6.1, RFC 9110 §5.3",
            .pattern(#"<TE><S>chunked<S>\r?\n<F>Transfer-Encoding:<S>chunked"#)),
        AttackClass(
            "H1-TE-57", "duplicate TE chunked + junk", "RFC 9112 §6.3(4)",
            .pattern(#"<TE><S>chunked<S>\r?\n<F>Transfer-Encoding:<S>[^c\r\n]"#)),
        AttackClass(
            "H1-TE-58", "duplicate TE identity + chunked", "RFC 9112 §6.1",
            .pattern(#"<TE><S>identity<S>\r?\n<F>Transfer-Encoding:<S>chunked"#)),
        AttackClass(
            "H1-TE-59", "duplicate TE, 2nd obfuscated", "RFC 9112 §6.3(4)",
            .pattern(
                #"<L>Transfer-Encoding:<S>chunked<S>\r?\n<F>(?:Transfer-encoding|transfer-encoding|TRANSFER-ENCODING):"#
            ), cased: true),
        AttackClass(
            "H1-TE-60", "obs-fold value, SP", "RFC 9112 §5.2",
            .pattern(#"<TE><S>\r\n +chunked"#)),
        AttackClass(
            "H1-TE-61", "obs-fold value, HTAB", "RFC 9112 §5.2",
            .pattern(#"<TE><S>\r\n\t<S>chunked"#)),
        AttackClass(
            "H1-TE-62", "obs-fold with bare LF", "RFC 9112 §5.2, §2.2",
            .pattern(#"<TE><S>\n[ \t]+chunked"#)),
        AttackClass(
            "H1-TE-63", "double fold", "RFC 9112 §5.2",
            .pattern(#"<TE><S>\r?\n[ \t]+\r?\n[ \t]+chunked"#)),
        AttackClass(
            "H1-TE-64", "vertical-tab fold", "RFC 9112 §5",
            .pattern(#"<TE><S>\r?\n\x0b"#)),
        AttackClass(
            "H1-TE-65", "name line leading SP (TE hidden as fold)", "RFC 9112 §5.2",
            .pattern(#"<L>[^ \t\r\n:]+:<V>\r?\n +Transfer-Encoding:"#)),
        AttackClass(
            "H1-TE-66", "name line leading HTAB", "RFC 9112 §5.2",
            .pattern(#"<L>[^ \t\r\n:]+:<V>\r?\n\t<S>Transfer-Encoding:"#)),
        AttackClass(
            "H1-TE-67", "first field line starts with SP", "RFC 9112 §2.2",
            .pattern(#" HTTP/1\.[01]\r?\n[ \t]+Transfer-Encoding:"#)),
        AttackClass(
            "H1-TE-68", "TE hidden behind bare CR", "RFC 9112 §2.2",
            .pattern(#"[^\r\n]\rTransfer-Encoding:"#)),
        AttackClass(
            "H1-TE-69", "TE hidden behind bare LF", "RFC 9112 §2.2",
            .pattern(#"[^\r\n]\nTransfer-Encoding:"#)),
        AttackClass(
            "H1-TE-71", "CR inside the name", "RFC 9112 §2.2",
            .pattern(#"<L>Tra[a-z]*\r[a-z]*-Encoding:"#)),
        AttackClass(
            "H1-TE-72", "two LF before TE (body-split)", "RFC 9112 §2.2",
            .pattern(#"\n\nTransfer-Encoding:"#)),
        AttackClass(
            "H1-TE-74", "Content-Encoding: chunked", "RFC 9110 §8.4, RFC 9112 §6.1",
            .pattern(#"<L>Content-Encoding:<S>chunked"#)),
        AttackClass(
            "H1-TE-77", "TE on HTTP/1.0", "RFC 9112 §6.1",
            .pattern(#" HTTP/1\.0\r?\n<F>Transfer-Encoding:"#)),
        AttackClass(
            "H1-TE-78", "TE + CL on HTTP/1.0 keep-alive", "RFC 9112 §6.1",
            .pattern(
                #" HTTP/1\.0\r?\n<F>Connection:<S>keep-alive\r?\n<F>(?:Content-Length:<V>\r?\n<F>Transfer-Encoding:|Transfer-Encoding:<V>\r?\n<F>Content-Length:)"#
            )),
        AttackClass(
            "H1-TE-79", "TE on GET/HEAD/OPTIONS", "RFC 9112 §6, RFC 9110 §9.3.1",
            .pattern(
                #"<L>(?:GET|HEAD|OPTIONS) [^ \r\n]+ HTTP/1\.1\r?\n<F>(?i:Transfer-Encoding):"#),
            cased: true),
        AttackClass(
            "H1-TE-80", "TE.0 (front chunked, back ignores)", "RFC 9112 §6.3, §9.3",
            .pattern(
                #"<L>(?:GET|HEAD|OPTIONS|DELETE) [^ \r\n]+ HTTP/1\.1\r?\n<F>(?i:Transfer-Encoding):<S>chunked\r?\n<F>\r?\n[0-9a-fA-F]+\r\n[A-Z]{3,7} /"#
            ), cased: true),
        AttackClass(
            "H1-TE-81", "TE in 1xx/204 response", "RFC 9112 §6.1, §6.3(1)",
            .pattern(#"<L>HTTP/1\.1 (?:1[0-9][0-9]|204)<V>\r?\n<F>Transfer-Encoding:"#)),
        AttackClass(
            "H1-TE-82", "'TE: chunked' vs 'Transfer-Encoding'", "RFC 9110 §10.1.4",
            .pattern(#"<L>TE:<V>chunked"#)),
    ]
}

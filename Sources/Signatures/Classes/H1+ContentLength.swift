extension AttackClass {
    /// H1-CL: Content-Length.
    static let contentLength: [AttackClass] = [
        AttackClass(
            "H1-CL-02", "two different CL lines (CL.CL)", "RFC 9112 §6.3(5)",
            .pattern(#"<CL><S>[0-9]+<S>\r?\n<F>Content-Length:"#)),
        AttackClass(
            "H1-CL-03", "two CL, case differs", "RFC 9110 §5.1",
            .pattern(
                #"<L>(?:Content-Length:<V>\r?\n<F>(?:content-length|CONTENT-LENGTH|Content-length)|content-length:<V>\r?\n<F>(?:Content-Length|CONTENT-LENGTH)):"#
            ), cased: true),
        AttackClass(
            "H1-CL-04", "list, equal", "RFC 9110 §8.6",
            .pattern(
                #"<CL><S>(?:0<S>,<S>0|1<S>,<S>1|2<S>,<S>2|3<S>,<S>3|4<S>,<S>4|5<S>,<S>5|6<S>,<S>6|7<S>,<S>7|8<S>,<S>8|9<S>,<S>9)<S>\r?\n"#
            )),
        AttackClass(
            "H1-CL-05", "list, three equal", "RFC 9110 §8.6",
            .pattern(#"<CL><S>[0-9]+<S>,<S>[0-9]+<S>,<S>[0-9]+"#)),
        AttackClass(
            "H1-CL-06", "list, different", "RFC 9112 §6.3(5)",
            .pattern(
                #"<CL><S>(?:0<S>,<S>[^0 \t\r\n]|1<S>,<S>[^1 \t\r\n]|2<S>,<S>[^2 \t\r\n]|3<S>,<S>[^3 \t\r\n]|4<S>,<S>[^4 \t\r\n]|5<S>,<S>[^5 \t\r\n]|6<S>,<S>[^6 \t\r\n]|7<S>,<S>[^7 \t\r\n]|8<S>,<S>[^8 \t\r\n]|9<S>,<S>[^9 \t\r\n]|[0-9]+<S>,<S>[0-9]{2,}|[0-9]{2,}<S>,<S>[0-9])"#
            )),
        AttackClass(
            "H1-CL-08", "minus sign", "RFC 9110 §8.6",
            .pattern(#"<CL><S>-[1-9]"#)),
        AttackClass(
            "H1-CL-09", "minus zero", "RFC 9110 §8.6",
            .pattern(#"<CL><S>-0"#)),
        AttackClass(
            "H1-CL-10", "hex prefix", "RFC 9110 §8.6",
            .pattern(#"<CL><S>0x"#)),
        AttackClass(
            "H1-CL-11", "octal-prefix notation", "RFC 9110 §8.6",
            .pattern(#"<CL><S>0o"#)),
        AttackClass(
            "H1-CL-12", "leading zero read as octal", "RFC 9110 §8.6",
            .pattern(#"<CL><S>0[1-7][0-7]*<S>\r?\n"#)),
        AttackClass(
            "H1-CL-13", "leading zeros", "RFC 9110 §8.6",
            .pattern(#"<CL><S>0[0-9]+<S>\r?\n"#)),
        AttackClass(
            "H1-CL-14", "very long zero pad", "RFC 9110 §8.6",
            .pattern(#"<CL><S>0{16}"#)),
        AttackClass(
            "H1-CL-15", "underscore digit separator", "RFC 9110 §8.6",
            .pattern(#"<CL><S>[0-9]+_"#)),
        AttackClass(
            "H1-CL-16", "space inside digits", "RFC 9110 §8.6",
            .pattern(#"<CL><S>[0-9]+ +[0-9]"#)),
        AttackClass(
            "H1-CL-18", "decimal point", "RFC 9110 §8.6",
            .pattern(#"<CL><S>[0-9]+\."#)),
        AttackClass(
            "H1-CL-19", "digit + junk suffix", "RFC 9110 §8.6",
            .pattern(#"<CL><S>[1-9][0-9]*[a-z]"#)),
        AttackClass(
            "H1-CL-20", "non-numeric", "RFC 9112 §6.3(5)",
            .pattern(#"<CL><S>[a-z]"#)),
        AttackClass(
            "H1-CL-21", "Unicode digits", "RFC 9110 §8.6",
            .pattern(#"<CL><S>[\xd9\xef]"#)),
        AttackClass(
            "H1-CL-22", "empty", "RFC 9110 §8.6",
            .pattern(#"<CL><S>\r?\n[^ \t]"#)),
        AttackClass(
            "H1-CL-23", "overflow 2^64", "RFC 9110 §8.6",
            .pattern(#"<CL><S>[1-9][0-9]{19}<S>\r?\n"#)),
        AttackClass(
            "H1-CL-24", "overflow 2^63 / sign flip", "RFC 9110 §8.6",
            .pattern(#"<CL><S>9223372036854775808"#)),
        AttackClass(
            "H1-CL-25", "overflow 2^32+5 (truncation to 32-bit)", "RFC 9110 §8.6",
            .pattern(#"<CL><S>4294967(?:29[6-9]|3[0-9]{2})<S>\r?\n"#)),
        AttackClass(
            "H1-CL-26", "20+ nines", "RFC 9110 §8.6",
            .pattern(#"<CL><S>9{20}"#)),
        AttackClass(
            "H1-CL-27", "space before colon", "RFC 9112 §5.1",
            .pattern(#"<L>Content-Length[ \t]+:"#)),
        AttackClass(
            "H1-CL-29", "NBSP/VT around value", "RFC 9110 §5.6.3",
            .pattern(#"<CL><S>[\xa0\x85\x0b\x0c]"#)),
        AttackClass(
            "H1-CL-30", "NUL after value", "RFC 9110 §5.5",
            .pattern(#"<CL><V>\x00"#)),
        AttackClass(
            "H1-CL-31", "folded CL", "RFC 9112 §5.2",
            .pattern(#"<CL><S>\r?\n[ \t]"#)),
        AttackClass(
            "H1-CL-32", "hidden CL by leading space", "RFC 9112 §5.2",
            .pattern(#"<L>[^ \t\r\n:]+:<V>\r?\n[ \t]+Content-Length:"#)),
        AttackClass(
            "H1-CL-33", "underscore name", "RFC 9110 §5.1",
            .pattern(#"<L>Content_Length:"#)),
        AttackClass(
            "H1-CL-34", "tab in name", "RFC 9110 §5.6.2",
            .pattern(#"<L>Content\tLength:"#)),
        AttackClass(
            "H1-CL-35", "prefix header shares line", "RFC 9110 §5.6.2",
            .pattern(#"<L>[^ \t\r\n:]+ [^\r\n:]*:<S>\r?\nContent-Length:"#)),
        AttackClass(
            "H1-CL-36", "CL.0 (back end ignores body)", "RFC 9112 §9.3, §6.3",
            .pattern(
                #"<CL><S>[1-9][0-9]*<S>\r?\n<F>\r?\n(?:GET|POST|PUT|HEAD|DELETE|OPTIONS) /[^ \r\n]* HTTP/1\."#
            )),
        AttackClass(
            "H1-CL-37", "0.CL (front end ignores CL)", "RFC 9112 §5.1, §5.2, §9.6",
            .pattern(
                #"<L>[A-Z]{3,7} /(?:con|aux|nul|prn)[ /?.][^\r\n]*\r?\n<F>Content-Length[ \t]*:"#)),
        AttackClass(
            "H1-CL-38", "GET with CL body", "RFC 9110 §9.3.1",
            .pattern(#"<L>GET [^ \r\n]+ HTTP/1\.[01]\r?\n<F>(?i:Content-Length):<S>[1-9]"#),
            cased: true),
        AttackClass(
            "H1-CL-39", "HEAD/DELETE/OPTIONS/TRACE with body", "RFC 9110 §9.3.2, §9.3.8",
            .pattern(
                #"<L>(?:HEAD|OPTIONS|TRACE|DELETE) [^ \r\n]+ HTTP/1\.[01]\r?\n<F>(?i:Content-Length):<S>[1-9]"#
            ), cased: true),
        AttackClass(
            "H1-CL-40", "POST without CL/TE", "RFC 9112 §6.3(7)",
            .untold("what is missing leaves no bytes")),
        AttackClass(
            "H1-CL-41", "CL larger than sent then FIN", "RFC 9112 §6.3(5), §8",
            .untold("the end of the connection is no byte")),
        AttackClass(
            "H1-CL-42", "CL smaller than sent (pipelined surplus)", "RFC 9112 §9.3.2",
            .untold("bytes would have to be counted")),
        AttackClass(
            "H1-CL-43", "CL over limit", "RFC 9110 §15.5.14",
            .pattern(#"<CL><S>[1-9][0-9]{12,18}<S>\r?\n"#)),
        AttackClass(
            "H1-CL-44", "response CL mismatch / multiple", "RFC 9112 §6.3(5)",
            .pattern(#"<L>HTTP/1\.[01] <V>\r?\n<F>Content-Length:<V>\r?\n<F>Content-Length:"#)),
        AttackClass(
            "H1-CL-45", "CL in 204/1xx response", "RFC 9110 §8.6, RFC 9112 §6.3(1)",
            .pattern(#"<L>HTTP/1\.1 (?:1[0-9][0-9]|204)<V>\r?\n<F>Content-Length:"#)),
    ]
}

extension AttackClass {
    /// HTTP2: the first frame of a connection, or of an input that begins at a frame. What comes later a pattern cannot find: it does not know where frames begin.
    static let http2: [AttackClass] = [
        AttackClass(
            "H2-FR-01", "bad preface", "RFC 9113 §3.4",
            .pattern(#"^PRI \* HTTP/2\.0\r\n\r\n(?:[^S]|S[^M]|SM[^\r])"#), cased: true,
            scope: .http2),
        AttackClass(
            "H2-FR-02", "first frame not SETTINGS", "RFC 9113 §3.4",
            .pattern(#"^<PRI>.{3}[^\x04]"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-03", "frame > MAX_FRAME_SIZE", "RFC 9113 §4.2",
            .pattern(#"^<PRI>?(?:[\x01-\x0f]..|\x00[\x41-\xff].|\x00\x40[\x01-\xff])[\x00-\x09]"#),
            cased: true, scope: .http2),
        AttackClass(
            "H2-FR-04", "reserved bit set", "RFC 9113 §4.1",
            .pattern(#"^<PRI>?\x00.{4}[\x80-\xff]"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-05", "unknown frame type", "RFC 9113 §4.1, §5.5",
            .pattern(#"^<PRI>?\x00.{2}[\x0d\x0e\x11-\xff]"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-06", "DATA on stream 0", "RFC 9113 §6.1",
            .pattern(#"^<PRI>?\x00.{2}\x00.[\x00\x80]\x00{3}"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-11", "HEADERS sid 0", "RFC 9113 §6.2",
            .pattern(#"^<PRI>?\x00.{2}\x01.[\x00\x80]\x00{3}"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-13", "CONTINUATION without HEADERS", "RFC 9113 §6.10",
            .pattern(#"^<PRI>?\x00.{2}\x09"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-16", "PRIORITY length ≠ 5", "RFC 9113 §6.3",
            .pattern(#"^<PRI>?(?:\x00\x00[^\x05]|\x00[^\x00].)\x02"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-19", "RST_STREAM on idle / sid 0 / len≠4", "RFC 9113 §6.4",
            .pattern(
                #"^<PRI>?(?:(?:\x00\x00[^\x04]|\x00[^\x00].)\x03|\x00{2}\x04\x03.[\x00\x80]\x00{3})"#
            ), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-20", "SETTINGS len %6≠0; ACK with payload; sid≠0", "RFC 9113 §6.5",
            .pattern(
                #"^<PRI>?(?:\x00\x00[\x01-\x05\x07-\x0b\x0d-\x11]\x04|\x00.{2}\x04.[\x00\x80](?:[^\x00]..|\x00[^\x00].|\x00\x00[^\x00])|\x00\x00[^\x00]\x04[\x01\x03])"#
            ), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-21", "SETTINGS ENABLE_PUSH=2", "RFC 9113 §6.5.2",
            .pattern(
                #"^<PRI>?\x00\x00[\x06\x0c\x12\x18\x1e]\x04\x00.{4}(?:.{6}){0,4}\x00\x02(?:[^\x00]|\x00[^\x00]|\x00\x00[^\x00]|\x00{3}[^\x00\x01])"#
            ), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-23", "SETTINGS MAX_FRAME_SIZE 0 / <16384 / >2^24-1", "RFC 9113 §6.5.2",
            .pattern(
                #"^<PRI>?\x00\x00[\x06\x0c\x12\x18\x1e]\x04\x00.{4}(?:.{6}){0,4}\x00\x05(?:\x00\x00[\x00-\x3f]|[\x01-\xff])"#
            ), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-27", "PING len≠8 / sid≠0", "RFC 9113 §6.7",
            .pattern(#"^<PRI>?(?:\x00\x00[^\x08]|\x00[^\x00].)\x06"#), cased: true, scope: .http2),
        AttackClass(
            "H2-FR-28", "GOAWAY sid≠0", "RFC 9113 §6.8",
            .pattern(#"^<PRI>?\x00.{2}\x07.[\x00\x80](?:[^\x00]..|\x00[^\x00].|\x00\x00[^\x00])"#),
            cased: true, scope: .http2),
        AttackClass(
            "H2-FR-31", "WINDOW_UPDATE len≠4", "RFC 9113 §6.9",
            .pattern(#"^<PRI>?(?:\x00\x00[^\x04]|\x00[^\x00].)\x08"#), cased: true, scope: .http2),
    ]
}

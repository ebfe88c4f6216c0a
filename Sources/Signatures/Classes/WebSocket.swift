extension AttackClass {
    /// WebSocket: the first frame of a direction. What comes later a pattern cannot find: it does not know where frames begin.
    static let webSocket: [AttackClass] = [
        AttackClass(
            "WS-03", "RSV1/2/3 without extension", "RFC 6455 §5.2",
            .pattern(#"^[\x10-\x3f\x50-\x7f\x90-\xbf\xd0-\xff]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-05", "reserved data opcodes 3–7", "RFC 6455 §5.2",
            .pattern(#"^[\x03-\x07\x83-\x87]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-06", "reserved control opcodes 0xB–0xF", "RFC 6455 §5.2",
            .pattern(#"^[\x0b-\x0f\x8b-\x8f]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-07", "fragmented control", "RFC 6455 §5.5",
            .pattern(#"^[\x08-\x0a]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-08", "control > 125", "RFC 6455 §5.5",
            .pattern(#"^[\x88-\x8a][\x7e\x7f\xfe\xff]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-09", "CONTINUATION without start", "RFC 6455 §5.4",
            .pattern(#"^[\x00\x80]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-15", "close payload length 1", "RFC 6455 §5.5.1",
            .pattern(#"^\x88[\x01\x81]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-20", "64-bit length MSB set", "RFC 6455 §5.2",
            .pattern(#"^.[\x7f\xff][\x80-\xff]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-21", "non-minimal length 16/64", "RFC 6455 §5.2",
            .pattern(#"^.(?:[\x7e\xfe]\x00[\x00-\x7d]|[\x7f\xff]\x00{6})"#), cased: true,
            scope: .webSocket),
        AttackClass(
            "WS-22", "huge declared length prealloc", "RFC 6455 §10.4",
            .pattern(#"^.[\x7f\xff]\x00\x00[\x01-\xff]"#), cased: true, scope: .webSocket),
        AttackClass(
            "WS-04", "RSV1 on continuation/control with pmd", "RFC 7692 §6, §8.1",
            .pattern(#"^(?:[\x40\xc0]|[\x48-\x4f\xc8-\xcf])"#), cased: true, scope: .webSocket),
    ]
}

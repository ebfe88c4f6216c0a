extension AttackClass {
    /// HPACK: the first representation of the first block, when the dynamic table is empty. What comes later a pattern cannot find: it does not know where frames begin.
    static let hpack: [AttackClass] = [
        AttackClass(
            "HPK-01", "index 0", "RFC 7541 §6.1",
            .pattern(#"^\x80"#), cased: true, scope: .hpack),
        AttackClass(
            "HPK-02", "index beyond table", "RFC 7541 §2.3.3",
            .pattern(#"^[\xbe-\xff]"#), cased: true, scope: .hpack),
        AttackClass(
            "HPK-03", "literal with name index out of range", "RFC 7541 §6.2",
            .pattern(#"^[\x7e\x7f]"#), cased: true, scope: .hpack),
        AttackClass(
            "HPK-04", "integer too long / overflow", "RFC 7541 §5.1",
            .pattern(#"^(?:\xff|\x7f|\x3f|\x1f|\x0f)[\x80-\xff]{9}"#), cased: true, scope: .hpack),
        AttackClass(
            "HPK-05", "integer padded with zero continuation", "RFC 7541 §5.1",
            .pattern(#"^(?:\xff|\x7f|\x3f|\x1f|\x0f)\x80{3,}\x00"#), cased: true, scope: .hpack),
        AttackClass(
            "HPK-09", "Huffman EOS symbol", "RFC 7541 §5.2",
            .pattern(#"^[\x00\x10\x40].[^\x00]*\x84\xff{4}"#), cased: true, scope: .hpack),
        AttackClass(
            "HPK-11", "size update after field", "RFC 7541 §4.2",
            .pattern(#"^[\x81-\xbd]+[\x20-\x3f]"#), cased: true, scope: .hpack),
        AttackClass(
            "HPK-12", "size update over SETTINGS limit", "RFC 7541 §6.3",
            .pattern(#"^\x3f[\x80-\xff](?:[\x20-\x7f]|[\x80-\xff])"#), cased: true, scope: .hpack),
    ]
}

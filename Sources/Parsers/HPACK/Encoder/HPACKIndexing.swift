/// Fields whose values an attacker must not be able to guess through the size of what is sent (RFC 7541 §7.1.3).
public enum HPACKSecrets {
    /// A shorter cookie has too little to guess (chosen: RFC 7541 §7.1.3 leaves it open; nghttp2 draws the same line).
    public static let cookieBytesMin = 20

    private static let names: Set<[UInt8]> = [
        Array("authorization".utf8), Array("proxy-authorization".utf8), Array("x-api-key".utf8),
        Array("x-csrf-token".utf8), Array("x-xsrf-token".utf8),
    ]
    private static let cookie = Array("cookie".utf8)

    /// Whether a field is one. Names are in lower case, as HTTP/2 has them.
    public static func contains(_ field: HPACKField) -> Bool {
        if field.name == cookie { return field.value.count < cookieBytesMin }
        return names.contains(field.name)
    }
}

/// Which fields go into the dynamic table.
enum HPACKIndexing {
    /// Fields whose values seldom come again.
    private static let fleeting: Set<[UInt8]> = [
        Array(":path".utf8), Array("age".utf8), Array("content-length".utf8),
        Array("etag".utf8), Array("if-modified-since".utf8), Array("if-none-match".utf8),
        Array("location".utf8), Array("set-cookie".utf8),
    ]

    /// Whether the field's value may come again before the entry is evicted.
    ///
    /// An entry of more than three quarters of the table would evict nearly all others (chosen: what nghttp2 does).
    static func pays(_ field: HPACKField, tableSizeMax: Int) -> Bool {
        let size = field.name.count + field.value.count + 32
        return size <= tableSizeMax / 4 * 3 && !fleeting.contains(field.name)
    }
}

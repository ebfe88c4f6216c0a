/// An authority without userinfo: `uri-host [ ":" port ]`, the host not empty and without a comma.
enum HTTP1Authority {
    /// The port of a well-formed authority, 0 where it has none; nil where it is malformed.
    static func port(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first else { return nil }
        var rest: ArraySlice<UInt8>
        if first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")),
                isAddress(text[(text.startIndex + 1)..<close])
            else { return nil }
            rest = text[(close + 1)...]
        } else {
            let end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            guard end > text.startIndex, isRegName(text[..<end]) else { return nil }
            rest = text[end...]
        }
        guard let colon = rest.popFirst() else { return 0 }
        guard colon == UInt8(ascii: ":"), rest.count <= 5 else { return nil }
        var port = 0
        for byte in rest {
            guard let digit = HTTP1Byte.digit(byte, base: 10) else { return nil }
            port = port * 10 + digit
        }
        return port <= 65_535 ? port : nil
    }

    private static func isRegName(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst(), let low = rest.popFirst(),
                    HTTP1Byte.digit(high) != nil, HTTP1Byte.digit(low) != nil
                else { return false }
            } else if !HTTP1Byte.isRegName(byte) {
                return false
            }
        }
        return true
    }

    /// What stands in brackets: an IPv6 address, or `v`, a version, a dot and some bytes.
    private static func isAddress(_ text: ArraySlice<UInt8>) -> Bool {
        if let first = text.first, HTTP1Byte.lowercased(first) == UInt8(ascii: "v") {
            let parts = text.dropFirst().split(
                separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
            return parts[0].allSatisfy { HTTP1Byte.digit($0) != nil }
                && parts[1].allSatisfy {
                    HTTP1Byte.isRegName($0) || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ":")
                }
        }
        return isIPv6(Array(text))
    }

    /// Eight groups of 16 bits, or fewer around one `::`; the last two may be four dotted octets.
    private static func isIPv6(_ text: [UInt8]) -> Bool {
        let colon = UInt8(ascii: ":")
        let gaps = text.indices.filter {
            $0 + 1 < text.count && text[$0] == colon && text[$0 + 1] == colon
        }
        guard let gap = gaps.first else { return groups(text[...], mayEndDotted: true) == 8 }
        guard gaps.count == 1 else { return false }
        let behind = text[(gap + 2)...]
        guard let left = gap == 0 ? 0 : groups(text[..<gap], mayEndDotted: false),
            let right = behind.isEmpty ? 0 : groups(behind, mayEndDotted: true)
        else { return false }
        return left + right <= 7
    }

    /// The number of groups, or nil where one is malformed.
    private static func groups(_ text: ArraySlice<UInt8>, mayEndDotted: Bool) -> Int? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var count = 0
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, mayEndDotted, isIPv4(part) {
                count += 2
                continue
            }
            guard (1...4).contains(part.count),
                part.allSatisfy({ HTTP1Byte.digit($0) != nil })
            else { return nil }
            count += 1
        }
        return count
    }

    private static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
        let octets = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard octets.count == 4 else { return false }
        return octets.allSatisfy { octet in
            guard (1...3).contains(octet.count), octet.allSatisfy(HTTP1Byte.isDigit) else {
                return false
            }
            if octet.count > 1, octet.first == 0x30 { return false }
            return octet.reduce(0) { $0 * 10 + Int($1) - 0x30 } <= 255
        }
    }
}

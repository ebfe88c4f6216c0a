/// Looks at a path as it stands, without a decoded copy.
extension RequestPath {
    /// Where a segment stands among sorted literals.
    enum Order {
        case before
        case same
        case behind
        /// The segment has a broken escape: it is none.
        case invalid
    }

    /// The order of a segment, as it is once decoded, and a literal.
    static func order(of segment: Span<UInt8>, _ literal: Span<UInt8>) -> Order {
        var index = 0
        var place = 0
        while index < segment.count {
            guard let (byte, next) = decodedByte(segment, at: index) else { return .invalid }
            guard place < literal.count else { return .behind }
            if byte != literal[place] { return byte < literal[place] ? .before : .behind }
            index = next
            place += 1
        }
        return place < literal.count ? .before : .same
    }

    /// Whether a segment is `.` or `..` once decoded. Only a dot or a `%` at a segment's start is looked at twice.
    static func hasDotSegment(_ path: Span<UInt8>) -> Bool {
        var isStart = true
        for index in path.indices {
            let byte = path[index]
            if isStart, byte == 0x2E || byte == UInt8(ascii: "%"), isDotSegment(path, from: index) {
                return true
            }
            isStart = byte == UInt8(ascii: "/")
        }
        return false
    }

    /// Whether the segment that begins at `start` is one or two dots and nothing else.
    private static func isDotSegment(_ path: Span<UInt8>, from start: Int) -> Bool {
        var index = start
        for dots in 0...2 {
            guard index < path.count, path[index] != UInt8(ascii: "/") else { return dots > 0 }
            guard let (byte, next) = decodedByte(path, at: index), byte == 0x2E else {
                return false
            }
            index = next
        }
        return false
    }

    /// Whether there is a `%2F`.
    static func hasEncodedSlash(_ path: Span<UInt8>) -> Bool {
        for index in path.indices
        where path[index] == UInt8(ascii: "%") && escape(path, at: index) == UInt8(ascii: "/") {
            return true
        }
        return false
    }

    /// The byte at `index`, decoded, and where the next one stands; nil at a broken escape.
    private static func decodedByte(
        _ path: Span<UInt8>, at index: Int
    ) -> (byte: UInt8, next: Int)? {
        guard path[index] == UInt8(ascii: "%") else { return (path[index], index + 1) }
        return escape(path, at: index).map { ($0, index + 3) }
    }
}

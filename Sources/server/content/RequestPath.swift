/// A request's path, read once: percent-decoded (RFC 3986 §2.1) and looked at for what a file's name must not have.
///
/// What no path may have is refused here, for all routes. What is data for one handler and an attack on another is
/// reported, and each says what it does about it: a router takes a path apart before it decodes, so an encoded slash stays
/// in its segment; static files refuse all that `PathFeatures` names.
public enum RequestPath {
    /// Appends the decoded path to `bytes` and says what it had.
    ///
    /// - Parameter path: As it stands in the request, without the query.
    /// - Throws: `PathProblem`; then `bytes` is as it was.
    public static func read(
        _ path: Span<UInt8>, into bytes: inout [UInt8]
    ) throws(PathProblem) -> PathFeatures {
        let countBefore = bytes.count
        do {
            return try decode(path, into: &bytes)
        } catch {
            bytes.removeLast(bytes.count - countBefore)
            throw error
        }
    }

    private static func decode(
        _ path: Span<UInt8>, into bytes: inout [UInt8]
    ) throws(PathProblem) -> PathFeatures {
        var features: PathFeatures = []
        let start = bytes.count
        var segment = start
        var isWide = false
        var index = 0
        while index < path.count {
            let plain = plainCount(path, from: index)
            if plain > 0 {
                // SAFETY: the buffer pointer is used inside the call only.
                unsafe path.extracting(index..<index + plain).withUnsafeBufferPointer {
                    unsafe bytes.append(contentsOf: $0)
                }
                index += plain
                continue
            }
            var byte = path[index]
            let isEncoded = byte == UInt8(ascii: "%")
            if isEncoded {
                guard let value = escape(path, at: index) else { throw .escape(offset: index) }
                byte = value
            }
            guard byte >= 0x20, byte != 0x7F else {
                throw byte == 0 ? .nul(offset: index) : .control(offset: index)
            }
            if !isEncoded, byte == UInt8(ascii: "/") {
                features.formUnion(dots(bytes, from: segment))
                segment = bytes.count + 1
            } else if byte == UInt8(ascii: "/") {
                features.insert(.encodedSlash)
            } else if byte == UInt8(ascii: "\\") {
                features.insert(.backslash)
            }
            isWide = isWide || byte >= 0x80
            bytes.append(byte)
            index += isEncoded ? 3 : 1
        }
        features.formUnion(dots(bytes, from: segment))
        if isWide, (try? UTF8Span(validating: bytes.span.extracting(start...))) == nil {
            throw .encoding
        }
        return features
    }

    /// How many bytes from `start` on stand for themselves and part nothing: printable ASCII without `%`, `/` and `\`.
    private static func plainCount(_ path: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < path.count {
            switch path[index] {
            case UInt8(ascii: "%"), UInt8(ascii: "/"), UInt8(ascii: "\\"), 0..<0x20, 0x7F...:
                return index - start
            default: index += 1
            }
        }
        return index - start
    }

    /// Whether the decoded segment from `start` to the end so far is `.` or `..`.
    private static func dots(_ bytes: [UInt8], from start: Int) -> PathFeatures {
        switch bytes.count - start {
        case 1 where bytes[start] == 0x2E: .dotSegment
        case 2 where bytes[start] == 0x2E && bytes[start + 1] == 0x2E: .dotSegment
        default: []
        }
    }

    /// What a path's `%` at `index` and its two digits stand for; nil where there are none.
    static func escape(_ path: Span<UInt8>, at index: Int) -> UInt8? {
        guard path.count - index > 2, let high = PercentCoding.digit(path[index + 1]),
            let low = PercentCoding.digit(path[index + 2])
        else { return nil }
        return high << 4 | low
    }
}

/// What a path had that some handlers refuse.
public struct PathFeatures: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A segment that is `.` or `..` once decoded.
    public static let dotSegment = PathFeatures(rawValue: 1)
    /// A backslash, encoded or not.
    public static let backslash = PathFeatures(rawValue: 2)
    /// `%2F`: a slash that parts no segments.
    public static let encodedSlash = PathFeatures(rawValue: 4)
}

/// Why a path is none; each is answered with 400.
public enum PathProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A control character, encoded or not.
    case control(offset: Int)
    /// Its bytes are no UTF-8 (RFC 3629 §3): an overlong form is how a dot or slash hides.
    case encoding
    /// A `%` without two hexadecimal digits (RFC 3986 §2.1).
    case escape(offset: Int)
    /// NUL, encoded or not (RFC 3986 §7.3): the system would read a shorter name.
    case nul(offset: Int)

    public var description: String {
        switch self {
        case .control(let offset): "a control character in the path, at \(offset)"
        case .encoding: "the path's bytes are no UTF-8 (RFC 3629 §3)"
        case .escape(let offset): "a % without two hexadecimal digits, at \(offset) (RFC 3986 §2.1)"
        case .nul(let offset): "a NUL in the path, at \(offset) (RFC 3986 §7.3)"
        }
    }
}

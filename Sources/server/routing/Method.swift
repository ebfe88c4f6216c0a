/// A request method (RFC 9110 §9, RFC 5789), as routes know it.
public enum Method: UInt8, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    case get
    case head
    case post
    case put
    case delete
    case connect
    case options
    case trace
    case patch
    /// Every other token; `Request.methodText` has its letters.
    case other

    /// The method's letters; empty for `other`.
    public var text: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .patch: "PATCH"
        case .other: ""
        }
    }

    /// The method that these letters name; methods are case-sensitive (RFC 9110 §9.1).
    public init(_ letters: Span<UInt8>) {
        self = .other
        for method in Self.allCases where method != .other {
            if letters.isEqual(to: method.text) {
                self = method
                return
            }
        }
    }
}

extension Span<UInt8> {
    /// Whether these are the bytes of `text`.
    func isEqual(to text: String) -> Bool {
        let letters = text.utf8
        guard letters.count == count else { return false }
        var index = 0
        for letter in letters {
            guard self[index] == letter else { return false }
            index += 1
        }
        return true
    }
}

/// Some methods; one bit for each.
struct MethodSet: OptionSet, Sendable {
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(_ method: Method) { rawValue = 1 << UInt16(method.rawValue) }

    /// These methods as Allow's value (RFC 9110 §10.2.1), with those that a server answers wherever it answers these: HEAD
    /// with GET, and OPTIONS.
    var allow: String {
        var all = union(MethodSet(.options))
        if all.contains(MethodSet(.get)) { all.insert(MethodSet(.head)) }
        return Method.allCases
            .filter { $0 != .other && all.contains(MethodSet($0)) }
            .map(\.text).joined(separator: ", ")
    }
}

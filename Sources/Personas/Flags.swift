/// A set of switches of one family's model. A switch's raw value is its quirk's id.
struct Flags<Flag>: Hashable, Sendable
where
    Flag: CaseIterable & Hashable & Sendable & RawRepresentable, Flag.RawValue == String
{
    private let on: Set<Flag>

    /// The flags that quirk ids name; ids that are no flags are left out.
    init(_ quirks: [Quirk]) { on = Set(quirks.compactMap { Flag(rawValue: $0.id) }) }

    /// Whether the flag is on.
    func has(_ flag: Flag) -> Bool { !on.isEmpty && on.contains(flag) }

    /// Whether none is.
    var isEmpty: Bool { on.isEmpty }
}

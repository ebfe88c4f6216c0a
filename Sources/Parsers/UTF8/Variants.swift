internal import Kernels
public import Wire

/// The protocols of this module, as the workbench sees them.
public enum UTF8Protocols {
    /// `utf8`
    public static let all: [ProtocolDescription] = [text]

    /// Texts.
    public static let text = ProtocolDescription(
        name: "utf8", summary: "a text that may go on",
        reasons: UTF8Reason.allCases.map(\.description), leniencies: UTF8Leniency.all, limits: [],
        variants: [
            Variant(
                name: "reference",
                technique: "the specification made executable: one function for each rule",
                make: { ReferenceUTF8($0) }),
            Variant(
                name: "scalar", technique: "a state machine that looks at one byte at a time",
                make: { ScalarUTF8($0) }),
            Variant(
                name: "table",
                technique: "a DFA compiled from ranges of bytes, one word for each byte",
                make: { TableUTF8($0) }),
            Variant(
                name: "simd", technique: "vector lookups over blocks of 64 bytes",
                unavailability: { KernelSelection.problem },
                make: { SIMDUTF8($0) }),
        ],
        winner: "simd", isStream: true, notation: UTF8Notation())
}

internal import Kernels
public import Wire

/// The protocols of this module, as the workbench sees them.
public enum HPACKProtocols {
    /// `hpack`
    public static let all: [ProtocolDescription] = [hpack]

    /// Header blocks, decoded one behind the other.
    public static let hpack = ProtocolDescription(
        name: "hpack", summary: "the header blocks of one direction of a connection",
        reasons: HPACKReason.allCases.map(\.description), leniencies: HPACKLeniency.all,
        limits: HPACKLimits.descriptions, variants: variants, winner: "simd", isStream: false,
        notation: HPACKNotation())

    private static let variants: [Variant] = [
        Variant(
            name: "reference",
            technique: "the specification made executable: a tree of bits, a list of entries",
            make: { ReferenceHPACK($0) }),
        Variant(
            name: "scalar", technique: "a state machine, and a window on the canonical code",
            make: { ScalarHPACK($0) }),
        Variant(
            name: "table", technique: "first octets and Huffman code as tables driven by bytes",
            make: { TableHPACK($0) }),
        Variant(
            name: "simd", technique: "several symbols for each look-up, copies by vectors",
            unavailability: { KernelSelection.problem }, make: { SIMDHPACK($0) }),
    ]
}

internal import Kernels
public import Wire

/// The protocols of this module, as the workbench sees them.
public enum QUICProtocols {
    /// `quic.packet`
    public static let all: [ProtocolDescription] = [packet]

    /// Datagrams, payloads, transport parameters.
    public static let packet = ProtocolDescription(
        name: "quic.packet", summary: "one UDP datagram of QUIC packets",
        reasons: QUICReason.allCases.map(\.description), leniencies: QUICLeniency.all,
        limits: QUICLimits.descriptions, variants: variants, winner: "simd", isStream: false,
        notation: QUICNotation())

    private typealias Maker = @Sendable (Configuration) -> any Parser

    private static let makers: [(String, String, Maker)] = [
        (
            "reference", "the specification made executable: one function for each rule",
            { ReferencePacket($0) }
        ),
        (
            "scalar", "states that say which field comes next, one byte at a time",
            { ScalarPacket($0) }
        ),
        (
            "table", "programs of fields for each first byte, frame and parameter",
            { TablePacket($0) }
        ),
        ("simd", "words and bit sets instead of bytes, vectors over padding", { SIMDPacket($0) }),
    ]

    private static let variants = makers.map { name, technique, make in
        Variant(
            name: name, technique: technique,
            unavailability: { name == "simd" ? KernelSelection.problem : nil }, make: make)
    }
}

internal import Kernels
public import Wire

/// The protocols of this module, as the workbench sees them.
public enum WebSocketProtocols {
    /// `websocket.frame`
    public static let all: [ProtocolDescription] = [frames]

    /// The frames of one direction of a connection.
    public static let frames = ProtocolDescription(
        name: "websocket.frame", summary: "the frames of one direction of a connection",
        reasons: WebSocketReason.allCases.map(\.description),
        leniencies: WebSocketLeniency.all, limits: WebSocketLimits.descriptions,
        variants: [
            Variant(
                name: "reference",
                technique: "the specification made executable: one function for each rule",
                make: { ReferenceWebSocket($0) }),
            Variant(
                name: "scalar", technique: "a state machine that looks at one byte at a time",
                make: { ScalarWebSocket($0) }),
            Variant(
                name: "table", technique: "headers driven by a table that is built from the rules",
                make: { TableWebSocket($0) }),
            Variant(
                name: "simd",
                technique: "headers as words held against masks, payloads by vector kernels",
                unavailability: { KernelSelection.problem },
                make: { SIMDWebSocket($0) }),
        ],
        winner: "simd", isStream: true, notation: WebSocketNotation())
}

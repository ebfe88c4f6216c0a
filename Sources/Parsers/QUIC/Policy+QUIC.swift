public import Wire

extension Policy {
    /// A fixed bit of 0 is accepted.
    public static let greasedFixedBit = Policy(bit: 0)
    /// Frame types that take more bytes than they need are accepted.
    public static let nonMinimalFrameType = Policy(bit: 1)
    /// The DCID of a client's first Initial may have fewer than 8 bytes.
    public static let shortInitialConnectionID = Policy(bit: 2)
    /// RETIRE_CONNECTION_ID may stand in 0-RTT packets.
    public static let retireConnectionIDInZeroRTT = Policy(bit: 3)
    /// NEW_CONNECTION_ID frames of a packet may contradict each other.
    public static let repeatedConnectionID = Policy(bit: 4)
}

/// The leniencies of QUIC.
public enum QUICLeniency {
    /// All of them, by bit.
    public static let all: [Leniency] = [
        Leniency(
            name: "greasedFixedBit", policy: .greasedFixedBit,
            effect: "Packets whose fixed bit is 0 are read like any other.",
            clause: "RFC 9000 §17.2, §17.3.1; RFC 9287 §3",
            seenIn: "ngtcp2's header decoder; every peer that sends grease_quic_bit"),
        Leniency(
            name: "nonMinimalFrameType", policy: .nonMinimalFrameType,
            effect: "Frame types may take more bytes than they need; they are counted.",
            clause: "RFC 9000 §12.4",
            seenIn: "the RFC permits it (MAY refuse); HAProxy before CVE-2026-26080"),
        Leniency(
            name: "shortInitialConnectionID", policy: .shortInitialConnectionID,
            effect: "The DCID of a client's first Initial may have fewer than 8 bytes.",
            clause: "RFC 9000 §7.2",
            seenIn: "the header decoders of ngtcp2 and quicly, which leave it to their caller"),
        Leniency(
            name: "retireConnectionIDInZeroRTT", policy: .retireConnectionIDInZeroRTT,
            effect: "RETIRE_CONNECTION_ID may stand in 0-RTT packets.",
            clause: "RFC 9000 §12.4 (Table 3), §12.5",
            seenIn: "the RFC's own Table 3; readers that follow it and not §12.5"),
        Leniency(
            name: "repeatedConnectionID", policy: .repeatedConnectionID,
            effect:
                "NEW_CONNECTION_ID frames of one packet may give a connection ID two sequence numbers, or the "
                + "reverse.",
            clause: "RFC 9000 §19.15",
            seenIn: "the RFC permits it (MAY refuse)"),
    ]
}

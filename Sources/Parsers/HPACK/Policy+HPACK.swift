public import Wire

extension Policy {
    /// An integer may end in superfluous zero octets.
    public static let paddedInteger = Policy(bit: 0)
    /// Without the size update that a reduction asks for, the reduction itself cuts the table.
    public static let missingSizeUpdate = Policy(bit: 1)
    /// A size update may stand behind a field.
    public static let sizeUpdateAfterField = Policy(bit: 2)
    /// What stands behind a Huffman string's last symbol is not looked at.
    public static let uncheckedHuffmanPadding = Policy(bit: 3)
}

/// The leniencies of HPACK.
public enum HPACKLeniency {
    /// All of them, by bit.
    public static let all: [Leniency] = [
        Leniency(
            name: "paddedInteger", policy: .paddedInteger,
            effect: "Zero octets at the end of an integer add nothing.",
            clause: "RFC 7541 §5.1",
            seenIn: "h2o (issue 3602)"),
        Leniency(
            name: "missingSizeUpdate", policy: .missingSizeUpdate,
            effect: "A reduced SETTINGS_HEADER_TABLE_SIZE cuts the dynamic table by itself, at the "
                + "start of the next block; no size update is asked for.",
            clause: "RFC 7541 §4.2, RFC 9113 §4.3.1",
            seenIn: "hpax; encoders that leave the update out: HAProxy before 2.6, Google's in 2015"
        ),
        Leniency(
            name: "sizeUpdateAfterField", policy: .sizeUpdateAfterField,
            effect: "A size update may stand anywhere in a block.",
            clause: "RFC 7541 §4.2",
            seenIn: "Netty before 4.1.85, Kestrel before 2.2, lua-http before 0.1"),
        Leniency(
            name: "uncheckedHuffmanPadding", policy: .uncheckedHuffmanPadding,
            effect: "Bits behind a Huffman string's last whole symbol are dropped, whatever they "
                + "are.",
            clause: "RFC 7541 §5.2",
            seenIn: "Traffic Server before 8.0, Jetty before 9.4.12; ls-hpack in part (issue 24)"),
    ]
}

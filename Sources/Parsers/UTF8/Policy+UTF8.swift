public import Wire

extension Policy {
    /// Surrogates pass, alone and in pairs.
    public static let wtf8Surrogates = Policy(bit: 0)
    /// C0 80 passes.
    public static let overlongNUL = Policy(bit: 1)
    /// Every overlong sequence of two to four bytes passes.
    public static let overlongSequences = Policy(bit: 2)
    /// Four-byte sequences up to U+1FFFFF pass.
    public static let codePointsAboveMaximum = Policy(bit: 3)
}

/// The leniencies of UTF-8, as data.
public enum UTF8Leniency {
    /// All of them, in the order of their bits.
    public static let all: [Leniency] = [
        Leniency(
            name: "wtf8Surrogates", policy: .wtf8Surrogates,
            effect:
                "ED A0–BF and one continuation pass: lone surrogates (WTF-8) and pairs (CESU-8).",
            clause: "RFC 3629 §3; UTR 26 (CESU-8)",
            seenIn: "Java (DataInput, JNI), Oracle's character set UTF8, MySQL utf8mb3 clients, "
                + "Rust and Node.js for Windows file names, Python's surrogatepass"),
        Leniency(
            name: "overlongNUL", policy: .overlongNUL,
            effect: "C0 80 passes as U+0000.",
            clause: "RFC 3629 §3, §10",
            seenIn: "Java's Modified UTF-8 (DataInput, JNI, class files), Android's DEX, Tcl"),
        Leniency(
            name: "overlongSequences", policy: .overlongSequences,
            effect: "Overlong sequences of two, three and four bytes pass.",
            clause: "RFC 3629 §3, §10",
            seenIn: "IIS 4 and 5 (CVE-2000-0884), Tomcat before 6.0.18 (CVE-2008-2938), "
                + "Java before 6u11"),
        Leniency(
            name: "codePointsAboveMaximum", policy: .codePointsAboveMaximum,
            effect: "F4 90–BF and F5–F7 with their continuations pass: up to U+1FFFFF.",
            clause: "RFC 3629 §3; RFC 2279 §2",
            seenIn: "Perl's lax utf8, and decoders written to RFC 2279"),
    ]
}

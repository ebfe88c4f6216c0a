/// The rows of the published catalogue of attacks on HTTP/1 (`H1-…`) and of overload (`DOS-…`), and what a server owes each.
///
/// A row's inputs are the corpus' cases of that id. What each of them is owed in particular, the case says; what the row as a
/// whole is owed, this list: it was copied from the catalogue and not from
/// the server. (CL 25 and CH 18 have inputs beyond 64 bits and inputs beyond the body's limit: 400 and 413.)
enum AttackRow {
    /// What a row is owed.
    enum Verdict: Hashable {
        /// At least one input is refused, and each that is with one of these; an input that is not is a near miss.
        case refused([Int])
        /// All inputs are served; or, where that is the hardened choice, refused with one of these.
        case served([Int])
        /// Inputs that end in the middle: nothing of them is served, and the connection closes.
        case cut
        /// By a test of its own.
        case apart
        /// Not a server's matter, and why.
        case absent(String)
    }

    private struct Group {
        let verdict: Verdict
        let rows: String

        init(_ verdict: Verdict, _ rows: String) {
            self.verdict = verdict
            self.rows = rows
        }
    }

    /// Every row once.
    static let verdicts: [String: Verdict] = Dictionary(
        (groups + absences).flatMap { group in
            ids(group.rows).map { ($0, group.verdict) }
        }, uniquingKeysWith: { _, _ in preconditionFailure("a row stands twice") })

    /// `TE 01 02` is `H1-TE-01`, `H1-TE-02`; `DOS 01` is `DOS-01`.
    private static func ids(_ rows: String) -> [String] {
        var family = ""
        return rows.split { $0 == " " || $0 == "\n" }.compactMap { word in
            guard word.first?.isNumber == true else {
                family = word == "DOS" ? "DOS" : "H1-" + word
                return nil
            }
            return family + "-" + word
        }
    }

    private static let groups: [Group] =
        [
            Group(
                .refused([400]),
                """
                TE 01 02 03 04 05 06 08 09 10 11 12 13 15 16 21 22 24 30 33 42 47 48 50 52 53 54 55
                   56 57 59 60 61 62 63 64 65 66 67 68 69 71 72 77 78
                CL 02 03 04 05 06 08 09 10 11 12 13 14 15 16 18 19 20 21 22 26 27 29 30 31 32 34 35
                   37 39 42
                CH 02 06 07 08 10 11 12 13 14 15 16 20 21 22 23 24 25 26 27 28 29 30 31 34 35 36
                   37 38 39 40 41 46
                TR 03 04 05 06 07 08 09 10
                HD 01 02 04 05 06 08 11 12 13 15 16 17 18 19 24 30
                RL 02 03 04 05 06 08 09 10 11 12 13 14 15 17 18 26 27 28 31 33 34 35 36 40 43 44 46
                HO 01 03 04 05 06 07 08 09 10 11 12 13 14 15
                CN 04 09 10 16 17 23
                """),
            Group(
                .refused([400, 501]),
                """
                TE 18 31 32 37
                RL 24
                """),
            Group(
                .refused([501]),
                """
                TE 34 35 36 38 39 40 41 44 46 49 51 58
                """),
            Group(
                .refused([400, 413]),
                """
                CL 23 24 25
                CH 18 19 33
                """),
            Group(
                .refused([413]),
                """
                CL 43
                CH 17
                """),
            Group(
                .refused([431]),
                """
                TR 11 12
                HD 21 22
                """),
            Group(
                .refused([505]),
                """
                RL 20 21
                """),
            Group(
                .refused([400, 405, 501]),
                """
                RL 22
                """),
            Group(
                .refused([414]),
                """
                RL 25
                """),
            Group(
                .refused([417]),
                """
                CN 03
                """),
            Group(.served([400, 405]), "CN 38"),
            Group(
                .served([]),
                """
                TE 23 25 26 27 28 29 79 80 82
                CL 33 36 38 40
                CH 01 03 04 32 47
                TR 01 02 13
                HD 10 20 23 25 26 27 28
                RL 01 29
                CN 05 06 08 11 12 13 14 18 19 20 21 39
                """),
            Group(
                .served([415]),
                """
                TE 74
                """),
            Group(
                .served([400]),
                """
                RL 30 38 39 42
                CN 27
                """),
            Group(
                .served([405, 501]),
                """
                CN 22
                """),
            Group(
                .served([501]),
                """
                CN 24
                """),
            Group(.cut, "CL 41 CH 42 43 44"),
            Group(.apart, "CN 26 35 DOS 01 03 04 08 09 10 11 12 14 15 16 17 18 19 21 22"),
        ]

    private static let absences: [Group] =
        [
            Group(
                .absent("a response's framing: clients and proxies read responses"),
                "TE 81 CL 44 45 CH 49 CN 07 15 29 30 31 32 33 34"),
            Group(.absent("back-end protocols: the server has no back end"), "CN 28"),
            Group(.absent("a cache's key: the server has no cache of responses"), "CN 37"),
            Group(.absent("Host against the TLS name: the server has no TLS"), "HO 16"),
            Group(.absent("half-open TCP connections: the kernel's SYN cookies"), "DOS 05"),
        ]
}

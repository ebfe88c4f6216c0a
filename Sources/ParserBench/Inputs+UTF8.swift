extension BenchInputs {
    /// Texts of 64 KiB and short strings.
    static func utf8() -> [BenchInput] {
        [
            text("text 64 KiB ASCII", repeated(["the quick brown fox jumps over "])),
            text("text 64 KiB mixed", repeated(mixed)),
            text("text 64 KiB CJK", repeated(["漢字仮名交じり文をUTF-8で読む。"])),
            BenchInput(
                name: "text 512 short strings", protocolName: "utf8", messages: shortStrings,
                partCounts: shortStrings.map { _ in 0 }),
        ]
    }

    private static func text(_ name: String, _ bytes: [UInt8]) -> BenchInput {
        BenchInput(name: name, protocolName: "utf8", messages: [bytes], partCounts: [0])
    }

    /// `pieces` in a random order up to 64 KiB, cut at a character's end and filled up with spaces.
    private static func repeated(_ pieces: [String]) -> [UInt8] {
        var state: UInt64 = 8
        var bytes: [UInt8] = []
        while bytes.count < 65_536 - 256 {
            bytes += pieces[below(pieces.count, &state)].utf8
        }
        return bytes + [UInt8](repeating: 0x20, count: 65_536 - bytes.count)
    }

    private static let mixed = [
        "The quick brown fox. ",
        "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ",
        "Съешь же ещё этих мягких французских булок. ", "色は匂へど散りぬるを我が世誰ぞ常ならむ ",
        "😀🎉👩‍💻 ", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. ", "€ 19,90 – «déjà vu» ",
    ]

    /// What field values and keys hold: mostly ASCII, 3 to 40 bytes.
    private static var shortStrings: [[UInt8]] {
        var state: UInt64 = 9
        let words = ["id", "name", "größe", "Москва", "content-type", "東京都", "ok", "x😀", "value"]
        return (0..<512).map { _ in
            let count = 1 + below(4, &state)
            let chosen = (0..<count).map { _ in words[below(words.count, &state)] }
            return Array(chosen.joined(separator: " ").utf8)
        }
    }

    /// A number below `bound`, from a linear congruence (Knuth's MMIX constants): the same at each run.
    private static func below(_ bound: Int, _ state: inout UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}

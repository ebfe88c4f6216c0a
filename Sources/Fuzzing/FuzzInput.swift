internal import Differential
internal import Generation

/// What one execution of a fuzzer works on: bytes, and everything else that a parser's verdict depends on.
///
/// Its file is readable, so that a find can be looked at, changed and replayed by hand:
///
///     zyphos-fuzz 1
///     policy bareLF+obsoleteFolding
///     limit fieldCountMax=3
///     context role=response
///     cuts 3,10
///     turn 5
///
///     GET / HTTP/1.1 …
///
/// Each entry is optional; `limit` and `context` may stand several times. Behind the empty line are the bytes as they
/// are. A file that does not begin with the first line is bytes as a whole, under the strict policy.
public struct FuzzInput: Hashable, Sendable {
    /// Policy, limits and context, as the lines that state them, each with its line end. What the parsers are made for.
    public var setting: String
    /// Where the split and prefix laws cut the bytes.
    public var cuts: [Int]
    /// Which share of the costly laws is held (`LawPlan`).
    public var turn: UInt8
    /// What is parsed.
    public var bytes: [UInt8]

    /// The first line of a file.
    public static let mark = "zyphos-fuzz 1\n"
    /// The most cuts that an input states (chosen: two-way splits at each cost two runs of every variant).
    public static let cutCountMax = 6

    /// Makes an input.
    public init(setting: String = "", cuts: [Int] = [], turn: UInt8 = 0, bytes: [UInt8]) {
        self.setting = setting
        self.cuts = cuts
        self.turn = turn
        self.bytes = bytes
    }

    /// Reads a file's bytes. Total: bytes without the mark, or with a broken head, are an input as they are, with cuts
    /// and a turn of their own.
    public init(file: [UInt8]) {
        if let read = Self.reading(file) {
            self = read
        } else {
            self.init(bytes: file)
            derivePlan()
        }
    }

    /// The file's bytes.
    public var file: [UInt8] {
        var head = Self.mark + setting
        if !cuts.isEmpty { head += "cuts " + cuts.map(String.init).joined(separator: ",") + "\n" }
        if turn != 0 { head += "turn \(turn)\n" }
        return Array((head + "\n").utf8) + bytes
    }

    /// Cuts and turn that follow from the bytes alone.
    private mutating func derivePlan() {
        var random = SplitMix64(seed: bytes.fuzzHash)
        turn = UInt8(truncatingIfNeeded: random.next())
        guard bytes.count > 1 else { return }
        cuts = (0..<3).map { _ in Int(random.next() % UInt64(bytes.count)) }
    }

    private static func reading(_ file: [UInt8]) -> FuzzInput? {
        guard file.starts(with: mark.utf8) else { return nil }
        var input = FuzzInput(bytes: [])
        var start = mark.utf8.count
        while let end = file[start...].firstIndex(of: 0x0A) {
            let line = file[start..<end]
            start = end + 1
            guard !line.isEmpty else {
                input.bytes = Array(file[start...])
                return input
            }
            guard input.take(line) else { return nil }
        }
        return nil
    }

    /// Takes one line of the head; false where it is none.
    private mutating func take(_ line: ArraySlice<UInt8>) -> Bool {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return false }
        let value = line[(space + 1)...]
        let word = line[..<space]
        if word.elementsEqual("policy".utf8) || word.elementsEqual("limit".utf8)
            || word.elementsEqual("context".utf8)
        {
            setting += String(decoding: line, as: UTF8.self) + "\n"
        } else if word.elementsEqual("cuts".utf8) {
            cuts = value.split(separator: UInt8(ascii: ",")).prefix(Self.cutCountMax)
                .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        } else if word.elementsEqual("turn".utf8) {
            guard let number = UInt8(String(decoding: value, as: UTF8.self)) else { return false }
            turn = number
        } else {
            return false
        }
        return true
    }
}

extension [UInt8] {
    /// FNV-1a over the bytes: names files and seeds plans; nothing is kept secret by it.
    var fuzzHash: UInt64 {
        reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

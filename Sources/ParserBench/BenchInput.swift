/// Messages to time, and what a right parser says of them.
public struct BenchInput: Sendable {
    /// Its name in tables.
    public let name: String
    /// The protocol's name.
    public let protocolName: String
    /// The messages; each is parsed by itself.
    public let messages: [[UInt8]]
    /// How many parts (field lines, chunks, frames: what the notation counts) each message has: a fast wrong answer must
    /// fail.
    public let partCounts: [Int]
    /// In how many equal pieces each message arrives.
    public let pieces: Int
    /// The context of each message as entries; empty where all have the protocol's default.
    public let contexts: [[String: String]]
    /// What a part is called where its time is of interest by itself: `chunk`, `block`, `frame`.
    public let part: String?
    /// Other work than parsing, by variant name, timed in the place of the parse loop (after the same check), or nil:
    /// unmasking in place needs bytes that change. The closure does the work on every message `count` times.
    public let work: (@Sendable (_ variant: String) -> ((_ count: Int) -> Void)?)?

    /// Makes an input.
    public init(
        name: String, protocolName: String, messages: [[UInt8]], partCounts: [Int],
        pieces: Int = 1, contexts: [[String: String]] = [], part: String? = nil,
        work: (@Sendable (_ variant: String) -> ((_ count: Int) -> Void)?)? = nil
    ) {
        self.name = name
        self.protocolName = protocolName
        self.messages = messages
        self.partCounts = partCounts
        self.pieces = pieces
        self.contexts = contexts
        self.part = part
        self.work = work
    }

    /// The mean size of a message in bytes.
    public var meanBytes: Double {
        Double(messages.reduce(0) { $0 + $1.count }) / Double(max(1, messages.count))
    }
}

/// The inputs of `zyparse bench`, made anew from fixed seeds at each run.
public enum BenchInputs {
    /// All inputs, protocol by protocol.
    public static func all() -> [BenchInput] {
        [http1(), hpack(), http2(), webSocket(), quic(), utf8()].flatMap(\.self)
    }
}

internal import HTTP1
public import Wire

/// What all connections of one loop share: parsers, buffers, routes, limits, the time of day. Used by one thread.
public final class ConnectionContext {
    let limits: ServerLimits
    let routing: any Routing
    let pool: BufferPool
    let observer: any ConnectionObserver
    private let makeReader: () -> MessageReader
    private var readers: [MessageReader] = []
    /// The Date field line, with its CRLF; whoever drives the loop renews it each second.
    public var dateLine: [UInt8] = []
    /// A response that handlers fill; its storage is used again.
    var response = Response()
    /// Room for what a source makes before it is framed.
    var scratch: [UInt8] = []
    /// What wakes this loop's connections, for sinks and sources.
    var waking: (any ConnectionWaking)?
    /// Set when the server stops: each connection ends behind the response under way.
    public var isDraining = false

    /// Readers that wait (chosen: as many as messages are under way at a time on a busy loop; each holds some 10 KiB).
    private static let spareReadersMax = 64

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - parsers: makes the parsers for heads and for chunked bodies.
    ///   - observer: hears of what becomes of connections and requests.
    package init(
        limits: ServerLimits, routing: any Routing, pool: BufferPool, parsers: ParserChoice,
        observer: any ConnectionObserver
    ) {
        self.limits = limits
        self.routing = routing
        self.pool = pool
        self.observer = observer
        makeReader = {
            MessageReader(head: parsers.makeHead(limits), chunked: parsers.makeChunked(limits))
        }
    }

    /// A reader for a new message. It is emptied now, not when it was given back: then the functions that answered its last
    /// request still had that request in hand, so that its storage could not be used again.
    func takeReader() -> MessageReader {
        guard let reader = readers.popLast() else { return makeReader() }
        reader.reset()
        return reader
    }

    func give(_ reader: MessageReader) {
        guard readers.count < Self.spareReadersMax else { return }
        readers.append(reader)
    }
}

/// Which parsers read a server's messages.
public struct ParserChoice: Sendable {
    /// The name on command lines: a variant's, or `paired`.
    public let name: String
    private let head: @Sendable (Configuration) -> any Parser
    private let chunked: @Sendable (Configuration) -> any Parser

    /// The winners of `zyparse bench`.
    public static var winner: ParserChoice {
        get throws(VariantSelectionError) { try ParserChoice(named: HTTP1.request.winner) }
    }

    /// The names that `init(named:)` knows.
    public static var names: [String] { HTTP1.request.variants.map(\.name) + ["paired"] }

    /// The variant called `name`, or for `paired` two independent ones: the winner, and one that shares no technique with it.
    ///
    /// - Throws: where the name is not known, or the variant cannot run here.
    public init(named name: String) throws(VariantSelectionError) {
        self.name = name
        if name == "paired" {
            let first = try ParserChoice(named: HTTP1.request.winner)
            let second = try ParserChoice(named: first.name == "table" ? "scalar" : "table")
            head = { PairedParser(first.head($0), second.head($0)) }
            chunked = { PairedParser(first.chunked($0), second.chunked($0)) }
            return
        }
        let heads = try HTTP1.request.variant(named: name)
        let bodies = try HTTP1.chunked.variant(named: name)
        // Only a leniency can be unsupported, and the strict policy has none.
        head = { heads.makeParser($0) ?? RefusingParser() }
        chunked = { bodies.makeParser($0) ?? RefusingParser() }
    }

    func makeHead(_ limits: ServerLimits) -> any Parser { head(configuration(limits)) }
    func makeChunked(_ limits: ServerLimits) -> any Parser { chunked(configuration(limits)) }

    private func configuration(_ limits: ServerLimits) -> Configuration {
        Configuration(
            policy: .strict, limits: limits.parser.untyped, context: HTTP1Context(role: .request))
    }
}

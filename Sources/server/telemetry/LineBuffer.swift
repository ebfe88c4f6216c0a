/// A loop's lines until they are written: room that is made once. One thread's own.
///
/// A line that finds no room is dropped and counted: a log that nobody reads must not stop the server, nor fill its memory.
struct LineBuffer: ~Copyable, Sendable {
    private let sink: LogSink
    private let counters: Counters
    private let written: Counter
    private let dropped: Counter
    private let bytesMax: Int
    private var bytes: [UInt8] = []
    private var lineCount = 0

    init(
        sink: LogSink, bytesMax: Int, counters: Counters, written: Counter, dropped: Counter
    ) {
        self.sink = sink
        self.counters = counters
        self.written = written
        self.dropped = dropped
        self.bytesMax = max(bytesMax, LogSink.lineBytesMax)
        // A line is appended before it is known whether it has room.
        bytes.reserveCapacity(self.bytesMax + LogSink.lineBytesMax)
    }

    /// Whether lines wait.
    var isEmpty: Bool { bytes.isEmpty }

    /// Appends the line that `make` writes, without its end. Writes first where the buffer is full.
    mutating func appendLine(_ make: (inout [UInt8]) -> Void) {
        if bytes.count > bytesMax - LogSink.lineBytesMax { flush() }
        let start = bytes.count
        make(&bytes)
        bytes.append(0x0A)
        guard bytes.count <= bytesMax, bytes.count - start <= LogSink.lineBytesMax else {
            bytes.removeLast(bytes.count - start)
            counters.add(dropped)
            return
        }
        lineCount += 1
    }

    /// Writes what the sink takes. What it does not take stays; what it will never take is dropped.
    mutating func flush() {
        guard !bytes.isEmpty else { return }
        switch sink.write(bytes.span) {
        case .stalled: return
        case .failed:
            counters.add(dropped, lineCount)
            lineCount = 0
            bytes.removeAll(keepingCapacity: true)
        case .wrote(let count):
            let lines = count == bytes.count ? lineCount : Self.lines(bytes.span, count)
            counters.add(written, lines)
            lineCount -= lines
            bytes.removeFirst(count)
        }
    }

    private static func lines(_ bytes: Span<UInt8>, _ count: Int) -> Int {
        var lines = 0
        for index in 0..<min(count, bytes.count) where bytes[index] == 0x0A { lines += 1 }
        return lines
    }
}

import Wire

/// Walks one chunk-size line: the automaton takes it apart, this driver reads the number and
/// counts.
struct TableChunkLine {
    private let grammar: TableChunkGrammar
    private let limits: HTTP1Limits

    /// The next octet to look at; behind the line when it is done.
    private(set) var index = 0
    /// Where the line starts.
    private(set) var start = 0
    /// The chunk's size, when the line is done.
    private(set) var size: UInt64 = 0
    /// The extensions, from the first `;` to the line's end, or nil.
    private(set) var extensions: TableRange?
    private var state = 0
    private var digits = 0

    /// Of the message: chunk-size lines, octets of extensions, octets of data.
    private var lineCount = 0
    private var extensionCount = 0
    private var bodyCount: UInt64 = 0

    init(_ policy: Policy, _ limits: HTTP1Limits) {
        grammar = TableChunkGrammar.cache[policy]
        self.limits = limits
        restart(at: 0)
    }

    /// Makes the machine ready for a body at `start`.
    mutating func restart(at start: Int) {
        lineCount = 0
        extensionCount = 0
        bodyCount = 0
        beginLine(at: start)
    }

    /// Makes the machine ready for the body's next line.
    mutating func beginLine(at start: Int) {
        self.start = start
        index = start
        size = 0
        digits = 0
        extensions = nil
        state = lineCount >= limits.chunkCountMax ? grammar.startFull : grammar.start
        lineCount += 1
    }

    /// The caller dropped octets before the line.
    mutating func release(_ count: Int) {
        start -= count
        index -= count
        extensions?.start -= count
        extensions?.end -= count
    }

    /// Looks at the octets from `index` on.
    mutating func advance(_ input: Span<UInt8>) -> TableOutcome {
        let automaton = grammar.automaton
        var next = 0
        while true {
            let element = TableElement.of(automaton.label(state))
            let from = index
            let room = limits.chunkExtensionBytesMax - extensionCount
            let bound =
                element.countsAsExtension
                ? min(input.count, TableLimit.sum(from, room)) : input.count
            index = automaton.run(input, from: from, to: bound, &state, &next)
            if element == .digit {
                for position in from..<index {
                    if let reason = take(input[position]) { return .reject(reason, at: position) }
                }
            } else if element.countsAsExtension {
                extensionCount += index - from
            }
            if index >= bound {
                if index >= input.count { return .more }
                next = automaton.next(state, input[index])
            }
            let outcome = enter(next, from: element, input[index])
            index += 1
            if let outcome { return outcome }
        }
    }

    /// The octet at `index` leads to `next`.
    private mutating func enter(
        _ next: Int, from previous: TableElement, _ octet: UInt8
    ) -> TableOutcome? {
        let element = TableElement.of(grammar.automaton.label(next))
        if element == .reject {
            return .rejected(Rejection(code: grammar.automaton.tag(next), offset: index))
        }
        if element.countsAsExtension {
            guard extensionCount < limits.chunkExtensionBytesMax else {
                return .reject(.chunkExtensionsTooLong, at: index)
            }
            extensionCount += 1
        }
        state = next
        switch element {
        case .digit:
            if let reason = take(octet) { return .reject(reason, at: index) }
        case .prefix:
            size = 0
            digits = 0
        case .chunkExtension:
            if previous != .chunkExtension { extensions = TableRange(start: index, end: index) }
        case .lf:
            extensions?.end = previous == .cr ? index - 1 : index
            bodyCount += size
            return .done
        default: break
        }
        return nil
    }

    /// Appends a digit to the size; the reason if it is one too many.
    private mutating func take(_ octet: UInt8) -> HTTP1Reason? {
        digits += 1
        guard digits <= 16 else { return .chunkSizeTooLong }
        size = size << 4 | UInt64(octet & 15) + UInt64(octet >> 6) * 9
        // bodyCount never exceeds the limit, and both are below 2^63.
        return size > UInt64(limits.bodyBytesMax) - bodyCount ? .bodyTooLarge : nil
    }
}

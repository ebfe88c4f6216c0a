import Wire

/// Walks a start line: the automaton says which element each octet belongs to, and this driver
/// counts.
struct TableStartLine {
    private let request: TableRequestGrammar?
    private let automaton: TableAutomaton
    private let statusStart: Int
    private let limits: HTTP1Limits

    /// The next octet to look at; behind the line when it is done.
    private(set) var index = 0
    private var state = 0
    private var emptyLines = 0
    /// The first index that the line must not reach.
    private var lineLimit = Int.max
    private var elementStart = 0
    /// The same for the method or the target.
    private var elementLimit = Int.max

    /// The form of the target.
    private(set) var form = TargetForm.origin
    /// Where the target stands.
    private(set) var target = TableRange()
    /// Where the authority of an absolute-form target stands.
    private(set) var authority = TableRange()
    /// The method, as far as rules name it.
    private(set) var method = TableTag.none
    /// Where the version stands.
    private(set) var versionStart = 0
    private(set) var majorVersion: UInt8 = 1
    private(set) var minorVersion: UInt8 = 1
    /// The status code.
    private(set) var status = 0

    init(_ role: HTTP1Context.Role, _ policy: Policy, _ limits: HTTP1Limits, at start: Int = 0) {
        self.limits = limits
        switch role {
        case .request:
            let grammar = TableRequestGrammar.cache[policy]
            request = grammar
            automaton = grammar.automaton
            statusStart = 0
        case .response:
            let grammar = TableStatusGrammar.cache[policy]
            request = nil
            automaton = grammar.automaton
            statusStart = grammar.start
        }
        restart(at: start)
    }

    /// Makes the machine ready for a start line at `start`.
    mutating func restart(at start: Int) {
        index = start
        emptyLines = 0
        lineLimit = .max
        elementLimit = .max
        method = .none
        if let request {
            state = limits.emptyLinesMax == 0 ? request.startFull : request.start
        } else {
            state = statusStart
            lineLimit = TableLimit.sum(start, limits.startLineBytesMax)
        }
    }

    /// Looks at the octets from `index` on.
    mutating func advance(_ input: Span<UInt8>, into tape: inout Tape) -> TableOutcome {
        let automaton = automaton
        var next = 0
        while true {
            let bound = min(input.count, lineLimit, elementLimit)
            index = automaton.run(input, from: index, to: bound, &state, &next)
            if index >= bound {
                if index >= input.count { return .more }
                if index >= lineLimit { return .reject(.startLineTooLong, at: index) }
                next = automaton.next(state, input[index])
            }
            let element = TableElement.of(automaton.label(state))
            let nextElement = TableElement.of(automaton.label(next))
            if nextElement == .reject {
                return .rejected(Rejection(code: automaton.tag(next), offset: index))
            }
            if index >= elementLimit, let reason = tooLong(element, nextElement) {
                return .reject(reason, at: index)
            }
            if nextElement != element { leave(element, input, into: &tape) }
            let isEnd = enter(nextElement, from: element, next, into: &tape)
            index += 1
            if isEnd { return .done }
        }
    }

    /// The octet at the element's limit is in the element still.
    private func tooLong(_ element: TableElement, _ next: TableElement) -> HTTP1Reason? {
        if element == .method, next == .method { return .methodTooLong }
        if element.isTarget, next.isTarget { return .targetTooLong }
        return nil
    }

    /// The octet at `index` is the first that is not of `element`.
    private mutating func leave(
        _ element: TableElement, _ input: Span<UInt8>, into tape: inout Tape
    ) {
        switch element {
        case .method:
            method = TableTag(rawValue: automaton.tag(state)) ?? .none
            append(.method, into: &tape)
        case .version:
            versionStart = elementStart
            majorVersion = input[index - 3] & 15
            minorVersion = input[index - 1] & 15
            append(
                .version, detail: UInt16(majorVersion) * 16 + UInt16(minorVersion), into: &tape)
        case .status:
            status = 0
            for digit in index - 3..<index { status = status * 10 + Int(input[digit] & 15) }
            append(.status, detail: UInt16(status), into: &tape)
            elementStart = index
        case .reasonGap:
            elementStart = index
        case .scheme:
            authority = TableRange(start: index, end: index)
        case .targetAuthority:
            authority.end = index
        default: break
        }
    }

    /// The octet at `index` is the first of `element`, and leads to `next`. True if it ends the
    /// line.
    private mutating func enter(
        _ element: TableElement, from previous: TableElement, _ next: Int, into tape: inout Tape
    ) -> Bool {
        if previous.isTarget, !element.isTarget { endTarget(into: &tape) }
        state = next
        switch element {
        case .method:
            elementStart = index
            lineLimit = TableLimit.sum(index, limits.startLineBytesMax)
            elementLimit = TableLimit.sum(index, limits.methodBytesMax)
        case .separator:
            if previous == .method, let request {
                elementLimit = .max
                state = method == .connect ? request.afterConnect : request.afterMethod
            }
        case .originForm: beginTarget(.origin)
        case .asteriskForm: beginTarget(.asterisk)
        case .scheme: beginTarget(.absolute)
        case .connectForm: beginTarget(.authority)
        case .anyForm: beginTarget(.unvalidated)
        case .version, .status: elementStart = index
        case .blankLF:
            emptyLines += 1
            if let request {
                state = emptyLines >= limits.emptyLinesMax ? request.startFull : request.start
            }
        case .lf:
            if request == nil {
                let end = previous == .cr ? index - 1 : index
                tape.append(
                    Token(.reasonPhrase, offset: elementStart, length: end - elementStart))
            }
            return true
        default: break
        }
        return false
    }

    private mutating func beginTarget(_ form: TargetForm) {
        self.form = form
        elementStart = index
        elementLimit = TableLimit.sum(index, limits.targetBytesMax)
    }

    private mutating func endTarget(into tape: inout Tape) {
        target = TableRange(start: elementStart, end: index)
        elementLimit = .max
        append(.target, detail: form.rawValue, into: &tape)
    }

    /// Appends the element that ends before `index`.
    private func append(_ kind: HTTP1Token.Kind, detail: UInt16 = 0, into tape: inout Tape) {
        tape.append(
            Token(kind, detail: detail, offset: elementStart, length: index - elementStart))
    }
}

package import Wire

/// This variant's machines one octet at a time, for who walks them beside another automaton.
///
/// A machine is asked for its **state**: everything that what follows depends on, without positions, counts against limits and
/// values that no syntax looks at. Two machines of the same state say the same of every continuation, as long as no
/// limit is met; limits are put out of reach here.
package struct ScalarDoor: Sendable {
    /// Which machine.
    package enum Part: String, CaseIterable, Sendable {
        case requestLine, statusLine, fieldSection, chunkLine
    }

    /// What a machine says of one more octet.
    package enum Step: Hashable, Sendable {
        case goesOn
        case finished
        case rejected(Rejection)
    }

    private let grammar: ScalarGrammar
    private var machine: Machine
    private var word: [UInt8] = []

    private enum Machine: Sendable {
        case line(ScalarStartLine)
        case section(ScalarFieldSection)
        case chunk(ScalarChunkLine)
    }

    /// A machine at its start, under `policy`.
    package init(_ part: Part, _ policy: Policy) {
        var limits = HTTP1Limits()
        for entry in [
            \HTTP1Limits.methodBytesMax, \.targetBytesMax, \.startLineBytesMax,
            \.fieldLineBytesMax, \.fieldSectionBytesMax, \.fieldCountMax,
            \.chunkExtensionBytesMax, \.chunkCountMax, \.bodyBytesMax,
        ] { limits[keyPath: entry] = .max }
        let role = part == .statusLine ? HTTP1Context.Role.response : .request
        grammar = ScalarGrammar(
            Configuration(
                policy: policy, limits: limits.untyped, context: HTTP1Context(role: role)))
        switch part {
        case .requestLine, .statusLine:
            var line = ScalarStartLine()
            line.begin(at: 0, grammar)
            machine = .line(line)
        case .fieldSection:
            var section = ScalarFieldSection(limits, isTrailer: false)
            section.begin(at: 0)
            machine = .section(section)
        case .chunkLine:
            var chunk = ScalarChunkLine()
            chunk.beginMessage(at: 0)
            machine = .chunk(chunk)
        }
    }

    /// Shows the machine one more octet.
    package mutating func take(_ octet: UInt8) -> Step {
        word.append(octet)
        var tape = Tape()
        let step: ScalarStep
        switch machine {
        case .line(var line):
            step = line.run(word.span, grammar, &tape)
            machine = .line(line)
        case .section(var section):
            step = section.run(word.span, grammar, &tape)
            machine = .section(section)
        case .chunk(var chunk):
            step = chunk.run(word.span, grammar)
            machine = .chunk(chunk)
        }
        switch step {
        case .advanced, .starved: return .goesOn
        case .finished: return .finished
        case .rejected(let rejection): return .rejected(rejection)
        }
    }

    /// What everything that follows depends on.
    package var state: [Int] {
        switch machine {
        case .line(let line): line.doorState(word)
        case .section(let section): section.doorState
        case .chunk(let chunk): chunk.doorState
        }
    }
}

extension ScalarStartLine {
    /// The state; inside the version, the status and the scheme the place too; at the end of a percent-encoding its first
    /// digit; inside a method which of the names that rules know it may still become.
    fileprivate func doorState(_ word: [UInt8]) -> [Int] {
        let common = [
            Self.number(state), emptyLineCount, Self.number(part), Self.number(method),
        ]
        switch state {
        case .awaitingMethodEnd:
            let method = word[min(start, word.count)...]
            let names = ["CONNECT", "OPTIONS", "TRACE"]
            return common + names.map { Array($0.utf8).starts(with: method) ? method.count : -1 }
        case .awaitingSchemeEnd: return common + [schemeIndex]
        case .awaitingLowDigit: return common + [Int(highDigit)]
        case .awaitingVersionEnd: return common + [position - versionStart]
        case .awaitingStatusEnd: return common + [position - partStart]
        case .awaitingLine, .awaitingEmptyLineLF, .awaitingTarget, .awaitingTargetEnd,
            .awaitingHighDigit, .awaitingVersion, .awaitingBehindVersion,
            .awaitingReasonPhraseEnd, .awaitingLF:
            return common
        }
    }

    private static func number(_ state: State) -> Int {
        switch state {
        case .awaitingLine: 0
        case .awaitingEmptyLineLF: 1
        case .awaitingMethodEnd: 2
        case .awaitingTarget: 3
        case .awaitingSchemeEnd: 4
        case .awaitingTargetEnd: 5
        case .awaitingHighDigit: 6
        case .awaitingLowDigit: 7
        case .awaitingVersion: 8
        case .awaitingVersionEnd: 9
        case .awaitingBehindVersion: 10
        case .awaitingStatusEnd: 11
        case .awaitingReasonPhraseEnd: 12
        case .awaitingLF: 13
        }
    }

    private static func number(_ part: TargetPart) -> Int {
        switch part {
        case .authority: 0
        case .connect: 1
        case .path: 2
        case .query: 3
        case .unvalidated: 4
        case .asterisk: 5
        }
    }

    private static func number(_ method: Method) -> Int {
        switch method {
        case .connect: 0
        case .options: 1
        case .other: 2
        case .trace: 3
        }
    }
}

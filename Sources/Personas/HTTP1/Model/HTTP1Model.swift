internal import HTTP1
internal import Wire

/// The HTTP/1 model as a parser: reads its whole input at each call, and releases nothing.
struct HTTP1Model: Parser {
    /// What an input is.
    enum Subject { case head, chunkedBody, stream }

    private let subject: Subject
    private let configuration: Configuration
    private let flags: HTTP1Flags
    private var firstRead: Int?
    private var settled: (verdict: Verdict, count: Int)?

    init(_ subject: Subject, _ configuration: Configuration, flags: HTTP1Flags) {
        self.subject = subject
        self.configuration = configuration
        self.flags = flags
    }

    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        // What was decided stays decided, as the interface has it; more bytes change nothing.
        if let settled, settled.count <= input.count { return settled.verdict }
        // SAFETY: the buffer is copied before the closure returns.
        let bytes = unsafe input.withUnsafeBufferPointer { unsafe Array($0) }
        firstRead = firstRead ?? bytes.count
        var pass = HTTP1Pass(bytes, configuration, flags: flags, firstRead: firstRead ?? 0)
        let verdict = pass.read(subject)
        tape.removeAll()
        for token in pass.tokens.prefix(pass.committed) { tape.append(token) }
        for byte in pass.arena.prefix(pass.arenaCommitted) { tape.appendToArena(byte) }
        tape.commit()
        switch verdict {
        case .rejected: settled = (verdict, bytes.count)
        case .complete where subject != .stream: settled = (verdict, bytes.count)
        case .complete, .incomplete: break
        }
        return verdict
    }

    mutating func reset() {
        firstRead = nil
        settled = nil
    }
}

extension HTTP1Pass {
    /// Reads the input as what it is.
    mutating func read(_ subject: HTTP1Model.Subject) -> Verdict {
        do throws(HTTP1Stop) {
            switch subject {
            case .head:
                try head(answers: context.requestMethods.first ?? .other)
                commit()
            case .chunkedBody:
                messages.append(HTTP1Read(start: 0))
                try chunkedBody()
            case .stream:
                try stream()
            }
            return .complete(consumed: at)
        } catch {
            switch error {
            case .needMore: return .incomplete
            case .rejected(let reason, let offset):
                return .rejected(Rejection(reason, at: offset))
            }
        }
    }
}

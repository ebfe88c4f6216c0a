internal import ArgumentParser
internal import Differential

/// `zyparse worker`
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Answer questions on standard input: one JSON object a line, one answer a line.",
        discussion: """
            Question: {"id":1,"protocol":"http1.stream","variant":"simd","role":"request","policy":"strict",\
            "input":"<base64>","splits":[3,10]}. The answer is the normal form with the question's id. \
            Documentation/WorkerProtocol.md has the whole of it.
            """)

    /// The longest question (chosen: the largest input in base64, with room).
    private static let lineBytesMax = 96 << 20

    func run() throws {
        var session = WorkerSession()
        var reader = LineReader(lineBytesMax: Self.lineBytesMax)
        while let line = try reader.next() {
            switch line {
            case .text(let text) where text.allSatisfy(\.isWhitespace): continue
            case .text(let text): Console.write(session.answer(text) + "\n")
            case .tooLong: Console.write(session.tooLong() + "\n")
            }
        }
    }
}

import Differential
import Foundation
import Wire

// A parser that traps on the byte X, run as `zyparse diff` runs parsers: the process must end with 3, a word and the input.

struct TrappingParser: Parser {
    mutating func parse(_ input: Span<UInt8>, into tape: inout Tape) -> Verdict {
        for index in input.indices where input[index] == UInt8(ascii: "X") {
            preconditionFailure("the byte X")
        }
        return .incomplete
    }
    mutating func reset() {}
}

CrashGuard.install(savingIn: CommandLine.arguments.dropFirst().first ?? ".")
let description = try Registry.requireProtocol("utf8")
let trapping = Variant(name: "trapping", technique: "traps on X") { _ in TrappingParser() }
let examination = Examination(
    description, description.strictConfiguration(), variants: [trapping], splits: .edges)
let bytes = Array("abXcd".utf8)
_ = CrashGuard.watch("the case with X", bytes) { examination.examine(bytes) }
exit(0)

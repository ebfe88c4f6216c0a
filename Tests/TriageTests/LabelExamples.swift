import Differential
import HTTP1
import Testing
import Wire

/// For each class of HTTP/1 an input, and two readers that part on it in that way. `¶` is CR LF.
struct LabelExample: Sendable, CustomTestStringConvertible {
    let kind: LabelKind
    let front: Quirks
    let back: Quirks
    let bytes: [UInt8]

    init(_ kind: LabelKind, _ front: Quirks, _ back: Quirks, _ text: String) {
        self.kind = kind
        self.front = front
        self.back = back
        bytes = LabelExample.bytes(text)
    }

    var testDescription: String { kind.rawValue }

    var participants: [Variant] { [front.variant("front"), back.variant("back")] }

    static func bytes(_ text: String) -> [UInt8] {
        Array(text.replacing("¶", with: "\r\n").utf8)
    }

    private static let post = "POST / HTTP/1.1¶Host: a¶"
    private static let chunked = post + "Transfer-Encoding: chunked¶¶"
    private static let both = post + "Content-Length: 6¶Transfer-Encoding: chunked¶¶0¶¶X"
    private static let disguised = post + "Content-Length: 6¶Transfer-Encoding: xchunked¶¶0¶¶X"
    private static let length = post + "Content-Length: 28¶¶GET /x HTTP/1.1¶Host: a¶¶"
    private static let lengths = post + "Content-Length: 1¶Content-Length: 0¶¶Z"
    private static let extensions =
        chunked + "2;\nXX¶10¶1f¶AAAABBBBCCCC¶0¶¶DDDDEEEEFFFF¶0¶¶"
    private static let spilled = chunked + "5¶AAAAA\nc¶17¶AAAABBBB¶0¶¶CCCCDDDD¶0¶¶"
    private static let trailing = chunked + "0¶\nGET /x HTTP/1.1¶Host: a¶¶"

    private static let plain = Quirks()
    private static let lengthFirst = Quirks.with { $0.framing = .lengthFirst }
    private static let neither = Quirks.with { $0.framing = .neither }
    private static let lenient = Quirks.with { $0.encoding = .anyThatContainsChunked }
    private static let last = Quirks.with { $0.lastLength = true }
    private static let term = Quirks.with { $0.lineFeedEndsExtension = true }
    private static let termData = Quirks.with { $0.bareLFAfterData = true }
    private static let spill = Quirks.with { $0.afterData = .restOfLine }
    private static let one = Quirks.with { $0.afterData = .oneByte }
    private static let two = Quirks.with { $0.afterData = .twoBytes }
    private static let zero = Quirks.with { $0.afterData = .nothing }
    private static let termTrail = Quirks.with { $0.lineFeedEndsTrailers = true }
    private static let merging = Quirks.with { $0.mergesTrailers = true }
    private static let bareLF = Quirks.with { $0.bareLF = true }
    private static let octal = Quirks.with { $0.octalLength = true }

    static let all: [LabelExample] = [
        LabelExample(.clTE, lengthFirst, plain, both),
        LabelExample(.teCL, plain, lengthFirst, both),
        LabelExample(.clZero, plain, neither, length),
        LabelExample(.zeroCL, neither, plain, length),
        LabelExample(.teZero, plain, neither, chunked + "5¶GET /¶0¶¶"),
        LabelExample(.zeroTE, neither, plain, chunked + "5¶GET /¶0¶¶"),
        LabelExample(.clCL, plain, last, lengths),
        LabelExample(.clCL, plain, octal, post + "Content-Length: 010¶¶0123456789"),
        LabelExample(.teTE, lenient, plain, disguised),
        LabelExample(.teTE, plain, lenient, disguised),
        LabelExample(.termExt, term, plain, extensions),
        LabelExample(.extTerm, plain, term, extensions),
        LabelExample(.termSpill, termData, spill, spilled),
        LabelExample(.spillTerm, spill, termData, spilled),
        LabelExample(.termTrail, termTrail, plain, trailing),
        LabelExample(.trailTerm, plain, termTrail, trailing),
        LabelExample(
            .overread1, termData, two, chunked + "2¶XX\n12¶XX¶19¶XXAAAABBBB¶0¶¶CCCCDDDD¶0¶¶"),
        LabelExample(.overread2, zero, two, chunked + "2¶XX012¶XX¶19¶XXAAAABBBB¶0¶¶CCCCDDDD¶0¶¶"),
        LabelExample(.trailersMerged, plain, merging, chunked + "0¶X-Role: admin¶¶"),
        LabelExample(.line, bareLF, plain, post + "Foo: b\nX-Role: admin¶¶"),
        LabelExample(.line, bareLF, plain, "GET / HTTP/1.1\nHost: a\n\nGET / HTTP/1.1¶Host: a¶¶"),
    ]
}

import HTTP1
import Testing
import Wire

/// The reference by itself: a few heads whose tapes are written out by hand.
@Suite struct ReferenceTests {
    private func parse(_ text: String) -> (Verdict, [Token]) {
        var parser = ReferenceHead(HTTP1.request.strictConfiguration())
        var tape = Tape()
        let verdict = parser.parse(Array(text.utf8).span, into: &tape)
        return (verdict, tape.snapshot().tokens)
    }

    @Test func smallestRequest() {
        let (verdict, tokens) = parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(verdict == .complete(consumed: 27))
        let framing = Framing(kind: .none, why: .noLengthNoEncoding, keepAlive: true)
        #expect(
            tokens == [
                Token(.method, offset: 0, length: 3),
                Token(.target, detail: TargetForm.origin.rawValue, offset: 4, length: 1),
                Token(.version, detail: 0x11, offset: 6, length: 8),
                Token(.fieldName, detail: UInt16(FieldName.host.rawValue), offset: 16, length: 4),
                Token(.fieldValue, offset: 22, length: 1),
                Token(.framing, detail: framing.detail, offset: 27, length: 0),
            ])
    }

    @Test func smugglingHead() {
        let (verdict, tokens) = parse(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(verdict == .rejected(Rejection(HTTP1Reason.lengthAndTransferEncoding, at: 45)))
        #expect(tokens.isEmpty)
    }
}

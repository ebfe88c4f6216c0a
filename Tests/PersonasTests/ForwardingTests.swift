import Differential
import HTTP1
import Personas
import Testing
import Wire

/// What personas send on, byte for byte where a pattern is known.
@Suite struct ForwardingTests {
    private func sent(_ persona: String, _ input: String) throws -> String? {
        let configuration = HTTP1.stream.strictConfiguration()
        let bytes = try Personas.named(persona).forward(Array(input.utf8), configuration)
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func withoutAQuirkMessagesAreWrittenCleanly() throws {
        let input =
            "\r\nPOST /a HTTP/1.1\r\nhost:a\r\nContent-Length:  2\r\n\r\nhi"
            + "PUT /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n02;x=y\r\nhi\r\n0\r\nT: u\r\n\r\n"
        let expected =
            "POST /a HTTP/1.1\r\nhost: a\r\nContent-Length: 2\r\n\r\nhi"
            + "PUT /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\nT: u\r\n\r\n"
        #expect(try sent("plain", input) == expected)
    }

    @Test func whatIsNotAcceptedIsNotSentOn() throws {
        let good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(try sent("plain", "GET / HTTP/1.1\r\n\r\n") == nil)
        #expect(try sent("plain", good + "BAD\r\n") == good)
        #expect(
            try sent("plain", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhi") == nil)
    }

    /// A leniency alone opens no hole: what it lets in is not sent on as it stands.
    @Test func aLeniencyAloneSendsNothingUnclean() throws {
        let input = "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"
        #expect(try sent("bareCRInFieldValue", input) == nil)
        #expect(try sent("T10", input) == input)
        let spaced = "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n"
        #expect(try sent("whitespaceBeforeColon", spaced)?.contains("X: b") == true)
        #expect(try sent("whitespaceBeforeColonForwarded", spaced) == spaced)
    }

    @Test func lengthAndCodingAreBothSentOn() throws {
        let input =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        let sent = try #require(try sent("T23", input))
        #expect(sent.contains("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"))
        #expect(sent.hasSuffix("\r\n\r\n0\r\n\r\n"))
    }

    /// The front of CVE-2023-40225, and a back that takes an empty length for 0: one request
    /// becomes two.
    @Test func aFrontAndABackPart() throws {
        let inner = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
        let input =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\nContent-Length: \(inner.utf8.count)\r\n\r\n"
            + inner
        let sent = try #require(try sent("empty-length-front", input))
        let configuration = HTTP1.stream.strictConfiguration()
        func messages(_ persona: String, _ bytes: [UInt8]) throws -> Int {
            let variant = try #require(try Personas.named(persona).variant(of: HTTP1.stream))
            let read = try #require(outcome(variant, configuration, bytes))
            return HTTP1Transcript(read.tape, input: bytes).messages.filter { $0.end != nil }.count
        }
        #expect(try messages("empty-length-front", Array(input.utf8)) == 1)
        #expect(try messages("S42+closeIgnored", Array(sent.utf8)) == 2)
    }

    /// A proxy of header blocks keeps the mark of what must not be indexed, unless its quirk is to
    /// lose it.
    @Test func neverIndexedFields() throws {
        let block: [UInt8] = [0x10, 0x01, 0x61, 0x01, 0x62]
        let description = try Registry.requireProtocol("hpack")
        let configuration = description.strictConfiguration(for: block)
        #expect(Persona.plain.forward(block, configuration) == block)
        let lost = try Personas.named("HPACK-neverIndexedForwarded").forward(block, configuration)
        #expect(lost == [0x00, 0x01, 0x61, 0x01, 0x62])
    }
}

import Generation
import QUIC
import Testing
import Wire

/// Datagrams that are changed under their seals.
@Suite struct QUICMutationTests {
    private static let entries = [
        "originalDestinationConnectionID": "8394c8f03e515708",
        "handshakeKey": "aes256gcm:" + String(repeating: "c3", count: 48),
        "zeroRTTKey": "aes128gcm:" + String(repeating: "5a", count: 32),
        "oneRTTKey": "chacha20poly1305:" + String(repeating: "5a", count: 32),
    ]

    /// Whether the tape holds a packet that was opened.
    private static func isOpened(_ tape: TapeSnapshot) -> Bool {
        tape.tokens.contains { $0.quicKind == .plaintext }
    }

    /// A reader that looks at frames opened a packet, or refused what it opened.
    private static func reachesFrames(
        _ tested: SourceUnderTest, _ bytes: [UInt8], _ context: any ParseContext
    ) throws -> Bool {
        let (verdict, tape) = try tested.read(bytes, context)
        if isOpened(tape) { return true }
        guard case .rejected(let rejection) = verdict,
            let reason = tested.description.reason(of: rejection)
        else { return false }
        // What is answered with an error of the transport stood under a seal that was right.
        return reason.status != 0
    }

    @Test func mutantsStillAuthenticate() throws {
        let tested = try SourceUnderTest("quic.packet")
        var random = SplitMix64(seed: 9)
        var opened = 0
        let count = 2_000
        for _ in 0..<count {
            let before = try tested.context(Self.entries, [])
            let valid = tested.source.valid(&random, before)
            let context = try tested.context(Self.entries, valid)
            let mutant = tested.source.mutate(valid, context, bytesMax: 4_096, &random)
            if try Self.reachesFrames(tested, mutant, tested.context(Self.entries, mutant)) {
                opened += 1
            }
        }
        #expect(opened * 2 >= count, "\(opened) of \(count) mutants reach a reader of frames")
    }
}

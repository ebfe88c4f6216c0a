import Generation
import Testing
import Wire

/// What a source calls valid, the reference accepts whole.
@Suite struct ValidTests {
    private static let count = 10_000

    @Test(arguments: SourceUnderTest.names)
    func theReferenceAcceptsAllOfIt(name: String) throws {
        let tested = try SourceUnderTest(name)
        var random = SplitMix64(seed: 7)
        var sizes: Set<Int> = []
        var shown = 0
        for index in 0..<Self.count {
            let entries = tested.source.context(&random)
            let before = try tested.context(entries, nil)
            let bytes = tested.source.valid(&random, before)
            sizes.insert(bytes.count)
            let context = try tested.context(entries, bytes)
            let (verdict, _) = try tested.read(bytes, context)
            guard verdict != .complete(consumed: bytes.count), shown < 3 else { continue }
            shown += 1
            var words = "\(verdict)"
            if case .rejected(let rejection) = verdict {
                words =
                    "\(tested.description.reason(of: rejection)?.name ?? "?") at \(rejection.offset)"
            }
            Issue.record("\(name) \(index) \(entries): \(words): \(bytes)")
        }
        #expect(shown == 0)
        #expect(sizes.count > 50, "inputs of \(sizes.count) sizes only")
    }
}

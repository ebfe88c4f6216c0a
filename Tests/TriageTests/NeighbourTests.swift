import Differential
import Testing
import Wire

@Suite struct NeighbourTests {
    @Test func theByteThatTipsItIsFound() throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let lenient = Quirks.with { $0.bareLF = true }.variant("lenient")
        let triage = Triage(stream, participants: [Quirks().variant("plain"), lenient])
        let find = TriageInput(bytes: LabelExample.bytes("G / H¶A: b\nC: d¶¶"))
        let neighbour = try #require(NeighbourSearch(triage).neighbour(of: find))
        #expect(try triage.examine(neighbour.input).signature == nil)
        #expect(neighbour.edits.count == 1)
        // The byte before the bare LF becomes the CR that it lacks.
        #expect(neighbour.text == "at 10: `b` → `\\r`")
        #expect(neighbour.verdict.hasPrefix("complete"))
    }

    @Test(arguments: LabelExample.all)
    func everyExampleHasANeighbourThatAllReadAlike(example: LabelExample) throws {
        let stream = try #require(Registry.protocolNamed("http1.stream"))
        let triage = Triage(stream, participants: example.participants)
        let find = TriageInput(bytes: example.bytes)
        let neighbour = try #require(NeighbourSearch(triage).neighbour(of: find))
        #expect(try triage.examine(neighbour.input).signature == nil)
        var rebuilt = find.bytes
        for edit in neighbour.edits.reversed() {
            let range = edit.offset..<(edit.offset + edit.removed.count)
            #expect(Array(rebuilt[range]) == edit.removed)
            rebuilt.replaceSubrange(range, with: edit.inserted)
        }
        #expect(rebuilt == neighbour.input.bytes)
    }

    @Test func twoEditsAreTriedWhereOneDoesNotDo() throws {
        // The two agree only without both marks, and a mark that is replaced by another byte is a mark still.
        let text = try #require(Registry.protocolNamed("utf8"))
        let misled = Variant.reference("misled", of: text) { bytes in
            bytes.contains { $0 != 0x41 } ? bytes.map { $0 ^ 0x80 } : bytes
        }
        let triage = Triage(text, participants: [text.variants[0], misled])
        let find = TriageInput(bytes: [0x41, 0x42, 0x42, 0x41])
        let neighbour = try #require(NeighbourSearch(triage).neighbour(of: find))
        #expect(neighbour.edits.count == 2)
        #expect(neighbour.edits.map(\.offset) == [1, 2])
    }

    @Test func theSearchEndsWhereThereIsNone() throws {
        let text = try #require(Registry.protocolNamed("utf8"))
        let misled = Variant.reference("misled", of: text) { bytes in bytes.map { $0 ^ 0x80 } }
        let triage = Triage(text, participants: [text.variants[0], misled])
        let find = TriageInput(bytes: Array("aaaaaaaa".utf8))
        #expect(NeighbourSearch(triage, triesMax: 3_000).neighbour(of: find) == nil)
    }
}

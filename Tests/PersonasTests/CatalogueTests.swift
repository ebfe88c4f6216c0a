import Differential
import Testing
import Wire

@testable import Personas

/// What is written about quirks and personas is whole.
@Suite struct CatalogueTests {
    @Test func idsAreUniqueAndEntriesWhole() {
        var seen: Set<String> = []
        for quirk in Personas.quirks {
            #expect(seen.insert(quirk.id).inserted, "\(quirk.id) stands twice")
            #expect(!quirk.clause.isEmpty && !quirk.seenIn.isEmpty, "\(quirk.id)")
            #expect(quirk.effect.hasSuffix("."), "\(quirk.id): the effect is a sentence")
            #expect(!quirk.protocols.isEmpty)
            for name in quirk.protocols { #expect(Registry.names.contains(name), "\(quirk.id)") }
            #expect(
                (quirk.kind == .leniency) == (quirk.policy != .strict) || quirk.kind == .forwarding)
        }
        #expect(Personas.quirks.count >= 150)
    }

    /// Every pattern of the published list that is a reading, and every proxy's, has its quirk.
    @Test func thePublishedListIsThere() {
        let ids = Set(Personas.quirks.map(\.id))
        for number in 1...48 { #expect(ids.contains("S\(number)"), "S\(number)") }
        // T8 does not exist; T25 reads as a leniency.
        for number in 1...25 where number != 8 { #expect(ids.contains("T\(number)"), "T\(number)") }
    }

    /// Each switch has its entry, and each entry that is no leniency its switch: a slip in an id
    /// would make a quirk that does nothing.
    @Test func switchesAndEntriesMatch() {
        let switches: [String] =
            HTTP1Flag.allCases.map { "\($0)" } + HPACKFlag.allCases.map(\.rawValue)
            + HTTP2QuirkFlag.allCases.map(\.rawValue) + WebSocketFlag.allCases.map(\.rawValue)
            + QUICQuirkFlag.allCases.map(\.rawValue) + UTF8Flag.allCases.map(\.rawValue)
        #expect(Set(switches).count == switches.count)
        for id in switches { #expect(Personas.quirk(id) != nil, "\(id) has no entry") }
        for quirk in Personas.quirks where quirk.kind != .leniency {
            #expect(switches.contains(quirk.id), "\(quirk.id) has no switch")
        }
    }

    /// Every leniency of every protocol is a quirk.
    @Test func everyLeniencyIsAQuirk() {
        for description in Registry.protocols {
            for leniency in description.leniencies {
                let quirk = Personas.quirk(leniency.name)
                #expect(quirk?.policy == leniency.policy, "\(description.name): \(leniency.name)")
            }
        }
    }

    @Test func presetsResolve() throws {
        #expect(Personas.presets.count >= 12)
        #expect(Set(Personas.presets.map(\.name)).count == Personas.presets.count)
        for preset in Personas.presets {
            #expect(try Personas.named(preset.name) == preset)
            #expect(preset.summary.hasPrefix("Model: "))
            #expect(!preset.quirks.isEmpty)
            for id in preset.quirks {
                #expect(Personas.quirk(id) != nil, "\(preset.name): \(id)")
                #expect(preset.summary.contains(id), "\(preset.name) does not name \(id)")
            }
            let served = Registry.protocols.filter { preset.variant(of: $0) != nil }
            #expect(!served.isEmpty, "\(preset.name) concerns no protocol")
        }
    }

    @Test func namesAreMadeOfIds() throws {
        let both = try Personas.named("S23+bareLF")
        #expect(both.quirks == ["S23", "bareLF"])
        #expect(both.summary.hasPrefix("Model: "))
        let stream = try Registry.requireProtocol("http1.stream")
        #expect(both.variant(of: stream)?.name == "persona:S23+bareLF")
        #expect(both.variant(of: try Registry.requireProtocol("utf8")) == nil)
        for name in ["", "S23+", "S23+bareLf", "nobody"] {
            #expect(throws: UnknownPersona.self) { try Personas.named(name) }
        }
    }
}

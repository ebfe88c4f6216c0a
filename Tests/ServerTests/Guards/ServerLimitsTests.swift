import HTTP1
import Server
import Testing
import Wire

@Suite struct ServerLimitsTests {
    @Test func everyLimitHasANameADefaultAndAReason() {
        let limits = ServerLimits.descriptions
        #expect(limits.count > 45)
        #expect(Set(limits.map(\.name)).count == limits.count)
        for limit in limits {
            #expect(limit.defaultValue >= limit.minimum, "\(limit.name)")
            #expect(limit.defaultValue <= limit.maximum, "\(limit.name)")
            #expect(!limit.summary.isEmpty, "\(limit.name)")
            let isSourced = limit.source.contains("chosen: ") || limit.source.contains("RFC ")
            #expect(isSourced, "\(limit.name): \(limit.source)")
        }
    }

    @Test func theParsersLimitsAreTakenOverByTheirOwnNames() {
        let names = ServerLimits.descriptions.map(\.name)
        let missing = HTTP1Limits.descriptions.map(\.name).filter { !names.contains($0) }
        #expect(missing == ["informationalCountMax"])
        var untyped = ServerLimits().untyped
        for (index, limit) in ServerLimits.descriptions.enumerated()
        where limit.name == "targetBytesMax" {
            #expect(limit.defaultValue == HTTP1Limits().targetBytesMax)
            untyped.values[index] = 77
        }
        let limits = ServerLimits(untyped)
        #expect(limits.parser.targetBytesMax == 77)
        #expect(limits.parser.fieldCountMax == HTTP1Limits().fieldCountMax)
        #expect(limits.headerMillisecondsMax == ServerLimits().headerMillisecondsMax)
    }

    @Test func eachEntryIsItsOwnProperty() {
        let defaults = ServerLimits().untyped
        for (index, limit) in ServerLimits.descriptions.enumerated() {
            var untyped = defaults
            untyped.values[index] = limit.minimum
            let changed = zip(ServerLimits(untyped).untyped.values, defaults.values)
                .enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
            #expect(
                changed == (limit.minimum == limit.defaultValue ? [] : [index]), "\(limit.name)")
        }
    }

    @Test func unitsAreReadFromNames() {
        #expect(LimitUnit(ofLimit: "headerMillisecondsMax") == .milliseconds)
        #expect(LimitUnit(ofLimit: "bodyBytesPerSecondMin") == .bytesPerSecond)
        #expect(LimitUnit(ofLimit: "bodyGraceMilliseconds") == .milliseconds)
        #expect(LimitUnit(ofLimit: "outputBytesMax") == .bytes)
        #expect(LimitUnit(ofLimit: "rangesMax") == .count)
    }

    @Test func reasonsAreNamedLikeTheirCases() {
        for reason in ServerReason.allCases {
            let description = reason.description
            #expect(description.name == "\(reason)")
            #expect(description.rule.hasSuffix("."))
            #expect(description.clause.contains("RFC "))
            #expect(
                description.status == 0 || !Status(description.status).description.hasSuffix(" "))
            // Who is not answered is not kept.
            #expect(description.status != 0 || description.closes)
        }
    }
}

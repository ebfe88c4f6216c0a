import Testing

@testable import Server

/// RFC 9110 §13.
struct PreconditionsTests {
    private static let modified = HTTPDate(seconds: 784_111_777)
    private static let earlier = HTTPDate(seconds: 784_111_776).text
    private static let same = modified.text
    private static let later = HTTPDate(seconds: 784_111_778).text
    private static let now = HTTPDate(seconds: 1_795_219_200)

    private func evaluate(
        _ fields: [(String, String)], isWeak: Bool = false
    ) -> PreconditionResult {
        let storage = TestRequest.make(.get, "/", fields).storage
        let tag = EntityTag(isWeak: isWeak, opaque: Array("\"x\"".utf8))
        return Preconditions(
            storage: storage, fields: ConditionalFields(storage),
            validators: Validators(tag: tag, modified: Self.modified), now: Self.now
        ).evaluated()
    }

    /// Whether a field's condition holds: nil where there is no field that counts.
    private struct Choice {
        let line: String?
        let holds: Bool?
    }

    /// Every combination of every state of all five fields, beside §13.2.2 written out with truth values.
    @Test func everyCombination() {
        let matches = [
            Choice(line: nil, holds: nil), Choice(line: "\"x\"", holds: true),
            Choice(line: "*", holds: true), Choice(line: "\"a\", \"x\"", holds: true),
            Choice(line: "\"y\"", holds: false), Choice(line: "W/\"x\"", holds: false),
            Choice(line: "x", holds: false), Choice(line: "", holds: false),
        ]
        let unmodified = [
            Choice(line: nil, holds: nil), Choice(line: "soon", holds: nil),
            Choice(line: Self.same, holds: true), Choice(line: Self.later, holds: true),
            Choice(line: Self.earlier, holds: false),
        ]
        let noneMatches = [
            Choice(line: nil, holds: nil), Choice(line: "\"y\"", holds: true),
            Choice(line: "\"x\"", holds: false), Choice(line: "W/\"x\"", holds: false),
            Choice(line: "*", holds: false), Choice(line: "\"a\" ,, \"x\"", holds: false),
        ]
        let modified = [
            Choice(line: nil, holds: nil), Choice(line: "soon", holds: nil),
            Choice(line: Self.earlier, holds: true), Choice(line: Self.same, holds: false),
            Choice(line: Self.later, holds: false),
        ]
        let ranges = [
            Choice(line: nil, holds: nil), Choice(line: "\"x\"", holds: true),
            Choice(line: Self.same, holds: true), Choice(line: "W/\"x\"", holds: false),
            Choice(line: "\"y\"", holds: false), Choice(line: Self.later, holds: false),
            Choice(line: "*", holds: false), Choice(line: "\"x\", \"y\"", holds: false),
        ]
        var compared = 0
        for ifMatch in matches {
            for ifUnmodified in unmodified {
                for ifNoneMatch in noneMatches {
                    for ifModified in modified {
                        for ifRange in ranges {
                            let all = [
                                ("If-Range", ifRange), ("if-modified-since", ifModified),
                                ("IF-NONE-MATCH", ifNoneMatch),
                                ("If-Unmodified-Since", ifUnmodified), ("If-Match", ifMatch),
                            ]
                            let fields = all.compactMap { name, choice in
                                choice.line.map { (name, $0) }
                            }
                            var expected = PreconditionResult.proceed(
                                rangeAllowed: ifRange.holds ?? true)
                            if ifMatch.holds ?? ifUnmodified.holds == false {
                                expected = .failed
                            } else if ifNoneMatch.holds ?? ifModified.holds == false {
                                expected = .notModified
                            }
                            #expect(evaluate(fields) == expected, "\(fields)")
                            compared += 1
                        }
                    }
                }
            }
        }
        #expect(compared == 9_600)
    }

    @Test func weakTags() {
        #expect(evaluate([("If-Match", "\"x\"")], isWeak: true) == .failed)
        #expect(evaluate([("If-Match", "W/\"x\"")], isWeak: true) == .failed)
        #expect(evaluate([("If-Match", "*")], isWeak: true) == .proceed(rangeAllowed: true))
        #expect(evaluate([("If-None-Match", "\"x\"")], isWeak: true) == .notModified)
        #expect(evaluate([("If-None-Match", "W/\"x\"")], isWeak: true) == .notModified)
        #expect(evaluate([("If-Range", "W/\"x\"")], isWeak: true) == .proceed(rangeAllowed: false))
        #expect(evaluate([("If-Range", "\"x\"")], isWeak: true) == .proceed(rangeAllowed: false))
        #expect(evaluate([("If-Range", Self.same)], isWeak: true) == .proceed(rangeAllowed: false))
    }

    @Test func severalLines() {
        #expect(evaluate([("If-None-Match", "\"a\""), ("If-None-Match", "\"x\"")]) == .notModified)
        #expect(
            evaluate([("If-Match", "\"a\""), ("If-Match", "\"x\"")])
                == .proceed(rangeAllowed: true))
        // Two dates are no date.
        #expect(
            evaluate([("If-Modified-Since", Self.same), ("If-Modified-Since", Self.same)])
                == .proceed(rangeAllowed: true))
        #expect(
            evaluate([("If-Range", "\"x\""), ("If-Range", "\"x\"")])
                == .proceed(rangeAllowed: false))
    }

    private static let tagLists: [(String, EntityTag.Membership)] = [
        ("\"x\"", EntityTag.Membership.listed), ("\"x\",", .listed), (" , \"x\"", .listed),
        ("\"a,\", \"x\"", .listed), ("\"a\" \"x\"", .malformed), ("\"x", .malformed),
        ("w/\"x\"", .malformed), ("W/ \"x\"", .malformed), ("W/", .malformed), ("W", .malformed),
        ("\"X\"", .notListed), ("\"\"", .notListed), ("", .notListed), (",", .notListed),
        ("**", .malformed), ("*, \"x\"", .malformed), ("\"a b\"", .malformed),
        ("\"é\", \"x\"", .listed), ("\"a\"b, \"x\"", .malformed),
    ]

    @Test(arguments: tagLists)
    func lists(_ list: String, _ membership: EntityTag.Membership) {
        let tag = EntityTag(isWeak: false, opaque: Array("\"x\"".utf8))
        #expect(tag.membership(in: Array(list.utf8).span, .strong) == membership)
    }
}

import Testing

@testable import Server

struct ByteRangesTests {
    private func select(_ value: String, of count: Int = 1_000) -> RangeSelection {
        ByteRanges.select(Array(value.utf8).span, of: count, rangesMax: 16)
    }

    private static let selections: [(String, RangeSelection)] = [
        ("bytes=0-0", RangeSelection.parts([0..<1])), ("bytes=0-499", .parts([0..<500])),
        ("bytes=500-", .parts([500..<1_000])), ("bytes=-1", .parts([999..<1_000])),
        ("bytes=-5000", .parts([0..<1_000])), ("BYTES=0-0", .parts([0..<1])),
        ("bytes=999-9999", .parts([999..<1_000])), ("bytes=1000-", .unsatisfiable),
        ("bytes=-0", .unsatisfiable), ("bytes=1000-1001,-0", .unsatisfiable),
        ("bytes=1000-,0-0", .parts([0..<1])),
        ("bytes= 0-0 ,\t, 500-500,", .parts([0..<1, 500..<501])),
        // The order of the request, with what overlaps or nearly touches made one.
        ("bytes=500-509,0-9", .parts([500..<510, 0..<10])),
        ("bytes=500-509,0-9,505-519", .parts([500..<520, 0..<10])),
        ("bytes=0-9,89-99", .parts([0..<100])), ("bytes=0-9,90-99", .parts([0..<10, 90..<100])),
        // Malformed: ignored.
        ("bytes=1-0", .whole), ("bytes=--1", .whole), ("bytes=a-b", .whole), ("bytes=", .whole),
        ("bytes", .whole), ("bytes=-", .whole), ("bytes=5", .whole), ("bytes=0-0,x", .whole),
        ("bytes=0-0,1-0", .whole), ("bytes=,", .whole), ("bytes =0-0", .whole),
        ("bytes=0 -0", .whole), ("bytes=0- 0", .whole), ("bytes=+0-0", .whole),
        ("bytes=0-0-0", .whole), ("bytes=0x0-1", .whole), ("items=0-0", .whole),
        ("bytes:0-0", .whole), ("", .whole),
        // Positions that overflow 64 bits.
        ("bytes=0-18446744073709551615", .parts([0..<1_000])),
        ("bytes=18446744073709551616-", .unsatisfiable),
        ("bytes=-9223372036854775809", .parts([0..<1_000])),
        ("bytes=9223372036854775807-9223372036854775807", .unsatisfiable),
        // More bytes than there are.
        ("bytes=0-,5-0,5-1", .whole), ("bytes=0-,0-", .whole), ("bytes=0-999,0-0", .whole),
    ]

    @Test(arguments: selections)
    func selected(_ value: String, _ selection: RangeSelection) {
        #expect(select(value) == selection)
    }

    @Test func emptyFiles() {
        #expect(select("bytes=0-", of: 0) == .unsatisfiable)
        #expect(select("bytes=-5", of: 0) == .whole)
        #expect(select("bytes=-0", of: 0) == .unsatisfiable)
        #expect(select("bytes=0-0", of: .max) == .parts([0..<1]))
        #expect(select("bytes=0-9223372036854775807", of: .max) == .parts([0..<Int.max]))
    }

    @Test func countsAreLimited() {
        let sixteen = (0..<16).map { "\($0 * 1_000)-\($0 * 1_000)" }
        let limit = "bytes=" + sixteen.joined(separator: ",")
        guard case .parts(let parts) = select(limit, of: 100_000) else {
            Issue.record("sixteen are allowed")
            return
        }
        #expect(parts.count == 16)
        #expect(select(limit + ",99000-99000", of: 100_000) == .whole)
        // What is not satisfiable counts as well.
        #expect(select(limit + ",999999-999999", of: 100_000) == .whole)
        let killer = "bytes=0-" + (0..<1_300).map { ",5-\($0)" }.joined()
        #expect(select(killer) == .whole)
    }

    /// Random values beside a model that marks each byte of the file.
    @Test(arguments: 0..<8)
    func agreesWithMarkedBytes(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var answers = [0, 0, 0]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...600, using: &generator)
            var specs: [(first: Int?, last: Int?)] = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let first = Int.random(in: 0...700, using: &generator)
                let last = first + Int.random(in: -2...150, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: specs.append((nil, Int.random(in: 0...300, using: &generator)))
                case 1: specs.append((first, nil))
                default: specs.append((first, max(0, last)))
                }
            }
            let value = specs.map {
                "\($0.first.map { "\($0)" } ?? "")-\($0.last.map { "\($0)" } ?? "")"
            }
            let selection = select("bytes=" + value.joined(separator: ", "), of: count)
            #expect(selection == Self.model(specs, count), "\(value) of \(count)")
            switch selection {
            case .whole: answers[0] += 1
            case .parts: answers[1] += 1
            case .unsatisfiable: answers[2] += 1
            }
        }
        #expect(answers.allSatisfy { $0 > 100 }, "\(answers)")
    }

    private static func model(_ specs: [(first: Int?, last: Int?)], _ count: Int) -> RangeSelection
    {
        var wanted: [[Int]] = []
        for (first, last) in specs {
            if let first, let last, first > last { return .whole }
            if first == nil, last != 0, count == 0 { return .whole }
            wanted.append(
                (0..<count).filter { place in
                    if let first { return place >= first && place <= last ?? count }
                    return place >= count - (last ?? 0)
                })
        }
        wanted.removeAll(where: \.isEmpty)
        guard wanted.reduce(0, { $0 + $1.count }) <= count else { return .whole }
        guard !wanted.isEmpty else { return .unsatisfiable }
        // Each byte is marked with the first spec that wants it; gaps of fewer than 80 are filled.
        var marks = [Int?](repeating: nil, count: count)
        for (number, places) in wanted.enumerated().reversed() {
            for place in places { marks[place] = number }
        }
        var runs: [(range: Range<Int>, mark: Int)] = []
        for (place, mark) in marks.enumerated() {
            guard let mark else { continue }
            if let last = runs.last, place - last.range.upperBound < 80 {
                runs[runs.count - 1] = (last.range.lowerBound..<place + 1, min(last.mark, mark))
            } else {
                runs.append((place..<place + 1, mark))
            }
        }
        return .parts(runs.sorted { $0.mark < $1.mark }.map(\.range))
    }
}

import Glibc
import Testing

@testable import Server

struct FileCacheTests {
    private func entry(_ number: Int) throws -> FileEntry {
        let file = OpenFile(descriptor: Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC))
        var status = try #require(FileStatus(of: file))
        status.size = number
        return FileEntry(file, name: [0], status, now: HTTPDate(seconds: 0))
    }

    /// Random finds, inserts and removals beside a list that is kept in order by hand.
    @Test(arguments: 0..<4)
    func agreesWithAList(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var cache = FileCache(entriesMax: 5, trustMilliseconds: 10)
        /// Keys from the one asked for longest ago, with what is there and until when it is trusted.
        var list: [(key: UInt8, number: Int, until: UInt64)] = []
        var now: UInt64 = 0
        var seen = [0, 0, 0]
        for step in 0..<3_000 {
            now += UInt64.random(in: 0...3, using: &generator)
            let key = UInt8.random(in: 0..<9, using: &generator)
            let instant = Instant(nanoseconds: now * 1_000_000)
            let place = list.firstIndex { $0.key == key }
            switch Int.random(in: 0..<5, using: &generator) {
            case 0:
                cache.insert(try entry(step), for: [key], at: instant)
                if let place { list.remove(at: place) }
                if list.count == 5 { list.removeFirst() }
                list.append((key, step, now + 10))
            case 1 where step % 3 == 0:
                cache.remove([key])
                if let place { list.remove(at: place) }
            default:
                let found = cache.find([key], at: instant)
                guard let place else {
                    #expect(found == nil)
                    seen[0] += 1
                    continue
                }
                var expected = list.remove(at: place)
                switch found {
                case .trusted(let entry):
                    #expect(entry.count == expected.number && now < expected.until)
                    seen[1] += 1
                case .toBeChecked(let entry):
                    #expect(entry.count == expected.number && now >= expected.until)
                    expected.until = now + 10
                    seen[2] += 1
                case nil: Issue.record("lost")
                }
                list.append(expected)
            }
            #expect(cache.count == list.count)
        }
        #expect(seen.allSatisfy { $0 > 50 }, "\(seen)")
    }

    @Test func nothingIsKeptWhereNothingMayBe() throws {
        var cache = FileCache(entriesMax: 0, trustMilliseconds: 10)
        cache.insert(try entry(1), for: [1], at: Instant(nanoseconds: 0))
        #expect(cache.count == 0)
    }
}

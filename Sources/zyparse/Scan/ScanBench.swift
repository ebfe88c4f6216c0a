internal import CKernels
internal import Foundation
internal import ParserBench
internal import Signatures

/// Times a scan of plain requests, of the same bytes without the pass over what is plain, and of the classification kernel,
/// in turn and in one run, so that the ratios hold on a shared machine.
enum ScanBench {
    private static let rounds = 7

    static func run(mebibytes: Int) throws {
        #if DEBUG
            Console.complain("this is a debug build: figures say nothing; build with -c release")
        #endif
        let requests = BenchTraffic.requests(4_096, seed: 7).map(body)
        var streams: [[UInt8]] = []
        var total = 0
        while total < mebibytes << 20 {
            let request = requests[streams.count % requests.count]
            streams.append(request)
            total += request.count
        }
        let pair = try Scanners.make(.http1)
        let slow = try Scanners.make(.http1)
        slow.scanner.passOver = false
        var matches = 0
        var plain = 0
        // Hyperscan alone is slower by far: a part is enough.
        let part = Array(streams.prefix(max(1, streams.count / 16)))
        let partBytes = part.reduce(0) { $0 + $1.count }
        let joined = streams.prefix(512).flatMap { $0 }
        var maps = [UInt64](repeating: 0, count: (joined.count / 64 + 1) * 4)
        var best = [Double](repeating: .infinity, count: 3)
        for _ in 0..<rounds {
            best[0] = min(
                best[0],
                seconds {
                    matches = 0
                    plain = 0
                    for stream in streams {
                        pair.scanner.reset()
                        pair.scanner.scan(stream.span) { _ in matches += 1 }
                        plain += pair.scanner.plainByteCount
                    }
                } / Double(total))
            best[1] = min(
                best[1],
                seconds {
                    for stream in part {
                        slow.scanner.reset()
                        slow.scanner.scan(stream.span) { _ in matches += 1 }
                    }
                } / Double(partBytes))
            best[2] = min(
                best[2],
                seconds {
                    // SAFETY: the maps have room for joined.count / 64 + 1 blocks of four words.
                    unsafe joined.withUnsafeBufferPointer { bytes in
                        unsafe maps.withUnsafeMutableBufferPointer { words in
                            guard let from = bytes.baseAddress, let to = words.baseAddress else {
                                return
                            }
                            for _ in 0..<16 { unsafe zy_http1_classify(from, bytes.count, to) }
                        }
                    }
                } / Double(joined.count * 16))
        }
        let speeds = best.map { 1 / $0 / 1e9 }
        let share = Double(plain) / Double(total) * 100
        Console.write(
            String(
                format: """
                    %d requests, %.1f MiB, %d classes, each request a stream of its own
                    scan          %7.2f GB/s   %5.2f × classify   %.1f %% passed over as plain, %d matches
                    Hyperscan all %7.2f GB/s   %5.2f × classify
                    classify      %7.2f GB/s

                    """, streams.count, Double(total) / 1_048_576, pair.set.classes.count,
                speeds[0], speeds[2] / speeds[0],
                share, matches, speeds[1], speeds[2] / speeds[1], speeds[2]))
    }

    /// The request with a body where it states the length of one.
    private static func body(_ head: [UInt8]) -> [UInt8] {
        let text = String(decoding: head, as: UTF8.self)
        guard let field = text.firstRange(of: "Content-Length: ") else { return head }
        let digits = text[field.upperBound...].prefix { $0.isNumber }
        let length = Int(digits) ?? 0
        return head + (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    }

    private static func seconds(_ body: () -> Void) -> Double {
        let time = ContinuousClock().measure(body).components
        return Double(time.seconds) + Double(time.attoseconds) / 1e18
    }
}

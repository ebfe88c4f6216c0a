internal import Foundation

/// The two directions of each TCP connection in a capture, put together by tshark, which knows all capture formats.
public enum PacketCapture {
    /// One direction.
    public struct Stream: Sendable {
        /// `stream 3, port 1234 to 80`
        public let name: String
        public fileprivate(set) var bytes: [UInt8]
    }

    /// The most payload of all streams together (chosen: the largest corpus input).
    private static let bytesMax = Corpus.fileBytesMax
    private static let seconds = 300.0

    /// All streams with payload, in the order of their first segments.
    ///
    /// - Throws: `ImportProblem` where there is no tshark, where it cannot read the file, or where a stream has a gap.
    public static func streams(_ file: String) throws(ImportProblem) -> [Stream] {
        guard FileManager.default.fileExists(atPath: file) else {
            throw ImportProblem(file, "", "no such file")
        }
        guard let program = find("tshark") else {
            throw ImportProblem(
                file, "", "captures are read through tshark, which is not on PATH; install tshark")
        }
        let fields = ["tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.payload"]
        let run: IsolatedRun
        do {
            run = try IsolatedRun.run(
                program,
                ["-r", file, "-Y", "tcp.len > 0", "-T", "fields", "-E", "separator=/t"]
                    + fields.flatMap { ["-e", $0] }, seconds: seconds)
        } catch {
            throw ImportProblem(file, "", "tshark: \(error.localizedDescription)")
        }
        guard run.ending == .exited(0) else {
            let lines = String(decoding: run.complaint, as: UTF8.self)
                .split(separator: "\n").filter { !$0.hasPrefix("Running as user") }
            throw ImportProblem(file, "", "tshark: \(lines.last ?? "ended with \(run.ending)")")
        }
        return try assemble(file, String(decoding: run.output, as: UTF8.self))
    }

    /// Each stream as an input; one whose first bytes are a status line's is a server's.
    static func inputs(_ file: String) throws(ImportProblem) -> [ImportedInput] {
        let streams = try streams(file)
        guard !streams.isEmpty else { throw ImportProblem(file, "", "no TCP payload") }
        return streams.map { stream in
            let isResponse = stream.bytes.starts(with: "HTTP/".utf8)
            return ImportedInput(
                name: stream.name, protocolName: "http1.stream", bytes: stream.bytes,
                context: isResponse ? ["role": "response"] : [:],
                note: "One direction of a TCP connection, put together from its segments.")
        }
    }

    /// Puts segments together: `stream, from, to, sequence number, payload` with tabs between.
    static func assemble(_ file: String, _ text: String) throws(ImportProblem) -> [Stream] {
        struct Key: Hashable {
            let stream, source: Substring
        }
        var streams: [Stream] = []
        var indexOf: [Key: Int] = [:]
        var next: [Int] = []
        var total = 0
        for (number, line) in text.split(separator: "\n").enumerated() {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            let place = "segment \(number + 1)"
            guard columns.count == 5, let sequence = Int(columns[3]),
                let payload = HPACKStory.hexadecimal(columns[4].filter { $0 != ":" })
            else { throw ImportProblem(file, place, "tshark's line is not what was asked for") }
            let key = Key(stream: columns[0], source: columns[1])
            let index = indexOf[key] ?? streams.count
            if index == streams.count {
                indexOf[key] = index
                let name = "stream \(columns[0]), port \(columns[1]) to \(columns[2])"
                streams.append(Stream(name: name, bytes: []))
                next.append(sequence)
            }
            // A segment that was sent again, as a whole or in part, counts once.
            let seen = next[index] - sequence
            guard seen >= 0 else {
                throw ImportProblem(
                    file, place, "\(-seen) bytes before it are missing in the capture")
            }
            let new = payload.dropFirst(seen)
            streams[index].bytes += new
            next[index] += new.count
            total += new.count
            guard total <= bytesMax else {
                throw ImportProblem(file, place, "more than \(bytesMax >> 20) MiB of payload")
            }
        }
        return streams
    }

    private static func find(_ program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

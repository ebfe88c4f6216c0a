internal import Glibc
internal import Synchronization

/// Where lines go: a file that is appended to, or standard output. All loops share it.
public final class LogSink: Sendable {
    /// A pipe takes so many bytes whole or not at all (POSIX write, PIPE_BUF; 4096 on Linux): no line is longer.
    static let lineBytesMax = 4_096

    /// The file; nil for standard output, which cannot be opened again.
    let path: String?
    private let descriptor: Mutex<Int32>

    /// Opens `path` for appending, or takes standard output for `-`.
    public init(path: String) throws(LogProblem) {
        guard path != "-" else {
            self.path = nil
            descriptor = Mutex(1)
            return
        }
        self.path = path
        descriptor = Mutex(try Self.open(path))
    }

    /// Takes over an open descriptor, which `reopen` leaves alone.
    init(descriptor: Int32) {
        path = nil
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        let last = descriptor.withLock { $0 }
        if last > 2 { close(last) }
    }

    /// Opens the path again, for whoever has moved the file away (SIGHUP). Where that fails, the old file stays.
    public func reopen() throws(LogProblem) {
        guard let path else { return }
        let new = try Self.open(path)
        let old = descriptor.withLock { descriptor in
            let old = descriptor
            descriptor = new
            return old
        }
        close(old)
    }

    /// What became of lines.
    enum Outcome: Hashable, Sendable {
        /// So many bytes were taken, whole lines.
        case wrote(Int)
        /// The sink takes nothing now.
        case stalled
        /// The sink takes nothing any more: no space, no reader.
        case failed
    }

    /// Writes whole lines, as many as the sink takes without making anyone wait.
    ///
    /// `poll` asks first, which is true of pipes and terminals: where it says yes, a pipe has room for PIPE_BUF bytes, and
    /// only this process's other loops could take it, whom the lock keeps out. A file on a disk is always ready; the kernel
    /// takes the bytes into its cache, and a disk that hangs for minutes is beyond what a process can avoid.
    func write(_ lines: Span<UInt8>) -> Outcome {
        descriptor.withLock { descriptor in
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            var start = 0
            while start < lines.count {
                // SAFETY: poll reads and writes one pollfd, and does not wait.
                guard unsafe poll(&ready, 1, 0) > 0 else {
                    return start > 0 ? .wrote(start) : .stalled
                }
                let end = Self.end(of: lines, from: start)
                let count = Self.write(descriptor, lines, start..<end)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN { return start > 0 ? .wrote(start) : .stalled }
                guard count > 0 else { return .failed }
                start += count
            }
            return .wrote(start)
        }
    }

    /// The end of the last whole line within `lineBytesMax` bytes of `start`.
    private static func end(of lines: Span<UInt8>, from start: Int) -> Int {
        let limit = min(lines.count, start + lineBytesMax)
        guard limit < lines.count else { return limit }
        var end = limit
        while end > start, lines[end - 1] != 0x0A { end -= 1 }
        return end > start ? end : limit
    }

    private static func write(_ descriptor: Int32, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int
    {
        // SAFETY: 0 ≤ range.lowerBound ≤ range.upperBound ≤ bytes.count, as `write` above makes it.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe Glibc.write(
                descriptor, buffer.baseAddress.map { unsafe $0 + range.lowerBound }, range.count)
        }
    }

    private static func open(_ path: String) throws(LogProblem) -> Int32 {
        // O_NONBLOCK: a FIFO without a reader must not stop the server's start; for files it says nothing.
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        // SAFETY: Swift passes a copy that ends in NUL.
        let descriptor = unsafe path.withCString { unsafe Glibc.open($0, flags, 0o640) }
        guard descriptor >= 0 else { throw LogProblem(path: path, error: errno) }
        return descriptor
    }
}

/// A log that cannot be opened.
public struct LogProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The system's error number.
    public let error: Int32

    public var description: String {
        // SAFETY: strerror gives a text that ends in NUL, copied at once.
        let words = unsafe String(cString: strerror(error))
        return "\(path): cannot be opened for appending: \(words)"
    }
}

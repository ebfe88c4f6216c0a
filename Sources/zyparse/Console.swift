internal import Foundation

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#else
    private import Darwin
#endif

/// Results go to standard output, everything else to standard error.
enum Console {
    /// Whether standard output, or standard error, is a terminal.
    static var isOutputTerminal: Bool { isatty(1) == 1 }
    static var isErrorTerminal: Bool { isatty(2) == 1 }

    /// Colour only on a terminal, and never with NO_COLOR (https://no-color.org).
    static var wantsColour: Bool {
        let setting = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
        return isOutputTerminal && setting.isEmpty
    }

    /// A closed pipe is told as an error of `write`, not by a silent death; Ctrl-C ends with 130 and a word.
    static func prepareSignals() {
        // SAFETY: both handlers are async-signal-safe: one ignores, the other calls only write and _exit.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT) { _ in
            let words: StaticString = "\nzyparse: interrupted\n"
            _ = unsafe Foundation.write(2, words.utf8Start, words.utf8CodeUnitCount)
            _exit(130)
        }
        // A program that was started by a thread with blocked signals inherits the block.
        var interrupt = sigset_t()
        // SAFETY: the set is initialised by sigemptyset, and only read by sigprocmask.
        unsafe sigemptyset(&interrupt)
        unsafe sigaddset(&interrupt, SIGINT)
        unsafe sigprocmask(SIG_UNBLOCK, &interrupt, nil)
    }

    /// Writes to standard output. A reader that went away ends the program with 2.
    static func write(_ text: String) {
        guard writeAll(1, text) else {
            complain("standard output was closed before everything was written")
            exit(2)
        }
    }

    /// Writes one line to standard error.
    static func complain(_ text: String) {
        _ = writeAll(2, text.hasPrefix("zyparse:") ? text + "\n" : "zyparse: \(text)\n")
    }

    /// Shows progress in place, on a terminal only.
    static func progress(_ text: String) {
        guard isErrorTerminal else { return }
        _ = writeAll(2, "\r\u{1B}[K\(text)")
    }

    static func exit(_ code: Int32) -> Never { Foundation.exit(code) }

    /// Writes `text` to `path` as a whole or not at all, or to standard output where there is no path.
    static func deliver(_ text: String, to path: String?) throws {
        guard let path else { return write(text) }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure.usage("\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    private static func writeAll(_ file: Int32, _ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            // SAFETY: `bytes` has bytes.count − start bytes from `start` on.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Foundation.write(
                    file, buffer.baseAddress.unsafelyUnwrapped + start, bytes.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }
}

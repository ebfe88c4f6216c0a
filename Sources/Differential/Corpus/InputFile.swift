#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#else
    private import Darwin
#endif

/// Why a file was not read.
public struct InputFileProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system's reason, or the limit that was met.
    public let description: String
}

/// Reads files with a bound: a device, a pipe or a huge file costs no more memory than the bound.
public enum InputFile {
    /// The file's bytes.
    ///
    /// - Throws: `InputFileProblem` where the file cannot be read or has more than `bytesMax` bytes.
    public static func read(
        _ path: String, bytesMax: Int
    ) throws(InputFileProblem) -> [UInt8] {
        // SAFETY: the path is passed as a NUL-terminated string for the time of the call.
        let file = unsafe path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw InputFileProblem(description: systemReason()) }
        defer { if file != 0 { close(file) } }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // SAFETY: the buffer has piece.count bytes, and `read` writes at most that many.
            let count = unsafe piece.withUnsafeMutableBytes { buffer in
                unsafe systemRead(file, buffer.baseAddress, buffer.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw InputFileProblem(description: systemReason()) }
            if count == 0 { return bytes }
            guard bytes.count + count <= bytesMax else {
                throw InputFileProblem(
                    description: "more than \(bytesMax >> 20) MiB; cut it to the part of interest")
            }
            bytes += piece[..<count]
        }
    }

    @unsafe
    private static func systemRead(
        _ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int
    )
        -> Int
    {
        #if canImport(Glibc)
            return unsafe Glibc.read(file, buffer, count)
        #elseif canImport(Musl)
            return unsafe Musl.read(file, buffer, count)
        #else
            return unsafe Darwin.read(file, buffer, count)
        #endif
    }

    private static func systemReason() -> String {
        // SAFETY: `strerror` returns a NUL-terminated string that is copied at once.
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text)
    }
}

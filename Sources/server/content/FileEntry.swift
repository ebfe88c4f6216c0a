internal import Glibc

/// An open file with all that its responses say about it, made once, and its content where that is small.
final class FileEntry: Sendable {
    let file: OpenFile
    /// Where it is, relative to the root, with a NUL at the end.
    let name: [CChar]
    /// What it was when it was opened.
    let status: FileStatus
    let validators: Validators
    let contentType: String
    /// The field lines of a 200: Content-Type, and those of `partLines`.
    let wholeLines: [UInt8]
    /// The field lines of a multipart 206, whose parts say their type: those of a 304, Accept-Ranges, nosniff.
    let partLines: [UInt8]
    /// The field lines of a 304: what a cache may need to know (RFC 9110 §15.4.5).
    let validatorLines: [UInt8]

    /// The content of a small file that had settled. One that was changed a moment ago is read for each response, and a
    /// large one sent by the kernel.
    let content: [UInt8]?

    var count: Int { status.size }

    /// - Parameters:
    ///   - now: The time of day in seconds.
    ///   - keptBytesMax: The most bytes of content that are kept.
    init(
        _ file: OpenFile, name: [CChar], _ status: FileStatus, now: HTTPDate,
        keptBytesMax: Int = 0
    ) {
        self.file = file
        self.name = name
        self.status = status
        let validators = Validators(status, now: now)
        self.validators = validators
        let isKept = !validators.tag.isWeak && status.size <= keptBytesMax
        content = isKept ? Self.read(file, 0..<status.size) : nil
        let bytes = name.dropLast().map { UInt8(bitPattern: $0) }
        let last = bytes.split(separator: UInt8(ascii: "/")).last ?? []
        let type = MediaType.contentType(ofFileNamed: String(decoding: last, as: UTF8.self))
        contentType = type
        var lines: [UInt8] = []
        lines.append("Last-Modified: ")
        validators.modified.append(to: &lines)
        lines.append("\r\nETag: ")
        lines.append(contentsOf: validators.tag.bytes)
        lines.append("\r\n")
        validatorLines = lines
        lines.append("Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n")
        partLines = lines
        wholeLines = Array("Content-Type: \(type)\r\n".utf8) + lines
    }

    /// These bytes of a file; nil where it ends before.
    static func read(_ file: OpenFile, _ range: Range<Int>) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, done in
            while done < range.count, let start = buffer.baseAddress {
                // SAFETY: done < range.count, for which there is room.
                let count = unsafe pread(
                    file.descriptor, start + done, range.count - done, range.lowerBound + done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                done += count
            }
        }
        return bytes.count == range.count ? bytes : nil
    }
}

extension Validators {
    /// A file that was changed less than so many seconds before it was looked at has a weak tag. Chosen: a kernel's
    /// timestamps step by up to 10 ms and FAT's by 2 s, so two changes of the same length may have the same time; once the
    /// file was left alone for longer than a step, a later change has a later time.
    static let settledSecondsMin = 2

    /// The tag is made from inode, size and time of modification in nanoseconds, all that tells one state of a file from the
    /// next without reading it. It is strong (RFC 9110 §8.8.1) where the file had settled: no later change can have the
    /// same three. An exception is a program that sets the time back after it wrote; whoever does so wants no one to see it.
    init(_ status: FileStatus, now: HTTPDate) {
        let age = now.seconds.subtractingReportingOverflow(status.modifiedSeconds)
        let isSettled = !age.overflow && age.partialValue > Self.settledSecondsMin
        let text =
            "\"" + String(status.inode, radix: 16) + "-" + String(status.size, radix: 16) + "-"
            + String(status.modifiedSeconds, radix: 16) + "."
            + String(status.modifiedNanoseconds, radix: 16) + "\""
        tag = EntityTag(isWeak: !isSettled, opaque: Array(text.utf8))
        // Never later than Date (RFC 9110 §8.8.2.1).
        modified = min(HTTPDate(seconds: status.modifiedSeconds), now)
    }
}

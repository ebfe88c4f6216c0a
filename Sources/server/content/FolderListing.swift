internal import Glibc

/// A folder's files as a page.
struct FolderListing {
    private struct Line {
        let name: [UInt8]
        let isFolder: Bool
    }

    private var lines: [Line] = []
    /// Whether there were more names than the list may have.
    private(set) var isCut = false

    /// Reads up to `entriesMax` names, those that the file system says first; none that begins with a dot, and none that no
    /// request could ask for. Nil where the folder cannot be read.
    init?(_ folder: OpenFile, entriesMax: Int) {
        let descriptor = fcntl(folder.descriptor, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        guard let stream = unsafe fdopendir(descriptor) else {
            close(descriptor)
            return nil
        }
        // SAFETY: opened just now, closed once; it closes the descriptor.
        defer { unsafe _ = closedir(stream) }
        while let entry = unsafe readdir(stream) {
            guard let line = unsafe Self.line(entry) else { continue }
            guard lines.count < entriesMax else {
                isCut = true
                break
            }
            lines.append(line)
        }
        lines.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private static func line(_ entry: UnsafeMutablePointer<dirent>) -> Line? {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        // SAFETY: a record's name ends in NUL, within the record.
        let start = unsafe UnsafeRawPointer(entry).advanced(by: offset)
            .assumingMemoryBound(to: UInt8.self)
        let name = unsafe Array(UnsafeBufferPointer(start: start, count: strlen(start)))
        guard name.first != UInt8(ascii: "."), (try? UTF8Span(validating: name.span)) != nil,
            name.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return unsafe Line(name: name, isFolder: entry.pointee.d_type == UInt8(DT_DIR))
    }

    /// The page, for a folder's decoded path. Names are escaped twice over, as URL and as HTML; `./` keeps one such as
    /// `javascript:x` from being a scheme.
    func html(path: [UInt8]) -> [UInt8] {
        var page = Array("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>".utf8)
        Self.appendEscaped(path, to: &page)
        page.append("</title>\n<h1>")
        Self.appendEscaped(path, to: &page)
        page.append("</h1>\n<ul>\n")
        if path.count > 1 { page.append("<li><a href=\"../\">../</a>\n") }
        for line in lines {
            var url: [UInt8] = []
            PercentCoding.appendPath(line.name, to: &url)
            page.append("<li><a href=\"./")
            Self.appendEscaped(url, to: &page)
            if line.isFolder { page.append("/") }
            page.append("\">")
            Self.appendEscaped(line.name, to: &page)
            if line.isFolder { page.append("/") }
            page.append("</a>\n")
        }
        page.append("</ul>\n")
        if isCut { page.append("<p>There are more files than this list may have.\n") }
        return page
    }

    private static func appendEscaped(_ text: [UInt8], to page: inout [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "&"): page.append("&amp;")
            case UInt8(ascii: "<"): page.append("&lt;")
            case UInt8(ascii: ">"): page.append("&gt;")
            case UInt8(ascii: "\""): page.append("&quot;")
            case UInt8(ascii: "'"): page.append("&#39;")
            default: page.append(byte)
            }
        }
    }
}

extension StaticFiles {
    /// Answers with a folder's list. No script or style runs in it, whatever a file is called.
    func list(_ folder: OpenFile, _ path: [UInt8], _ response: inout Response) {
        guard let listing = FolderListing(folder, entriesMax: options.listingEntriesMax) else {
            return refuse(.internalServerError, &response)
        }
        response.status = .ok
        response.fields.addLine("Content-Type: text/html; charset=utf-8\r\n")
        response.fields.addLine("Content-Security-Policy: default-src 'none'\r\n")
        response.fields.addLine("X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n")
        response.body = .bytes(listing.html(path: path))
    }
}

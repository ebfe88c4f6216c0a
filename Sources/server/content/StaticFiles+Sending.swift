internal import Glibc

/// Answers about a file that was found, and about what was not.
extension StaticFiles {
    /// Answers with what a path led to, for the first time or after a look.
    func answer(_ finding: Finding, _ request: Request, _ response: inout Response) {
        switch finding {
        case .file(let entry):
            if !send(entry, request, &response) {
                refuse(.internalServerError, &response)
            }
        case .folderWithoutSlash: redirect(request, &response)
        case .listing(let folder): list(folder, request.storage.path, &response)
        case .problem(.notFound): refuse(.notFound, &response)
        case .problem(.forbidden): refuse(.forbidden, &response)
        case .problem(.broken): refuse(.internalServerError, &response)
        case .problem(.exhausted):
            refuse(.serviceUnavailable, &response)
            response.fields.addLine("Retry-After: 1\r\n")
        }
    }

    /// An answer without a file.
    func refuse(_ status: Status, _ response: inout Response) {
        response.status = status
        response.set(text: "\(status)\n")
        response.fields.addLine("X-Content-Type-Options: nosniff\r\n")
    }

    /// Answers with a file, as the request's conditions and Range have it; false where the file is shorter than it was.
    func send(
        _ entry: FileEntry, _ request: Request, _ response: inout Response
    ) -> Bool {
        let fields = ConditionalFields(request.storage)
        guard !fields.isEmpty else { return sendWhole(entry, request, &response) }
        let preconditions = Preconditions(
            storage: request.storage, fields: fields, validators: entry.validators,
            now: timeOfDay())
        switch preconditions.evaluated() {
        case .failed:
            refuse(.preconditionFailed, &response)
            return true
        case .notModified:
            response.status = .notModified
            response.fields.addLines(entry.validatorLines)
            return true
        case .proceed(let rangeAllowed):
            // Range has no meaning for HEAD (RFC 9110 §14.2).
            guard rangeAllowed, request.method == .get, let range = fields.range.single else {
                return sendWhole(entry, request, &response)
            }
            let head = request.storage.head
            let selection = ByteRanges.select(
                head.span.extracting(range), of: entry.count, rangesMax: options.rangesMax)
            return send(selection, of: entry, request, &response)
        }
    }

    private func send(
        _ selection: RangeSelection, of entry: FileEntry, _ request: Request,
        _ response: inout Response
    ) -> Bool {
        switch selection {
        case .whole:
            return sendWhole(entry, request, &response)
        case .unsatisfiable:
            refuse(.rangeNotSatisfiable, &response)
            response.fields.addLines(Array("Content-Range: bytes */\(entry.count)\r\n".utf8))
        case .parts(let parts) where parts.count == 1:
            guard setBody(entry, parts[0], request, &response) else { return false }
            response.status = .partialContent
            response.fields.addLines(entry.wholeLines)
            response.fields.addLines(MultipartRanges.contentRange(parts[0], of: entry.count))
        case .parts(let parts):
            var generator = SystemRandomNumberGenerator()
            let multipart = MultipartRanges(boundaryFrom: &generator)
            response.status = .partialContent
            response.fields.addLines(multipart.contentTypeLine)
            response.fields.addLines(entry.partLines)
            response.body = multipart.body(parts, of: entry)
        }
        return true
    }

    private func sendWhole(
        _ entry: FileEntry, _ request: Request, _ response: inout Response
    ) -> Bool {
        guard setBody(entry, 0..<entry.count, request, &response) else { return false }
        response.status = .ok
        response.fields.addLines(entry.wholeLines)
        return true
    }

    /// Makes a part of the file the response's content: bytes where it is small, else left to the kernel.
    private func setBody(
        _ entry: FileEntry, _ range: Range<Int>, _ request: Request, _ response: inout Response
    ) -> Bool {
        guard request.method == .get, range.count <= options.inlineFileBytesMax else {
            let slice = FileSlice(entry.file, offset: range.lowerBound, count: range.count)
            response.body = .file(slice)
            return true
        }
        if let content = entry.content {
            response.body = .bytes(
                range.count == content.count ? content : Array(content[range]))
            return true
        }
        guard let content = FileEntry.read(entry.file, range) else { return false }
        response.body = range.isEmpty ? .none : .bytes(content)
        return true
    }

    /// 308 to the same path with a slash, so that a page's relative links lead where they should. 308 keeps the method.
    ///
    /// The path is written anew from its decoded bytes: nothing of the request's own spelling reaches the line. It begins
    /// with one slash, as a path with an empty segment leads to no folder.
    private func redirect(_ request: Request, _ response: inout Response) {
        var line = Array("Location: ".utf8)
        PercentCoding.appendPath(request.storage.path, to: &line)
        line.append(UInt8(ascii: "/"))
        if let range = request.storage.queryRange {
            let query = request.storage.head[range]
            // A parser lets only visible ASCII through; a line of ours does not rest on that.
            if query.allSatisfy({ (0x21...0x7E).contains($0) }) {
                line.append(UInt8(ascii: "?"))
                line.append(contentsOf: query)
            }
        }
        line.append("\r\n")
        refuse(.permanentRedirect, &response)
        response.fields.addLines(line)
    }
}

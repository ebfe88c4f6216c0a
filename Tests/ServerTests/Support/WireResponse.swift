/// A response as a client takes it off the wire: a reader of its own that shares nothing with the server.
struct WireResponse: Hashable {
    var status: Int
    /// Names in lower case.
    var fields: [String: String]
    var content: [UInt8]

    /// What bytes that a server sent turned out to be.
    struct Reading {
        /// Final responses, in order.
        var responses: [WireResponse] = []
        /// How many interim responses came between them.
        var interimCount = 0
        /// The bytes behind the last whole response, or behind the one that ends with the connection.
        var rest = 0
        /// What no client would take, or nil.
        var problem: String?
    }

    /// Reads responses one behind the other.
    ///
    /// - Parameters:
    ///   - methods: of the requests that they answer, in order; others are GET.
    ///   - isEnd: whether the connection has ended: what then ends with it is whole.
    static func read(_ bytes: [UInt8], methods: [String] = [], isEnd: Bool) -> Reading {
        var reading = Reading()
        var at = 0
        while at < bytes.count, reading.problem == nil {
            let index = reading.responses.count
            let method = index < methods.count ? methods[index] : "GET"
            guard let (response, end) = one(bytes, at, method, isEnd, &reading.problem) else {
                break
            }
            at = end
            if (100..<200).contains(response.status) {
                reading.interimCount += 1
            } else {
                reading.responses.append(response)
            }
        }
        reading.rest = bytes.count - at
        return reading
    }

    /// The response that begins at `start` and where it ends; nil where it is not whole, or is none.
    private static func one(
        _ bytes: [UInt8], _ start: Int, _ method: String, _ isEnd: Bool, _ problem: inout String?
    ) -> (WireResponse, Int)? {
        guard let headEnd = find(Array("\r\n\r\n".utf8), bytes, start) else { return nil }
        let lines = String(decoding: bytes[start..<headEnd], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1", words[1].utf8.count == 3,
            let status = Int(words[1])
        else {
            problem = "no status line: \(lines[0].prefix(40))"
            return nil
        }
        var response = WireResponse(status: status, fields: [:], content: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else {
                problem = "no field line: \(line.prefix(40))"
                return nil
            }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            guard response.fields.updateValue(String(value), forKey: name) == nil else {
                problem = "\(name) stands twice"
                return nil
            }
        }
        let end = response.takeContent(bytes, headEnd + 4, method, isEnd, &problem)
        return end.map { (response, $0) }
    }

    /// Takes the content; gives where it ends, or nil where it is not whole.
    private mutating func takeContent(
        _ bytes: [UInt8], _ start: Int, _ method: String, _ isEnd: Bool, _ problem: inout String?
    ) -> Int? {
        let length = fields["content-length"]
        let coding = fields["transfer-encoding"]
        if length != nil, coding != nil { problem = "two framings" }
        if method == "HEAD" || status < 200 || status == 204 || status == 304 { return start }
        if coding != nil { return takeChunks(bytes, start, &problem) }
        guard let length else {
            guard isEnd else { return nil }
            content = Array(bytes[start...])
            return bytes.count
        }
        guard let count = Int(length), count >= 0 else {
            problem = "Content-Length: \(length)"
            return nil
        }
        guard bytes.count - start >= count else { return nil }
        content = Array(bytes[start..<start + count])
        return start + count
    }

    private mutating func takeChunks(
        _ bytes: [UInt8], _ start: Int, _ problem: inout String?
    ) -> Int? {
        var at = start
        while let lineEnd = Self.find([0x0D, 0x0A], bytes, at) {
            let digits = String(decoding: bytes[at..<lineEnd], as: UTF8.self)
            guard let count = Int(digits, radix: 16), count >= 0 else {
                problem = "chunk size \(digits.prefix(20))"
                return nil
            }
            let end = lineEnd + 2 + count
            guard end + 2 <= bytes.count else { return nil }
            guard bytes[end] == 0x0D, bytes[end + 1] == 0x0A else {
                problem = "no line end behind a chunk"
                return nil
            }
            if count == 0 { return end + 2 }
            content += bytes[lineEnd + 2..<end]
            at = end + 2
        }
        return nil
    }

    private static func find(_ needle: [UInt8], _ bytes: [UInt8], _ start: Int) -> Int? {
        var at = start
        while at + needle.count <= bytes.count {
            if bytes[at] == needle[0], bytes[at..<at + needle.count].elementsEqual(needle) {
                return at
            }
            at += 1
        }
        return nil
    }
}

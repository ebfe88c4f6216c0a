internal import Foundation

/// A browser's log of what it fetched (HAR 1.2). It holds parsed requests, so that each is written anew: what a browser sent
/// over HTTP/2 becomes HTTP/1.1, and no malformed byte survives. Responses are not taken: their bodies are decoded there, so
/// that their framing is gone.
enum HTTPArchive {
    private struct Archive: Decodable {
        let log: Log
    }

    private struct Log: Decodable {
        let entries: [Entry]
    }

    private struct Entry: Decodable {
        let request: Request
    }

    private struct Request: Decodable {
        let method: String
        let url: String
        let headers: [Field]
        let postData: Body?
    }

    private struct Field: Decodable {
        let name, value: String
    }

    private struct Body: Decodable {
        let text: String?
    }

    /// Fields that are written from the body, or mean nothing in HTTP/1.1.
    private static let left: Set = ["content-length", "transfer-encoding", "host", "connection"]

    static func inputs(
        _ file: String, name: String, _ bytes: [UInt8]
    ) throws(ImportProblem) -> [ImportedInput] {
        let archive = try ImportedJSON.decode(Archive.self, file, bytes)
        guard !archive.log.entries.isEmpty else {
            throw ImportProblem(file, "log.entries", "there are none")
        }
        var inputs: [ImportedInput] = []
        for (index, entry) in archive.log.entries.enumerated() {
            guard let written = request(entry.request) else {
                throw ImportProblem(
                    file, "log.entries.\(index).request.url", "'\(entry.request.url)' has no host")
            }
            inputs.append(
                ImportedInput(
                    name: "\(name) \(index)", protocolName: "http1.stream", bytes: written,
                    note: "Written anew from a log of parsed requests, as HTTP/1.1."))
        }
        return inputs
    }

    private static func request(_ request: Request) -> [UInt8]? {
        guard let scheme = request.url.firstRange(of: "://") else { return nil }
        let rest = request.url[scheme.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty else { return nil }
        let path = rest.dropFirst(authority.count)
        let target = path.hasPrefix("/") ? String(path) : "/" + path
        let body = Array((request.postData?.text ?? "").utf8)
        var head = "\(request.method) \(target) HTTP/1.1\r\nHost: \(authority)\r\n"
        for field in request.headers where !field.name.hasPrefix(":") {
            if left.contains(field.name.lowercased()) { continue }
            head += "\(field.name): \(field.value)\r\n"
        }
        if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}

import HTTP1
import Wire

@testable import Server

/// Requests as a connection makes them, without a connection.
enum TestRequest {
    static func make(
        _ method: Server.Method, _ target: String, _ fields: [(String, String)] = []
    ) -> Request {
        make(method, target: Array(target.utf8), fields)
    }

    static func make(
        _ method: Server.Method, target: [UInt8], _ fields: [(String, String)] = []
    ) -> Request {
        let storage = RequestStorage()
        storage.method = method
        storage.head = Array("\(method.text) ".utf8)
        let start = storage.head.count
        storage.head += target
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        storage.rawPathRange = start..<start + path.count
        if path.count < target.count {
            storage.queryRange = start + path.count + 1..<start + target.count
        }
        storage.head += Array(" HTTP/1.1\r\n".utf8)
        for (name, value) in fields {
            append(.fieldName, Array(name.utf8), to: storage)
            storage.head += Array(": ".utf8)
            append(.fieldValue, Array(value.utf8), to: storage)
            storage.head += Array("\r\n".utf8)
        }
        storage.head += Array("\r\n".utf8)
        storage.tape.commit()
        // A path that cannot be read comes to no handler; here it stays empty.
        if let features = try? RequestPath.read(Array(path).span, into: &storage.path) {
            storage.pathFeatures = features
        }
        // RFC 9110 §4.2.3: an empty path is the same as a slash.
        if path.isEmpty { storage.path = [UInt8(ascii: "/")] }
        return Request(storage)
    }

    private static func append(
        _ kind: HTTP1Token.Kind, _ bytes: [UInt8], to storage: RequestStorage
    ) {
        storage.tape.append(
            Token(kind: kind.rawValue, offset: storage.head.count, length: bytes.count))
        storage.head += bytes
    }
}

extension Response {
    /// The value of the first line of a field.
    func field(_ name: String) -> String? {
        for line in String(decoding: fields.bytes, as: UTF8.self).split(separator: "\r\n") {
            let sides = line.split(separator: ":", maxSplits: 1)
            if sides.count == 2, sides[0].lowercased() == name.lowercased() {
                return String(sides[1].drop { $0 == " " })
            }
        }
        return nil
    }
}

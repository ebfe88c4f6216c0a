internal import HTTP1
internal import Wire

extension Request {
    /// Reads a head as a connection does; nil where the parser does not take it whole. For this package's programs that
    /// measure what is made of requests without a connection.
    package init?(reading head: [UInt8]) {
        let storage = RequestStorage()
        storage.head = head
        guard let variant = try? HTTP1.request.variant(named: HTTP1.request.winner),
            var parser = variant.makeParser(HTTP1.request.strictConfiguration()),
            case .complete = parser.parse(head.span, into: &storage.tape)
        else { return nil }
        for index in 0..<storage.tape.count {
            let token = storage.tape[index]
            switch token.http1Kind {
            case .method:
                storage.methodRange = storage.range(token)
                storage.method = Method(head.span.extracting(storage.methodRange))
            case .version: storage.version = token.detail
            default: break
            }
        }
        self.init(storage)
    }
}

internal import HTTP1
internal import Wire

/// Looks at a head that the parser accepted for what costs more than it looks: many pairs, lists and codings.
enum HeadGuard {
    /// Why a head is refused, or nil.
    static func refusal(_ storage: RequestStorage, _ limits: ServerLimits) -> ServerReason? {
        // CONNECT asks for a tunnel (RFC 9110 §9.3.6); nothing here makes one.
        if storage.method == .connect { return .methodRefused }
        if let query = storage.queryRange,
            storage.head[query].count(where: { $0 == UInt8(ascii: "&") }) >= limits.queryPairsMax
        {
            return .queryTooMany
        }
        if let cookie = storage.fieldValue(FieldName.cookie),
            storage.head[cookie].count(where: { $0 == UInt8(ascii: ";") }) >= limits.cookiePairsMax
        {
            return .cookiesTooMany
        }
        // A coding that no one here decodes is refused and not passed on unread (RFC 9110 §8.4, §15.5.16).
        if let coding = storage.fieldValue(FieldName.contentEncoding),
            storage.text(coding).lowercased() != "identity"
        {
            return .contentCodingRefused
        }
        return nil
    }
}

extension RequestStorage {
    /// Takes a head's bytes and the target apart; false where the target's path cannot be decoded.
    func fill(_ bytes: Span<UInt8>, _ client: ClientAddress) -> Bool {
        // SAFETY: the buffer pointer is used inside the call only.
        unsafe bytes.withUnsafeBufferPointer { unsafe head.append(contentsOf: $0) }
        self.client = client
        var target = 0..<0
        var form = TargetForm.origin
        for index in 0..<tape.count {
            let token = tape[index]
            switch token.http1Kind {
            case .method:
                methodRange = range(token)
                method = Method(bytes.extracting(methodRange))
            case .target:
                target = range(token)
                form = TargetForm(rawValue: token.detail) ?? .unvalidated
            case .version:
                version = token.detail
            case .framing:
                guard let framing = Framing(token: token) else { return false }
                self.framing = framing
            default: break
            }
        }
        return fillTarget(target, form)
    }

    private func fillTarget(_ target: Range<Int>, _ form: TargetForm) -> Bool {
        let start: Int
        switch form {
        case .origin: start = target.lowerBound
        case .absolute:
            guard let path = Self.pathStart(head, target) else {
                // An absolute form without a path asks for the root (RFC 9112 §3.2.1).
                return fillEmptyPath(target)
            }
            start = path
        case .authority, .asterisk, .unvalidated:
            path.append(contentsOf: head[target])
            rawPathRange = target
            return true
        }
        let mark = head[start..<target.upperBound].firstIndex(of: UInt8(ascii: "?"))
        rawPathRange = start..<(mark ?? target.upperBound)
        queryRange = mark.map { $0 + 1..<target.upperBound }
        return decodePath()
    }

    private func fillEmptyPath(_ target: Range<Int>) -> Bool {
        path.append(UInt8(ascii: "/"))
        rawPathRange = target.upperBound..<target.upperBound
        let mark = head[target].firstIndex(of: UInt8(ascii: "?"))
        queryRange = mark.map { $0 + 1..<target.upperBound }
        return true
    }

    /// Where the path of `scheme://authority/path` begins, before any query.
    private static func pathStart(_ head: [UInt8], _ target: Range<Int>) -> Int? {
        guard let colon = head[target].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let authority = min(colon + 3, target.upperBound)
        let end = head[authority..<target.upperBound].firstIndex {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
        }
        guard let end, head[end] == UInt8(ascii: "/") else { return nil }
        return end
    }

    /// Decodes the path once; what no path may have is refused for all routes.
    private func decodePath() -> Bool {
        let head = head
        let range = rawPathRange
        do throws(PathProblem) {
            pathFeatures = try RequestPath.read(head.span.extracting(range), into: &path)
            return true
        } catch {
            return false
        }
    }
}

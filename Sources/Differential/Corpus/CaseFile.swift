internal import Wire

/// Reads case files: Markdown with one heading for each case. `Corpus/README.md` describes the format.
struct CaseFile {
    let file: String
    let folderProtocol: String?

    /// Reads all cases of a file's text, families expanded.
    func cases(_ text: String) throws(CorpusProblem) -> [CorpusCase] {
        var cases: [CorpusCase] = []
        var draft: Draft?
        var fence: Int?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, raw) in lines.enumerated() {
            let number = index + 1
            let line = raw.hasSuffix("\r") ? raw.dropLast() : raw
            if fence != nil {
                if line.hasPrefix("```") {
                    fence = nil
                } else {
                    draft?.block?.append("\(line)\n")
                }
            } else if line.hasPrefix("## ") {
                if let draft { cases += try finish(draft) }
                draft = Draft(heading: String(line.dropFirst(3)), line: number)
            } else if line.hasPrefix("```") {
                fence = number
                if let opened = draft {
                    guard opened.block == nil else {
                        throw problem(number, "case '\(opened.id)' has a second block of bytes")
                    }
                    draft?.block = ""
                    draft?.blockLine = number
                }
            } else if line.hasPrefix("- "), draft != nil {
                try entry(String(line.dropFirst(2)), number, &draft)
            } else if !line.isEmpty, !line.hasPrefix("#"), draft?.block == nil {
                draft?.add(prose: String(line))
            }
        }
        if let fence { throw problem(fence, "the block of bytes is not closed") }
        if let draft { cases += try finish(draft) }
        return cases
    }

    /// A case as far as it was read.
    private struct Draft {
        var id: String
        var title: String
        var line: Int
        var prose = ""
        var block: String?
        var blockLine = 0
        var entries: [(key: String, value: String, line: Int)] = []

        init(heading: String, line: Int) {
            let parts = heading.split(separator: " ", maxSplits: 1)
            id = parts.first.map(String.init) ?? ""
            title = parts.count > 1 ? String(parts[1]) : ""
            self.line = line
        }

        mutating func add(prose line: String) {
            prose += prose.isEmpty ? line : " " + line
        }

        func entry(_ key: String) -> (value: String, line: Int)? {
            entries.first { $0.key == key }.map { ($0.value, $0.line) }
        }
    }

    /// The entries that every protocol's cases have; `framing` is what `items` is called for HTTP/1.
    private static let keys = [
        "verdict", "clause", "source", "protocol", "policy", "limits", "items", "framing", "level",
        "for",
    ]

    /// The entries of the context, over all protocols; each case is held to its own protocol's.
    private static let contextKeys = Set(
        Registry.protocols.flatMap { $0.notation.contextEntries.map(\.name) })

    private func entry(
        _ text: String, _ line: Int, _ draft: inout Draft?
    ) throws(CorpusProblem) {
        var key = ""
        var value = ""
        if text.hasPrefix("for XX in ") {
            key = "for"
            value = String(text.dropFirst(10))
        } else if let colon = text.firstIndex(of: ":") {
            key = String(text[..<colon])
            value = String(text[text.index(after: colon)...].drop { $0 == " " })
        }
        guard Self.keys.contains(key) || Self.contextKeys.contains(key) else {
            let known = Self.keys + Self.contextKeys.sorted()
            throw problem(line, "unknown entry '\(key)'" + Nearest.hint(key, in: known))
        }
        guard draft?.entry(key) == nil else { throw problem(line, "'\(key)' stands twice") }
        draft?.entries.append((key, value, line))
    }

    private func problem(_ line: Int, _ message: String) -> CorpusProblem {
        CorpusProblem(file: file, line: line, message: message)
    }
}

// MARK: One case

extension CaseFile {
    private func finish(_ draft: Draft) throws(CorpusProblem) -> [CorpusCase] {
        guard !draft.id.isEmpty else { throw problem(draft.line, "a case needs an id") }
        guard let block = draft.block else {
            throw problem(draft.line, "case '\(draft.id)' has no block of bytes")
        }
        let name = draft.entry("protocol")?.value ?? folderProtocol
        guard let name else {
            throw problem(
                draft.line, "case '\(draft.id)' is in no protocol's folder; add '- protocol: …'")
        }
        guard let description = Registry.protocolNamed(name) else {
            throw problem(
                draft.entry("protocol")?.line ?? draft.line,
                "unknown protocol '\(name)'" + Nearest.hint(name, in: Registry.names))
        }
        var made = CorpusCase(
            id: draft.id, title: draft.title, file: file, line: draft.line, protocolName: name,
            bytes: [], policy: try policy(draft, description),
            limits: try limits(draft, description), context: nil,
            expectation: try expectation(draft, description), prose: draft.prose,
            clause: draft.entry("clause")?.value ?? "", source: draft.entry("source")?.value ?? "",
            contextEntries: contextEntries(draft))
        guard let family = draft.entry("for") else {
            made.bytes = try bytes(block, draft, familyByte: nil)
            made.context = try context(draft, description, input: made.bytes)
            return [made]
        }
        var members: [CorpusCase] = []
        for byte in try familyBytes(family.value, family.line) {
            var member = made
            let hex = String(byte, radix: 16)
            member.id += "/" + (hex.count == 1 ? "0" + hex : hex)
            member.bytes = try bytes(block, draft, familyByte: byte)
            member.context = try context(draft, description, input: member.bytes)
            members.append(member)
        }
        return members
    }

    private func bytes(
        _ block: String, _ draft: Draft, familyByte: UInt8?
    ) throws(CorpusProblem) -> [UInt8] {
        do throws(EscapedBytes.Problem) {
            return try EscapedBytes.bytes(block, familyByte: familyByte)
        } catch {
            throw problem(draft.blockLine, "case '\(draft.id)': \(error.description)")
        }
    }

    /// `00-08, 0b, 7f`
    private func familyBytes(_ text: String, _ line: Int) throws(CorpusProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in text.split(separator: ",") {
            let ends = part.filter { $0 != " " }.split(separator: "-").map { UInt8($0, radix: 16) }
            guard let first = ends.first, let low = first, let last = ends.last, let high = last,
                ends.count <= 2, low <= high
            else { throw problem(line, "'\(part)' is no byte or range of bytes in hexadecimal") }
            bytes += low...high
        }
        return bytes
    }

    private func policy(
        _ draft: Draft, _ description: ProtocolDescription
    ) throws(CorpusProblem) -> Policy {
        guard let entry = draft.entry("policy") else { return .strict }
        return try named(entry.line) { () throws(UnknownName) in
            try Registry.policy(named: entry.value, description)
        }
    }

    private func limits(
        _ draft: Draft, _ description: ProtocolDescription
    ) throws(CorpusProblem) -> [String: Int] {
        guard let entry = draft.entry("limits") else { return [:] }
        var limits: [String: Int] = [:]
        for part in entry.value.split(separator: ",") {
            let sides = part.filter { $0 != " " }.split(separator: "=").map(String.init)
            guard sides.count == 2, let value = Int(sides[1]) else {
                throw problem(entry.line, "'\(part)' is not written name=number")
            }
            limits[sides[0]] = value
        }
        _ = try named(entry.line) { () throws(UnknownName) in
            try Registry.limits(limits, description)
        }
        return limits
    }

    private func context(
        _ draft: Draft, _ description: ProtocolDescription, input: [UInt8]
    ) throws(CorpusProblem) -> any ParseContext {
        let first = draft.entries.first { Self.contextKeys.contains($0.key) }
        return try named(first?.line ?? draft.line) { () throws(UnknownName) in
            try Registry.context(contextEntries(draft), description, input: input)
        }
    }

    private func contextEntries(_ draft: Draft) -> [String: String] {
        let stated = draft.entries.filter { Self.contextKeys.contains($0.key) }
        return Dictionary(
            stated.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Runs `body`, and says of a name that nobody knows on which line it stands.
    private func named<Value>(
        _ line: Int, _ body: () throws(UnknownName) -> Value
    ) throws(CorpusProblem) -> Value {
        do throws(UnknownName) {
            return try body()
        } catch {
            throw problem(line, error.description)
        }
    }

    private func expectation(
        _ draft: Draft, _ description: ProtocolDescription
    ) throws(CorpusProblem) -> Expectation {
        guard let entry = draft.entry("verdict") else {
            throw problem(draft.line, "case '\(draft.id)' states no verdict")
        }
        let items = (draft.entry("items") ?? draft.entry("framing"))?.value.split(separator: ",")
            .map { $0.split(separator: " ").joined(separator: " ") }
        return Expectation(
            verdict: try verdict(entry.value, entry.line, description), items: items)
    }

    /// `complete N`, `incomplete`, `rejected REASON at OFFSET`
    private func verdict(
        _ text: String, _ line: Int, _ description: ProtocolDescription
    ) throws(CorpusProblem) -> Verdict {
        let words = text.split(separator: " ").map(String.init)
        switch words.first {
        case "incomplete" where words.count == 1:
            return .incomplete
        case "complete" where words.count == 2:
            if let consumed = Int(words[1]) { return .complete(consumed: consumed) }
        case "rejected" where words.count == 4 && words[2] == "at":
            let known = description.reasons.map(\.name)
            guard let code = known.firstIndex(of: words[1]) else {
                throw problem(
                    line, "unknown reason '\(words[1])'" + Nearest.hint(words[1], in: known))
            }
            if let offset = Int(words[3]) {
                return .rejected(Rejection(code: UInt8(code), offset: offset))
            }
        default: break
        }
        throw problem(
            line,
            "a verdict is 'complete N', 'incomplete' or 'rejected REASON at OFFSET', not '\(text)'"
        )
    }
}

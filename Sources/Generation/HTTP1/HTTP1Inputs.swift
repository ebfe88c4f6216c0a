internal import HTTP1
internal import Wire

/// Random HTTP/1 inputs: templates with pieces of the nasty alphabet put in, taken out, doubled and exchanged.
struct HTTP1Inputs: StructuredSource {
    enum Sort { case request, response, chunked, stream }

    private let sort: Sort

    init(_ sort: Sort) { self.sort = sort }

    func context(_ random: inout SplitMix64) -> [String: String] {
        var entries: [String: String] = [:]
        if sort == .stream, random.next() % 3 == 0 { entries["role"] = "response" }
        guard sort == .response || entries["role"] != nil else { return entries }
        let count = random.below(4)
        let methods = (0..<count).map { _ in random.pick(RequestMethod.allCases).rawValue }
        if count > 0 { entries["requests"] = methods.joined(separator: ",") }
        return entries
    }

    func valid(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        let context = context as? HTTP1Context
        var writer = HTTP1Writer(random)
        defer { random = writer.random }
        switch sort {
        case .request: _ = writer.request(withBody: false)
        case .response:
            let method = context?.requestMethods.first ?? .other
            _ = writer.response(to: method, withBody: false)
        case .chunked: writer.chunkedBody()
        case .stream where context?.role == .response:
            writer.responses(to: context?.requestMethods ?? [])
        case .stream: writer.requests()
        }
        return writer.bytes
    }

    func change(
        _ bytes: inout [UInt8], _ context: any ParseContext, _ random: inout SplitMix64
    ) {
        var mutator = HTTP1Mutator(bytes, random, role(context), chunkedAlone: sort == .chunked)
        // The mutator alone holds the bytes, so it changes them where they are.
        bytes = []
        mutator.change()
        bytes = mutator.bytes
        random = mutator.random
    }

    func refit(_ bytes: inout [UInt8], _ context: any ParseContext) {
        var refit = HTTP1Refit(bytes)
        bytes = refit.refitted(chunkedAlone: sort == .chunked)
    }

    func borders(_ bytes: [UInt8], _ context: any ParseContext) -> [Int] {
        let parts = HTTP1Splitter(bytes, chunkedAlone: sort == .chunked).parts
        return parts.map(\.start) + [bytes.count]
    }

    private func role(_ context: any ParseContext) -> HTTP1Context.Role {
        switch sort {
        case .request, .chunked: .request
        case .response: .response
        case .stream: (context as? HTTP1Context)?.role ?? .request
        }
    }

    var byteMutator: ByteMutator { HTTP1Dictionary.mutator }

    func input(_ random: inout SplitMix64, _ context: any ParseContext) -> [UInt8] {
        var maker = HTTP1InputMaker(random: random)
        defer { random = maker.random }
        var bytes: [UInt8] = []
        switch sort {
        case .chunked: bytes = maker.chunkedBody()
        case .stream:
            let role = (context as? HTTP1Context)?.role ?? .request
            for _ in 0...(maker.random.next() % 3) { bytes += maker.message(role) }
        case .request: bytes = maker.head(.request)
        case .response: bytes = maker.head(.response)
        }
        let mutations = maker.random.next() % 5
        for _ in 0..<mutations { maker.mutate(&bytes) }
        return bytes
    }
}

/// The pieces, and the generator that chooses among them.
private struct HTTP1InputMaker {
    var random: SplitMix64

    private mutating func pick<Element>(_ list: [Element]) -> Element { random.pick(list) }

    mutating func message(_ role: HTTP1Context.Role) -> [UInt8] {
        var bytes = head(role)
        switch random.next() % 4 {
        case 0: bytes += chunkedBody()
        case 1: bytes += "hello".utf8
        default: break
        }
        return bytes
    }

    mutating func head(_ role: HTTP1Context.Role) -> [UInt8] {
        var text = role == .request ? requestLine() : statusLine()
        if role == .request, random.next() % 8 > 0 { text += pick(HTTP1Dictionary.hosts) + "\r\n" }
        for _ in 0..<(random.next() % 5) { text += pick(HTTP1Dictionary.fields) + "\r\n" }
        return Array((text + "\r\n").utf8)
    }

    private mutating func requestLine() -> String {
        "\(pick(HTTP1Dictionary.methods)) \(pick(HTTP1Dictionary.targets)) \(pick(HTTP1Dictionary.versions))\r\n"
    }

    private mutating func statusLine() -> String {
        "\(pick(HTTP1Dictionary.versions)) \(pick(HTTP1Dictionary.statuses))\r\n"
    }

    mutating func chunkedBody() -> [UInt8] {
        var text = ""
        for _ in 0..<(random.next() % 4) { text += pick(HTTP1Dictionary.chunks) }
        text += pick(HTTP1Dictionary.lastChunks)
        for _ in 0..<(random.next() % 3) { text += pick(HTTP1Dictionary.trailers) + "\r\n" }
        return Array((text + "\r\n").utf8)
    }

    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let at = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 7 {
        case 0: bytes.insert(pick(HTTP1Dictionary.alphabet), at: at)
        case 1: bytes[at] = pick(HTTP1Dictionary.alphabet)
        case 2: bytes.remove(at: at)
        case 3: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 4: bytes.insert(contentsOf: pick(HTTP1Dictionary.pieces).utf8, at: at)
        case 5:
            let end = min(bytes.count, at + Int(random.next() % 12))
            bytes.insert(contentsOf: bytes[at..<end], at: at)
        default: bytes.removeLast(min(bytes.count, Int(random.next() % 6)))
        }
    }
}

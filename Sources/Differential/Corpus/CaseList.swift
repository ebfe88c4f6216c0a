internal import Wire

/// The cases of a run, in its order. Cases of case files are held; a raw file is a name until it is loaded.
public struct CaseList: Sendable {
    private enum Place {
        case held(Int)
        case raw(file: Int, protocolIndex: Int)
    }

    private var places: [Place] = []
    private var cases: [CorpusCase] = []
    private var rawFiles: [String] = []
    private var isDroppingExpectations = false
    private var indexOf: [String: Int] = [:]
    private var rawProtocols: Set<Int> = []

    /// No cases.
    public init() {}

    /// These cases.
    public init(_ cases: [CorpusCase]) {
        self.cases = cases
        places = cases.indices.map { .held($0) }
    }

    /// How many there are.
    public var count: Int { places.count }

    /// The protocols that they are of.
    public var protocolNames: Set<String> {
        Set(cases.map(\.protocolName)).union(rawProtocols.map { Registry.names[$0] })
    }

    /// The case at `index`; a raw file is read now.
    public func load(_ index: Int) throws(CorpusProblem) -> CorpusCase {
        switch places[index] {
        case .held(let position):
            var one = cases[position]
            if isDroppingExpectations { one.expectation = nil }
            return one
        case .raw(let position, let protocolIndex):
            let file = rawFiles[position]
            return CorpusCase(
                id: file, title: "", file: file, line: 0,
                protocolName: Registry.names[protocolIndex], bytes: try Self.contents(file),
                policy: .strict, limits: [:], context: nil, expectation: nil, prose: "",
                clause: "", source: "")
        }
    }

    /// The same cases, expecting nothing.
    public func withoutExpectations() -> CaseList {
        var list = self
        list.isDroppingExpectations = true
        return list
    }

    /// The cases of one of `count` shards that together have all: `index` counts from 1.
    public func shard(_ index: Int, of count: Int) -> CaseList {
        precondition(count > 0 && (1...count).contains(index), "1/1 … n/n")
        var list = self
        list.places = stride(from: index - 1, to: places.count, by: count).map { places[$0] }
        return list
    }
}

extension CaseList {
    /// Adds a case of a case file, whose id must be new.
    mutating func add(_ one: CorpusCase) throws(CorpusProblem) {
        if let other = indexOf.updateValue(cases.count, forKey: one.id) {
            throw CorpusProblem(
                file: one.file, line: one.line,
                message: "id '\(one.id)' stands in \(cases[other].file):\(cases[other].line) too")
        }
        places.append(.held(cases.count))
        cases.append(one)
    }

    /// Adds a raw file, of a protocol that exists.
    mutating func add(rawFile: String, protocolName: String) throws(CorpusProblem) {
        guard let protocolIndex = Registry.names.firstIndex(of: protocolName) else {
            throw CorpusProblem(
                file: rawFile, line: 0, message: "unknown protocol '\(protocolName)'")
        }
        // Files come sorted, path by path: the same one twice means that a path was named twice.
        guard rawFiles.last != rawFile else { return }
        rawProtocols.insert(protocolIndex)
        places.append(.raw(file: rawFiles.count, protocolIndex: protocolIndex))
        rawFiles.append(rawFile)
    }

    /// A file's bytes, up to the bound of a corpus input.
    static func contents(_ file: String) throws(CorpusProblem) -> [UInt8] {
        do throws(InputFileProblem) {
            return try InputFile.read(file, bytesMax: Corpus.fileBytesMax)
        } catch {
            throw CorpusProblem(file: file, line: 0, message: error.description)
        }
    }
}

internal import Foundation
internal import Wire

/// Reads cases from files and folders.
public struct Corpus {
    /// The largest file that is read (chosen: a corpus input above it tests patience, not parsers).
    public static let fileBytesMax = 64 << 20

    /// The protocol of files that are in no protocol's folder, or nil to insist.
    private let defaultProtocol: String?

    /// Makes a reader; `defaultProtocol` is the protocol of files outside a protocol's folder.
    public init(defaultProtocol: String? = nil) { self.defaultProtocol = defaultProtocol }

    /// All cases of all paths, in the order of their paths and lines.
    ///
    /// A folder is read with everything in it, README files and names with a leading dot apart. A folder whose name is
    /// a protocol's gives its files that protocol. `.md` files hold cases; every other file is one input.
    ///
    /// - Throws: `CorpusProblem` for the first path or case that cannot be read, or for an id that stands twice.
    public func cases(in paths: [String]) throws(CorpusProblem) -> [CorpusCase] {
        let list = try list(in: paths)
        var cases: [CorpusCase] = []
        for index in 0..<list.count { cases.append(try list.load(index)) }
        return cases
    }

    /// The same cases, of which raw files are read only when they are asked for: a folder of a hundred thousand inputs
    /// costs the memory of their names.
    public func list(in paths: [String]) throws(CorpusProblem) -> CaseList {
        var list = CaseList()
        for path in paths {
            for file in try files(path) { try add(file, to: &list) }
        }
        return list
    }

    private func files(_ path: String) throws(CorpusProblem) -> [String] {
        let manager = FileManager.default
        guard path != "-" else { return [path] }
        guard manager.fileExists(atPath: path) else {
            throw CorpusProblem(file: path, line: 0, message: "no such file or folder")
        }
        guard isFolder(path) else { return [path] }
        guard let walk = manager.enumerator(atPath: path) else {
            throw CorpusProblem(file: path, line: 0, message: "the folder cannot be read")
        }
        var found: [String] = []
        while let name = walk.nextObject() as? String {
            let components = name.split(separator: "/")
            let isHidden = components.contains { $0.hasPrefix(".") }
            if isHidden || components.last == "README.md" { continue }
            let full = path.hasSuffix("/") ? path + name : path + "/" + name
            if !isFolder(full) { found.append(full) }
        }
        return found.sorted()
    }

    private func isFolder(_ path: String) -> Bool {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }

    private func add(_ file: String, to list: inout CaseList) throws(CorpusProblem) {
        let name = protocolName(of: file)
        guard file.hasSuffix(".md") else {
            guard let name else {
                throw CorpusProblem(
                    file: file, line: 0,
                    message: "in no protocol's folder; name one with --protocol")
            }
            return try list.add(rawFile: file, protocolName: name)
        }
        guard let text = String(validating: try CaseList.contents(file), as: UTF8.self) else {
            throw CorpusProblem(file: file, line: 0, message: "the file is not UTF-8")
        }
        for one in try CaseFile(file: file, folderProtocol: name).cases(text) {
            try list.add(one)
        }
    }

    /// The innermost folder that is named like a protocol, or the default.
    private func protocolName(of file: String) -> String? {
        let folders = file.split(separator: "/").dropLast()
        let named = folders.last { Registry.names.contains(String($0)) }
        return named.map(String.init) ?? defaultProtocol
    }
}

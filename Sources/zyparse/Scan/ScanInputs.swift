internal import Differential
internal import Foundation
internal import Signatures

/// What a scan goes through: cases, streams of a capture, raw files piece by piece.
struct ScanInputs {
    /// The protocol of files outside a protocol's folder.
    let protocolName: String

    /// One input.
    struct Input {
        /// A case's id, or a file's path, with the stream's name where a capture has several.
        let name: String
        let subject: SignatureSet.Subject
        /// The case, where it is one.
        var one: CorpusCase?
        let source: Source
    }

    /// Where the bytes are.
    enum Source {
        case held([UInt8])
        case file(String)
    }

    /// Pieces of a raw file (chosen: a socket's buffer).
    static let pieceBytes = 1 << 16

    /// Calls `body` with every input under `paths` that there are patterns for.
    ///
    /// - Returns: how many inputs there are no patterns for.
    func each(_ paths: [String], _ body: (Input) throws -> Void) throws -> Int {
        var skipped = 0
        for path in paths {
            for file in try files(path) {
                if file.hasSuffix(".md") {
                    for one in try Load.cases([file], protocolName: protocolName) {
                        guard let subject = SignatureSet.Subject(protocolName: one.protocolName)
                        else {
                            skipped += 1
                            continue
                        }
                        try body(
                            Input(
                                name: one.id, subject: subject, one: one, source: .held(one.bytes)))
                    }
                } else if file.hasSuffix(".pcap") || file.hasSuffix(".pcapng") {
                    for stream in try Imports.streams(file) {
                        try body(
                            Input(
                                name: "\(file) \(stream.name)", subject: .http1,
                                source: .held(stream.bytes)))
                    }
                } else if let subject = SignatureSet.Subject(protocolName: protocolName(of: file)) {
                    try body(Input(name: file, subject: subject, source: .file(file)))
                } else {
                    skipped += 1
                }
            }
        }
        return skipped
    }

    private func protocolName(of file: String) -> String {
        let folders = file.split(separator: "/").dropLast().map(String.init)
        return folders.last { Registry.names.contains($0) } ?? protocolName
    }

    private func files(_ path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure.usage("\(path): no such file or folder")
        }
        guard Self.isFolder(path) else { return [path] }
        guard let walk = FileManager.default.enumerator(atPath: path) else {
            throw Failure.usage("\(path): the folder cannot be read")
        }
        var found: [String] = []
        while let name = walk.nextObject() as? String {
            let parts = name.split(separator: "/")
            if parts.contains(where: { $0.hasPrefix(".") }) || parts.last == "README.md" {
                continue
            }
            let full = path.hasSuffix("/") ? path + name : path + "/" + name
            if !Self.isFolder(full) { found.append(full) }
        }
        return found.sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }
}

/// Scanners, one for each subject, made when they are needed.
struct Scanners {
    private var made: [SignatureSet.Subject: (set: SignatureSet, scanner: SignatureScanner)] = [:]

    /// The classes in an input, in its order.
    mutating func matches(
        _ input: ScanInputs.Input
    ) throws -> [(type: AttackClass, end: Int)] {
        let pair = try made[input.subject] ?? Self.make(input.subject)
        made[input.subject] = pair
        pair.scanner.reset()
        var found: [(type: AttackClass, end: Int)] = []
        func take(_ match: SignatureMatch) {
            found.append((pair.set.classes[match.index], match.end))
        }
        switch input.source {
        case .held(let bytes): pair.scanner.scan(bytes.span, take)
        case .file(let path): try Self.pieces(path) { pair.scanner.scan($0.span, take) }
        }
        pair.scanner.finish(take)
        return found
    }

    static func make(
        _ subject: SignatureSet.Subject
    ) throws -> (set: SignatureSet, scanner: SignatureScanner) {
        do throws(SignatureError) {
            let set = try SignatureSet.compiled(for: subject)
            return (set, try SignatureScanner(set))
        } catch {
            throw Failure.usage("signatures: \(error.description)")
        }
    }

    private static func pieces(_ path: String, _ body: ([UInt8]) -> Void) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Failure.usage("\(path): cannot be read")
        }
        defer { try? file.close() }
        while true {
            let piece: Data?
            do {
                piece = try file.read(upToCount: ScanInputs.pieceBytes)
            } catch {
                throw Failure.usage("\(path): cannot be read: \(error.localizedDescription)")
            }
            guard let piece, !piece.isEmpty else { return }
            body(Array(piece))
        }
    }
}

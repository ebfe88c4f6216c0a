internal import Foundation
internal import Wire

/// An input from a collection that is not ours.
public struct ImportedInput: Sendable {
    /// What it is called there; becomes part of its id.
    public var name: String
    /// The protocol that it is an input of.
    public var protocolName: String
    public var bytes: [UInt8]
    /// Entries of its context.
    public var context: [String: String] = [:]
    /// What was done to it on the way, in a sentence.
    public var note: String

    /// Makes an input.
    public init(
        name: String, protocolName: String, bytes: [UInt8], context: [String: String] = [:],
        note: String
    ) {
        self.name = name
        self.protocolName = protocolName
        self.bytes = bytes
        self.context = context
        self.note = note
    }
}

/// A file that is not what it should be.
public struct ImportProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, the place in it, and what is wrong there.
    public let description: String

    init(_ file: String, _ place: String, _ what: String) {
        description = place.isEmpty ? "\(file): \(what)" : "\(file): \(place): \(what)"
    }
}

/// The kinds of collections.
public enum ImportKind: String, CaseIterable, Sendable {
    /// Header blocks with their fields, in JSON, as http2jp's hpack-test-case has them.
    case hpackStory = "hpack-story"
    /// Inputs in Markdown blocks with their settings in comments, as llhttp has them.
    case llhttp
    /// The bytes of a file.
    case raw
    /// What went over TCP, through tshark.
    case pcap
    /// A browser's log of requests.
    case har

    /// The largest file that is read (chosen: the largest corpus input).
    public static let fileBytesMax = Corpus.fileBytesMax

    /// Reads the inputs of a file.
    ///
    /// - Parameter protocolName: the protocol of raw files.
    /// - Throws: `ImportProblem` with the place in the file where something is wrong.
    public func inputs(
        _ file: String, protocolName: String
    ) throws(ImportProblem) -> [ImportedInput] {
        if self == .pcap { return try PacketCapture.inputs(file) }
        let bytes: [UInt8]
        do throws(InputFileProblem) {
            bytes = try InputFile.read(file, bytesMax: Self.fileBytesMax)
        } catch {
            throw ImportProblem(file, "", error.description)
        }
        let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        switch self {
        case .raw:
            return [
                ImportedInput(
                    name: name, protocolName: protocolName, bytes: bytes, note: "The file's bytes.")
            ]
        case .hpackStory: return try HPACKStory.inputs(file, name: name, bytes)
        case .llhttp: return try LLHTTPFile(file: file).inputs(bytes)
        case .har: return try HTTPArchive.inputs(file, name: name, bytes)
        case .pcap: return []
        }
    }
}

/// JSON with the place of what is wrong in it.
enum ImportedJSON {
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ file: String, _ bytes: [UInt8]
    ) throws(ImportProblem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw ImportProblem(file, place(error), words(error))
        } catch {
            throw ImportProblem(file, "", "no JSON: \(error.localizedDescription)")
        }
    }

    private static func context(_ error: DecodingError) -> DecodingError.Context? {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .keyNotFound(_, let context), .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }

    private static func place(_ error: DecodingError) -> String {
        (context(error)?.codingPath ?? []).map { $0.intValue.map(String.init) ?? $0.stringValue }
            .joined(separator: ".")
    }

    private static func words(_ error: DecodingError) -> String {
        if case .keyNotFound(let key, _) = error { return "'\(key.stringValue)' is missing" }
        // For text that is no JSON at all the system's words have line and column.
        if let inner = context(error)?.underlyingError as NSError?,
            let text = inner.userInfo["NSDebugDescription"] as? String
        {
            return text
        }
        return context(error)?.debugDescription ?? "not what it should be"
    }
}

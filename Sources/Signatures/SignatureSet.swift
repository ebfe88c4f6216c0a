private import CHyperscan

/// Why there is no database of patterns, or no scanner.
public struct SignatureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and with which pattern.
    public let description: String
}

/// The patterns of one scope, compiled: what any number of scanners on any number of threads share.
@safe
public final class SignatureSet: Sendable {
    /// What the bytes are.
    public enum Subject: Hashable, Sendable, CaseIterable {
        case http1
        /// A chunked body without its head.
        case chunkedBody
        case http2
        case hpack
        case webSocket

        /// The subject of a protocol's inputs, or nil where there are no patterns for them.
        public init?(protocolName: String) {
            switch protocolName {
            case "http1.stream", "http1.request", "http1.response": self = .http1
            case "http1.chunked": self = .chunkedBody
            case "http2.frame": self = .http2
            case "hpack": self = .hpack
            case "websocket.frame": self = .webSocket
            default: return nil
            }
        }

        var scope: AttackClass.Scope {
            switch self {
            case .http1, .chunkedBody: .http1
            case .http2: .http2
            case .hpack: .hpack
            case .webSocket: .webSocket
            }
        }
    }

    /// Whether bytes come in pieces or as a whole.
    public enum Mode: Hashable, Sendable {
        case streaming
        case whole
    }

    /// What the bytes are.
    public let subject: Subject
    /// Whether they come in pieces.
    public let mode: Mode
    /// The classes that are looked for; a match's index is one of this list.
    public let classes: [AttackClass]
    // SAFETY: the database is written by `compile` before this object is shared, and only read afterwards; Hyperscan documents
    // that any number of threads may scan with one database.
    nonisolated(unsafe) private let compiled: OpaquePointer

    /// The patterns for `subject`, compiled.
    ///
    /// - Throws: `SignatureError` where Hyperscan cannot run here or refuses a pattern.
    public static func compiled(
        for subject: Subject = .http1, mode: Mode = .streaming
    ) throws(SignatureError) -> SignatureSet {
        guard hs_valid_platform() == HS_SUCCESS else {
            throw SignatureError(description: "Hyperscan needs a processor with SSSE3")
        }
        let classes = AttackClass.all.filter { one in
            guard one.scope == subject.scope, let pattern = one.pattern else { return false }
            return subject != .chunkedBody || PatternText.isAboutBody(pattern)
        }
        return unsafe SignatureSet(
            subject: subject, mode: mode, classes: classes,
            compiled: try compile(classes, subject, mode))
    }

    private init(subject: Subject, mode: Mode, classes: [AttackClass], compiled: OpaquePointer) {
        self.subject = subject
        self.mode = mode
        self.classes = classes
        unsafe self.compiled = compiled
    }

    deinit {
        // SAFETY: allocated by hs_compile_multi, freed once; scanners keep this object alive.
        _ = unsafe hs_free_database(compiled)
    }

    /// Hyperscan's database. Good while this object lives.
    @unsafe var database: OpaquePointer { unsafe compiled }

    private static func compile(
        _ classes: [AttackClass], _ subject: Subject, _ mode: Mode
    ) throws(SignatureError) -> OpaquePointer {
        // The first place of each class in a stream is enough, and bounds what hostile bytes can make us report.
        let common = UInt32(HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH)
        let flags = classes.map { $0.isCased ? common : common | UInt32(HS_FLAG_CASELESS) }
        let start: PatternText.Start = subject == .chunkedBody ? .chunkedBody : .connection
        let texts = classes.map {
            Array(PatternText.expanded($0.pattern ?? "", start: start).utf8CString)
        }
        var database: OpaquePointer?
        var problem = unsafe UnsafeMutablePointer<hs_compile_error_t>?.none
        // All texts in one run of characters, and where each begins.
        var characters: [CChar] = []
        let starts = texts.map { text in
            defer { characters += text }
            return characters.count
        }
        let ids = classes.indices.map { UInt32($0) }
        let modes = UInt32(mode == .streaming ? HS_MODE_STREAM : HS_MODE_BLOCK)
        // SAFETY: the three lists have classes.count elements each, and the strings end in NUL.
        let code = unsafe characters.withUnsafeBufferPointer { run in
            let pointers = unsafe starts.map { unsafe run.baseAddress?.advanced(by: $0) }
            return unsafe hs_compile_multi(
                pointers, flags, ids, UInt32(classes.count), modes, nil, &database, &problem)
        }
        guard code == HS_SUCCESS, let made = unsafe database else {
            throw SignatureError(description: unsafe text(of: problem, classes))
        }
        return unsafe made
    }

    @unsafe
    private static func text(
        of problem: UnsafeMutablePointer<hs_compile_error_t>?, _ classes: [AttackClass]
    ) -> String {
        guard let problem = unsafe problem else { return "the patterns cannot be compiled" }
        // SAFETY: Hyperscan's error holds a NUL-terminated message, and is freed once, here.
        defer { _ = unsafe hs_free_compile_error(problem) }
        let message = unsafe String(cString: problem.pointee.message)
        let index = Int(unsafe problem.pointee.expression)
        return classes.indices.contains(index) ? "\(classes[index].id): \(message)" : message
    }
}

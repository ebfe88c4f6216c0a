internal import CSystem
internal import Glibc
internal import Synchronization

/// Serves the files of a folder.
///
///     router.setFallback(try StaticFiles(root: "./www").route)
///
/// One value serves all threads. Open files are kept in several caches, and a thread takes the one of the CPU that it runs
/// on, so that loops that are pinned to cores do not wait for each other, while a thousand threads do not keep a thousand
/// caches.
///
/// What it refuses: paths with `.` or `..` segments, backslashes, encoded slashes or bytes that are not UTF-8 (400); names
/// that begin with a dot, but for `/.well-known` (404); whatever the kernel resolves to a place outside the root (404); what
/// is no regular file (404). A file that this process may not read is 403.
///
/// A file that is replaced (by rename) is always sent whole, old or new. One that is written in place can be seen half
/// written, as everywhere, and for `fileCacheMillisecondsMax` under the old tag.
public final class StaticFiles: Sendable {
    /// What may be chosen.
    public struct Options: Sendable {
        /// Which symbolic links are followed.
        public var symbolicLinks = SymbolicLinks.beneathRoot
        /// Whether `/.well-known/` (RFC 8615) is served though it begins with a dot.
        public var servesWellKnown = true
        /// The file that stands for a folder.
        public var indexName = "index.html"
        /// Whether a folder without such a file is answered with a list of its files.
        public var listsFolders = false
        /// Names in such a list (chosen: about 100 KiB of HTML, and what a person scrolls through).
        public var listingEntriesMax = 1_000
        /// Parts that one Range may ask for; beyond, the whole file is sent (chosen: PDF viewers ask for a handful;
        /// Apache's default is 200, nginx's has no end).
        public var rangesMax = 16
        /// Open files in one cache (chosen: a site's hot files, and a fraction of the 4,096 descriptors and more that a
        /// server process is given).
        public var fileCacheEntriesMax = 1_024
        /// How long a file that was looked at is taken to be unchanged (chosen: nobody waits longer than a second to see
        /// an edit, and a busy file costs one look a second in place of thousands).
        public var fileCacheMillisecondsMax = 1_000
        /// A file of up to so many bytes is kept in memory beside its descriptor and leaves with its head (chosen: a head and
        /// 16 KiB are one segment of generic segmentation offload; beyond, not copying pays).
        public var inlineFileBytesMax = 16_384

        public init() {}
    }

    let root: RootFolder
    let options: Options
    private let slots: [Slot]
    /// The time of day; a test sets its own.
    let timeOfDay: @Sendable () -> HTTPDate

    /// A cache and its lock.
    private final class Slot: Sendable {
        let cache: Mutex<FileCache>

        init(_ options: Options) {
            cache = Mutex(
                FileCache(
                    entriesMax: options.fileCacheEntriesMax,
                    trustMilliseconds: options.fileCacheMillisecondsMax))
        }
    }

    /// Opens the folder.
    public convenience init(
        root: String, options: Options = Options()
    ) throws(StaticFilesProblem) {
        let root = try RootFolder(root, links: options.symbolicLinks)
        self.init(root, options, slots: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) {
            HTTPDate(seconds: time(nil))
        }
    }

    init(
        _ root: RootFolder, _ options: Options, slots: Int,
        timeOfDay: @escaping @Sendable () -> HTTPDate
    ) {
        self.root = root
        self.options = options
        self.slots = (0..<max(1, slots)).map { _ in Slot(options) }
        self.timeOfDay = timeOfDay
    }

    /// A route that ends here.
    public var route: Route {
        Route(.synchronous { [self] request, response in respond(to: request, &response) })
    }

    /// Answers a request.
    public func respond(to request: Request, _ response: inout Response) {
        var time = timespec()
        // SAFETY: the structure is this function's own. A step of 4 ms is fine enough for a second's trust.
        unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        let seconds = UInt64(clamping: time.tv_sec)
        let nanoseconds = UInt64(clamping: time.tv_nsec)
        respond(
            to: request, &response,
            at: Instant(nanoseconds: seconds &* 1_000_000_000 &+ nanoseconds))
    }

    /// Answers a request at a time that the caller says.
    func respond(to request: Request, _ response: inout Response, at now: Instant) {
        switch request.method {
        case .get, .head: break
        case .options:
            response.status = .noContent
            response.fields.addLine("Allow: GET, HEAD, OPTIONS\r\n")
            return
        case .post, .put, .delete, .connect, .trace, .patch, .other:
            refuse(.methodNotAllowed, &response)
            response.fields.addLine("Allow: GET, HEAD, OPTIONS\r\n")
            return
        }
        let slot = slots[Int(zy_cpu()) % slots.count]
        switch look(for: request, in: slot, at: now) {
        case .trusted(let entry):
            if send(entry, request, &response) { return }
            // The file became shorter under its name: it is looked at again, and once more only.
            answer(load(request.storage.path, slot, at: now), request, &response)
        case .toBeChecked(let entry):
            answer(check(entry, request.storage.path, slot, at: now), request, &response)
        case .missing:
            answer(load(request.storage.path, slot, at: now), request, &response)
        case .refused:
            refuse(.badRequest, &response)
        }
    }
}

/// Finding the file.
extension StaticFiles {
    private enum Look {
        case trusted(FileEntry)
        case toBeChecked(FileEntry)
        case missing
        /// The path is none that a file may have.
        case refused
    }

    /// What a path leads to.
    enum Finding {
        case file(FileEntry)
        /// A folder was asked for without its slash.
        case folderWithoutSlash
        case listing(OpenFile)
        case problem(FileProblem)
    }

    /// Looks into the cache: all of a warm request that needs the lock.
    private func look(for request: Request, in slot: Slot, at now: Instant) -> Look {
        let storage = request.storage
        guard storage.pathFeatures.isEmpty, storage.path.first == UInt8(ascii: "/") else {
            return .refused
        }
        return slot.cache.withLock { cache in
            switch cache.find(storage.path, at: now) {
            case .trusted(let entry): .trusted(entry)
            case .toBeChecked(let entry): .toBeChecked(entry)
            case nil: .missing
            }
        }
    }

    /// Whether a file is still what it was; the new one where it is not.
    private func check(
        _ entry: FileEntry, _ path: [UInt8], _ slot: Slot, at now: Instant
    ) -> Finding {
        guard root.status(entry.name) == entry.status else { return load(path, slot, at: now) }
        // It may have settled by now, and its tag have become strong.
        guard entry.validators.tag.isWeak else { return .file(entry) }
        let settled = self.entry(entry.file, entry.name, entry.status)
        slot.cache.withLock { $0.insert(settled, for: path, at: now) }
        return .file(settled)
    }

    /// Opens what a path leads to, and keeps it where it is a file.
    private func load(_ path: [UInt8], _ slot: Slot, at now: Instant) -> Finding {
        slot.cache.withLock { $0.remove(path) }
        var finding = resolve(path)
        if case .problem(.exhausted) = finding {
            // Descriptors that only the cache holds are the first to go.
            for slot in slots { slot.cache.withLock { $0.removeAll() } }
            finding = resolve(path)
        }
        if case .file(let entry) = finding {
            slot.cache.withLock { $0.insert(entry, for: path, at: now) }
        }
        return finding
    }

    private func resolve(_ path: [UInt8]) -> Finding {
        guard isServed(path) else { return .problem(.notFound) }
        let endsInSlash = path.last == UInt8(ascii: "/") || path.isEmpty
        let name = path.dropFirst().map { CChar(bitPattern: $0) }
        do {
            let (file, status) = try root.open(name + [0])
            switch status.kind {
            case .regular:
                return .file(entry(file, name + [0], status))
            case .folder:
                return endsInSlash ? try index(of: file, name) : .folderWithoutSlash
            case .other: return .problem(.notFound)
            }
        } catch {
            return .problem(error)
        }
    }

    private func entry(_ file: OpenFile, _ name: [CChar], _ status: FileStatus) -> FileEntry {
        FileEntry(
            file, name: name, status, now: timeOfDay(), keptBytesMax: options.inlineFileBytesMax)
    }

    /// The file that stands for a folder, or the folder's list where that is wanted.
    private func index(of folder: OpenFile, _ name: [CChar]) throws(FileProblem) -> Finding {
        let indexName = name + options.indexName.utf8.map { CChar(bitPattern: $0) } + [0]
        do {
            let (file, status) = try root.open(indexName)
            if status.kind == .regular {
                return .file(entry(file, indexName, status))
            }
        } catch .notFound {
        }
        guard options.listsFolders else { throw .notFound }
        return .listing(folder)
    }

    /// Whether no segment is empty, but the last, and none begins with a dot. An empty first segment would make a redirect's
    /// `//host/` the address of another server (RFC 3986 §4.2).
    private func isServed(_ path: [UInt8]) -> Bool {
        let segments = path.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            if segment.isEmpty {
                guard index + 1 == segments.count else { return false }
            } else if segment.first == UInt8(ascii: ".") {
                let isWellKnown = index == 0 && segment.elementsEqual(".well-known".utf8)
                guard isWellKnown, options.servesWellKnown else { return false }
            }
        }
        return true
    }
}

/// Why a folder cannot be served.
public enum StaticFilesProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// This process may not enter it.
    case rootForbidden(String)
    /// There is nothing of that name.
    case rootMissing(String)
    /// It is no folder.
    case rootNotFolder(String)
    /// The system refused for another reason.
    case rootUnusable(String, errno: Int32)

    public var description: String {
        switch self {
        case .rootForbidden(let path): "\(path): this process may not enter the folder"
        case .rootMissing(let path): "\(path): there is no such folder"
        case .rootNotFolder(let path): "\(path): not a folder"
        case .rootUnusable(let path, let number): "\(path): cannot be opened, error \(number)"
        }
    }
}

internal import CSystem
internal import Glibc

/// Which symbolic links a server follows.
public enum SymbolicLinks: Hashable, Sendable {
    /// Those that lead to a place beneath the root. Absolute ones do not, wherever they point.
    case beneathRoot
    /// None.
    case refused
}

/// Why a file was not opened.
enum FileProblem: Error, Hashable {
    /// There is none that may be served.
    case notFound
    /// The system does not let this process read it.
    case forbidden
    /// The process or the system has no descriptor or memory left.
    case exhausted
    /// The medium does not answer.
    case broken
}

/// The folder whose files are served, held open, so that a rename of it, or of one above, changes nothing.
///
/// Names are resolved by the kernel, with the rule that no step leaves the folder: nothing is checked first and opened
/// later, so there is no moment in between in which a link could be put in a name's place.
struct RootFolder: Sendable {
    /// How a name is resolved.
    enum Resolution: Sendable {
        /// openat2(2), Linux 5.6 and later.
        case kernel
        /// One openat(2) for each segment, none of which may be a link: for kernels, and sandboxes, without openat2.
        case stepwise
    }

    private let folder: OpenFile
    private let links: SymbolicLinks
    let resolution: Resolution

    /// The longest name that the system takes, with its NUL (PATH_MAX, linux/limits.h).
    private static let nameBytesMax = 4_096
    /// openat2 says EAGAIN where something was renamed while it looked at `..`; it is then asked again (openat2(2)), so
    /// many times (chosen: a rename that hits so often in a row is an attack).
    private static let attemptsMax = 8

    /// Opens the folder.
    init(_ path: String, links: SymbolicLinks = .beneathRoot) throws(StaticFilesProblem) {
        let flags = ZY_O_PATH | ZY_O_DIRECTORY | O_CLOEXEC
        // SAFETY: the string's bytes end in NUL and are there for the call.
        let descriptor = unsafe path.withCString { unsafe zy_openat(AT_FDCWD, $0, flags) }
        switch descriptor {
        case 0...: break
        case -ENOENT: throw .rootMissing(path)
        case -ENOTDIR: throw .rootNotFolder(path)
        case -EACCES, -EPERM: throw .rootForbidden(path)
        default: throw .rootUnusable(path, errno: -descriptor)
        }
        let folder = OpenFile(descriptor: descriptor)
        self.init(folder, links, Self.hasOpenat2(folder) ? .kernel : .stepwise)
    }

    init(_ folder: OpenFile, _ links: SymbolicLinks, _ resolution: Resolution) {
        self.folder = folder
        self.links = links
        self.resolution = resolution
    }

    /// The same folder, resolved step by step.
    var stepwise: RootFolder { RootFolder(folder, links, .stepwise) }

    private static func hasOpenat2(_ folder: OpenFile) -> Bool {
        // SAFETY: a literal's bytes end in NUL.
        let result = unsafe ".".withCString {
            unsafe zy_openat2(
                folder.descriptor, $0, UInt64(ZY_O_PATH | O_CLOEXEC), UInt64(ZY_RESOLVE_BENEATH))
        }
        guard result >= 0 else { return result != -ENOSYS && result != -EPERM }
        close(result)
        return true
    }
}

extension RootFolder {
    /// O_NONBLOCK so that a FIFO in the folder hangs nobody; O_NOCTTY so that a terminal does not become this process's.
    private static let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY

    /// Opens what a name leads to.
    ///
    /// - Parameter name: Bytes of a path relative to the root, with a NUL at the end and none before; empty for the root.
    func open(_ name: [CChar]) throws(FileProblem) -> (OpenFile, FileStatus) {
        guard name.count <= Self.nameBytesMax, name.last == 0 else { throw .notFound }
        let result =
            switch resolution {
            case .kernel: openByKernel(name)
            case .stepwise: openStepwise(name)
            }
        guard result >= 0 else { throw Self.problem(-result) }
        let file = OpenFile(descriptor: result)
        guard let status = FileStatus(of: file) else { throw .broken }
        return (file, status)
    }

    /// What stands at a name now; nil where nothing does, or the system says nothing.
    ///
    /// It is resolved without the rule that no step leaves the root, so it may only be compared with what was opened.
    func status(_ name: [CChar]) -> FileStatus? {
        var status = stat()
        let flags = links == .refused ? AT_SYMLINK_NOFOLLOW : 0
        // SAFETY: the name ends in NUL, as `open` found before this is asked.
        guard unsafe fstatat(folder.descriptor, name, &status, flags) == 0 else { return nil }
        return FileStatus(status)
    }

    private func openByKernel(_ name: [CChar]) -> Int32 {
        var resolve = UInt64(ZY_RESOLVE_BENEATH | ZY_RESOLVE_NO_MAGICLINKS)
        if links == .refused { resolve |= UInt64(ZY_RESOLVE_NO_SYMLINKS) }
        let name = name.count == 1 ? [CChar(0x2E), 0] : name
        var result = -EAGAIN
        for _ in 0..<Self.attemptsMax where result == -EAGAIN || result == -EINTR {
            // SAFETY: the name ends in NUL: `open` looked.
            result = unsafe zy_openat2(folder.descriptor, name, UInt64(Self.flags), resolve)
        }
        return result
    }

    private func openStepwise(_ name: [CChar]) -> Int32 {
        var current = folder
        let segments = name.dropLast().split(separator: CChar(0x2F))
        for (index, segment) in segments.enumerated() {
            let isLast = index + 1 == segments.count && name.dropLast().last != 0x2F
            let flags =
                isLast
                ? Self.flags | ZY_O_NOFOLLOW
                : ZY_O_PATH | ZY_O_DIRECTORY | ZY_O_NOFOLLOW | O_CLOEXEC
            guard segment.first != 0x2E || segment.count > 2 || segment.last != 0x2E else {
                return -EXDEV
            }
            // SAFETY: a NUL was put behind the segment.
            let result = unsafe zy_openat(current.descriptor, segment + [0], flags)
            guard result >= 0, !isLast else { return result }
            current = OpenFile(descriptor: result)
        }
        // The name is that of a folder, which the steps opened without leave to read it.
        // SAFETY: the array ends in NUL.
        return unsafe zy_openat(current.descriptor, [0x2E, 0], Self.flags)
    }

    private static func problem(_ number: Int32) -> FileProblem {
        switch number {
        case EACCES, EPERM: .forbidden
        case EMFILE, ENFILE, ENOMEM: .exhausted
        case EIO: .broken
        // ENOENT, ENOTDIR, ELOOP, EXDEV (it would leave the root), ENAMETOOLONG, ENXIO (a socket), EAGAIN and the rest:
        // there is no such file, and why is nobody's business.
        default: .notFound
        }
    }
}

/// What fstat(2) says, as far as it tells one state of a file from another.
struct FileStatus: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case regular
        case folder
        /// A FIFO, a socket, a device: never served.
        case other
    }

    var kind: Kind
    var device: UInt64
    var inode: UInt64
    var size: Int
    var modifiedSeconds: Int
    var modifiedNanoseconds: Int
    /// The time of the last change to the file or to its owner, rights and links: a chmod is seen by it.
    var changedSeconds: Int
    var changedNanoseconds: Int

    init?(of file: OpenFile) {
        var status = stat()
        // SAFETY: the structure is this function's own.
        guard unsafe fstat(file.descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            default: .other
            }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
        changedSeconds = status.st_ctim.tv_sec
        changedNanoseconds = status.st_ctim.tv_nsec
    }
}

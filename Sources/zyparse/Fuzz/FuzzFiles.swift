internal import Foundation

/// The few things that the fuzz commands ask of the file system.
enum FuzzFiles {
    static func isFolder(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }

    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure.usage("\(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Files in a folder.
    static func count(_ path: String) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? 0
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

internal import Foundation
internal import Server

/// One line on standard error, whatever line ends a text has.
func note(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    FileHandle.standardError.write(Data("zyphos: \(line)\n".utf8))
}

/// Reads the configuration again for a server that runs, and says what became of it.
struct Reload: Sendable {
    let read: @Sendable () throws -> ResolvedConfiguration

    /// - Parameter apply: makes the configuration the running one; gives the keys that it could not change.
    func perform(_ apply: (ServerConfiguration) throws -> [String]) {
        do {
            let kept = try apply(try read().configuration)
            note("reloaded the configuration; it is in force for new connections")
            guard !kept.isEmpty else { return }
            note("needs a restart: \(kept.joined(separator: ", "))")
        } catch {
            note("the running configuration stays: \(error)")
        }
    }
}

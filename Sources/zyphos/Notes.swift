internal import Foundation
internal import Server

/// One line on standard error, whatever line ends a text has.
func note(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    FileHandle.standardError.write(Data("zyphos: \(line)\n".utf8))
}

/// Reads the configuration again for a server that runs, and says what became of it.
struct Reload: Sendable {
    let read: @Sendable () throws -> ServerConfiguration

    /// - Parameter apply: makes the configuration the running one; gives the keys that it could not change.
    /// - Returns: the configuration; nil where it is wrong.
    @discardableResult
    func perform(_ apply: (ServerConfiguration) throws -> [String]) -> ServerConfiguration? {
        do {
            let next = try read()
            let kept = try apply(next)
            note("reloaded the configuration; it is in force for new connections")
            if !kept.isEmpty { note("needs a restart: \(kept.joined(separator: ", "))") }
            return next
        } catch {
            note("the running configuration stays: \(error)")
            return nil
        }
    }
}

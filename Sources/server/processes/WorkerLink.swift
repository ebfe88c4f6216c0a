internal import CSystem
internal import Glibc

/// A worker process's end of what it has with its supervisor.
///
///     supervisor                                worker
///     "configuration", "listeners" …, "end",
///     "start" with a socket for metrics ──────▶ makes its server
///                                     ◀──────── "ready"
///     "reload", "reopen", "retire" ───────────▶
///     a number, on the socket for metrics ────▶
///                                     ◀──────── the number, and the text
///     ends ───────────────────────────────────▶ drains
public final class WorkerLink: Sendable {
    /// What it serves.
    public let configuration: ServerConfiguration
    /// What it accepts from.
    public let inheritance: Inheritance
    private let control: MessageSocket
    private let metrics: MessageSocket

    /// Reads what the supervisor says at the start.
    ///
    /// - Parameter descriptor: the worker's end of the socket, as the supervisor named it.
    public init(descriptor: Int32) throws(ConfigurationProblem) {
        do throws(SocketProblem) {
            control = MessageSocket(OwnedDescriptor(descriptor))
            // Programs that this one might start must not have it.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            guard let first = try control.receive(), first.word == "configuration" else {
                throw SocketProblem(description: "no supervisor is at descriptor \(descriptor)")
            }
            do throws(ConfigurationProblem) {
                configuration = try ServerConfiguration(text: first.content)
            } catch {
                throw SocketProblem(description: error.description)
            }
            let listeners = try control.receiveListeners(configuration.socket)
            guard let start = try control.receive(), start.word == "start",
                let socket = start.descriptors.first
            else { throw SocketProblem(description: "the supervisor did not say how to start") }
            metrics = MessageSocket(socket)
            let index = Int(String(decoding: start.content, as: UTF8.self)) ?? 0
            inheritance = Inheritance(
                listeners: listeners,
                firstProcessor: index * max(1, configuration.loops) % HTTPServer.processorCount)
        } catch {
            throw ConfigurationProblem("worker: \(error)")
        }
    }

    /// Says that this worker serves.
    public func ready() { try? control.send("ready") }

    /// Does what the supervisor says, until it is gone.
    ///
    /// - Parameters:
    ///   - reload: takes another configuration.
    ///   - text: the text of this process's metrics.
    public func serve(
        _ server: HTTPServer, reload: (ServerConfiguration) -> Void, metrics text: () -> [UInt8]
    ) {
        var polled: InlineArray<2, pollfd> = [
            pollfd(fd: control.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: metrics.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            var span = polled.mutableSpan
            // SAFETY: two entries, read and written inside the call.
            _ = unsafe span.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, -1) }
            if polled[1].revents != 0, let question = try? metrics.receive() {
                try? metrics.send(question.word, text())
            }
            guard polled[0].revents != 0 else { continue }
            guard let message = try? control.receive() else {
                // Whoever watched over this process is gone: nobody would restart it, nobody ends it.
                server.drain()
                return
            }
            switch message.word {
            case "reload":
                if let next = try? ServerConfiguration(text: message.content) { reload(next) }
            case "reopen": server.reopenLogs()
            case "retire": server.retire()
            default: break
            }
        }
    }
}

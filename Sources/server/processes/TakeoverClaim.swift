internal import CSystem
internal import Glibc

/// The port of a process that runs, taken over by this one.
///
///     this process                          the one that runs
///     connects to its local socket ───────▶
///     "takeover" ─────────────────────────▶
///                ◀───────────────────────── "listeners" with descriptors …, "end"
///     starts; both accept now
///     "ready" ────────────────────────────▶
///                ◀───────────────────────── "retiring": it accepts no more, and ends
///
/// The sockets stay open all the time, so that no connection is refused; one that waits in a queue is accepted by whoever
/// comes first. Where this process ends before "ready", the other one has lost nothing and goes on.
public struct TakeoverClaim: Sendable {
    /// What it accepted from.
    public let listeners: [Listener]
    private let socket: MessageSocket

    /// Asks the process that listens at `path`; nil where none does.
    public init?(path: String, options: SocketOptions) throws(ConfigurationProblem) {
        // SAFETY: the text ends in NUL, and is read inside the call.
        let descriptor = unsafe path.withCString { unsafe zy_local_connect($0) }
        if descriptor == -ENOENT || descriptor == -ECONNREFUSED { return nil }
        do throws(SocketProblem) {
            guard descriptor >= 0 else {
                throw MessageSocket.problem("cannot be connected to", -descriptor)
            }
            let socket = MessageSocket(OwnedDescriptor(descriptor))
            socket.setPatience(milliseconds: TakeoverDoor.answerMillisecondsMax)
            try socket.send("takeover")
            listeners = try socket.receiveListeners(options)
            self.socket = socket
        } catch {
            throw ConfigurationProblem("takeover: \(path): \(error)")
        }
    }

    /// Says that this process serves; the other one accepts no more when this returns.
    public func ready() throws(ConfigurationProblem) {
        do throws(SocketProblem) {
            try socket.send("ready")
            guard try socket.receive()?.word == "retiring" else {
                throw SocketProblem(description: "the process that has the port does not retire")
            }
        } catch {
            throw ConfigurationProblem("takeover: \(error)")
        }
    }
}

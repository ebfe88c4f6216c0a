internal import CSystem
internal import Glibc

/// A worker process as its supervisor sees it.
///
/// It is the same program, started anew (posix_spawn): a process with threads cannot be forked, for only the thread that
/// forks goes on, and locks of others stay locked.
struct WorkerProcess {
    let process: Int32
    let control: MessageSocket
    let metrics: MessageSocket

    /// Starts one, and tells it what it needs. Calls to it do not wait for ever.
    ///
    /// - Parameter arguments: the program's, the name first.
    init(
        _ program: String, _ arguments: [String], index: Int, _ configuration: [UInt8],
        _ listeners: [Listener], answerMilliseconds: Int
    ) throws(SocketProblem) {
        let (control, itsControl) = try MessageSocket.pair()
        let (metrics, itsMetrics) = try MessageSocket.pair()
        try control.send("configuration", configuration)
        try control.send(listeners)
        // The ends that the worker gets are closed here when it has them.
        defer { withExtendedLifetime((itsControl, itsMetrics)) {} }
        try control.send("start", Array("\(index)".utf8), [itsMetrics.descriptor])
        control.setPatience(milliseconds: answerMilliseconds)
        metrics.setPatience(milliseconds: answerMilliseconds)
        process = try Self.spawn(
            program, arguments + [String(itsControl.descriptor)], itsControl.descriptor)
        self.control = control
        self.metrics = metrics
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ kept: Int32
    ) throws(SocketProblem) -> Int32 {
        // SAFETY: strdup copies texts that end in NUL; each copy is freed below, the nil at the end is none.
        var texts: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe texts.append(nil)
        defer { unsafe texts.forEach { unsafe free($0) } }
        // SAFETY: the list ends in nil, as execve wants it, and is read inside the call.
        let process = unsafe program.withCString { unsafe zy_spawn($0, &texts, kept) }
        guard process > 0 else {
            throw MessageSocket.problem("\(program) cannot be started", -process)
        }
        return process
    }
}

internal import Glibc
internal import Server

/// Waits for signals on a thread of its own: SIGTERM and SIGINT drain (a second one stops at once), SIGHUP reloads.
final class SignalWatch: Sendable {
    private let thread: Background

    init(_ server: HTTPServer, reload: @escaping @Sendable () -> Void) {
        var signals = sigset_t()
        // SAFETY: the set is this function's own. Blocked before any other thread is made, so that all inherit it.
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR2] { _ = unsafe sigaddset(&signals, number) }
        _ = unsafe pthread_sigmask(Int32(SIG_BLOCK), &signals, nil)
        let set = signals
        thread = Background { Self.wait(set, server, reload) }
    }

    private static func wait(
        _ signals: sigset_t, _ server: HTTPServer, _ reload: @Sendable () -> Void
    ) {
        var signals = signals
        var isEnding = false
        while true {
            var number: Int32 = 0
            // SAFETY: both are this function's, and used inside the call only.
            _ = unsafe sigwait(&signals, &number)
            switch number {
            case SIGHUP: reload()
            case SIGUSR2: return
            // A drain ends by itself after shutdownMillisecondsMax.
            case SIGTERM where !isEnding, SIGINT where !isEnding:
                isEnding = true
                server.drain()
            default: server.stop()
            }
        }
    }

    /// Ends the waiting thread.
    func end() {
        kill(getpid(), SIGUSR2)
        thread.join()
    }
}

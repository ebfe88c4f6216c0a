internal import Glibc

/// A thread that runs a closure.
final class Background: Sendable {
    private let thread: pthread_t

    init(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(Box(body))
        // SAFETY: the thread takes over the retained box.
        _ = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }, box.toOpaque())
        self.thread = thread
    }

    /// Runs a closure later, on a thread that nobody waits for.
    static func after(milliseconds: Int, _ body: @escaping @Sendable () -> Void) {
        let thread = Background {
            usleep(UInt32(clamping: milliseconds * 1_000))
            body()
        }
        thread.detach()
    }

    func join() { pthread_join(thread, nil) }

    /// Nobody will wait for its end.
    func detach() { pthread_detach(thread) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

internal import CSystem
internal import Glibc

/// A thread that runs a closure.
///
/// Its stack is small and stated: the default of 8 MiB is address space that a thousand threads need not reserve.
final class LoopThread: Sendable {
    private let thread: pthread_t

    /// Bytes of a stack (chosen: handlers run on it, so many times what this server's own deepest call takes).
    private static let stackBytes = 1_048_576

    /// Starts a thread; nil where the system has none left.
    ///
    /// - Parameter name: what `top -H` and debuggers show; the kernel keeps 15 bytes.
    init?(_ name: String, _ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        // SAFETY: initialised here, read by pthread_create, destroyed at the end of this call.
        guard unsafe pthread_attr_init(&attributes) == 0 else { return nil }
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, Self.stackBytes)
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(Box(name, body))
        // SAFETY: the thread takes over the retained box.
        let result = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            // SAFETY: no thread has it.
            unsafe box.release()
            return nil
        }
        self.thread = thread
    }

    /// Waits for its end.
    func join() { pthread_join(thread, nil) }

    /// Nobody will wait for its end.
    func detach() { pthread_detach(thread) }

    private final class Box {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            // SAFETY: the text lives as long as the call.
            _ = unsafe name.withCString { unsafe zy_name_thread($0) }
            body()
        }
    }
}

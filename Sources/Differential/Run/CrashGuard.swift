internal import CCrashGuard

/// Says which input a parser died on. A trap ends the process, and nothing in it can be trusted then; but the input can be
/// named and saved, and the process can end with 3 instead of a signal.
public enum CrashGuard {
    /// Watches from now on; inputs are saved in `folder`.
    public static func install(savingIn folder: String = ".") {
        // SAFETY: the string is passed NUL-terminated for the time of the call, and copied.
        unsafe zy_crash_guard_install(folder)
    }

    /// Runs `body`, which parses `bytes` on this thread.
    public static func watch<Value>(
        _ name: String, _ bytes: [UInt8], _ body: () -> Value
    ) -> Value {
        // SAFETY: the buffer lives until the closure ends, and the guard forgets it before.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe zy_crash_guard_enter(name, buffer.baseAddress, buffer.count)
            defer { zy_crash_guard_leave() }
            return body()
        }
    }
}

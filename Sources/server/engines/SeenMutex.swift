#if ZYPHOS_THREAD_SANITIZER
    internal import Glibc

    /// The mutex of programs that are built for ThreadSanitizer, which does not see what the standard library's does and
    /// takes all that it guards for a race. Here it stands before that one, with the same interface; pthread's is seen.
    @safe
    struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
        // SAFETY of @unchecked: the value is touched between lock and unlock only.

        private let lock: UnsafeMutablePointer<pthread_mutex_t>
        private let value: UnsafeMutablePointer<Value>

        init(_ initial: consuming sending Value) {
            unsafe lock = .allocate(capacity: 1)
            unsafe value = .allocate(capacity: 1)
            // SAFETY: both were just allocated.
            unsafe lock.initialize(to: pthread_mutex_t())
            unsafe pthread_mutex_init(lock, nil)
            unsafe value.initialize(to: initial)
        }

        deinit {
            // SAFETY: made by `init`, and the last owner is gone.
            unsafe pthread_mutex_destroy(lock)
            unsafe lock.deallocate()
            unsafe value.deinitialize(count: 1)
            unsafe value.deallocate()
        }

        borrowing func withLock<Result: ~Copyable, Problem: Error>(
            _ body: (inout sending Value) throws(Problem) -> sending Result
        ) throws(Problem) -> sending Result {
            // SAFETY: one thread at a time is between these lines.
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            return try unsafe body(&value.pointee)
        }
    }
#endif

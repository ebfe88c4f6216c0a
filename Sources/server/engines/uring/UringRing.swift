internal import CSystem
internal import Glibc
internal import Synchronization

/// A ring of io_uring: operations go in, completions come out, and one system call for many of both.
///
/// Made by any thread, so that a kernel that refuses is heard of before anything is started; `enable` gives it to the loop's
/// thread, which is then the only one.
@safe
final class UringRing: @unchecked Sendable {
    // SAFETY of @unchecked: between `init` and `enable` nobody uses it, and then one thread does.

    private let ring: OpaquePointer
    private var isRegistered = false

    /// Entries that are queued before a submission must happen (chosen: a turn of a thousand connections; more are
    /// submitted in between).
    private static let submissionCount: UInt32 = 1_024
    /// Completions that find room (chosen: several for each buffer; the kernel keeps what does not fit and says so).
    private static let completionCount: UInt32 = 8_192
    /// Buffers that the kernel fills (chosen: as many connections as send within one turn; 4 MiB with the size below. Each is
    /// given back within the turn, and where they run out receiving begins again).
    private static let bufferCount: UInt32 = 512
    /// Their size (chosen: every usual request in one piece).
    static let bufferBytes = 8_192

    /// Makes `count` rings with those of `features` that the kernel has.
    ///
    /// On a thread that ends at once: the kernel visits every thread that has ever used a ring when that ring, or a trial's,
    /// goes, and who waits in a system call there would hear of an interruption (EINTR) without a signal.
    static func make(
        _ count: Int, _ features: UringFeatures, limits: ServerLimits
    ) throws(SocketProblem) -> [UringRing] {
        let made = Mutex<Result<[UringRing], SocketProblem>>(.success([]))
        let thread = LoopThread("zyphos-rings") {
            made.withLock { made in
                made = Result { () throws(SocketProblem) in
                    var rings: [UringRing] = []
                    for _ in 0..<count { rings.append(try UringRing(features, limits: limits)) }
                    return rings
                }
            }
        }
        guard let thread else {
            throw SocketProblem(description: "a thread cannot be made for the rings")
        }
        thread.join()
        return try made.withLock(\.self).get()
    }

    private init(_ features: UringFeatures, limits: ServerLimits) throws(SocketProblem) {
        var plan = zy_uring_plan(
            submissions: Self.submissionCount, completions: Self.completionCount,
            buffers: Self.bufferCount, buffer_bytes: UInt32(Self.bufferBytes),
            features: features.rawValue,
            send_milliseconds_max: UInt32(clamping: limits.writeMillisecondsMax))
        var made: OpaquePointer?
        var refused: UnsafePointer<CChar>?
        // SAFETY: all three are this function's, and used inside the call only.
        let result = unsafe zy_uring_make(&plan, &made, &refused)
        guard result == 0, let made = unsafe made else {
            // SAFETY: the name is a literal of the C library.
            let call = unsafe refused.map { unsafe String(cString: $0) } ?? "io_uring_setup"
            throw Self.problem(call, -result)
        }
        unsafe ring = made
        ownFeatures = features.intersection(.fileChains)
    }

    deinit {
        // SAFETY: made by `init`; who has memory in an operation holds the ring until its completion.
        unsafe zy_uring_free(ring)
    }

    private let ownFeatures: UringFeatures

    /// What it uses.
    var features: UringFeatures {
        // SAFETY: the ring lives as long as this object.
        UringFeatures(rawValue: unsafe zy_uring_features(ring)).union(ownFeatures)
    }

    /// One clear line: what was refused, why, and what to do.
    static func problem(_ call: String, _ error: Int32) -> SocketProblem {
        // SAFETY: strerror gives a text that ends in NUL, copied at once.
        let why = unsafe String(cString: strerror(error))
        let advice =
            switch error {
            case EPERM: "see /proc/sys/kernel/io_uring_disabled, or the container's seccomp rules"
            case ENOSYS: "the kernel has no io_uring"
            case ENOMEM: "see ulimit -l: rings count as locked memory"
            default: "this kernel's io_uring does not do"
            }
        return SocketProblem(
            description: "the engine uring cannot be used: \(call): \(why) (errno \(error)); "
                + "\(advice); --engine reuseport needs no io_uring")
    }

    /// Gives the ring to the calling thread, and tells it the descriptors that `handle` names by their places.
    func enable(registering descriptors: [Int32]) throws(SocketProblem) {
        // SAFETY: the array is read inside the call.
        let registered = unsafe descriptors.withUnsafeBufferPointer {
            unsafe zy_uring_register(ring, $0.baseAddress, UInt32(clamping: $0.count))
        }
        isRegistered = registered == 0 && features.contains(.registeredFiles)
        // SAFETY: as above.
        let result = unsafe zy_uring_enable(ring)
        guard result == 0 else { throw Self.problem("io_uring_register(ENABLE_RINGS)", -result) }
    }

    /// How operations name the descriptor at `index` of those that were registered.
    func handle(_ index: Int, _ descriptor: Int32) -> Int32 {
        isRegistered ? -1 - Int32(truncatingIfNeeded: index) : descriptor
    }
}

// MARK: Completions

extension UringRing {
    /// Submits and waits. Throws where the ring does not work any more.
    func wait(milliseconds: Int) throws(SocketProblem) {
        // SAFETY: the ring lives as long as this object.
        let result = unsafe zy_uring_wait(ring, Int64(milliseconds))
        switch -result {
        // A full completion queue (EBUSY), and memory that is short (EAGAIN), pass.
        case 0, ETIME, EINTR, EAGAIN, EBUSY: return
        default: throw Self.problem("io_uring_enter", -result)
        }
    }

    /// Takes completions.
    @unsafe
    func take(_ completions: UnsafeMutableBufferPointer<zy_uring_completion>) -> Int {
        // SAFETY: at most as many as there is room for are written.
        Int(
            unsafe zy_uring_take(ring, completions.baseAddress, UInt32(clamping: completions.count))
        )
    }

    /// Calls `body` with the bytes that came in a provided buffer, and gives it back to the kernel.
    func withBuffer(_ completion: zy_uring_completion, _ body: (Span<UInt8>) -> Void) {
        let number = completion.flags >> 16
        // SAFETY: the kernel filled as many bytes as the result says, which are not more than the buffer has.
        if let base = unsafe zy_uring_buffer(ring, number) {
            let count = min(max(0, Int(completion.result)), Self.bufferBytes)
            let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
            body(unsafe bytes.assumingMemoryBound(to: UInt8.self).span)
        }
        unsafe zy_uring_give(ring, number)
    }
}

// MARK: Operations

/// Each gives false where there was no room for it and the kernel takes nothing: it is to be tried again behind some
/// completions.
extension UringRing {
    func acceptMany(_ descriptor: Int32, _ data: UInt64) -> Bool {
        unsafe zy_uring_accept_many(ring, descriptor, data) == 0
    }

    func receiveMany(_ descriptor: Int32, _ data: UInt64) -> Bool {
        unsafe zy_uring_receive_many(ring, descriptor, data) == 0
    }

    func poll(_ handle: Int32, _ events: Int32, isMany: Bool = false, _ data: UInt64) -> Bool {
        unsafe zy_uring_poll(
            ring, handle, isMany ? 1 : 0, UInt32(bitPattern: events), data) == 0
    }

    func cancel(_ target: UInt64, _ data: UInt64) -> Bool {
        unsafe zy_uring_cancel(ring, target, data) == 0
    }

    /// The bytes must stay until the completion.
    @unsafe
    func send(
        _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32, _ data: UInt64
    ) -> Bool {
        unsafe zy_uring_send(ring, descriptor, bytes.baseAddress, Self.count(bytes), flags, data)
            == 0
    }

    /// The same with the write deadline as a linked timeout; zero-copy: the bytes must stay until the notification.
    @unsafe
    func sendLarge(
        _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32, zeroCopy: Bool,
        _ data: UInt64, timer: UInt64
    ) -> Bool {
        unsafe zy_uring_send_large(
            ring, descriptor, bytes.baseAddress, Self.count(bytes), flags, zeroCopy ? 1 : 0, data,
            timer) == 0
    }

    /// Reads a part of a file into `bytes` and sends it from there, as one chain.
    @unsafe
    func readAndSend(
        _ slice: FileSlice, _ bytes: UnsafeMutableRawBufferPointer, _ descriptor: Int32,
        _ flags: Int32, read: UInt64, send: UInt64, timer: UInt64
    ) -> Bool {
        unsafe zy_uring_read_send(
            ring, slice.file.descriptor, UInt64(clamping: slice.offset), bytes.baseAddress,
            Self.count(UnsafeRawBufferPointer(bytes)), descriptor, flags, read, send, timer) == 0
    }

    /// What does not fit one operation goes with the next.
    @unsafe
    private static func count(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(min(bytes.count, 1 << 30))
    }
}

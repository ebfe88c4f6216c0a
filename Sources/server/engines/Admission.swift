internal import CSystem
internal import Glibc
internal import Synchronization

/// Decides who comes in, for all loops of a server together: how many connections in all, how many of one address, and
/// what is done when the system has no more descriptors.
///
/// A connection beyond a limit is let in to be told 503 and nothing else; beyond `shedConnectionsMax` of those nothing is
/// accepted, and clients wait in the kernel's backlog. One lock (chosen: it is taken twice for each connection and never
/// for a request).
final class Admission: Sendable {
    private let state: Mutex<State>
    private let addresses: AddressTable
    private let open = Atomic<Int>(0)

    /// What pauses last, and what those are told who cannot be told by a connection.
    private let refusing: Mutex<Refusing>

    private struct Refusing {
        let pauseMilliseconds: Int
        let lastWords: [UInt8]

        init(_ limits: ServerLimits) {
            pauseMilliseconds = limits.acceptPauseMilliseconds
            lastWords = Array(
                ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n"
                    + "Retry-After: \(limits.retryAfterSeconds)\r\n\r\n").utf8)
        }
    }

    private struct State: ~Copyable {
        var overload: Overload
        var reserve: DescriptorReserve
    }

    init(limits: ServerLimits) {
        state = Mutex(
            State(
                overload: Overload(limits: limits),
                reserve: DescriptorReserve(count: limits.reservedDescriptors)))
        addresses = AddressTable(limits: limits)
        refusing = Mutex(Refusing(limits))
    }

    /// Other limits from now on; whoever is in stays. The descriptors in reserve stay as many as they were.
    func reload(_ limits: ServerLimits) {
        state.withLock { $0.overload.adopt(limits) }
        addresses.adopt(limits)
        refusing.withLock { $0 = Refusing(limits) }
    }

    private var pauseMilliseconds: Int { refusing.withLock(\.pauseMilliseconds) }

    /// Connections that are open, those that are told 503 among them.
    var openCount: Int { open.load(ordering: .relaxed) }

    /// Whether a new connection would be served: what `/readyz` asks.
    var isWelcoming: Bool { state.withLock { $0.overload.isWelcoming } }

    /// Somebody who came in. To be given to `leave` at the connection's end.
    struct Arrival: Sendable {
        let descriptor: Int32
        let client: ClientAddress
        /// Why the connection is told 503 in place of being served.
        let refusal: ServerReason?
        /// Whether it counts among its address's connections.
        let isOfAddress: Bool
    }

    /// What an attempt to accept led to.
    enum Attempt {
        case arrival(Arrival)
        /// Nobody waits.
        case nothing
        /// Nothing is to be accepted until then.
        case pause(until: Instant)
    }

    /// Accepts the next connection that waits at a listener.
    func accept(_ listener: Listener, at now: Instant) -> Attempt {
        if let until = pause(at: now) { return .pause(until: until) }
        while true {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            // SAFETY: the kernel writes at most `length` bytes.
            let descriptor = unsafe zy_accept(listener.descriptor, &storage, &length)
            if descriptor >= 0 {
                let client = ClientAddress(storage) ?? ClientAddress(v4: 0)
                return .arrival(admit(descriptor, client, listener, at: now))
            }
            switch errno {
            // The client of one that waited is gone, or the call was interrupted: the next may be there.
            case ECONNABORTED, EINTR, EPROTO: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                return .pause(until: exhausted(listener, at: now))
            default: return .nothing
            }
        }
    }

    /// Until when nothing is to be accepted, or nil. Loops ask again then: a place that another loop's connection gave
    /// back wakes nobody.
    func pause(at now: Instant) -> Instant? {
        let decision = state.withLock { state in
            state.overload.decide(openCount: openCount, at: now)
        }
        guard case .pause(let until) = decision else { return nil }
        return until ?? now.advanced(milliseconds: pauseMilliseconds)
    }

    /// Counts a connection that was accepted, and says whether it is served.
    func admit(
        _ descriptor: Int32, _ client: ClientAddress, _ listener: Listener, at now: Instant
    ) -> Arrival {
        listener.prepare(descriptor)
        let before = open.add(1, ordering: .relaxed).oldValue
        let decision = state.withLock { state in
            state.overload.decide(openCount: before, at: now)
        }
        var refusal: ServerReason?
        switch decision {
        case .serve: break
        case .refuse(let reason, _): refusal = reason
        // Another loop took the last place between the question and the answer.
        case .pause: refusal = .tooManyConnections
        }
        let isOfAddress = refusal == nil && addresses.insert(client)
        if refusal == nil, !isOfAddress { refusal = .tooManyFromAddress }
        return Arrival(
            descriptor: descriptor, client: client, refusal: refusal, isOfAddress: isOfAddress)
    }

    /// A connection is over; its descriptor has been closed.
    func leave(_ arrival: Arrival) {
        if arrival.isOfAddress { addresses.remove(arrival.client) }
        open.subtract(1, ordering: .relaxed)
    }

    /// The system has no descriptor: one that was held back answers the client that waits longest.
    func exhausted(_ listener: Listener, at now: Instant) -> Instant {
        state.withLock { state in
            state.overload.descriptorsExhausted(at: now)
            _ = state.reserve.lend { turnAway(listener) }
        }
        return now.advanced(milliseconds: pauseMilliseconds)
    }

    private func turnAway(_ listener: Listener) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // SAFETY: the kernel writes at most `length` bytes.
        let descriptor = unsafe zy_accept(listener.descriptor, &storage, &length)
        if descriptor >= 0 { turnAway(descriptor) }
    }

    /// Says 503 without a connection, closes. A socket this new takes so few bytes at once; what the client has already
    /// sent is read, or closing would reset the connection before it reads the answer.
    func turnAway(_ descriptor: Int32) {
        let lastWords = refusing.withLock(\.lastWords)
        // SAFETY: as many bytes as the array has.
        _ = unsafe lastWords.withUnsafeBytes {
            unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        shutdown(descriptor, Int32(SHUT_WR))
        // SAFETY: the kernel writes at most as many bytes as there is room for.
        _ = unsafe withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { room in
            unsafe recv(descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
        }
        close(descriptor)
    }
}

internal import CSystem
internal import Glibc

/// Why a socket could not be made.
public struct SocketProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What, where, and why.
    public let description: String
}

/// A socket that listens.
public final class Listener: Sendable {
    /// The descriptor.
    public var descriptor: Int32 { owner.number }
    private let owner: OwnedDescriptor
    /// The address that it is bound to, with the port that the kernel chose where 0 was asked for.
    public let address: SocketAddress
    private let options: SocketOptions

    /// Binds and listens.
    ///
    /// - Parameter sharesPort: SO_REUSEPORT: several listeners have the port, and the kernel spreads connections over them.
    public init(
        _ address: SocketAddress, options: SocketOptions, sharesPort: Bool
    ) throws(SocketProblem) {
        let descriptor = zy_socket(address.family)
        guard descriptor >= 0 else { throw Self.problem("a socket cannot be made") }
        owner = OwnedDescriptor(descriptor)
        self.options = options
        try Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR")
        if sharesPort { try Self.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT") }
        if options.deferAcceptSeconds > 0 {
            try Self.set(
                descriptor, Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, options.deferAcceptSeconds,
                "TCP_DEFER_ACCEPT")
        }
        try address.bind(descriptor)
        guard listen(descriptor, Int32(clamping: options.backlog)) == 0 else {
            throw Self.problem("\(address): cannot listen")
        }
        self.address = try SocketAddress(boundTo: descriptor)
    }

    /// Takes over a socket that another process has bound. It must be a stream socket that listens.
    init(adopting owner: OwnedDescriptor, options: SocketOptions) throws(SocketProblem) {
        self.owner = owner
        self.options = options
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: the option is an int, for which there is room.
        let result = unsafe getsockopt(
            owner.number, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length)
        guard result == 0, isListening == 1 else {
            throw SocketProblem(description: "what was handed over does not listen")
        }
        address = try SocketAddress(boundTo: owner.number)
    }

    /// Sets the options of an accepted socket. One that does not take an option still works: what fails is left out.
    func prepare(_ accepted: Int32) {
        let tcp = Int32(IPPROTO_TCP)
        if options.noDelay { try? Self.set(accepted, tcp, TCP_NODELAY, 1, "") }
        if options.quickAck { try? Self.set(accepted, tcp, TCP_QUICKACK, 1, "") }
        if options.keepAlive {
            try? Self.set(accepted, SOL_SOCKET, SO_KEEPALIVE, 1, "")
            try? Self.set(accepted, tcp, TCP_KEEPIDLE, options.keepAliveIdleSeconds, "")
            try? Self.set(accepted, tcp, TCP_KEEPINTVL, options.keepAliveIntervalSeconds, "")
            try? Self.set(accepted, tcp, TCP_KEEPCNT, options.keepAliveCountMax, "")
        }
        if options.lingerSeconds >= 0 {
            var value = linger(l_onoff: 1, l_linger: Int32(clamping: options.lingerSeconds))
            // SAFETY: the option's type is `linger`, and the kernel reads it inside the call.
            _ = unsafe setsockopt(
                accepted, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        }
    }

    private static func set(
        _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int, _ name: String
    ) throws(SocketProblem) {
        var number = Int32(clamping: value)
        // SAFETY: these options are ints, and the kernel reads one inside the call.
        let result = unsafe setsockopt(
            descriptor, level, option, &number, socklen_t(MemoryLayout<Int32>.size))
        guard result == 0 else { throw problem("\(name) cannot be set") }
    }

    static func problem(_ what: String) -> SocketProblem {
        let error = errno
        // SAFETY: strerror gives a text that ends in NUL, copied at once.
        return SocketProblem(description: unsafe "\(what): \(String(cString: strerror(error)))")
    }
}

internal import Glibc

/// An IPv4 or IPv6 address with a port.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// `127.0.0.1` or `::1`.
    public let host: String
    public let port: Int

    /// Reads `127.0.0.1:8080` or `[::1]:8080`. Names are not looked up: an address is what an operator means.
    public init(_ text: String) throws(SocketProblem) {
        let problem = SocketProblem(
            description: "'\(text)' is no address; expected 127.0.0.1:8080 or [::1]:8080")
        guard let colon = text.lastIndex(of: ":") else { throw problem }
        guard let port = UInt16(text[text.index(after: colon)...]) else { throw problem }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = String(host)
        self.port = Int(port)
        guard Self.isAddress(self.host) else { throw problem }
    }

    private init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    private static func isAddress(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        // SAFETY: each call writes an address of its family, for which there is room.
        return unsafe inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }

    var family: Int32 { host.contains(":") ? AF_INET6 : AF_INET }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Binds a socket to it.
    func bind(_ descriptor: Int32) throws(SocketProblem) {
        let result: Int32
        if family == AF_INET6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = in_port_t(port).bigEndian
            // SAFETY: `isAddress` has read the same text; the structure is read inside the call.
            _ = unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
            result = unsafe withUnsafeBytes(of: &address) { bytes in
                unsafe Self.bind(descriptor, bytes)
            }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            // SAFETY: as above.
            _ = unsafe inet_pton(AF_INET, host, &address.sin_addr)
            result = unsafe withUnsafeBytes(of: &address) { bytes in
                unsafe Self.bind(descriptor, bytes)
            }
        }
        guard result == 0 else { throw Listener.problem("\(self): cannot be bound") }
    }

    @unsafe
    private static func bind(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let base = bytes.baseAddress else { return -1 }
        // SAFETY: the bytes are a socket address of their count.
        return unsafe Glibc.bind(
            descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }

    /// The address that a socket is bound to.
    init(boundTo descriptor: Int32) throws(SocketProblem) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // SAFETY: the kernel writes at most `length` bytes.
        let result = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.baseAddress.map {
                unsafe getsockname(descriptor, $0.assumingMemoryBound(to: sockaddr.self), &length)
            }
        }
        guard result == 0 else { throw Listener.problem("a socket's address cannot be read") }
        self.init(storage)
    }

    /// What the kernel wrote.
    init(_ storage: sockaddr_storage) {
        // SAFETY: the family says which structure it is; both are smaller than the storage.
        self = unsafe withUnsafeBytes(of: storage) { bytes in
            if Int32(storage.ss_family) == AF_INET6 {
                let six = unsafe bytes.load(as: sockaddr_in6.self)
                return SocketAddress(
                    host: Self.text(AF_INET6, six.sin6_addr),
                    port: Int(UInt16(bigEndian: six.sin6_port)))
            }
            let four = unsafe bytes.load(as: sockaddr_in.self)
            return SocketAddress(
                host: Self.text(AF_INET, four.sin_addr), port: Int(UInt16(bigEndian: four.sin_port))
            )
        }
    }

    private static func text<Address>(_ family: Int32, _ address: Address) -> String {
        // The longest text of an IPv6 address has 45 characters (INET6_ADDRSTRLEN is 46).
        // SAFETY: the kernel writes at most 46 bytes with their NUL.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 46) { room in
            unsafe withUnsafePointer(to: address) { address in
                guard let base = room.baseAddress,
                    let text = unsafe inet_ntop(family, address, base, 46)
                else { return "" }
                return unsafe String(cString: text)
            }
        }
    }
}

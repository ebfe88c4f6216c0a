internal import Glibc

/// An address and a port to accept connections at. Names are not looked up: what a server listens to must not depend on a
/// resolver.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public let address: ClientAddress
    /// The port; 0: any that is free.
    public let port: UInt16

    /// An address and a port; 127.0.0.1 unless told otherwise, so that nothing is open to a network by accident.
    public init(_ address: ClientAddress = ClientAddress(v4: 0x7F00_0001), port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `*:8080` (every IPv4 address), or a port alone, which means
    /// 127.0.0.1. Nil for everything else.
    public init?(_ text: String) {
        // What follows a NUL would not be seen by the functions that convert.
        guard !text.utf8.contains(0) else { return nil }
        guard let colon = text.lastIndex(of: ":") else {
            guard let port = Self.port(text[...]) else { return nil }
            self.init(port: port)
            return
        }
        guard let port = Self.port(text[text.index(after: colon)...]),
            let address = Self.address(text[..<colon])
        else { return nil }
        self.init(address, port: port)
    }

    /// Whether this is every address of its family.
    public var isAny: Bool { address.v4 == 0 || address.high == 0 && address.low == 0 }

    /// Whether both cannot be bound at once.
    public func overlaps(_ other: ListenAddress) -> Bool {
        guard port == other.port, port != 0 else { return false }
        return address == other.address || isAny || other.isAny
    }

    public var description: String {
        address.v4 == nil ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// Digits only: a sign or a space is a slip.
    private static func port(_ text: Substring) -> UInt16? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? UInt16(text) : nil
    }

    private static func address(_ text: Substring) -> ClientAddress? {
        switch text {
        case "localhost": return ClientAddress(v4: 0x7F00_0001)
        case "*": return ClientAddress(v4: 0)
        default: break
        }
        if text.hasPrefix("["), text.hasSuffix("]") {
            var bytes = InlineArray<2, UInt64>(repeating: 0)
            guard convert(String(text.dropFirst().dropLast()), AF_INET6, &bytes) else { return nil }
            return ClientAddress(
                high: UInt64(bigEndian: bytes[0]), low: UInt64(bigEndian: bytes[1]))
        }
        var bytes = UInt32(0)
        guard convert(String(text), AF_INET, &bytes) else { return nil }
        return ClientAddress(v4: UInt32(bigEndian: bytes))
    }

    /// `inet_pton`, into as many bytes as the family has.
    private static func convert<Bytes: BitwiseCopyable>(
        _ text: String, _ family: Int32, _ bytes: inout Bytes
    ) -> Bool {
        guard MemoryLayout<Bytes>.size == (family == AF_INET ? 4 : 16) else { return false }
        // SAFETY: the size was just checked; the text ends in NUL.
        return unsafe withUnsafeMutableBytes(of: &bytes) { buffer in
            unsafe text.withCString { unsafe inet_pton(family, $0, buffer.baseAddress) } == 1
        }
    }
}

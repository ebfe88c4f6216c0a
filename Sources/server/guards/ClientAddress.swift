public import Glibc

/// An IP address of a client, as a value of sixteen bytes. An IPv4 address is held as IPv6 maps it (RFC 4291 §2.5.5.2),
/// so that one client has one address whichever socket it came through.
public struct ClientAddress: Hashable, Sendable, BitwiseCopyable {
    /// The first eight bytes, most significant first.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// An IPv6 address.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address, its first byte the most significant.
    @inlinable
    public init(v4: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(v4)) }

    /// The address of an accepted socket; nil where the family is neither IPv4 nor IPv6.
    public init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            // SAFETY: a sockaddr_storage is as large and as aligned as every address; the family says which one it is.
            let address = unsafe withUnsafeBytes(of: &storage) {
                unsafe $0.load(as: sockaddr_in.self)
            }
            self.init(v4: UInt32(bigEndian: address.sin_addr.s_addr))
        case AF_INET6:
            // SAFETY: as above.
            let address = unsafe withUnsafeBytes(of: &storage) {
                unsafe $0.load(as: sockaddr_in6.self)
            }
            // SAFETY: an in6_addr is sixteen bytes; both loads lie within it.
            let halves = unsafe withUnsafeBytes(of: address.sin6_addr) { bytes in
                unsafe (
                    bytes.loadUnaligned(as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                )
            }
            self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
        default: return nil
        }
    }

    /// The IPv4 address, or nil where it is none.
    @inlinable
    public var v4: UInt32? {
        high == 0 && low &>> 32 == 0xFFFF ? UInt32(truncatingIfNeeded: low) : nil
    }

    /// What counts as one client: an IPv4 address, or a /64, the smallest network of IPv6: whoever has one may use all of
    /// its 2^64 interface identifiers (RFC 4291 §2.5.1).
    @inlinable
    public var site: ClientAddress { v4 == nil ? ClientAddress(high: high, low: 0) : self }
}

extension ClientAddress: CustomStringConvertible {
    /// `127.0.0.1`, or an IPv6 address as RFC 5952 writes it.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text: at most 39 bytes.
    func append(to bytes: inout [UInt8]) {
        guard let v4 else { return appendGroups(to: &bytes) }
        for place: UInt32 in 0..<4 {
            if place > 0 { bytes.append(UInt8(ascii: ".")) }
            bytes.appendDecimal(UInt64(v4 &>> (24 &- 8 &* place) & 0xFF))
        }
    }

    /// Eight groups of 16 bits; the longest run of two or more zeros, the first of equals, is `::` (RFC 5952 §4.2).
    private func appendGroups(to bytes: inout [UInt8]) {
        let gap = longestZeros
        var place = 0
        while place < 8 {
            if place == gap.lowerBound, !gap.isEmpty {
                bytes.append(UInt8(ascii: ":"))
                bytes.append(UInt8(ascii: ":"))
                place = gap.upperBound
                continue
            }
            if place > 0, place != gap.upperBound || gap.isEmpty {
                bytes.append(UInt8(ascii: ":"))
            }
            bytes.appendHexadecimal(group(place))
            place += 1
        }
    }

    private func group(_ place: Int) -> UInt16 {
        let half = place < 4 ? high : low
        return UInt16(truncatingIfNeeded: half &>> UInt64(48 &- 16 &* (place & 3)))
    }

    private var longestZeros: Range<Int> {
        var best = 0..<0
        var start = 0
        for place in 0..<8 {
            guard group(place) == 0 else {
                start = place + 1
                continue
            }
            let run = start..<place + 1
            if run.count > best.count, run.count > 1 { best = run }
        }
        return best
    }
}

import Foundation
import Server
import Testing

@Suite struct AddressTableTests {
    private static func limits(perAddress: Int, inAll: Int, shed: Int = 0) -> ServerLimits {
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = perAddress
        limits.connectionsMax = inAll
        limits.shedConnectionsMax = shed
        return limits
    }

    @Test func anAddressHasItsShareAndGetsItBack() {
        let table = AddressTable(limits: Self.limits(perAddress: 2, inAll: 10))
        let one = ClientAddress(v4: 0x0A00_0001)
        let other = ClientAddress(v4: 0x0A00_0002)
        #expect(table.insert(one))
        #expect(table.insert(one))
        #expect(!table.insert(one))
        #expect(table.insert(other))
        #expect(table.count(one) == 2)
        table.remove(one)
        #expect(table.insert(one))
        for _ in 0..<2 { table.remove(one) }
        table.remove(other)
        // One too many is nobody's.
        table.remove(other)
        #expect(table.addressCount == 0)
    }

    @Test func aSiteIsOneClientHoweverManyAddressesItHas() {
        let table = AddressTable(limits: Self.limits(perAddress: 2, inAll: 10))
        let network: UInt64 = 0x2001_0db8_0000_0001
        #expect(table.insert(ClientAddress(high: network, low: 1)))
        #expect(table.insert(ClientAddress(high: network, low: .max)))
        #expect(!table.insert(ClientAddress(high: network, low: 77)))
        #expect(table.insert(ClientAddress(high: network + 1, low: 1)))
        #expect(table.addressCount == 2)
    }

    @Test func theTableIsBounded() {
        let table = AddressTable(limits: Self.limits(perAddress: 5, inAll: 100, shed: 3))
        var taken = 0
        for address in UInt32(0)..<1_000 where table.insert(ClientAddress(v4: address)) {
            taken += 1
        }
        #expect(taken == 103)
        #expect(table.addressCount == 103)
    }

    @Test func severalThreadsLoseNothing() {
        let table = AddressTable(limits: Self.limits(perAddress: 100_000, inAll: 10))
        let address = ClientAddress(v4: 1)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<1_000 {
                _ = table.insert(address)
                _ = table.insert(address)
                table.remove(address)
            }
        }
        #expect(table.count(address) == 4_000)
    }

    /// Expected texts: RFC 5952 §4 and its examples.
    @Test(
        arguments: [
            (0x2001_0db8_0000_0000, 0x0000_0000_0000_0001, "2001:db8::1"),
            (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
            (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1"),
            (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
            (0, 0, "::"), (0, 1, "::1"), (0x0001_0000_0000_0000, 0, "1::"),
            (0, 0xFFFF_7F00_0001, "127.0.0.1"), (0, 0xFFFF_FFFF_FFFF, "255.255.255.255"),
        ] as [(UInt64, UInt64, String)])
    func addressesAreWrittenAsTheRFCSays(high: UInt64, low: UInt64, text: String) {
        #expect(ClientAddress(high: high, low: low).description == text)
    }

    @Test func addressesOfSocketsAreRead() {
        var storage = sockaddr_storage()
        #expect(ClientAddress(storage) == nil)
        withUnsafeMutableBytes(of: &storage) { bytes in
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0xC0A8_0102).bigEndian
            bytes.storeBytes(of: address, as: sockaddr_in.self)
        }
        #expect(ClientAddress(storage)?.description == "192.168.1.2")
        storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { bytes in
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            inet_pton(AF_INET6, "2001:db8::7", &address.sin6_addr)
            bytes.storeBytes(of: address, as: sockaddr_in6.self)
        }
        #expect(ClientAddress(storage)?.description == "2001:db8::7")
    }
}

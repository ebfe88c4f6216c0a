internal import Synchronization

/// How many connections each client address has open.
///
/// An address is in the table while it has a connection, so the table never has more entries than there are open
/// connections; room for all is made once. Swift's dictionaries hash with SipHash and a key that the process draws at its
/// start, so that nobody can choose addresses that collide (chosen: the keyed hash that is there, not one of our own).
///
/// One lock (chosen: it is taken twice for each connection and never for a request, so that loops do not meet there).
public final class AddressTable: Sendable {
    private let counts: Mutex<[ClientAddress: Int]>
    private let perAddressMax: Int
    private let addressesMax: Int

    /// Makes an empty table.
    public init(limits: ServerLimits) {
        perAddressMax = limits.connectionsPerAddressMax
        let (sum, tooMany) = limits.connectionsMax.addingReportingOverflow(
            limits.shedConnectionsMax)
        addressesMax = tooMany ? .max : sum
        var counts: [ClientAddress: Int] = [:]
        counts.reserveCapacity(min(addressesMax, 65_536))
        self.counts = Mutex(counts)
    }

    /// Counts one more connection, or says no: the address has its share, or the table is full. After `true` the
    /// connection must be given back with `remove`.
    public func insert(_ address: ClientAddress) -> Bool {
        let site = address.site
        return counts.withLock { counts in
            if let count = counts[site] {
                guard count < perAddressMax else { return false }
                counts[site] = count + 1
            } else {
                guard counts.count < addressesMax else { return false }
                counts[site] = 1
            }
            return true
        }
    }

    /// Counts one connection less.
    public func remove(_ address: ClientAddress) {
        let site = address.site
        counts.withLock { counts in
            guard let count = counts[site] else { return }
            if count > 1 { counts[site] = count - 1 } else { counts.removeValue(forKey: site) }
        }
    }

    /// The connections of an address and its site.
    public func count(_ address: ClientAddress) -> Int {
        counts.withLock { $0[address.site] ?? 0 }
    }

    /// How many addresses have a connection.
    public var addressCount: Int { counts.withLock { $0.count } }
}

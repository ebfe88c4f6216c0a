internal import Synchronization

/// How many connections each client address has open.
///
/// An address is in the table while it has a connection, so the table never has more entries than there are open
/// connections; room for all is made once. Swift's dictionaries hash with SipHash and a key that the process draws at its
/// start, so that nobody can choose addresses that collide (chosen: the keyed hash that is there, not one of our own).
///
/// One lock (chosen: it is taken twice for each connection and never for a request, so that loops do not meet there).
public final class AddressTable: Sendable {
    private let table: Mutex<Table>

    private struct Table {
        var counts: [ClientAddress: Int] = [:]
        var perAddressMax = 0
        var addressesMax = 0

        mutating func adopt(_ limits: ServerLimits) {
            perAddressMax = limits.connectionsPerAddressMax
            let (sum, tooMany) = limits.connectionsMax.addingReportingOverflow(
                limits.shedConnectionsMax)
            addressesMax = tooMany ? .max : sum
            counts.reserveCapacity(min(addressesMax, 65_536))
        }
    }

    /// Makes an empty table.
    public init(limits: ServerLimits) {
        var table = Table()
        table.adopt(limits)
        self.table = Mutex(table)
    }

    /// Other limits from now on; whoever is counted stays.
    public func adopt(_ limits: ServerLimits) { table.withLock { $0.adopt(limits) } }

    /// Counts one more connection, or says no: the address has its share, or the table is full. After `true` the
    /// connection must be given back with `remove`.
    public func insert(_ address: ClientAddress) -> Bool {
        let site = address.site
        return table.withLock { table in
            if let count = table.counts[site] {
                guard count < table.perAddressMax else { return false }
                table.counts[site] = count + 1
            } else {
                guard table.counts.count < table.addressesMax else { return false }
                table.counts[site] = 1
            }
            return true
        }
    }

    /// Counts one connection less.
    public func remove(_ address: ClientAddress) {
        let site = address.site
        table.withLock { table in
            guard let count = table.counts[site] else { return }
            table.counts[site] = count > 1 ? count - 1 : nil
        }
    }

    /// The connections of an address and its site.
    public func count(_ address: ClientAddress) -> Int {
        table.withLock { $0.counts[address.site] ?? 0 }
    }

    /// How many addresses have a connection.
    public var addressCount: Int { table.withLock { $0.counts.count } }
}

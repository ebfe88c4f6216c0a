/// The connections of one loop, by slot. Slots are used again; a generation tells a connection from one that had its slot
/// before, so that a late event or answer cannot reach the wrong one.
final class ConnectionTable {
    /// A connection, its socket, and what the loop knows of it.
    final class Slot {
        let id: ConnectionID
        let arrival: Admission.Arrival
        var connection: Connection
        /// The events that epoll watches for.
        var interest: UInt32 = 0
        /// The tick at which the timer wheel looks, or nil.
        var tick: Int?
        /// Edge-triggered: whether bytes may wait that no event will speak of again.
        var isReadable = false
        /// Edge-triggered: whether the client's end has been seen, behind the bytes that wait.
        var hasEnd = false
        /// What a loop over io_uring knows of it.
        var ring = RingState()

        init(
            _ id: ConnectionID, _ arrival: Admission.Arrival, _ context: ConnectionContext,
            at now: Instant
        ) {
            self.id = id
            self.arrival = arrival
            connection = Connection(
                context, client: arrival.client, id: id, refusing: arrival.refusal, at: now)
        }

        var descriptor: Int32 { arrival.descriptor }
    }

    private var slots: [Slot?] = []
    private var generations: [UInt32] = []
    private var free: [UInt32] = []
    /// Connections that are open.
    private(set) var count = 0

    /// The name of the next connection.
    func nextID() -> ConnectionID {
        if let slot = free.last {
            return ConnectionID(slot: slot, generation: generations[Int(slot)])
        }
        return ConnectionID(slot: UInt32(truncatingIfNeeded: slots.count), generation: 0)
    }

    /// Takes in a connection with the name that `nextID` gave.
    func insert(_ slot: Slot) {
        if free.popLast() != nil {
            slots[Int(slot.id.slot)] = slot
        } else {
            slots.append(slot)
            generations.append(0)
        }
        count += 1
    }

    /// The connection of that name, if it is still there.
    subscript(id: ConnectionID) -> Slot? {
        guard id.slot < slots.count, let slot = slots[Int(id.slot)], slot.id == id else {
            return nil
        }
        return slot
    }

    /// Forgets a connection.
    func remove(_ id: ConnectionID) {
        guard self[id] != nil else { return }
        slots[Int(id.slot)] = nil
        generations[Int(id.slot)] &+= 1
        free.append(id.slot)
        count -= 1
    }

    /// All connections.
    var all: [Slot] { slots.compactMap(\.self) }
}

internal import CSystem
internal import Glibc

extension UringLoop {
    /// What waits at a listener.
    enum Door {
        case shut
        /// One operation that accepts again and again.
        case open
        /// A poll: connections are accepted one by one, each after the question whether there is a place.
        case watched
        /// Told to end; its last completion has not come.
        case closing
    }

    /// Whether all that can wait in the backlog may come in: an operation that accepts on its own does not ask.
    private var hasPlentyOfRoom: Bool {
        features.contains(.multishotAccept)
            && settings.admission.openCount < settings.limits.connectionsMax
                - settings.options.backlog
    }

    func startAccepting() {
        acceptsAgain = nil
        isAccepting = true
        for index in listeners.indices { openDoor(index) }
    }

    func stopAccepting() {
        isAccepting = false
        for index in listeners.indices { closeDoor(index) }
    }

    private func openDoor(_ index: Int) {
        guard isAccepting, doors[index] == .shut else { return }
        let descriptor = listeners[index].descriptor
        if hasPlentyOfRoom, ring.acceptMany(descriptor, RingOperation.accept.data(index)) {
            doors[index] = .open
        } else if ring.poll(descriptor, POLLIN, RingOperation.knock.data(index)) {
            doors[index] = .watched
        } else {
            // No room in the ring: again in a while.
            acceptsAgain = now.advanced(milliseconds: settings.limits.acceptPauseMilliseconds)
            return
        }
        ownOperationCount += 1
    }

    private func closeDoor(_ index: Int) {
        let operation: RingOperation
        switch doors[index] {
        case .shut, .closing: return
        case .open: operation = .accept
        case .watched: operation = .knock
        }
        // Where there is no room it stays open until the next turn.
        if ring.cancel(operation.data(index), RingOperation.cancel.data(index)) {
            doors[index] = .closing
        }
    }

    private func pause(until: Instant) {
        stopAccepting()
        acceptsAgain = until
    }

    /// Somebody came in on their own.
    func accepted(_ completion: zy_uring_completion) {
        defer { endIfDrained() }
        let index = Int(UInt32(truncatingIfNeeded: completion.data))
        if completion.flags & UInt32(zy_uring_has_more) == 0 { ended(index) }
        if completion.result >= 0 {
            admit(completion.result, listeners[index])
        } else {
            switch -completion.result {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                pause(until: settings.admission.exhausted(listeners[index], at: now))
            default: break
            }
        }
        if doors[index] == .open, !hasPlentyOfRoom { closeDoor(index) }
        openDoor(index)
    }

    /// Closes what could not be closed.
    func closeDoors() {
        guard !isAccepting, !isShut else { return }
        for index in listeners.indices { closeDoor(index) }
    }

    private func admit(_ descriptor: Int32, _ listener: Listener) {
        // Who had come in when the listener was given up for another process is this one's to answer; who comes in behind
        // the end is as who waits in the backlog then.
        guard isRunning, endsAt == nil else {
            close(descriptor)
            return
        }
        if let until = settings.admission.pause(at: now) {
            settings.admission.turnAway(descriptor)
            return pause(until: until)
        }
        open(
            settings.admission.admit(
                descriptor, ClientAddress(of: descriptor), listener, at: now))
    }

    /// Somebody waits at a listener that is polled.
    func knocked(_ completion: zy_uring_completion) {
        defer { endIfDrained() }
        let index = Int(UInt32(truncatingIfNeeded: completion.data))
        ended(index)
        guard isAccepting, completion.result > 0 else {
            return openDoor(index)
        }
        for _ in 0..<settings.limits.acceptsPerTurnMax {
            switch settings.admission.accept(listeners[index], at: now) {
            case .arrival(let arrival): open(arrival)
            case .nothing: return openDoor(index)
            case .pause(let until): return pause(until: until)
            }
        }
        openDoor(index)
    }

    private func ended(_ index: Int) {
        doors[index] = .shut
        ownOperationCount -= 1
    }

    /// Whether nobody comes in any more.
    var isShut: Bool { doors.allSatisfy { $0 == .shut } }

    private func open(_ arrival: Admission.Arrival) {
        let id = table.nextID()
        guard id.slot < RingOperation.slotCountMax else {
            settings.admission.turnAway(arrival.descriptor)
            return settings.admission.leave(arrival)
        }
        let slot = ConnectionTable.Slot(id, arrival, contexts.current, at: now)
        table.insert(slot)
        settle(slot)
    }
}

extension ClientAddress {
    /// The client at a socket's other end: what an operation that accepts many does not tell.
    fileprivate init(of descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // SAFETY: the kernel writes at most `length` bytes.
        let result = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.baseAddress.map {
                unsafe getpeername(descriptor, $0.assumingMemoryBound(to: sockaddr.self), &length)
            }
        }
        // A client that has gone again has no address.
        self = result == 0 ? ClientAddress(storage) ?? ClientAddress(v4: 0) : ClientAddress(v4: 0)
    }
}

internal import CSystem
internal import Glibc

// MARK: One connection's turn

extension UringLoop {
    /// Does what the connection wants, in its order.
    func settle(_ slot: ConnectionTable.Slot) {
        guard !slot.ring.isEnding else { return end(slot) }
        repeat { write(slot) } while !slot.connection.isClosed && deliverHeld(slot)
        guard !slot.connection.isClosed else { return end(slot) }
        if slot.connection.wantsInput { receive(slot) }
        setTimer(slot)
    }

    private func write(_ slot: ConnectionTable.Slot) {
        while !slot.connection.isClosed {
            if let job = slot.connection.takeJob() { SocketTurn.start(job, slot.id, mailbox) }
            guard slot.ring.sending == .nothing, slot.connection.hasOutput, send(slot) else {
                break
            }
        }
        if slot.connection.wantsShutdown {
            shutdown(slot.descriptor, Int32(SHUT_WR))
            slot.connection.shutdownDone()
        }
    }

    /// Ends a connection: cancels its operations, and when the last of them has completed forgets it.
    func end(_ slot: ConnectionTable.Slot) {
        slot.connection.abort()
        if !slot.ring.isEnding {
            slot.ring.isEnding = true
            for buffer in slot.ring.held { slot.connection.context.pool.give(buffer) }
            slot.ring.held = []
        }
        cancelReceive(slot)
        cancelSend(slot)
        guard slot.ring.operationCount == 0 else { return awaitNotification(slot) }
        if let chunk = slot.ring.chunk.take() { slot.connection.context.pool.give(chunk) }
        if !slot.ring.isReset { close(slot.descriptor) }
        table.remove(slot.id)
        settings.admission.leave(slot.arrival)
        if !isAccepting, isRunning, !contexts.isDraining,
            settings.admission.pause(at: now) == nil
        {
            startAccepting()
        }
        endIfDrained()
    }

    /// Where nothing is left but content that was sent without a copy: the kernel has it until the client has acknowledged
    /// it, which a client that went away never does. So it is given a while, and then the connection is reset.
    private func awaitNotification(_ slot: ConnectionTable.Slot) {
        guard slot.ring.operationCount == 1, slot.ring.awaitsNotification, !slot.ring.isReset
        else { return }
        let limit =
            slot.ring.resetAt ?? now.advanced(milliseconds: settings.limits.lingerMillisecondsMax)
        if slot.ring.resetAt == nil {
            slot.ring.resetAt = limit
            shutdown(slot.descriptor, Int32(SHUT_WR))
        }
        guard limit <= now || !isRunning else {
            if slot.tick == nil { slot.tick = timers.add(slot.id, at: limit) }
            return
        }
        var value = linger(l_onoff: 1, l_linger: 0)
        // SAFETY: the option's type is `linger`, and the kernel reads it inside the call.
        _ = unsafe setsockopt(
            slot.descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        close(slot.descriptor)
        slot.ring.isReset = true
    }

    private func cancelSend(_ slot: ConnectionTable.Slot) {
        let targets: [RingOperation]
        switch slot.ring.sending {
        case .nothing: return
        case .bytes, .zeroCopy, .chunk: targets = [.send]
        case .chain: targets = [.read, .send]
        case .room: targets = [.room]
        }
        guard !slot.ring.isSendCancelled else { return }
        for target in targets {
            guard ring.cancel(target.data(slot.id), RingOperation.cancel.data(slot.id)) else {
                return starve(slot)
            }
        }
        slot.ring.isSendCancelled = true
    }
}

// MARK: Receiving

extension UringLoop {
    private func receive(_ slot: ConnectionTable.Slot) {
        guard slot.ring.receiving == .nothing, slot.ring.held.isEmpty, !slot.ring.isEndHeld else {
            return
        }
        let isQueued =
            features.contains(.multishotReceive)
            ? ring.receiveMany(slot.descriptor, RingOperation.receive.data(slot.id))
            : ring.poll(slot.descriptor, POLLIN, RingOperation.readable.data(slot.id))
        guard isQueued else { return starve(slot) }
        slot.ring.receiving = .armed
        slot.ring.operationCount += 1
    }

    private func cancelReceive(_ slot: ConnectionTable.Slot) {
        guard slot.ring.receiving == .armed else { return }
        let operation: RingOperation =
            features.contains(.multishotReceive) ? .receive : .readable
        guard ring.cancel(operation.data(slot.id), RingOperation.cancel.data(slot.id)) else {
            return starve(slot)
        }
        slot.ring.receiving = .cancelled
    }

    /// Bytes came, or the end, or nothing can be received any more.
    func received(_ completion: zy_uring_completion, _ slot: ConnectionTable.Slot) {
        if completion.flags & UInt32(zy_uring_has_more) == 0 {
            slot.ring.receiving = .nothing
            slot.ring.operationCount -= 1
        }
        let takes = takesInput(slot)
        if completion.flags & UInt32(zy_uring_has_buffer) != 0 {
            ring.withBuffer(completion) { bytes in
                if takes {
                    slot.connection.receive(bytes, at: now)
                } else if !slot.ring.isEnding, !hold(bytes, slot) {
                    slot.connection.abort()
                }
            }
        }
        switch -completion.result {
        // No buffer was left (they are given back within the turn), or the operation was cancelled: begun again if wanted.
        case ENOBUFS, ECANCELED, EINTR, EAGAIN: break
        case 0:
            if takes { slot.connection.receiveEnd(at: now) } else { slot.ring.isEndHeld = true }
        case 1...: slot.connection.abort()
        default: break
        }
        // What is not wanted stays in the socket, so that the client slows down.
        if !slot.connection.wantsInput, !slot.ring.held.isEmpty { cancelReceive(slot) }
        settle(slot)
    }

    private func takesInput(_ slot: ConnectionTable.Slot) -> Bool {
        slot.connection.wantsInput && slot.ring.held.isEmpty && !slot.ring.isEndHeld
            && !slot.ring.isEnding
    }

    /// Keeps input that nobody wants yet: what the kernel had delivered before it heard that receiving ends, at most what all
    /// the ring's buffers hold. False where the pool has no memory.
    private func hold(_ bytes: Span<UInt8>, _ slot: ConnectionTable.Slot) -> Bool {
        if let last = slot.ring.held.last, last.room >= bytes.count { return last.append(bytes) }
        guard
            let buffer = slot.connection.context.pool.take(
                slot.ring.held.isEmpty ? .medium : .large)
        else {
            return false
        }
        slot.ring.held.append(buffer)
        return buffer.append(bytes)
    }

    /// Hands on a piece of what was held; false where there is none, or it is not wanted.
    private func deliverHeld(_ slot: ConnectionTable.Slot) -> Bool {
        guard slot.connection.wantsInput else { return false }
        guard let buffer = slot.ring.held.first else {
            guard slot.ring.isEndHeld else { return false }
            slot.ring.isEndHeld = false
            slot.connection.receiveEnd(at: now)
            return true
        }
        let count = min(buffer.count, UringRing.bufferBytes)
        buffer.withSpan { slot.connection.receive($0.extracting(first: count), at: now) }
        buffer.drop(count)
        if buffer.isEmpty {
            slot.ring.held.removeFirst()
            slot.connection.context.pool.give(buffer)
        }
        return true
    }

    /// A socket that is polled has something to read.
    func readable(_ completion: zy_uring_completion, _ slot: ConnectionTable.Slot) {
        slot.ring.receiving = .nothing
        slot.ring.operationCount -= 1
        if completion.result > 0, takesInput(slot) {
            unsafe SocketTurn.read(slot, input, at: now)
        }
        settle(slot)
    }
}

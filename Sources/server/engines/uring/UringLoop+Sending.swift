internal import CSystem
internal import Glibc

// MARK: Sending

extension UringLoop {
    /// What became of an attempt to send.
    private enum Attempt {
        /// An operation is under way.
        case queued(RingState.Sending)
        /// The ring has no room for one.
        case full
        /// Sent by a plain call.
        case sent(Int)
        /// The socket has no room.
        case blocked
        case broken
    }

    /// A send of this size may have to wait for the client: it gets a timeout (chosen: below it a socket's send buffer takes
    /// everything at once; net.ipv4.tcp_wmem begins with 16 KiB).
    private static let largeBytes = 16_384
    /// Content of this size leaves without a copy (chosen: pinning pages and waiting for the notification costs about what
    /// copying some 10 KiB does, so that three times as much pays on any machine).
    private static let zeroCopyBytesMin = 32_768
    /// The most bytes of a file that one call sends (as `SocketTurn`).
    private static let fileBytesPerCall = 2_097_152

    /// Sends what comes next; whether something was sent at once, so that more can follow.
    func send(_ slot: ConnectionTable.Slot) -> Bool {
        slot.connection.pinOutput()
        let attempt = slot.connection.withOutput { segment in
            switch segment {
            case .none: Attempt.broken
            case .bytes(let bytes, let more): unsafe queue(bytes, more, slot)
            case .file(let slice): queue(slice, slot)
            }
        }
        switch attempt {
        case .queued(let kind):
            slot.ring.sending = kind
            slot.ring.sendResult = nil
            slot.ring.readResult = nil
            slot.ring.operationCount += kind == .chain ? 2 : 1
            return false
        case .sent(let count):
            slot.connection.unpinOutput()
            slot.connection.sent(count, at: now)
            return true
        case .full: starve(slot)
        case .blocked: waitForRoom(slot)
        case .broken: slot.connection.abort()
        }
        slot.connection.unpinOutput()
        return false
    }

    @unsafe
    private func queue(
        _ bytes: UnsafeRawBufferPointer, _ more: Bool, _ slot: ConnectionTable.Slot
    ) -> Attempt {
        let flags = Int32(MSG_NOSIGNAL) | (more && settings.options.cork ? Int32(MSG_MORE) : 0)
        let data = RingOperation.send.data(slot.id)
        guard bytes.count >= Self.largeBytes else {
            // SAFETY: the output is pinned until the completion.
            return unsafe ring.send(slot.descriptor, bytes, flags, data) ? .queued(.bytes) : .full
        }
        let timer = RingOperation.timer.data(slot.id)
        let content = zeroCopyContent(slot, bytes.count)
        // SAFETY: as above; content that is not copied is kept until the notification, and an array's elements do not move
        // while it is kept and not written to.
        guard
            unsafe ring.sendLarge(
                slot.descriptor, bytes, flags, zeroCopy: content != nil, data, timer: timer)
        else { return .full }
        slot.ring.zeroCopy = content ?? slot.ring.zeroCopy
        return .queued(content == nil ? .bytes : .zeroCopy)
    }

    /// The content to keep where it is to be sent without a copy. One at a time, so that what is kept is bounded.
    private func zeroCopyContent(_ slot: ConnectionTable.Slot, _ count: Int) -> [UInt8]? {
        guard features.contains(.zeroCopySend), count >= Self.zeroCopyBytesMin,
            !slot.ring.isZeroCopyVain, slot.ring.zeroCopy == nil
        else { return nil }
        return slot.connection.pinnedBytes
    }

    private func queue(_ slice: FileSlice, _ slot: ConnectionTable.Slot) -> Attempt {
        let data = RingOperation.send.data(slot.id)
        let timer = RingOperation.timer.data(slot.id)
        if let chunk = slot.ring.chunk, !chunk.isEmpty {
            // SAFETY: the chunk is this connection's until the completion.
            let isQueued = chunk.withSpan { span in
                unsafe span.withUnsafeBytes {
                    unsafe ring.sendLarge(
                        slot.descriptor, $0, Int32(MSG_NOSIGNAL), zeroCopy: false, data,
                        timer: timer)
                }
            }
            return isQueued ? .queued(.chunk) : .full
        }
        guard features.contains(.fileChains),
            let chunk = slot.ring.chunk ?? slot.connection.context.pool.take(.large)
        else { return sendFile(slice, slot) }
        slot.ring.chunk = chunk
        var isQueued = false
        unsafe chunk.appendUpTo { room in
            let part = unsafe UnsafeMutableRawBufferPointer(
                rebasing: room[..<min(room.count, slice.count)])
            // SAFETY: the empty chunk's room is this connection's until the completion. Its bytes count as its own when they
            // have been read.
            isQueued = unsafe ring.readAndSend(
                slice, part, slot.descriptor, Int32(MSG_NOSIGNAL),
                read: RingOperation.read.data(slot.id), send: data, timer: timer)
            return 0
        }
        return isQueued ? .queued(.chain) : .full
    }

    /// Without a chain: sendfile(2), as loops over epoll do.
    private func sendFile(_ slice: FileSlice, _ slot: ConnectionTable.Slot) -> Attempt {
        var offset = off_t(slice.offset)
        // SAFETY: the kernel reads and writes the offset inside the call.
        let count = unsafe sendfile(
            slot.descriptor, slice.file.descriptor, &offset,
            min(slice.count, Self.fileBytesPerCall))
        if count > 0 { return .sent(count) }
        // A file that became shorter: its length was promised, so the connection ends.
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? .blocked : .broken
    }

    private func waitForRoom(_ slot: ConnectionTable.Slot) {
        guard ring.poll(slot.descriptor, POLLOUT, RingOperation.room.data(slot.id)) else {
            return starve(slot)
        }
        slot.ring.sending = .room
        slot.ring.operationCount += 1
    }
}

// MARK: Completions

extension UringLoop {
    /// The socket has room again, or is broken, which the next send shows.
    func hasRoom(_ slot: ConnectionTable.Slot) {
        slot.ring.sending = .nothing
        slot.ring.operationCount -= 1
        settle(slot)
    }

    /// A part of a file was read; the send that is linked behind it is under way, or was cancelled.
    func read(_ completion: zy_uring_completion, _ slot: ConnectionTable.Slot) {
        slot.ring.operationCount -= 1
        slot.ring.readResult = completion.result
        if completion.result > 0 {
            // SAFETY: the kernel has just written so many bytes into the chunk's room.
            unsafe slot.ring.chunk?.appendUpTo { min($0.count, Int(completion.result)) }
        }
        endSend(slot)
    }

    func sent(_ completion: zy_uring_completion, _ slot: ConnectionTable.Slot) {
        if completion.flags & UInt32(zy_uring_notification) != 0 {
            slot.ring.operationCount -= 1
            slot.ring.zeroCopy = nil
            if UInt32(bitPattern: completion.result) & zy_uring_copied != 0 {
                slot.ring.isZeroCopyVain = true
            }
            if slot.ring.isEnding { end(slot) }
            return
        }
        // Of a zero-copy send that has more to come, that is the notification.
        if completion.flags & UInt32(zy_uring_has_more) == 0 {
            slot.ring.operationCount -= 1
            if slot.ring.sending == .zeroCopy { slot.ring.zeroCopy = nil }
        }
        slot.ring.sendResult = completion.result
        endSend(slot)
    }

    /// Goes on when all of a send has completed.
    private func endSend(_ slot: ConnectionTable.Slot) {
        let kind = slot.ring.sending
        guard let result = slot.ring.sendResult,
            kind != .chain || slot.ring.readResult != nil
        else { return }
        slot.ring.sending = .nothing
        slot.connection.unpinOutput()
        if !slot.ring.isEnding {
            if result > 0 {
                if kind == .chunk || kind == .chain { dropChunk(Int(result), slot) }
                slot.connection.sent(Int(result), at: now)
            } else {
                failed(-result, kind, slot)
            }
        }
        settle(slot)
    }

    private func dropChunk(_ count: Int, _ slot: ConnectionTable.Slot) {
        guard let chunk = slot.ring.chunk else { return }
        chunk.drop(min(count, chunk.count))
        guard chunk.isEmpty else { return }
        slot.connection.context.pool.give(chunk)
        slot.ring.chunk = nil
    }

    private func failed(_ error: Int32, _ kind: RingState.Sending, _ slot: ConnectionTable.Slot) {
        switch error {
        case EAGAIN, EINTR: waitForRoom(slot)
        case ECANCELED:
            if kind == .chain, let count = slot.ring.readResult, count <= 0 {
                // A file that became shorter, or cannot be read: its length was promised.
                return slot.connection.abort()
            }
            // A short read broke the chain, and what came is sent next; or the linked timeout has come.
            slot.connection.advance(to: now)
        case EINVAL, EOPNOTSUPP, ENOMEM, ENOBUFS:
            // Pages cannot be pinned, or this socket has no zero-copy: a copy does it.
            guard kind == .zeroCopy else { return slot.connection.abort() }
            slot.ring.isZeroCopyVain = true
        default: slot.connection.abort()
        }
    }
}

internal import Glibc

/// What engines do with a ready socket and its connection; only how they wait differs.
enum SocketTurn {
    /// Bytes that are read at a time (chosen: what a socket's default receive buffer holds after some growth).
    static let inputBytes = 65_536
    /// The most bytes of a file that one call sends (chosen: as nginx's sendfile_max_chunk, so that one client does not
    /// hold the loop).
    private static let fileBytesPerTurn = 2_097_152

    /// Reads once into `input`, and gives the connection what came; gives whether more may wait.
    @discardableResult
    @unsafe
    static func read(
        _ slot: ConnectionTable.Slot, _ input: UnsafeMutableRawBufferPointer, at now: Instant
    ) -> Bool {
        // SAFETY: the kernel writes at most as many bytes as there is room for.
        let count = unsafe recv(slot.descriptor, input.baseAddress, input.count, 0)
        if count > 0 {
            // SAFETY: `count` bytes were just written.
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: input[..<count])
            unsafe slot.connection.receive(bytes.assumingMemoryBound(to: UInt8.self).span, at: now)
        } else if count == 0 {
            slot.connection.receiveEnd(at: now)
        } else if errno != EAGAIN, errno != EINTR {
            slot.connection.abort()
        } else {
            return errno == EINTR
        }
        // Fewer bytes than were asked for are all that there were (epoll(7)); an end behind them is an event of its own.
        return count == input.count || count > 0 && slot.hasEnd
    }

    /// Does what the connection wants, in its order: jobs, output, the end of output. True where the socket is full.
    static func settle(
        _ slot: ConnectionTable.Slot, corks: Bool, at now: Instant, start: (Job) -> Void
    ) -> Bool {
        var isBlocked = false
        while !slot.connection.isClosed {
            if let job = slot.connection.takeJob() { start(job) }
            guard slot.connection.hasOutput else { break }
            let sent = send(slot, corks)
            guard sent > 0 else {
                isBlocked = sent == 0
                if sent < 0 { slot.connection.abort() }
                break
            }
            slot.connection.sent(sent, at: now)
        }
        if slot.connection.wantsShutdown {
            shutdown(slot.descriptor, Int32(SHUT_WR))
            slot.connection.shutdownDone()
        }
        return isBlocked
    }

    /// Sends what comes next: its count, 0 where the socket is full, -1 where it is broken.
    private static func send(_ slot: ConnectionTable.Slot, _ corks: Bool) -> Int {
        slot.connection.withOutput { segment in
            let sent: Int
            switch segment {
            case .none: return 0
            case .bytes(let bytes, let more):
                // MSG_MORE is TCP_CORK for one call: the head leaves with the file behind it.
                let flags = Int32(MSG_NOSIGNAL) | (more && corks ? Int32(MSG_MORE) : 0)
                // SAFETY: the segment is good until the connection is touched.
                sent = unsafe Glibc.send(slot.descriptor, bytes.baseAddress, bytes.count, flags)
            case .file(let slice):
                var offset = off_t(slice.offset)
                // SAFETY: the kernel reads and writes the offset inside the call.
                sent = unsafe sendfile(
                    slot.descriptor, slice.file.descriptor, &offset,
                    min(slice.count, fileBytesPerTurn))
                // A file that became shorter while it is sent: its length was promised, so the connection ends.
                if sent == 0 { return -1 }
            }
            if sent < 0 { return errno == EAGAIN || errno == EINTR ? 0 : -1 }
            return sent
        }
    }

    /// Starts an asynchronous handler on the thread that empties `mailbox`, which hears of its end.
    static func start(_ job: Job, _ id: ConnectionID, _ mailbox: Mailbox) {
        Task(executorPreference: mailbox) {
            let result: Result<Response, any Error>
            do {
                result = .success(try await job.answer(job.request))
            } catch {
                result = .failure(error)
            }
            mailbox.post(.completed(id, ticket: job.ticket, result))
        }
    }
}

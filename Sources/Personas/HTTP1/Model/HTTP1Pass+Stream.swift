internal import HTTP1
internal import Wire

/// Streams: `Documentation/HTTP1.md` §8.
extension HTTP1Pass {
    mutating func stream() throws(HTTP1Stop) {
        var answered = 0
        var interim = 0
        // `at` stands at a message's start whenever the loop begins.
        while at < bytes.count {
            let start = at
            do throws(HTTP1Stop) {
                let answers =
                    answered < context.requestMethods.count
                    ? context.requestMethods[answered] : .other
                try head(answers: answers)
                try countResponse(start, &answered, &interim)
            } catch {
                if has(.S45), case .rejected = error { dropLastMessage() }
                throw error
            }
            guard try body() else { return }
        }
    }

    private mutating func countResponse(
        _ start: Int, _ answered: inout Int, _ interim: inout Int
    ) throws(HTTP1Stop) {
        guard let message = messages.last, !message.isRequest else { return }
        guard message.isInterim, !has(.interimIsFinal) else {
            answered += 1
            interim = 0
            return
        }
        guard interim < limits.informationalCountMax else {
            throw .rejected(.tooManyInformational, message.startLine.lowerBound)
        }
        interim += 1
    }

    /// Takes the body of the message whose head was read; false where nothing behind it is read.
    private mutating func body() throws(HTTP1Stop) -> Bool {
        let index = messages.count - 1
        let framing = messages[index].framing
        switch framing.kind {
        case .length where framing.length > 0:
            tokens.append(Token(.body, offset: at, length: framing.length))
            commit()
            let end = sum(at, framing.length)
            messages[index].body = at..<min(end, bytes.count)
            guard end <= bytes.count else { throw .needMore }
            at = end
        case .none, .length:
            if has(.S48), framing.kind == .length, at < firstRead {
                // What came in the same read is taken for the body, whatever the length says.
                tokens.append(Token(.body, offset: at, length: firstRead - at))
                messages[index].body = at..<firstRead
                at = firstRead
            }
        case .chunked:
            commit()
            try chunkedBody()
            if messages[index].isBroken { return messages[index].framing.keepAlive }
        case .close, .tunnel:
            tokens.append(Token(.opaque, offset: at, length: 0))
            commit()
            messages[index].body = framing.kind == .close ? at..<bytes.count : at..<at
            messages[index].end = at
            return false
        }
        if framing.kind != .chunked {
            tokens.append(Token(.messageEnd, offset: at, length: 0))
            commit()
        }
        messages[index].end = at
        return messages[index].isInterim || framing.keepAlive ? true : try leftover()
    }

    /// Nothing behind the last message is read, unless to see whether it is one.
    private mutating func leftover() throws(HTTP1Stop) -> Bool {
        guard has(.S45), at < bytes.count else { return false }
        let end = at
        let count = (tokens: tokens.count, messages: messages.count)
        do throws(HTTP1Stop) {
            try head(answers: .other)
        } catch {
            if case .rejected = error {
                dropLastMessage()
                throw error
            }
        }
        tokens.removeLast(tokens.count - count.tokens)
        messages.removeLast(messages.count - count.messages)
        at = end
        return false
    }

    /// Withdraws the last message that was accepted, tokens and all.
    private mutating func dropLastMessage() {
        guard let last = messages.popLast() else { return }
        tokens.removeLast(tokens.count - last.firstToken)
        commit()
    }
}

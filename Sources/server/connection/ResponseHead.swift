/// How a response's end is found (RFC 9112 §6), decided once.
struct FramingPlan {
    /// Whether the connection ends behind it.
    let closes: Bool
    /// Whether content is sent at all.
    let sendsContent: Bool
    /// What Content-Length says; nil where the field is absent.
    let length: Int?
    let isChunked: Bool
    /// Whether an HTTP/1.0 client is told that the connection goes on.
    let saysKeepAlive: Bool

    /// - Parameter length: the content's, nil where it is not known before it is made.
    init(status: Status, length: Int?, isHead: Bool, isHTTP10: Bool, closes: Bool) {
        // RFC 9110 §8.6: no Content-Length with 204; with 304 only that of the 200 that was spared.
        let hasContent = !status.isWithoutContent
        let isUntilClose = hasContent && length == nil && isHTTP10
        sendsContent = hasContent && !isHead
        self.length = hasContent ? length : nil
        isChunked = hasContent && length == nil && !isHTTP10
        self.closes = closes || isUntilClose
        saysKeepAlive = isHTTP10 && !self.closes
    }
}

/// Response heads on the wire.
enum ResponseHead {
    /// Writes a head; false where the buffer has no room for it.
    static func write(
        _ response: borrowing Response, _ plan: FramingPlan, _ dateLine: [UInt8],
        _ buffer: Buffer
    ) -> Bool {
        var fits = statusLine(response.status, buffer)
        fits = buffer.append(dateLine.span) && fits
        fits = buffer.append(response.fields.bytes.span) && fits
        if let length = plan.length {
            fits = buffer.append("Content-Length: ") && fits
            fits = buffer.appendDecimal(length) && fits
            fits = buffer.append("\r\n") && fits
        }
        if plan.isChunked { fits = buffer.append("Transfer-Encoding: chunked\r\n") && fits }
        if plan.closes {
            fits = buffer.append("Connection: close\r\n") && fits
        } else if plan.saysKeepAlive {
            fits = buffer.append("Connection: keep-alive\r\n") && fits
        }
        return buffer.append("\r\n") && fits
    }

    private static func statusLine(_ status: Status, _ buffer: Buffer) -> Bool {
        if status == .ok { return buffer.append("HTTP/1.1 200 OK\r\n") }
        return buffer.append("HTTP/1.1 ") && buffer.appendDecimal(Int(status.code))
            && buffer.append(" ") && buffer.append(status.phrase) && buffer.append("\r\n")
    }
}

extension Buffer {
    /// Appends a number in decimal digits.
    func appendDecimal(_ number: Int) -> Bool { appendNumber(number, base: 10) }

    /// Appends a number in hexadecimal digits.
    func appendHexadecimal(_ number: Int) -> Bool { appendNumber(number, base: 16) }

    private func appendNumber(_ number: Int, base: UInt64) -> Bool {
        // 2^64 has 20 decimal digits.
        var digits: InlineArray<20, UInt8> = InlineArray(repeating: 0x30)
        var rest = UInt64(max(0, number))
        var first = 20
        repeat {
            first -= 1
            let digit = UInt8(truncatingIfNeeded: rest % base)
            digits[first] = digit < 10 ? 0x30 + digit : 0x57 + digit
            rest /= base
        } while rest > 0
        return append(digits.span.extracting(first..<20))
    }
}

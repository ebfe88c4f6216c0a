/// One plain head in a classified region: see `PlainRequests`.
@safe
struct PlainHead {
    /// What a head is.
    enum Reading {
        /// Plain: it ends before this byte, and a body of this length follows.
        case plain(end: Int, bodyLength: Int)
        /// The region ends inside it.
        case more
        case notPlain
    }

    /// The region's bytes and bitmaps, lent for the time of a walk.
    private let bytes: UnsafePointer<UInt8>
    private let maps: UnsafeMutablePointer<UInt64>
    /// How many bytes the region has.
    let count: Int

    /// Looks at `count` bytes at `bytes`, which were classified into `maps`; both must stay while this is used.
    @unsafe
    init(bytes: UnsafePointer<UInt8>, count: Int, maps: UnsafeMutablePointer<UInt64>) {
        unsafe self.bytes = bytes
        unsafe self.maps = maps
        self.count = count
    }

    @inline(__always)
    private func byte(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        // SAFETY: 0 ≤ index < count was just checked.
        return unsafe bytes[index]
    }

    /// 64 bits of a map.
    @inline(__always)
    private func word(_ map: Int, _ block: Int) -> UInt64 {
        precondition(block >= 0 && block << 6 < count)
        // SAFETY: the block begins within the region, and every such block was classified.
        return unsafe maps[block * PlainRequests.mapCount + map]
    }

    @inline(__always)
    private func letter(_ text: StaticString, _ index: Int) -> UInt8 {
        precondition(index >= 0 && index < text.utf8CodeUnitCount)
        // SAFETY: the index lies within the text, as was just checked.
        return unsafe text.utf8Start[index]
    }

    /// What was seen so far of fields that may stand once.
    private struct Seen: OptionSet {
        let rawValue: UInt8
        static let host = Seen(rawValue: 1)
        static let length = Seen(rawValue: 2)
        static let type = Seen(rawValue: 4)
        static let authorization = Seen(rawValue: 8)
    }

    /// Reads the head that begins at `start`.
    func read(from start: Int) -> Reading {
        guard start < count else { return .more }
        let line = requestLine(start)
        guard case .line(let first, let isGet) = line else {
            return line == .more ? .more : .notPlain
        }
        var position = first
        var seen = Seen()
        var length = 0
        var isLast = false
        while true {
            guard position + 1 < count else { return .more }
            if byte(position) == 0x0D {
                guard byte(position + 1) == 0x0A else { return .notPlain }
                return end(position + 2, length, isLast)
            }
            let colon = next(PlainRequests.notToken, from: position)
            guard colon < count else { return .more }
            guard colon > position, byte(colon) == UInt8(ascii: ":") else {
                return .notPlain
            }
            let lineEnd = next(PlainRequests.control, from: colon)
            guard lineEnd + 1 < count else { return .more }
            guard byte(lineEnd) == 0x0D, byte(lineEnd + 1) == 0x0A,
                let field = field(position..<colon)
            else { return .notPlain }
            let isSpaced = lineEnd > colon + 1 && byte(colon + 1) == 0x20
            let value = isSpaced ? (colon + 2)..<lineEnd : lineEnd..<lineEnd
            switch field {
            case .ordinary: break
            case .host:
                guard seen.insert(.host).inserted, isPlainHost(value) else {
                    return .notPlain
                }
            case .length:
                guard !isGet, seen.insert(.length).inserted, let number = number(value)
                else { return .notPlain }
                length = number
            case .type: guard seen.insert(.type).inserted else { return .notPlain }
            case .authorization:
                guard seen.insert(.authorization).inserted else { return .notPlain }
            case .connection:
                if equals(value, "close") {
                    isLast = true
                } else if !equals(value, "keep-alive") {
                    return .notPlain
                }
            }
            position = lineEnd + 2
        }
    }

    /// The byte behind the head decides whether a body looks like a request.
    ///
    /// Right behind a head with `Connection: close` nothing may come; as long as nothing does, the head waits.
    private func end(_ end: Int, _ length: Int, _ isLast: Bool) -> Reading {
        guard length > 0 else {
            guard isLast else { return .plain(end: end, bodyLength: 0) }
            return end < count ? .notPlain : .more
        }
        guard end < count else { return .more }
        let first = byte(end)
        return (0x41...0x5A).contains(first) ? .notPlain : .plain(end: end, bodyLength: length)
    }

    /// The first byte from `start`, which lies within the region, on whose bit is set in a map; the region's end where none is.
    private func next(_ map: Int, from start: Int) -> Int {
        guard start < count else { return count }
        var block = start >> 6
        var bits = word(map, block) & (UInt64.max << UInt64(start & 63))
        while bits == 0 {
            block += 1
            guard block << 6 < count else { return count }
            bits = word(map, block)
        }
        return min(count, block << 6 + bits.trailingZeroBitCount)
    }
}

// MARK: Request lines

extension PlainHead {
    private enum Line: Equatable {
        case line(end: Int, isGet: Bool)
        case more
        case notPlain
    }

    private func requestLine(_ start: Int) -> Line {
        guard count - start >= 6 else { return couldBegin(start) ? .more : .notPlain }
        var position = start
        var isGet = false
        if starts(start, with: "GET /") {
            position += 5
            isGet = true
        } else if starts(start, with: "POST /") {
            position += 6
        } else if starts(start, with: "PUT /") {
            position += 5
        } else if starts(start, with: "HEAD /") {
            position += 6
            isGet = true
        } else {
            return .notPlain
        }
        let path = position - 1
        while true {
            position = next(PlainRequests.notTarget, from: position)
            guard position + 2 < count else { return .more }
            if byte(position) == UInt8(ascii: " ") { break }
            guard byte(position) == UInt8(ascii: "%"),
                isOrdinary(byte(position + 1), byte(position + 2))
            else { return .notPlain }
            position += 3
        }
        guard isPlainPath(path..<position) else { return .notPlain }
        guard count - position >= 11 else { return .more }
        guard starts(position, with: " HTTP/1.1\r\n") else { return .notPlain }
        return .line(end: position + 11, isGet: isGet)
    }

    /// Whether the few bytes that are there could begin a request line.
    private func couldBegin(_ start: Int) -> Bool {
        for method: StaticString in ["GET /", "HEAD /", "POST /", "PUT /"] {
            let there = min(method.utf8CodeUnitCount, count - start)
            let isSame = (0..<there).allSatisfy { index in
                byte(start + index) == letter(method, index)
            }
            if isSame { return true }
        }
        return false
    }

    /// Whether %ab stands for an octet that no class is about.
    private func isOrdinary(_ a: UInt8, _ b: UInt8) -> Bool {
        guard let high = Self.digit(a), let low = Self.digit(b) else { return false }
        switch high << 4 | low {
        case 0..<0x20, UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "\\"), 0x7F, 0xC0, 0xC1:
            return false
        default: return true
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Without `..;`, and no name of a device of DOS.
    private func isPlainPath(_ path: Range<Int>) -> Bool {
        var dots = 0
        for index in path {
            switch byte(index) {
            case UInt8(ascii: "."): dots += 1
            case UInt8(ascii: ";") where dots >= 2: return false
            default: dots = 0
            }
        }
        let name = (path.lowerBound + 1)..<(path.lowerBound + 4)
        guard name.upperBound <= count else { return true }
        for device: StaticString in ["con", "aux", "nul", "prn"] {
            if equals(name, device) { return false }
        }
        return true
    }
}

// MARK: Fields

extension PlainHead {
    private enum Field {
        case ordinary, host, length, type, authorization, connection
    }

    /// Which field a name names, or nil for one that classes are about, or that is written with other characters.
    private func field(_ name: Range<Int>) -> Field? {
        guard name.count <= 64 else { return nil }
        for index in name {
            let byte = byte(index)
            let isLetter = (0x61...0x7A).contains(byte | 0x20)
            guard isLetter || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") else {
                return nil
            }
        }
        switch byte(name.lowerBound) | 0x20 {
        case UInt8(ascii: "a"):
            return equals(name, "authorization") ? .authorization : .ordinary
        case UInt8(ascii: "c"):
            if equals(name, "connection") { return .connection }
            if equals(name, "content-type") { return .type }
            if equals(name, "content-length") { return .length }
            return equals(name, "content-encoding") ? nil : .ordinary
        case UInt8(ascii: "e"): return equals(name, "expect") ? nil : .ordinary
        case UInt8(ascii: "h"): return equals(name, "host") ? .host : .ordinary
        case UInt8(ascii: "p"): return equals(name, "proxy") ? nil : .ordinary
        case UInt8(ascii: "s"):
            let isHandshake =
                name.count > 13
                && equals(name.lowerBound..<(name.lowerBound + 13), "sec-websocket")
            return isHandshake ? nil : .ordinary
        case UInt8(ascii: "t"):
            let isCoding =
                name.count >= 8 && equals(name.lowerBound..<(name.lowerBound + 8), "transfer")
            return isCoding || equals(name, "te") || equals(name, "trailer") ? nil : .ordinary
        case UInt8(ascii: "u"): return equals(name, "upgrade") ? nil : .ordinary
        default: return .ordinary
        }
    }

    /// A name or an IPv4 address, and a port of at most four digits.
    private func isPlainHost(_ value: Range<Int>) -> Bool {
        var index = value.lowerBound
        while index < value.upperBound, byte(index) != UInt8(ascii: ":") {
            let byte = byte(index)
            let isLetter = (0x61...0x7A).contains(byte | 0x20)
            guard isLetter || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E else {
                return false
            }
            index += 1
        }
        guard index > value.lowerBound else { return false }
        if index == value.upperBound { return true }
        let port = (index + 1)..<value.upperBound
        return !port.isEmpty && port.count <= 4
            && port.allSatisfy { place in (0x30...0x39).contains(byte(place)) }
    }

    /// One to nine digits, the first of which is 0 only where it is alone.
    private func number(_ value: Range<Int>) -> Int? {
        guard (1...9).contains(value.count) else { return nil }
        var number = 0
        for index in value {
            let byte = byte(index)
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        let hasZero = byte(value.lowerBound) == 0x30
        return hasZero && value.count > 1 ? nil : number
    }

    private func starts(_ start: Int, with text: StaticString) -> Bool {
        guard count - start >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount {
            guard byte(start + index) == letter(text, index) else { return false }
        }
        return true
    }

    /// Whether a run of the region is `text`, which is in lower case, in any case.
    private func equals(_ run: Range<Int>, _ text: StaticString) -> Bool {
        guard run.count == text.utf8CodeUnitCount, run.upperBound <= count else { return false }
        for index in 0..<run.count {
            let byte = byte(run.lowerBound + index)
            let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            guard lower == letter(text, index) else { return false }
        }
        return true
    }
}

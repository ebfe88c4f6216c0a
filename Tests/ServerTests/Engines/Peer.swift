import Glibc

/// A client over a real socket that blocks, with a generous timeout, so that a server that does not answer fails a test
/// and does not hold it.
final class Peer: Sendable {
    let descriptor: Int32

    /// - Parameter receiveBytes: room for what was not read yet; nil for the system's choice.
    init(port: Int, receiveBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBytes {
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes,
                socklen_t(MemoryLayout<Int32>.size))
        }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw PeerProblem(error: errno) }
    }

    deinit { close(descriptor) }

    /// Sends all of it; false where the server closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var at = 0
        while at < bytes.count {
            let count = bytes[at...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            at += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Whether something can be read within so many milliseconds: bytes, the end, or a reset.
    func isReadable(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    /// Sends as much as fits now; gives the count, -1 where the server closed.
    func sendSome(_ bytes: [UInt8]) -> Int {
        let count = Glibc.send(
            descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        return count < 0 && errno == EAGAIN ? 0 : count
    }

    /// Sends no more.
    func end() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends each call's bytes at once, in a segment of their own.
    func sendAtOnce() {
        var value: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &value,
            socklen_t(MemoryLayout<Int32>.size))
    }

    /// Closing sends a reset.
    func resetAtClose() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// Some bytes; empty at the end, nil where the timeout or a reset came first.
    func receive(_ countMax: Int = 65_536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: countMax)
        let count = recv(descriptor, &bytes, countMax, 0)
        guard count >= 0 else { return nil }
        return Array(bytes[..<count])
    }

    /// Reads until so many bytes are there.
    func receive(whole count: Int) -> [UInt8]? {
        var all: [UInt8] = []
        while all.count < count {
            guard let more = receive(min(65_536, count - all.count)), !more.isEmpty else {
                return nil
            }
            all += more
        }
        return all
    }

    /// Everything until the server ends.
    func receiveAll() -> [UInt8]? {
        var all: [UInt8] = []
        while let more = receive() {
            if more.isEmpty { return all }
            all += more
        }
        return nil
    }

    /// One response with Content-Length: its status line and its content.
    func response() -> (status: String, content: [UInt8])? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
            guard let byte = receive(1), byte.count == 1 else { return nil }
            head += byte
        }
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let field = lines.first { $0.lowercased().hasPrefix("content-length:") }
        let digits = field.map { $0.drop { $0 != ":" }.dropFirst().drop { $0 == " " } }
        guard let status = lines.first, let digits, let length = Int(digits),
            let content = length == 0 ? [] : receive(whole: length)
        else { return nil }
        return (String(status), content)
    }
}

struct PeerProblem: Error { let error: Int32 }

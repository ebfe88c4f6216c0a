internal import CSystem
internal import Glibc

/// One end of a local socket between two processes of one operator: messages that come whole or not at all, and
/// descriptors with them.
///
/// A message is a word, a line feed, and what the word says.
final class MessageSocket: Sendable {
    /// The largest message (chosen: metrics of a process take some 16 KiB, all settings 6; Linux takes 200 KiB at once).
    static let bytesMax = 131_072

    /// What came.
    struct Message {
        let word: String
        let content: [UInt8]
        let descriptors: [OwnedDescriptor]
    }

    private let owner: OwnedDescriptor

    init(_ owner: OwnedDescriptor) { self.owner = owner }

    var descriptor: Int32 { owner.number }

    /// Two ends.
    static func pair() throws(SocketProblem) -> (MessageSocket, MessageSocket) {
        var ends: (Int32, Int32) = (-1, -1)
        // SAFETY: two ints, written inside the call.
        let result = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
            unsafe zy_socket_pair(bytes.baseAddress?.assumingMemoryBound(to: Int32.self))
        }
        guard result == 0 else { throw problem("a local socket cannot be made", -result) }
        return (MessageSocket(OwnedDescriptor(ends.0)), MessageSocket(OwnedDescriptor(ends.1)))
    }

    /// Makes calls on it end after so long.
    func setPatience(milliseconds: Int) {
        _ = zy_set_patience(descriptor, Int32(clamping: milliseconds))
    }

    func send(
        _ word: String, _ content: [UInt8] = [], _ descriptors: [Int32] = []
    ) throws(SocketProblem) {
        let bytes = Array(word.utf8) + [0x0A] + content
        guard bytes.count <= Self.bytesMax, descriptors.count <= Int(zy_descriptors_max) else {
            throw SocketProblem(description: "'\(word)' is too much for one message")
        }
        // SAFETY: both are arrays with their own counts, read inside the call.
        let sent = unsafe bytes.withUnsafeBytes { bytes in
            unsafe descriptors.withUnsafeBufferPointer { descriptors in
                unsafe zy_send_message(
                    descriptor, bytes.baseAddress, bytes.count, descriptors.baseAddress,
                    descriptors.count)
            }
        }
        guard sent == bytes.count else { throw Self.problem("'\(word)' cannot be sent", -sent) }
    }

    /// The next message; nil where the other end is gone.
    func receive() throws(SocketProblem) -> Message? {
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
        var numbers = [Int32](repeating: -1, count: Int(zy_descriptors_max))
        var count = 0
        // SAFETY: at most as many bytes and descriptors are written as there is room for.
        let received = unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe numbers.withUnsafeMutableBufferPointer { numbers in
                unsafe zy_receive_message(
                    descriptor, bytes.baseAddress, bytes.count, numbers.baseAddress, &count)
            }
        }
        let descriptors = numbers.prefix(max(0, min(count, numbers.count))).map(
            OwnedDescriptor.init)
        guard received >= 0 else { throw Self.problem("nothing can be received", -received) }
        guard received > 0 else { return nil }
        let message = bytes.prefix(received)
        let word = message.prefix { $0 != 0x0A }
        return Message(
            word: String(decoding: word, as: UTF8.self),
            content: Array(message.dropFirst(word.count + 1)), descriptors: descriptors)
    }

    /// Sends listeners, and `end`.
    func send(_ listeners: [Listener]) throws(SocketProblem) {
        var rest = listeners[...]
        while !rest.isEmpty {
            try send("listeners", [], rest.prefix(Int(zy_descriptors_max)).map(\.descriptor))
            rest = rest.dropFirst(Int(zy_descriptors_max))
        }
        try send("end")
    }

    /// Receives what `send` of listeners sent.
    func receiveListeners(_ options: SocketOptions) throws(SocketProblem) -> [Listener] {
        var listeners: [Listener] = []
        while let message = try receive() {
            switch message.word {
            case "listeners":
                for descriptor in message.descriptors {
                    listeners.append(try Listener(adopting: descriptor, options: options))
                }
            case "end": return listeners
            default:
                throw SocketProblem(description: "'\(message.word)' is no message of a handover")
            }
        }
        throw SocketProblem(description: "the process that had the port has ended meanwhile")
    }

    static func problem(_ what: String, _ error: some BinaryInteger) -> SocketProblem {
        // SAFETY: strerror gives a text that ends in NUL, copied at once.
        SocketProblem(
            description: unsafe "\(what): \(String(cString: strerror(Int32(clamping: error))))")
    }
}

/// What a server gets from the process that had its port before, or from the one that watches over it.
public struct Inheritance: Sendable {
    /// Sockets that listen. Those whose address a configuration names are used in place of new ones.
    public var listeners: [Listener]
    /// The processor of the first loop, so that the loops of several processes are not all pinned to the same ones.
    public var firstProcessor: Int

    /// Nothing, unless told otherwise.
    public init(listeners: [Listener] = [], firstProcessor: Int = 0) {
        self.listeners = listeners
        self.firstProcessor = firstProcessor
    }
}

/// The listeners of each loop.
///
/// New ones: one for each loop and address, with SO_REUSEPORT where there are several loops. Inherited ones come in the
/// number that their maker had loops. Each of them must be served, for connections wait in each one's queue: with more
/// listeners than loops a loop has several, with fewer several loops have one together. Joining the port's group with new
/// sockets instead would take SO_REUSEPORT at sockets that were bound without it.
struct ListenerSet {
    /// For each loop, those it accepts from.
    let byLoop: [[Listener]]

    /// Each of them once.
    var all: [Listener] {
        byLoop.joined().reduce(into: []) { all, listener in
            if !all.contains(where: { $0 === listener }) { all.append(listener) }
        }
    }

    init(
        _ addresses: [SocketAddress], _ options: SocketOptions, loops: Int, inherited: [Listener]
    ) throws(SocketProblem) {
        var byLoop = [[Listener]](repeating: [], count: max(1, loops))
        for address in addresses {
            let own = inherited.filter { $0.address == address }
            let listeners =
                own.isEmpty ? try Self.bind(address, options, count: byLoop.count) : own
            for index in 0..<max(byLoop.count, listeners.count) {
                byLoop[index % byLoop.count].append(listeners[index % listeners.count])
            }
        }
        self.byLoop = byLoop
    }

    /// As many listeners of one address as there are loops; at least one.
    private static func bind(
        _ address: SocketAddress, _ options: SocketOptions, count: Int
    ) throws(SocketProblem) -> [Listener] {
        if count > 1, address.port != 0 {
            // SO_REUSEPORT would share the port with whoever has it, and both would answer some.
            _ = try Listener(address, options: options, sharesPort: false)
        }
        var address = address
        var listeners: [Listener] = []
        for _ in 0..<max(1, count) {
            let listener = try Listener(address, options: options, sharesPort: count > 1)
            // Where the kernel chose the port, the other loops have the same.
            address = listener.address
            listeners.append(listener)
        }
        return listeners
    }
}

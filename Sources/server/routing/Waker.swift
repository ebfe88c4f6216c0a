/// Wakes a connection whose sink takes bytes again, or whose source has some. From any thread, as often as one likes; a
/// connection that is over hears nothing.
public struct Waker: Sendable {
    private let target: any ConnectionWaking
    private let id: ConnectionID

    init(_ target: any ConnectionWaking, _ id: ConnectionID) {
        self.target = target
        self.id = id
    }

    /// Wakes it.
    public func wake() { target.wake(id) }
}

/// What brings a connection to its driver's attention: an engine's mailbox, or a test's list.
protocol ConnectionWaking: AnyObject, Sendable {
    func wake(_ id: ConnectionID)
}

internal import Glibc
internal import Server

/// What a process has from the one that had the port before it, and what the next one gets from it; nothing where
/// `takeover` is off.
final class Handover: Sendable {
    /// The listeners of the process before.
    let inherited: [Listener]
    private let claim: TakeoverClaim?
    private let path: String?
    private let limits: ServerLimits

    /// Asks the process that runs, if one does.
    init(_ configuration: ServerConfiguration) throws {
        path = configuration.takeover
        limits = configuration.limits
        claim = try path.flatMap { path in
            try TakeoverClaim(path: path, options: configuration.socket)
        }
        inherited = claim?.listeners ?? []
    }

    /// This process serves: the one before is told to end, and the next one can ask for `listeners`.
    ///
    /// - Parameter onTaken: called when another process has them.
    func complete(
        _ listeners: [Listener], onTaken: @escaping @Sendable () -> Void
    ) throws -> TakeoverDoor? {
        guard let path else { return nil }
        let door = try TakeoverDoor(path: path, listeners: listeners, limits: limits) {
            note("another process has taken over; ending")
            onTaken()
        }
        try claim?.ready()
        if claim != nil { note("took over from the process that ran before") }
        // From here on this process has the port: without a door it serves, and the next one cannot take over.
        do { try door.open() } catch { note("\(error)") }
        return door
    }
}

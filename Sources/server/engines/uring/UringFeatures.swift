internal import CSystem

/// What of io_uring a ring uses. Each can be missing by itself: an older kernel, or a test, goes without, and something older
/// takes its place.
struct UringFeatures: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    /// One operation accepts connection after connection (Linux 5.19); otherwise the listener is polled.
    static let multishotAccept = UringFeatures(rawValue: UInt32(zy_uring_multishot_accept))
    /// One operation receives again and again, each time into a buffer of the ring's (Linux 6.0); otherwise the socket is
    /// polled and read.
    static let multishotReceive = UringFeatures(
        rawValue: UInt32(zy_uring_multishot_receive))
    /// Large content leaves from where it stands (Linux 6.0).
    static let zeroCopySend = UringFeatures(rawValue: UInt32(zy_uring_zero_copy_send))
    /// Completions are worked out when the loop waits and at no other time (Linux 6.1).
    static let deferredWork = UringFeatures(rawValue: UInt32(zy_uring_deferred_work))
    /// In place of that: without an interrupt (Linux 5.19).
    static let cooperativeWork = UringFeatures(rawValue: UInt32(zy_uring_cooperative_work))
    /// What stays is named by index (Linux 5.1): the mailbox. Not the listeners, of which one operation is under way from
    /// the start to the end, so that nothing would be gained: the kernel lets go of a registered descriptor only some time
    /// after the process has ended, and until then its port would be in use.
    static let registeredFiles = UringFeatures(rawValue: UInt32(zy_uring_registered_files))
    /// The ring itself is (Linux 5.18).
    static let registeredRing = UringFeatures(rawValue: UInt32(zy_uring_registered_ring))
    /// Files are read and sent by one chain of operations; otherwise sendfile(2) is called where the socket has room. No
    /// matter of the kernel's.
    static let fileChains = UringFeatures(rawValue: 1 << 16)

    /// All that there are.
    static let all: UringFeatures = [
        .multishotAccept, .multishotReceive, .zeroCopySend, .deferredWork, .cooperativeWork,
        .registeredFiles, .registeredRing, .fileChains,
    ]

    /// What a server uses where it can (chosen by measurement: a 1 MiB file left 1,400 times a second by chains, which copy
    /// it twice, and 4,200 times by sendfile, which does not at all; wrk on the same two processors).
    static let usual = all.subtracting(.fileChains)

    /// For a person: what is in use, and what takes the place of what is not.
    var summary: String {
        let parts: [(UringFeatures, String, String)] = [
            (.multishotAccept, "multishot accept", "polled accept"),
            (.multishotReceive, "multishot receive into provided buffers", "polled receive"),
            (.zeroCopySend, "zero-copy send", "copying send"),
            (.fileChains, "files by linked read and send", "files by sendfile"),
            (.registeredFiles, "registered mailbox", "mailbox by descriptor"),
            (.registeredRing, "registered ring", "ring by descriptor"),
        ]
        let work =
            contains(.deferredWork)
            ? "deferred task work"
            : contains(.cooperativeWork) ? "cooperative task work" : "interrupting task work"
        return (parts.map { contains($0.0) ? $0.1 : $0.2 } + [work]).joined(separator: ", ")
    }
}

internal import Glibc

/// A file descriptor that closes itself when nobody needs it any more.
public final class OpenFile: Sendable {
    /// The descriptor.
    public let descriptor: Int32

    /// Takes over a descriptor.
    public init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}

internal import CKernels

/// Masking (RFC 6455 §5.3). It is its own inverse: the same call masks and unmasks.
public enum WebSocketMask {
    /// Masks or unmasks all of `bytes` where they stand.
    ///
    /// - Parameters:
    ///   - bytes: a run of a payload.
    ///   - key: the masking key, its first octet lowest.
    ///   - phase: which byte of the payload the run's first one is (only its two lowest bits count).
    public static func apply(to bytes: inout MutableSpan<UInt8>, key: UInt32, phase: Int = 0) {
        apply(to: &bytes, in: 0..<bytes.count, key: key, phase: phase)
    }

    /// Masks or unmasks a run of `bytes`, such as the payload of a frame whose header stands before it.
    public static func apply(
        to bytes: inout MutableSpan<UInt8>, in range: Range<Int>, key: UInt32, phase: Int = 0
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= bytes.count, "run out of range")
        let shift = UInt32(truncatingIfNeeded: (phase & 3) &* 8)
        let turned = key &>> shift | key &<< (0 &- shift & 31)
        // SAFETY: 0 ≤ lower ≤ upper ≤ count; the kernel reads and writes `range.count` bytes from the lower one.
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe zy_unmask(
                base + range.lowerBound, base + range.lowerBound, range.count, turned)
        }
    }

    /// The key of four octets as `apply` takes it.
    @inlinable
    public static func key(_ octets: [4 of UInt8]) -> UInt32 {
        UInt32(octets[0]) | UInt32(octets[1]) &<< 8 | UInt32(octets[2]) &<< 16
            | UInt32(octets[3]) &<< 24
    }
}

/// Requests as traffic has them, for benches of more than parsers.
public enum BenchTraffic {
    /// `count` requests that differ: paths, field sets, lengths and cookies; the same for the same seed.
    ///
    /// Those with Content-Length come without their body.
    public static func requests(_ count: Int, seed: UInt64) -> [[UInt8]] {
        RequestMix(seed: seed).requests(count).map(\.bytes)
    }
}

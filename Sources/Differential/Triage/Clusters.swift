/// Finds put together by signature.
public struct Clusters<Find: Sendable>: Sendable {
    /// Finds with one signature.
    public struct Cluster: Sendable {
        public let signature: Signature
        /// In the order in which they came.
        public var finds: [Find]
    }

    /// The clusters, the worst first.
    public let clusters: [Cluster]
    /// What no participant read differently.
    public let agreeing: [Find]

    /// Puts finds together. Each is in exactly one cluster, or agrees; the order of the finds changes only the order
    /// within a cluster.
    public init(_ finds: [(find: Find, signature: Signature?)]) {
        var bySignature: [Signature: [Find]] = [:]
        var agreeing: [Find] = []
        for entry in finds {
            if let signature = entry.signature {
                bySignature[signature, default: []].append(entry.find)
            } else {
                agreeing.append(entry.find)
            }
        }
        self.agreeing = agreeing
        clusters = bySignature.map { Cluster(signature: $0.key, finds: $0.value) }
            .sorted { $0.signature < $1.signature }
    }
}

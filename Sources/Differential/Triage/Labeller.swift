public import Wire

extension Finding {
    /// The class of the find, or nil where none fits.
    ///
    /// Of all pairs of groups the one with the worst difference that fits a class gives it; a group speaks through its first
    /// participant.
    public func label(_ description: ProtocolDescription) -> Label? {
        let comparison = Comparison(description: description, context: configuration.context)
        var pairs: [(rank: DifferenceRank, front: Group, back: Group)] = []
        for (index, front) in groups.enumerated() {
            for back in groups[(index + 1)...] {
                let rank = comparison.rank(front.outcome, back.outcome, input.bytes)
                pairs.append((rank, front, back))
            }
        }
        // A stable order: pairs of one rank stay in the participants' order.
        for rank in DifferenceRank.allCases {
            for pair in pairs where pair.rank == rank {
                guard
                    let found = found(
                        pair.front.outcome, pair.back.outcome, description, comparison)
                else { continue }
                return Label(
                    kind: found.kind, front: pair.front.names[0], back: pair.back.names[0],
                    detail: found.detail, clause: clause(found.kind, description), wrong: wrong)
            }
        }
        return nil
    }

    private func found(
        _ front: Outcome, _ back: Outcome, _ description: ProtocolDescription,
        _ comparison: Comparison
    ) -> (kind: LabelKind, detail: String)? {
        if description.name.hasPrefix("http1.") {
            return HTTP1Labels(input: input.bytes, description: description).label(front, back)
        }
        // Below a packet QUIC's items are frames.
        let layer = input.context["layer"]?.hasPrefix("frames") == true ? " frames" : ""
        return PropertyLabels.label(
            description.name + layer, comparison.differences(front, back, input.bytes))
    }

    private func clause(_ kind: LabelKind, _ description: ProtocolDescription) -> String {
        guard case .rejected(let rejection) = reference.verdict,
            let reason = description.reason(of: rejection)
        else { return kind.clause }
        return reason.clause
    }
}

/// Classes that follow from which properties differ: those of the protocols whose items say enough by themselves.
enum PropertyLabels {
    /// For each protocol (and layer) the classes, the worst first, and the differences that make one.
    private static let rules: [String: [(kind: LabelKind, names: Set<String>)]] = [
        "hpack": [
            (.hpackState, ["digest", "tableEntries", "tableSize"]),
            (.hpackFields, ["fields"]),
        ],
        "http2.frame": [
            (.http2Length, ["boundary", "length"]),
            (.http2Stream, ["stream", "promisedStream"]),
            (.http2Block, ["fieldBlock", "fragment", "data", "padLength"]),
            (.http2Error, ["streamError", "ignored"]),
        ],
        "websocket.frame": [
            (.webSocketBoundary, ["boundary"]),
            (.webSocketMessage, ["message", "messageLength", "fin", "kind"]),
            (.webSocketPayload, ["payload", "inflated", "closeCode", "closeReason"]),
        ],
        "quic.packet": [
            (.quicCoalesce, ["boundary", "count"]),
            (.quicOpen, ["packetNumber", "discarded", "protected"]),
            (.quicFrames, ["frames"]),
        ],
        "quic.packet frames": [
            (.quicFrames, ["boundary", "count", "kind", "type", "length"])
        ],
        "utf8": [
            (.utf8Subpart, ["boundary", "maximalSubpart"]),
            (.utf8IllFormed, ["verdict"]),
        ],
    ]

    /// The class of the differences between two readings, or nil where none fits.
    static func label(
        _ protocolName: String, _ differences: [Comparison.Difference]
    ) -> (kind: LabelKind, detail: String)? {
        for rule in rules[protocolName] ?? [] {
            guard let first = differences.first(where: { rule.names.contains($0.name) }) else {
                continue
            }
            let place = first.item.map { "item \($0)" } ?? "the whole"
            return (rule.kind, "\(rule.kind.meaning); \(place): \(first.name)")
        }
        return nil
    }
}

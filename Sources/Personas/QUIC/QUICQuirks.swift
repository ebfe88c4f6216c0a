internal import QUIC
internal import Wire

/// The quirks of QUIC packets: the reference, on datagrams that each quirk has made right
/// (`RepairedReference`).
///
/// Where a quirk changes what a packet's protection covers, an opened packet fails its tag, as it
/// would for the reader that is modelled.
struct QUICQuirks: QuirkModel {
    let protocols = ["quic.packet"]

    var quirks: [Quirk] {
        QUICLeniency.all.map { Quirk($0, protocols: protocols) } + headers + contents
    }

    func maker(
        _ description: ProtocolDescription, quirks: [Quirk]
    ) -> (@Sendable (Configuration) -> any Parser)? {
        guard let make = description.referenceMaker(adding: .strict) else { return nil }
        let policy = quirks.policy
        let repairs = QUICRepairs(flags: Flags(quirks))
        let model = RepairedReference(
            make: make, prepare: repairs.prepare, repair: repairs.repair, finish: repairs.finish)
        return { configuration in
            var configuration = configuration
            configuration.policy.formUnion(policy)
            return RereadParser(isStream: false) { [configuration] in
                model.read($0, configuration)
            }
        }
    }

    private func quirk(
        _ flag: QUICQuirkFlag, _ effect: String, breaks clause: String, seen: String
    ) -> Quirk {
        Quirk(
            id: flag.rawValue, protocols: protocols, kind: .parsing, effect: effect,
            clause: clause, seenIn: seen)
    }

    private var headers: [Quirk] {
        [
            quirk(
                .longConnectionID,
                "A connection ID above 20 bytes passes: the packet is read by RFC 8999.",
                breaks: "RFC 9000 §17.2",
                seen: "published checklists (CID length against invariants)"),
            quirk(
                .lengthClamped, "A Length beyond the datagram is what the datagram has.",
                breaks: "RFC 9000 §12.2, §17.2",
                seen: "published checklists (varint beyond datagram)"),
            quirk(
                .tokenClamped, "A Token Length beyond the datagram is what the datagram has.",
                breaks: "RFC 9000 §17.2.2", seen: "published checklists (varint beyond datagram)"),
            quirk(
                .smallInitial, "An Initial packet may come in a small datagram.",
                breaks: "RFC 9000 §14.1", seen: "h3spec's list; amplifying servers"),
            quirk(
                .versionListUneven,
                "Bytes behind the last whole version of a list are not looked at.",
                breaks: "RFC 9000 §17.2.1", seen: "published checklists (VN list length)"),
            quirk(
                .ownVersionListed, "A Version Negotiation packet that lists our version passes.",
                breaks: "RFC 9000 §6.2", seen: "published checklists (downgrade)"),
            quirk(
                .retryTagUnchecked, "The tag of a Retry packet is not checked.",
                breaks: "RFC 9001 §5.8", seen: "published checklists (Retry)"),
            quirk(
                .coalescedKept, "A coalesced packet with another connection ID is kept, unopened.",
                breaks: "RFC 9000 §12.2", seen: "published checklists (coalesced, different DCID)"),
            quirk(
                .numberExpandsFromZero,
                "Packet numbers are reconstructed as if none had come before.",
                breaks: "RFC 9000 §17.1, Appendix A.3", seen: "published checklists (pn edge)"),
        ]
    }

    private var contents: [Quirk] {
        [
            quirk(
                .reservedBitsDropped, "A packet with reserved bits set is dropped alone.",
                breaks: "RFC 9000 §17.2, §17.3.1", seen: "h3spec's list"),
            quirk(
                .emptyPayloadDropped, "A packet without frames is dropped alone.",
                breaks: "RFC 9000 §12.4", seen: "h3spec's list"),
            quirk(
                .unknownFrameEnds, "Behind a frame of unknown type the payload is not looked at.",
                breaks: "RFC 9000 §12.4", seen: "h3spec's list"),
            quirk(
                .duplicateParameter, "A transport parameter may stand twice.",
                breaks: "RFC 9000 §7.4", seen: "h3spec's list"),
        ]
    }
}

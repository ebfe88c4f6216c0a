import UTF8Text
import Wire

/// One fault that a UTF-8 parser could have; `FaultyUTF8` has it.
enum UTF8SeededFault: String, CaseIterable, Sendable {
    // Bounds
    /// C1 begins a sequence.
    case leadC1Accepted
    /// E0 takes any continuation.
    case overlongThreeAccepted
    /// E0 takes 9F too: the bound is one too low.
    case overlongThreeOffByOne
    /// ED takes any continuation.
    case surrogatesAccepted
    /// ED takes A0 too.
    case surrogatesOffByOne
    /// F0 takes any continuation.
    case overlongFourAccepted
    /// F4 takes any continuation.
    case aboveMaximumAccepted
    /// F5 begins a sequence.
    case leadF5Accepted
    /// FF stands for itself.
    case lastByteAccepted
    /// C0 to FF continue a sequence like 80 to BF.
    case continuationUnchecked
    /// BF continues nothing.
    case lastContinuationRefused
    /// DF begins a sequence of three.
    case leadDFIsThree
    /// 80 stands for itself.
    case continuationAlone
    /// NUL is refused.
    case nulRefused
    /// A byte order mark is refused.
    case byteOrderMarkRefused

    // Leniencies
    /// `overlongNUL` lets all of C0 pass.
    case overlongNULTakesAll
    /// `overlongSequences` leaves out four bytes.
    case overlongFourStaysRefused
    /// `wtf8Surrogates` lets only pairs' first halves pass.
    case lowSurrogatesRefused
    /// `codePointsAboveMaximum` lets F8 pass.
    case leadF8Accepted

    // Reasons, offsets, tokens
    /// A broken sequence is reported at the byte that breaks it.
    case offsetAtLastByte
    /// C0 and C1 are invalid bytes.
    case overlongLeadIsInvalid
    /// F5 to F7 are invalid bytes.
    case highLeadIsInvalid
    /// A broken sequence of E0 is overlong.
    case truncatedIsOverlong
    /// The maximal subpart includes the byte that breaks it.
    case subpartTooLong
    /// The maximal subpart is always one byte.
    case subpartAlwaysOne
    /// A rejection leaves no token.
    case tokenMissing
    /// A rejection's token is not committed.
    case tokenUncommitted

    // Resumption and verdicts
    /// A cut inside a sequence forgets it.
    case sequenceForgottenAtCut
    /// A cut forgets that the second byte has bounds of its own.
    case boundsForgottenAtCut
    /// A cut moves the start of an open sequence to itself.
    case startMovesToCut
    /// Every text is complete.
    case openIsComplete
    /// An empty text waits.
    case emptyIsIncomplete
    /// The open sequence counts as consumed: complete behind the last whole one.
    case completeBeforeOpenSequence
    /// A new text starts inside the sequence of the one before.
    case resetKeepsState
    /// A new text is refused like the one before.
    case resetKeepsRejection
    /// A refused text is read on when the parser is asked again.
    case rejectionForgotten
}

extension UTF8SeededFault: SeededFault {
    static var protocols: [ProtocolDescription] { UTF8Protocols.all }

    static func parser(
        _ description: ProtocolDescription, _ configuration: Configuration,
        _ fault: UTF8SeededFault?
    ) -> any Parser {
        FaultyUTF8(configuration, fault: fault)
    }
}

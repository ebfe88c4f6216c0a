import HTTP1
import Wire

/// What a machine of this variant says when one of its states has looked at bytes.
///
/// A machine is a struct with a state that says what it awaits and a position: the next byte to look at.
/// Nothing else is needed to go on, so a cut between any two bytes costs nothing.
enum FaultyStep {
    /// A state ended; the next one goes on at the position.
    case advanced
    /// Every byte so far is seen, and more are needed.
    case starved
    /// The machine has read what it was made for.
    case finished
    /// No valid message starts like this.
    case rejected(Rejection)

    /// A rejection by its reason.
    static func reject(_ reason: HTTP1Reason, at offset: Int) -> FaultyStep {
        .rejected(Rejection(reason, at: offset))
    }
}

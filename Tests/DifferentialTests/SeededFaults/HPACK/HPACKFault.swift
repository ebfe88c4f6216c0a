/// One fault that a decoder of ours could have: `FaultyHPACK` with it is wrong in one place.
enum HPACKFault: String, CaseIterable, Sendable {
    // Integers
    /// An integer wraps at 32 bits.
    case integerWraps
    /// A sixth continuation octet may follow.
    case sixthOctetAccepted
    /// Superfluous zero octets add nothing, whatever the policy.
    case paddingOctetAccepted
    /// The zero behind a prefix of ones counts as padding.
    case neededZeroRefused
    /// Padding is judged before overflow.
    case overflowBehindPadding
    /// A cut in an integer forgets the octets before it.
    case integerForgottenAtCut

    // Indices
    /// Index 0 is refused as an index out of range.
    case indexZeroIsInvalid
    /// The oldest entry has no index.
    case oldestEntryRefused
    /// The oldest entry has the first dynamic index.
    case oldestEntryFirst
    /// A name index out of range counts as an empty name.
    case nameIndexJudgedLate

    // Huffman strings
    /// The end-of-string symbol counts as padding that is too long.
    case endOfStringIsPadding
    /// The end-of-string symbol is reported where it starts.
    case endOfStringAtItsFirstOctet
    /// Padding may be any bits.
    case paddingBitsUnchecked
    /// Eight bits of padding pass.
    case eightBitsOfPadding
    /// Padding that is too long and not ones is refused for its bits.
    case paddingJudgedByOnes
    /// Codes of thirty bits are not read in a string's last octets.
    case longestCodesShort
    /// A name in Huffman code is reported as one that stands as it is.
    case nameHuffmanUnseen

    // The dynamic table
    /// An entry counts without the 32 octets.
    case entriesCountTheirOctets
    /// An entry larger than the table evicts nothing.
    case largeEntryKeepsTable
    /// An entry that fits exactly evicts one more.
    case exactFitEvicts
    /// The digest keeps the entries that were evicted.
    case digestKeepsEvicted
    /// The digest does not know the order of the entries.
    case digestForgetsOrder
    /// The digest does not know the table's maximum size.
    case digestForgetsSize
    /// The last octets of a string are not hashed.
    case digestOfLastWord
    /// A field never indexed is inserted.
    case neverIndexedInserted
    /// A field without indexing is inserted.
    case withoutIndexingInserted
    /// A size update evicts with the next insertion.
    case updateEvictsLater
    /// A reset keeps the entries.
    case resetKeepsEntries
    /// A reset keeps the maximum size.
    case resetKeepsSize

    // Limits
    /// A field that is left out of the list is not inserted either.
    case leftOutNotInserted
    /// A string may be one octet longer.
    case stringLimitOffByOne
    /// A string too long is reported where its representation starts.
    case stringLimitAtRepresentation
    /// A field counts without the 32 octets.
    case listForgetsOverhead
    /// One more field is listed.
    case fieldCountOffByOne
    /// Behind a field that was left out smaller ones are listed.
    case smallFieldsListedAgain
    /// The list is counted over all blocks.
    case listCountedOverBlocks
    /// Churn is counted over all blocks.
    case churnCountedOverBlocks
    /// Size updates are counted over all blocks.
    case updatesCountedOverBlocks
    /// Evictions do not count as churn.
    case churnForgetsEvictions

    // Size updates
    /// A size update may stand behind a field, whatever the policy.
    case updateAfterFieldAccepted
    /// A field that is left out does not count as one before an update.
    case leftOutFieldUnseen
    /// A size update may exceed the setting by one.
    case updateLimitOffByOne
    /// A size update may be 4096 at most, whatever the setting.
    case settingsUnseen
    /// A reduction asks for no update.
    case missingUpdateUnseen
    /// Of two reductions the last one counts.
    case owedTakesLast
    /// Any size update pays what is owed.
    case owedAnySize
    /// One more size update may stand in a block.
    case thirdUpdateAccepted

    // Blocks, cuts, commits
    /// A representation that its block cuts off is waited for.
    case truncationWaits
    /// A string may reach into the next block.
    case stringCrossesBlocks
    /// A representation that is cut off is reported at its last octet.
    case truncationAtBlockEnd
    /// A block without octets is skipped.
    case emptyBlockUnseen
    /// Fields become certain only with their block.
    case fieldsCommittedWithBlock
    /// A name is certain before its value has come.
    case nameCommittedEarly
    /// A value's offset in the arena is one too high.
    case valueOffsetOffByOne
    /// A representation's length ends with its name index.
    case representationWithoutValue
    /// Behind a rejection the decoder goes on when it is asked again.
    case rejectionForgotten
}

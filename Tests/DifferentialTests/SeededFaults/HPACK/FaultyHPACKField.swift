import HPACK
import Wire

/// An integer as its octets come in (RFC 7541 §5.1).
struct FaultyHPACKInteger {
    private(set) var value = 0
    private var shift = 0
    private let fault: HPACKFault?

    init(_ fault: HPACKFault?) { self.fault = fault }

    /// Five continuation octets have 35 bits, which holds 2^32 − 1 under any prefix.
    private static let shiftMax = 35

    /// Takes the first octet in, whose low `bits` belong to the integer; true where it is the only one.
    mutating func begin(_ octet: UInt8, bits: Int) -> Bool {
        let mask = (1 &<< bits) &- 1
        value = Int(octet) & mask
        shift = 0
        return value < mask
    }

    mutating func append(_ octet: UInt8) {
        value &+= Int(octet & 0x7F) &<< shift
        if fault == .integerWraps { value &= 0xFFFF_FFFF }
        shift &+= 7
    }

    /// Whether the value, or the octet that must follow, exceeds what is allowed.
    func isTooLarge(behind octet: UInt8) -> Bool {
        value > 0xFFFF_FFFF
            || (shift == Self.shiftMax && octet >= 0x80 && fault != .sixthOctetAccepted)
    }

    /// Whether the octet only pads.
    func isPadded(by octet: UInt8) -> Bool {
        octet == 0 && (shift > 7 || fault == .neededZeroRefused)
    }
}

/// The representation that is being read.
struct FaultyHPACKField {
    enum Form {
        case indexed
        case literal
        case sizeUpdate
    }

    private(set) var form = Form.indexed
    private(set) var sort = HPACKRepresentation.Sort.indexed
    private(set) var prefixBits = 7
    private(set) var start = 0
    private(set) var stringStart = 0
    private(set) var isStringHuffman = false
    private(set) var hasName = false
    var isNameLiteral = false
    var isNameHuffman = false
    var isValueHuffman = false
    var arenaStart = 0
    var nameCount = 0

    /// Begins a representation by the bits of its first octet (RFC 7541 §6).
    mutating func begin(_ octet: UInt8, at offset: Int) {
        start = offset
        hasName = false
        isNameLiteral = false
        isNameHuffman = false
        isValueHuffman = false
        nameCount = 0
        form = .literal
        switch octet.leadingZeroBitCount {
        case 0:
            form = .indexed
            sort = .indexed
            prefixBits = 7
        case 1:
            sort = .incrementalIndexing
            prefixBits = 6
        case 2:
            form = .sizeUpdate
            prefixBits = 5
        case 3:
            sort = .neverIndexed
            prefixBits = 4
        default:
            sort = .withoutIndexing
            prefixBits = 4
        }
    }

    mutating func beginString(_ octet: UInt8, at offset: Int) {
        stringStart = offset
        isStringHuffman = octet >= 0x80
    }

    mutating func endName(at arenaEnd: Int) {
        nameCount = arenaEnd &- arenaStart
        hasName = true
    }

    var detail: UInt16 {
        HPACKRepresentation(
            sort, isNameLiteral: isNameLiteral, isNameHuffman: isNameHuffman,
            isValueHuffman: isValueHuffman
        ).detail
    }
}

/// What is counted in a block.
struct FaultyHPACKCounts {
    var hasField = false
    var updates = 0
    var churn = 0
    var listBytes = 0
    var fields = 0
    var isTooLarge = false
}

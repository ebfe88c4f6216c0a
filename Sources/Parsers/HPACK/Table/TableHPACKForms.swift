internal import Wire

/// A form of representation: the steps that read it and carry it out. It holds no reference, as one is copied for each step.
struct TableHPACKForm: Sendable {
    enum Step: UInt8, Sendable {
        /// The number in the first octet's low bits, and its continuation.
        case number = 1
        /// Both strings of the entry with that index.
        case entry
        /// The name: that of the entry, or a string for index 0.
        case name
        /// The value: a string.
        case value
        /// The field goes into the dynamic table.
        case insertion
        /// The field goes onto the tape.
        case field
        /// The number is the table's new size.
        case update
    }

    let sort: HPACKRepresentation.Sort
    /// How many bits of the number the first octet has.
    let prefixBits: Int
    let isUpdate: Bool
    /// Four bits for each step, the first one lowest.
    private let packed: UInt32

    init(_ sort: HPACKRepresentation.Sort, prefixBits: Int, _ steps: [Step]) {
        self.sort = sort
        self.prefixBits = prefixBits
        isUpdate = steps.contains(.update)
        packed = steps.reversed().reduce(0) { $0 << 4 | UInt32($1.rawValue) }
    }

    /// The step at `index`, or nil behind the last.
    func step(_ index: Int) -> Step? {
        Step(rawValue: UInt8(truncatingIfNeeded: packed &>> UInt32(4 &* index)) & 15)
    }
}

/// A line of the description: the first octet as fixed bits and a dot for each bit of the number, and the form.
struct TableHPACKPattern {
    private let pattern: String
    let form: TableHPACKForm

    init(_ pattern: String, _ sort: HPACKRepresentation.Sort, _ steps: [TableHPACKForm.Step]) {
        self.pattern = pattern
        let dots = pattern.utf8.count { $0 == UInt8(ascii: ".") }
        form = TableHPACKForm(sort, prefixBits: dots, steps)
    }

    /// Whether an octet has the pattern's fixed bits.
    func matches(_ octet: UInt8) -> Bool {
        zip(pattern.utf8, 0..<8).allSatisfy { sign, place in
            sign == UInt8(ascii: ".") || sign - UInt8(ascii: "0") == octet >> (7 - place) & 1
        }
    }
}

/// The forms by their first octet.
struct TableHPACKForms: Sendable {
    /// Built once.
    static let shared = TableHPACKForms()

    /// RFC 7541 §6.
    private static var description: [TableHPACKPattern] {
        [
            TableHPACKPattern("1.......", .indexed, [.number, .entry, .field]),
            TableHPACKPattern(
                "01......", .incrementalIndexing, [.number, .name, .value, .insertion, .field]),
            TableHPACKPattern("001.....", .indexed, [.number, .update]),
            TableHPACKPattern("0001....", .neverIndexed, [.number, .name, .value, .field]),
            TableHPACKPattern("0000....", .withoutIndexing, [.number, .name, .value, .field]),
        ]
    }

    private let byOctet: [TableHPACKForm]

    private init() {
        let description = Self.description
        byOctet = (UInt8.min...UInt8.max).flatMap { octet in
            description.filter { $0.matches(octet) }.map(\.form)
        }
        precondition(byOctet.count == 256, "each octet begins one form")
    }

    subscript(octet: UInt8) -> TableHPACKForm { byOctet[Int(octet)] }
}

/// A number on its way in (RFC 7541 §5.1).
struct TableHPACKNumber {
    enum Taken {
        case fits
        case overflows
        case pads
    }

    private(set) var value = 0
    private(set) var isWhole = false
    /// Octets so far.
    private var count = 0

    /// 2^7 to the power of the place.
    private static let weights = [1, 1 << 7, 1 << 14, 1 << 21, 1 << 28]

    /// Takes the next octet in.
    mutating func take(_ octet: UInt8, _ bits: Int) -> Taken {
        defer { count += 1 }
        guard count > 0 else {
            let mask = 1 << bits - 1
            value = Int(octet) & mask
            isWhole = value != mask
            return .fits
        }
        value += Int(octet % 128) * Self.weights[count - 1]
        isWhole = octet < 128
        if value >= 1 << 32 || (count == 5 && !isWhole) { return .overflows }
        return octet == 0 && count > 1 ? .pads : .fits
    }
}

/// A string on its way in.
struct TableHPACKString {
    private(set) var start = 0
    private(set) var hasStart = false
    private(set) var isHuffman = false
    var hasLength = false
    /// The byte behind it, once its length is known.
    var end = 0
    var progress = TableHPACKMachine.Progress()

    mutating func begin(_ octet: UInt8, at offset: Int) {
        start = offset
        hasStart = true
        isHuffman = octet >= 128
    }
}

/// How a field was written.
struct TableHPACKWritten {
    var nameCount = 0
    var isNameLiteral = false
    var isNameHuffman = false
    var isValueHuffman = false

    func detail(_ sort: HPACKRepresentation.Sort) -> UInt16 {
        HPACKRepresentation(
            sort, isNameLiteral: isNameLiteral, isNameHuffman: isNameHuffman,
            isValueHuffman: isValueHuffman
        ).detail
    }
}

/// What is counted in a block.
struct TableHPACKCounts {
    var fields = 0
    var updates = 0
    var bytes = 0
    var churn = 0
    var isTooLarge = false
}

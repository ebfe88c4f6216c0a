/// The encoder's side of the tables (RFC 7541 §2.3).
struct HPACKEncoderTable: Sendable {
    private struct Entry: Sendable {
        let field: HPACKField
        let nameHash: Int

        var size: Int { field.name.count + field.value.count + 32 }
    }

    private struct Static: Sendable {
        var names: [[UInt8]: Int] = [:]
        var fields: [[[UInt8]]: Int] = [:]

        init() {
            for (index, entry) in HPACKStaticTable.entries.enumerated() {
                let name = Array(entry.name.description.utf8)
                let value = Array(entry.value.description.utf8)
                if names[name] == nil { names[name] = index + 1 }
                if fields[[name, value]] == nil { fields[[name, value]] = index + 1 }
            }
        }
    }

    private static let known = Static()

    /// The newest first, as they are indexed.
    private var entries: [Entry] = []
    private var size = 0
    private(set) var sizeMax: Int

    init(sizeMax: Int) { self.sizeMax = sizeMax }

    /// The indices of an entry that is the field, and of one that has its name.
    ///
    /// A field of the static table without a value is its name only: to index it whole needs the value to be empty.
    func match(_ field: HPACKField) -> (field: Int?, name: Int?) {
        let staticName = Self.known.names[field.name]
        if staticName != nil, let index = Self.known.fields[[field.name, field.value]] {
            return (index, staticName)
        }
        var name = staticName
        let hash = Self.hash(field.name)
        for (index, entry) in entries.enumerated()
        where entry.nameHash == hash && entry.field.name == field.name {
            let place = HPACKStaticTable.count + 1 + index
            if entry.field.value == field.value { return (place, name ?? place) }
            name = name ?? place
        }
        return (nil, name)
    }

    /// Inserts a field; returns how many octets went in and out (RFC 7541 §4.4).
    mutating func insert(_ field: HPACKField) -> Int {
        let entry = Entry(field: field, nameHash: Self.hash(field.name))
        let evicted = evict(downTo: sizeMax - entry.size)
        guard entry.size <= sizeMax else { return evicted }
        entries.insert(entry, at: 0)
        size += entry.size
        return evicted + entry.size
    }

    /// Changes the maximum size; returns how many octets that evicts.
    mutating func resize(_ sizeMax: Int) -> Int {
        self.sizeMax = sizeMax
        return evict(downTo: sizeMax)
    }

    private mutating func evict(downTo target: Int) -> Int {
        let before = size
        while size > target, let oldest = entries.popLast() { size -= oldest.size }
        return before - size
    }

    /// A hash that is the same in every run, to tell most names apart without comparing them.
    private static func hash(_ name: [UInt8]) -> Int {
        name.reduce(name.count) { $0 &* 31 &+ Int($1) }
    }
}

/// The metrics of several processes as one text: each sample gets the label `worker`, and the samples of a family stand
/// together below one head, as the format demands.
struct GatheredMetrics {
    private struct Family {
        let name: [UInt8]
        var head: [UInt8] = []
        var samples: [UInt8] = []
    }

    private var families: [Family] = []
    private var indices: [[UInt8]: Int] = [:]

    /// Adds what a worker said.
    mutating func add(_ text: [UInt8], worker: Int) {
        var current: Int?
        for line in text.split(separator: 0x0A) {
            if line.first == UInt8(ascii: "#") {
                // # HELP name text, # TYPE name type
                let words = line.split(separator: 0x20, maxSplits: 3)
                guard words.count == 4 else { continue }
                let (index, isNew) = index(of: Array(words[2]))
                if isNew { current = index }
                // The first worker's head is everyone's; its second line comes right behind its first.
                if current == index { families[index].head += line + [0x0A] }
            } else {
                let name = Array(line.prefix { $0 != UInt8(ascii: "{") && $0 != 0x20 })
                families[family(ofSample: name)].samples +=
                    Self.labelled(line, name.count, worker) + [0x0A]
            }
        }
    }

    /// The text of all.
    var text: [UInt8] { families.flatMap { $0.head + $0.samples } }

    private mutating func index(of name: [UInt8]) -> (Int, isNew: Bool) {
        if let index = indices[name] { return (index, false) }
        indices[name] = families.count
        families.append(Family(name: name))
        return (families.count - 1, true)
    }

    /// A histogram's samples have longer names than their family.
    private mutating func family(ofSample name: [UInt8]) -> Int {
        for suffix in ["", "_bucket", "_sum", "_count"] where name.ends(with: suffix.utf8) {
            if let index = indices[Array(name.dropLast(suffix.utf8.count))] { return index }
        }
        return index(of: name).0
    }

    /// The line with the label `worker` before its others.
    private static func labelled(_ line: ArraySlice<UInt8>, _ count: Int, _ worker: Int) -> [UInt8]
    {
        var result = Array(line.prefix(count))
        let rest = line.dropFirst(count)
        let hasLabels = rest.first == UInt8(ascii: "{")
        result += Array("{worker=\"\(worker)\"".utf8)
        result.append(hasLabels ? UInt8(ascii: ",") : UInt8(ascii: "}"))
        return result + (hasLabels ? rest.dropFirst() : rest)
    }
}

extension Array<UInt8> {
    fileprivate func ends(with other: String.UTF8View) -> Bool {
        suffix(other.count).elementsEqual(other)
    }
}

/// Suggests the known name that was probably meant.
public enum Nearest {
    /// The nearest of `known` to `name`, if one is near enough to be a slip.
    public static func match(_ name: String, in known: [String]) -> String? {
        let best = known.map { ($0, distance(name.lowercased(), $0.lowercased())) }
            .min { $0.1 < $1.1 }
        guard let best, best.1 <= max(2, name.count / 3) else { return nil }
        return best.0
    }

    /// ` (did you mean 'x'?)`, or the whole list where nothing is near.
    public static func hint(_ name: String, in known: [String]) -> String {
        if let match = match(name, in: known) { return " (did you mean '\(match)'?)" }
        return "; known: " + known.joined(separator: ", ")
    }

    /// Levenshtein's distance, in insertions, deletions and substitutions.
    private static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.utf8)
        let b = Array(right.utf8)
        var row = Array(0...b.count)
        for (i, byte) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (byte == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}

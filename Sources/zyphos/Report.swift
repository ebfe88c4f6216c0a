internal import ArgumentParser
internal import Foundation

/// How a report is written.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
}

/// A table, for people or for programs.
struct Report {
    let head: [String]
    let rows: [[String]]
    /// Columns whose values are numbers.
    var numbers: Set<String> = []

    func text(_ format: ReportFormat) -> String {
        switch format {
        case .text: table
        case .json: json
        }
    }

    /// Columns are as wide as their widest value; numbers stand on the right.
    private var table: String {
        let widths = head.indices.map { column in
            ([head] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([head] + rows).map { row in
            var line = ""
            for column in head.indices {
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                let isNumber = numbers.contains(head[column])
                line += isNumber ? gap + row[column] : row[column] + gap
                line += "  "
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// A list of objects.
    private var json: String {
        let objects = rows.map { row in
            var object: [String: Value] = [:]
            for (name, text) in zip(head, row) {
                object[name] = numbers.contains(name) ? Int(text).map(Value.number) : .text(text)
            }
            return object
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Texts and whole numbers: encoding them cannot fail.
        guard let data = try? encoder.encode(objects) else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }

    private enum Value: Encodable {
        case number(Int)
        case text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }
    }
}

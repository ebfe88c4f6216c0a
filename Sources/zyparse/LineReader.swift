internal import Differential
internal import Foundation

/// Standard input, line by line, with a bound on a line's length.
struct LineReader {
    enum Line {
        case text(String)
        /// A line beyond the bound; it was skipped.
        case tooLong
    }

    let lineBytesMax: Int
    private var buffer: [UInt8] = []
    private var searched = 0
    private var isAtEnd = false
    private var isSkipping = false

    init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    /// The next line without its line end, or nil at the end.
    mutating func next() throws -> Line? {
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                searched = 0
                if isSkipping {
                    isSkipping = false
                    return .tooLong
                }
                return .text(line)
            }
            searched = buffer.count
            if isAtEnd {
                guard !buffer.isEmpty || isSkipping else { return nil }
                let line = String(decoding: buffer, as: UTF8.self)
                let wasSkipping = isSkipping
                buffer = []
                searched = 0
                isSkipping = false
                return wasSkipping ? .tooLong : .text(line)
            }
            if buffer.count > lineBytesMax {
                buffer = []
                searched = 0
                isSkipping = true
            }
            let data = FileHandle.standardInput.availableData
            isAtEnd = data.isEmpty
            buffer += data
        }
    }
}

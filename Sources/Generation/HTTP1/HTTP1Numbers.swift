/// Spellings of numbers that readers read differently.
enum HTTP1Numbers {
    /// A Content-Length that somebody reads as `value`, or near it.
    static func length(_ value: Int, _ random: inout SplitMix64) -> [UInt8] {
        let n = max(0, value)
        let text: String
        switch random.below(28) {
        case 0: text = "+\(n)"
        case 1: text = "-\(n)"
        case 2: text = "0\(n)"
        case 3: text = "00000000000\(n)"
        case 4: text = "0 \(n)"
        case 5: text = "\(n)e0"
        case 6: text = "\(n).0"
        case 7: text = "0, \(n)"
        case 8: text = "\(n), 0"
        case 9: text = "\(n), \(n)"
        case 10: text = "\(n)_0"
        case 11: text = "1 \(n)"
        case 12: text = "0o\(String(n, radix: 8))"
        case 13: text = "0x\(String(n, radix: 16))"
        case 14: text = "\(n)\u{0}"
        case 15: text = "18446744073709551616"
        case 16: text = "\(4_294_967_296 + (n & 0xFFFF_FFFF))"
        case 17: text = "\(n);\(n)"
        case 18: text = "\"\(n)\""
        case 19: text = "\(n)x"
        case 20: text = ""
        case 21: text = ","
        case 22: text = "\(n),"
        case 23: text = "\(n + 1)"
        case 24: text = "\(max(0, n - 1))"
        case 25: text = "-0"
        case 26: text = "00"
        default: text = "\(random.below(40))"
        }
        return Array(text.utf8)
    }

    /// A chunk size that somebody reads as `value`, or near it.
    static func chunkSize(_ value: Int, _ random: inout SplitMix64) -> [UInt8] {
        let n = max(0, value)
        let hex = String(n, radix: 16)
        let text: String
        switch random.below(26) {
        case 0: text = "0x\(hex)"
        case 1: text = "+\(hex)"
        case 2: text = "-\(hex)"
        case 3: text = "0\(hex)"
        case 4: text = String(repeating: "0", count: max(0, 16 - hex.count)) + hex
        case 5: text = String(repeating: "0", count: max(0, 17 - hex.count)) + hex
        case 6: text = "1" + String(repeating: "0", count: max(0, 8 - hex.count)) + hex
        case 7: text = "1" + String(repeating: "0", count: max(0, 16 - hex.count)) + hex
        case 8: text = " \(hex)"
        case 9: text = "\t\(hex)"
        case 10: text = "\(hex) "
        case 11: text = "\(hex)h"
        case 12: text = "\(hex)_0"
        case 13: text = "\(hex)\u{0}"
        case 14: text = "\(hex)g"
        case 15: text = "\(hex).0"
        case 16: text = "\(hex) \(hex)"
        case 17: text = "ffffffffffffffff"
        case 18: text = "80000000"
        case 19: text = ""
        case 20: text = "\(n)"
        case 21: text = hex.uppercased()
        case 22: text = String(n + 1, radix: 16)
        case 23: text = String(max(0, n - 1), radix: 16)
        case 24: text = "\(hex)\r"
        default: text = String(random.below(40), radix: 16)
        }
        return Array(text.utf8)
    }
}

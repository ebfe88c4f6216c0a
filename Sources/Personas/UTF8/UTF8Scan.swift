internal import UTF8Text
internal import Wire

/// A switch of the UTF-8 model.
enum UTF8Flag: String, CaseIterable, Sendable {
    case endsAtNUL = "UTF8-endsAtNUL"
    case fiveAndSixBytes = "UTF8-fiveAndSixBytes"
    case loneContinuation = "UTF8-loneContinuation"
    case openIsComplete = "UTF8-openIsComplete"
    case replaced = "UTF8-replaced"
    case surrogatePairs = "UTF8-surrogatePairs"
    case tailsUnchecked = "UTF8-tailsUnchecked"
}

/// UTF-8 sequence by sequence, by the first byte's length and the range of the second:
/// `Documentation/UTF8.md` told once more.
struct UTF8Scan {
    let policy: Policy
    let flags: Flags<UTF8Flag>

    /// How a text stands behind its last whole sequence.
    enum Ending: Equatable {
        /// Nothing is open.
        case whole
        /// A sequence is open that starts here.
        case open(Int)
        case fault(UTF8Fault)
    }

    init(_ policy: Policy = .strict, flags: Flags<UTF8Flag> = Flags([])) {
        self.policy = policy
        self.flags = flags
    }

    /// Looks at `bytes` from `start`, where a sequence begins.
    func ending(of bytes: [UInt8], from start: Int = 0) -> Ending {
        var at = start
        while at < bytes.count {
            if flags.has(.endsAtNUL), bytes[at] == 0 { return .whole }
            if bytes[at] < 0x80 {
                at += 1
                continue
            }
            switch sequence(bytes, at) {
            case .success(let end?): at = end
            case .success(nil): return .open(at)
            case .failure(let problem):
                guard flags.has(.replaced) else { return .fault(problem.fault) }
                at += problem.fault.subpartCount
            }
        }
        return .whole
    }

    private struct Problem: Error { let fault: UTF8Fault }

    /// The byte behind the sequence that starts at `at`; nil where it is open.
    private func sequence(_ bytes: [UInt8], _ at: Int) -> Result<Int?, Problem> {
        func fault(_ reason: UTF8Reason, _ count: Int) -> Result<Int?, Problem> {
            .failure(Problem(fault: UTF8Fault(reason, start: at, subpartCount: max(1, count - 1))))
        }
        let lead = bytes[at]
        guard let length = length(lead) else {
            if lead < 0xC0 {
                return flags.has(.loneContinuation)
                    ? .success(at + 1) : fault(.unexpectedContinuation, 1)
            }
            return fault(lead < 0xC2 ? .overlong : lead < 0xF8 ? .aboveMaximum : .invalidByte, 1)
        }
        for index in 1..<length {
            guard at + index < bytes.count else { return .success(nil) }
            let byte = bytes[at + index]
            let isTail = byte & 0xC0 == 0x80
            if flags.has(.tailsUnchecked), index > 1 { continue }
            guard isTail else { return fault(.truncatedSequence, index + 1) }
            guard index == 1, !second(of: lead).contains(byte) else { continue }
            if lead == 0xED, flags.has(.surrogatePairs) {
                if let paired = pair(bytes, at) { return .success(paired) }
                return fault(.surrogate, 2)
            }
            return fault(lead == 0xED ? .surrogate : lead == 0xF4 ? .aboveMaximum : .overlong, 2)
        }
        return .success(at + length)
    }

    private func length(_ lead: UInt8) -> Int? {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xC0 where policy.contains(.overlongNUL): 2
        case 0xC0...0xC1 where policy.contains(.overlongSequences): 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        case 0xF5...0xF7 where policy.contains(.codePointsAboveMaximum): 4
        case 0xF8...0xFB where flags.has(.fiveAndSixBytes): 5
        case 0xFC...0xFD where flags.has(.fiveAndSixBytes): 6
        default: nil
        }
    }

    /// The second bytes that may stand behind a lead.
    private func second(of lead: UInt8) -> ClosedRange<UInt8> {
        let overlong = policy.contains(.overlongSequences)
        switch lead {
        case 0xC0: return overlong ? 0x80...0xBF : 0x80...0x80
        case 0xE0: return overlong ? 0x80...0xBF : 0xA0...0xBF
        case 0xED: return policy.contains(.wtf8Surrogates) ? 0x80...0xBF : 0x80...0x9F
        case 0xF0: return overlong ? 0x80...0xBF : 0x90...0xBF
        case 0xF4: return policy.contains(.codePointsAboveMaximum) ? 0x80...0xBF : 0x80...0x8F
        default: return 0x80...0xBF
        }
    }

    /// The byte behind a high surrogate and the low one behind it, or nil; outer nil where they are
    /// no pair.
    private func pair(_ bytes: [UInt8], _ at: Int) -> Int?? {
        let ranges: [ClosedRange<UInt8>] = [
            0xED...0xED, 0xA0...0xAF, 0x80...0xBF, 0xED...0xED, 0xB0...0xBF, 0x80...0xBF,
        ]
        for (index, range) in ranges.enumerated() {
            guard at + index < bytes.count else { return .some(nil) }
            guard range.contains(bytes[at + index]) else { return nil }
        }
        return at + ranges.count
    }
}

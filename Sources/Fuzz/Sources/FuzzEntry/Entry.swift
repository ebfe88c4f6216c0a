internal import CFuzzFeedback
internal import Differential
internal import Foundation
internal import Fuzzing
internal import ServerFuzzing
internal import Wire

/// The session of this process. libFuzzer calls from one thread, and calls `LLVMFuzzerInitialize` first.
private nonisolated(unsafe) let session = startedSession()

/// What the environment asks for, checked before anything runs: a wrong name ends the process with 2.
private func startedSession() -> FuzzSession {
    // SAFETY: each program defines the name as a static NUL-terminated string.
    let name = unsafe String(cString: zy_fuzz_protocol)
    let environment = ProcessInfo.processInfo.environment
    do {
        var settings = FuzzSession.Settings()
        settings.findsFolder = environment["ZYPHOS_FUZZ_FINDS"]
        settings.reportFile = environment["ZYPHOS_FUZZ_REPORT"]
        settings.parent = environment["ZYPHOS_FUZZ_PARENT"].flatMap { Int32($0) }
        settings.seed = Int(environment["ZYPHOS_FUZZ_SEED"] ?? "") ?? 0
        if name == Fuzzer.serverConnection.protocolName { return try connectionSession(settings) }
        let description = try Registry.requireProtocol(name)
        if let opponent = environment["ZYPHOS_FUZZ_OPPONENT"] {
            settings.opponentName = opponent
            settings.opponent = try Opponent(named: opponent, description)
        }
        guard let made = FuzzSession(description, settings) else {
            throw UnknownName(description: "nothing generates inputs of \(name)")
        }
        return made
    } catch {
        complain("\(error)")
        exit(2)
    }
}

/// The server's connections read what `http1.stream` generates.
private func connectionSession(_ settings: FuzzSession.Settings) throws -> FuzzSession {
    let description = try Registry.requireProtocol("http1.stream")
    let mutator = FuzzMutator(description, isSettingKept: true, isContextKept: true)
    guard let mutator else {
        throw UnknownName(description: "nothing generates inputs of \(description.name)")
    }
    return FuzzSession(try ConnectionSubject(), mutator, settings)
}

private func complain(_ text: String) {
    FileHandle.standardError.write(Data("zyphos-fuzz: \(text)\n".utf8))
}

@c(LLVMFuzzerInitialize)
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    // Makes the session now, so that a wrong setting is told before the first input.
    _ = unsafe session
    atexit { unsafe session.finish() }
    return 0
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    // SAFETY: libFuzzer passes `size` readable bytes at `data`.
    let step = unsafe session.execute(bytes(data, size))
    for feature in step.features { zy_fuzz_mark(feature) }
    switch step.ending {
    case nil: break
    case .opponentFound, .abandoned:
        // libFuzzer takes `exit` inside an execution for a crash.
        unsafe session.finish()
        _exit(0)
    case .abort(let words):
        complain(words)
        abort()
    }
    return 0
}

@c(LLVMFuzzerCustomMutator)
public func customMutator(
    _ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ sizeMax: Int, _ seed: CUnsignedInt
) -> Int {
    // SAFETY: libFuzzer passes `size` readable bytes at `data`, and room for `sizeMax`.
    let mutant = unsafe session.mutate(
        bytes(data, size), bytesMax: sizeMax, seed: UInt64(seed), bytewise: bytewise)
    return unsafe write(mutant, data, sizeMax)
}

@c(LLVMFuzzerCustomCrossOver)
public func customCrossOver(
    _ first: UnsafePointer<UInt8>?, _ firstSize: Int, _ second: UnsafePointer<UInt8>?,
    _ secondSize: Int, _ out: UnsafeMutablePointer<UInt8>?, _ outSize: Int, _ seed: CUnsignedInt
) -> Int {
    // SAFETY: libFuzzer passes as many readable bytes as it says, and room for `outSize`.
    let made = unsafe session.crossOver(
        bytes(first, firstSize), bytes(second, secondSize), bytesMax: outSize, seed: UInt64(seed))
    return unsafe write(made, out, outSize)
}

/// The bytes of a buffer; none where it has no address.
@unsafe
private func bytes(_ data: UnsafePointer<UInt8>?, _ size: Int) -> [UInt8] {
    // SAFETY: the caller answers for `size` readable bytes.
    unsafe Array(UnsafeBufferPointer(start: data, count: data == nil ? 0 : size))
}

/// Writes what fits.
@unsafe
private func write(_ bytes: [UInt8], _ out: UnsafeMutablePointer<UInt8>?, _ sizeMax: Int) -> Int {
    guard let out = unsafe out else { return 0 }
    let count = min(bytes.count, sizeMax)
    for index in 0..<count {
        // SAFETY: index < sizeMax, for which the caller answers.
        unsafe out[index] = bytes[index]
    }
    return count
}

/// libFuzzer's own mutation of some bytes.
private func bytewise(_ bytes: inout [UInt8], _ sizeMax: Int) {
    let size = bytes.count
    let room = max(size, sizeMax)
    bytes += [UInt8](repeating: 0, count: room - size)
    // SAFETY: the buffer has `room` bytes, which is at least the size and at least the most that is allowed.
    let made = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
        unsafe zy_fuzz_bytewise(buffer.baseAddress, size, room)
    }
    bytes.removeLast(max(0, room - made))
}

internal import Differential
internal import Foundation

/// Runs the command once more in a process of its own: a parser that traps takes only that one with it.
enum Isolation {
    /// The argument that says that this already is that process.
    static let flag = "--in-process"

    /// Runs this program with its arguments and `flag`, hands on what it wrote, and ends with its code; a crash is 3.
    static func rerun(seconds: Int, place: String) throws -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst()) + [flag]
        let run: IsolatedRun
        do {
            run = try IsolatedRun.run(executable, arguments, seconds: Double(seconds))
        } catch {
            throw Failure.usage("no process can be started: \(error.localizedDescription)")
        }
        Console.write(String(decoding: run.output, as: UTF8.self))
        let complaint = String(decoding: run.complaint, as: UTF8.self)
        if !complaint.isEmpty {
            Console.complain(complaint.hasSuffix("\n") ? String(complaint.dropLast()) : complaint)
        }
        switch run.ending {
        case .exited(let code): Console.exit(code)
        case .crashed(let signal):
            throw Failure(code: 3, message: "\(place): a participant crashed (signal \(signal))")
        case .timedOut:
            throw Failure(
                code: 3, message: "\(place): no answer within \(seconds) s; was stopped")
        }
    }

    private static var executable: String {
        let link = "/proc/self/exe"
        let resolved = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        return resolved ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    }
}

internal import ArgumentParser
internal import Foundation
internal import Server
internal import Wire

/// `zyphos`: the server.
@main
struct Zyphos: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zyphos",
        abstract: "A hardened HTTP/1.1 server that shows how it decides.",
        discussion: """
            Start here:
              zyphos serve ./www                        serve a folder at 127.0.0.1:8080
              zyphos check --config zyphos.yaml         what is in force, and where each value came from
              zyphos limits                             every limit with its default and its reason

            A setting has one name in three places, the first that has it wins: the flag --access-log, the environment \
            variable ZYPHOS_ACCESS_LOG, accessLog in the file that --config names. Limits and socket options are \
            --limit rangesMax=8, ZYPHOS_LIMIT_RANGES_MAX and 'limit: {rangesMax: 8}'.

            Exit codes: 0 served, or nothing wrong; 2 usage, or a configuration that cannot be served.
            """,
        subcommands: [
            ServeCommand.self, CheckCommand.self, LimitsCommand.self, BenchServerCommand.self,
            BenchEnginesCommand.self,
            BenchCountersCommand.self,
        ])

    /// Runs the command. Every problem is one line on standard error and exit code 2.
    static func main() {
        refuseUnknownCommand()
        do {
            var command = try parseAsRoot()
            try command.run()
            Foundation.exit(0)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let problem as ConfigurationProblem {
            note(problem.description)
        } catch let problem as LogProblem {
            note(problem.description)
        } catch {
            if exitCode(for: error) == .success {
                print(fullMessage(for: error))
                Foundation.exit(0)
            }
            note(message(for: error))
        }
        Foundation.exit(2)
    }

    /// The argument parser takes an unknown command for arguments of none, and says so.
    private static func refuseUnknownCommand() {
        let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let first = CommandLine.arguments.dropFirst().first, !first.hasPrefix("-"),
            !known.contains(first)
        else { return }
        note("unknown command '\(first)'" + Nearest.hint(first, in: known))
        Foundation.exit(2)
    }
}

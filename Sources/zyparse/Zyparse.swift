internal import ArgumentParser
internal import Differential

/// `zyparse`: parsers of wire protocols, held against each other.
@main
struct Zyparse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zyparse",
        abstract: "Holds independent parsers of wire protocols against each other, bit for bit.",
        discussion: """
            Each protocol has several variants (reference, scalar, table, simd) behind one interface. \
            'zyparse diff Corpus' runs all of them on every case under Corpus and holds them to the laws: \
            agreement, split invariance, prefix, independence, reuse, round trip, expectation.

            Start here:
              zyparse diff Corpus                       compare all variants on the corpus
              zyparse explain Corpus --case H1-TE-01    how each parser read each byte of one case
              zyparse parse request.bin                 one variant's reading, as JSON
              zyparse list leniencies                   what a policy can relax, and who does so
              zyparse replay FILE                       what a find is: who differs, in which class, by which byte
              zyparse minimize FILE                     the smallest input with the same signature
              zyparse bench                             nanoseconds, and the winner

            Environment: ZYPHOS_VARIANT forces the default variant, ZYPHOS_KERNEL the vector kernel, NO_COLOR \
            keeps output plain.

            Exit codes: 0 agreement; 1 disagreement; 2 usage or unreadable input; 3 a parser crashed; 130 interrupted.
            """,
        subcommands: [
            DiffCommand.self, ParseCommand.self, ExplainCommand.self, ListCommand.self,
            WorkerCommand.self, BenchCommand.self, ReplayCommand.self, MinimizeCommand.self,
            ClusterCommand.self, ScanCommand.self, ImportCommand.self, FuzzCommand.self,
            KillCommand.self, ProveCommand.self,
        ])

    /// Runs the command and maps every ending to the exit codes of the help text.
    static func main() {
        Console.prepareSignals()
        CrashGuard.install()
        do {
            var command = try parseAsRoot()
            try command.run()
            Console.exit(0)
        } catch let error as ExitCode {
            Console.exit(error.rawValue)
        } catch let error as Failure {
            Console.complain(error.message)
            Console.exit(error.code)
        } catch {
            let text = fullMessage(for: error)
            if exitCode(for: error) == .success {
                Console.write(text + "\n")
                Console.exit(0)
            }
            Console.complain(text)
            Console.exit(2)
        }
    }
}

/// An ending that is not a success, with the words for it.
struct Failure: Error {
    let code: Int32
    let message: String

    /// Usage, or input that cannot be read.
    static func usage(_ message: String) -> Failure { Failure(code: 2, message: message) }
}

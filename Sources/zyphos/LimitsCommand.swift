internal import ArgumentParser
internal import Server
internal import Wire

/// `zyphos limits`
struct LimitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Lists every limit, queue, count and time with its default and its reason.",
        discussion: "Set one with --limit NAME=NUMBER, ZYPHOS_LIMIT_NAME, or 'limit:' in the file.")

    @Option(help: "text or json") var format = ReportFormat.text

    func run() throws {
        let rows = ServerLimits.descriptions.map { limit in
            [
                limit.name, String(limit.defaultValue), String(limit.minimum),
                LimitUnit(ofLimit: limit.name).rawValue, limit.summary, limit.source,
            ]
        }
        let report = Report(
            head: ["name", "default", "minimum", "unit", "bounds", "reason"], rows: rows,
            numbers: ["default", "minimum"])
        print(report.text(format))
    }
}

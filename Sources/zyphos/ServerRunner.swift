internal import Server

/// Starts the engine that a configuration names, and stays until it has ended.
enum ServerRunner {
    static func run(_ configuration: ServerConfiguration) throws {
        throw ConfigurationProblem("engines are not linked yet")
    }
}

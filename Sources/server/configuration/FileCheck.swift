internal import Glibc

extension ResolvedConfiguration {
    /// Looks at what the configuration names on this machine, without changing anything: the root must be a folder that can
    /// be read, logs must have a place. Ports are found out by binding them.
    public func refuseMissingFiles() throws(ConfigurationProblem) {
        if let root = configuration.root {
            let place = "\(origins["root"] ?? .standard): root: \(root)"
            guard let mode = Self.mode(root) else {
                throw ConfigurationProblem("\(place): \(Self.words(errno))")
            }
            guard mode & S_IFMT == S_IFDIR else {
                throw ConfigurationProblem("\(place): is not a folder")
            }
            guard Self.isAccessible(root, R_OK | X_OK) else {
                throw ConfigurationProblem("\(place): \(Self.words(errno))")
            }
        }
        try refuse(log: configuration.accessLog, "accessLog")
        try refuse(log: configuration.decisionLog, "decisionLog")
        try refuse(takeover: configuration.takeover)
    }

    /// The socket takes its name by renaming, which would replace whatever file has it.
    private func refuse(takeover path: String?) throws(ConfigurationProblem) {
        guard let path else { return }
        let place = "\(origins["takeover"] ?? .standard): takeover: \(path)"
        if let mode = Self.mode(path), mode & S_IFMT != S_IFSOCK {
            throw ConfigurationProblem("\(place): is there, and is not a socket")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard Self.isAccessible(folder, W_OK | X_OK) else {
            throw ConfigurationProblem("\(place): \(Self.words(errno))")
        }
    }

    private func refuse(log: String?, _ key: String) throws(ConfigurationProblem) {
        guard let log, log != "-" else { return }
        let place = "\(origins[key] ?? .standard): \(key): \(log)"
        if let mode = Self.mode(log) {
            guard mode & S_IFMT != S_IFDIR else {
                throw ConfigurationProblem("\(place): is a folder")
            }
            guard Self.isAccessible(log, W_OK) else {
                throw ConfigurationProblem("\(place): \(Self.words(errno))")
            }
            return
        }
        let folder = log.lastIndex(of: "/").map { String(log[...$0]) } ?? "."
        guard Self.isAccessible(folder, W_OK | X_OK) else {
            throw ConfigurationProblem("\(place): \(Self.words(errno))")
        }
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        // SAFETY: stat reads a text that ends in NUL and writes one struct.
        let result = unsafe path.withCString { unsafe stat($0, &status) }
        return result == 0 ? status.st_mode : nil
    }

    private static func isAccessible(_ path: String, _ mode: Int32) -> Bool {
        // SAFETY: access reads a text that ends in NUL.
        unsafe path.withCString { unsafe access($0, mode) } == 0
    }

    private static func words(_ error: Int32) -> String {
        // SAFETY: strerror gives a text that ends in NUL, copied at once.
        unsafe String(cString: strerror(error))
    }
}

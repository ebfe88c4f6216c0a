extension ServerConfiguration {
    /// All settings as one process tells them to another: key NUL, each value NUL, NUL. No value is empty or has a NUL.
    ///
    /// A worker process gets its configuration so, and not from files and flags: what it serves is what its supervisor has
    /// judged, also when the file has changed since.
    var text: [UInt8] {
        var bytes: [UInt8] = []
        for setting in Setting.all {
            let values = setting.values(self)
            guard !values.isEmpty else { continue }
            for part in [setting.key] + values { bytes += Array(part.utf8) + [0] }
            bytes.append(0)
        }
        return bytes
    }

    /// Reads what `text` wrote.
    init(text: [UInt8]) throws(ConfigurationProblem) {
        self.init()
        var parts: [String] = []
        // What stands behind the last NUL is the end, or was cut.
        for part in text.split(separator: 0, omittingEmptySubsequences: false).dropLast() {
            guard part.isEmpty else {
                parts.append(String(decoding: part, as: UTF8.self))
                continue
            }
            guard let key = parts.first else { continue }
            guard let setting = Setting.all.first(where: { $0.key == key }) else {
                throw ConfigurationProblem("unknown setting '\(key)' from another process")
            }
            do {
                try setting.apply(&self, Array(parts.dropFirst()))
            } catch {
                throw ConfigurationProblem("\(key) from another process: \(error.text)")
            }
            parts = []
        }
        guard parts.isEmpty else {
            throw ConfigurationProblem("a configuration from another process was cut")
        }
    }
}

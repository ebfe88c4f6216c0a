internal import Foundation

/// A server that takes part in a comparison: how it is started on a folder and a port.
public struct Contender: Sendable {
    /// What it is called in tables.
    public let name: String
    let program: String
    let arguments: @Sendable (_ site: BenchSite, _ port: Int) throws -> [String]

    /// `zyphos serve` with an engine; every other setting is the default, but for the number of connections that one client
    /// may have.
    public static func zyphos(_ program: String, engine: String) -> Contender {
        Contender(name: "zyphos \(engine)", program: program) { site, port in
            [
                "serve", site.root, "--engine", engine, "--listen", "127.0.0.1:\(port)",
                "--limit", "connectionsMax=16384", "--limit", "connectionsPerAddressMax=16384",
                "--limit", "idleMillisecondsMax=600000",
                "--limit", "requestsPerConnectionMax=1000000000",
            ]
        }
    }

    /// nginx with a worker for each processor, each with a listener of its own, open files kept for a second, no access log.
    public static func nginx(_ program: String) -> Contender {
        Contender(name: "nginx", program: program) { site, port in
            let file = site.folder + "/nginx.conf"
            try Self.nginxConfiguration(site, port).write(
                toFile: file, atomically: true, encoding: .utf8)
            return ["-c", file, "-p", site.folder]
        }
    }

    private static func nginxConfiguration(_ site: BenchSite, _ port: Int) -> String {
        """
        daemon off;
        worker_processes auto;
        worker_cpu_affinity auto;
        worker_rlimit_nofile 20000;
        pid \(site.folder)/nginx.pid;
        error_log \(site.folder)/error.log;
        events { worker_connections 16384; }
        http {
            access_log off;
            client_body_temp_path \(site.folder)/body;
            proxy_temp_path \(site.folder)/proxy;
            fastcgi_temp_path \(site.folder)/fastcgi;
            uwsgi_temp_path \(site.folder)/uwsgi;
            scgi_temp_path \(site.folder)/scgi;
            sendfile on;
            tcp_nopush on;
            tcp_nodelay on;
            keepalive_requests 1000000000;
            keepalive_timeout 600;
            open_file_cache max=1000;
            open_file_cache_valid 1s;
            types { text/plain txt; application/octet-stream bin; }
            server {
                listen 127.0.0.1:\(port) reuseport backlog=4096;
                root \(site.root);
                location = /fixed.txt { default_type text/plain; return 200 "hello world\\n"; }
            }
        }

        """
    }

    func start(_ site: BenchSite) throws -> ServedProcess {
        guard let port = ServedProcess.freePort() else { throw BenchProblem("no port is free") }
        return try ServedProcess(program, try arguments(site, port), port: port)
    }
}

/// A folder with what is asked for: 12 bytes, a kibibyte, a mebibyte.
public final class BenchSite: Sendable {
    let folder: String
    let root: String

    public init() throws {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("zyphos-bench-\(UUID().uuidString)").path
        root = folder + "/www"
        let manager = FileManager.default
        try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
        // Files that were written a moment ago are handled with more care than a site's usual ones.
        let past = Date(timeIntervalSinceNow: -3_600)
        for (name, count) in [("fixed.txt", 12), ("1k.txt", 1_024), ("1m.bin", 1_048_576)] {
            let text = name == "fixed.txt" ? "hello world\n" : String(repeating: "x", count: count)
            let path = "\(root)/\(name)"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try manager.setAttributes(
                [.modificationDate: past, .posixPermissions: 0o644], ofItemAtPath: path)
        }
        // nginx's workers are another user's.
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

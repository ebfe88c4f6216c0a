// swift-tools-version: 6.2
import PackageDescription

// A package of its own: `--sanitize=fuzzer` takes `main` from every executable of a package.
//
//     swift build --package-path Sources/Fuzz -c release --sanitize=fuzzer
//
// builds one libFuzzer program for each protocol.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
]

/// A program for each protocol, and one for the server's connections.
let subjects = [
    "http1.request", "http1.response", "http1.chunked", "http1.stream", "hpack", "http2.frame",
    "websocket.frame", "quic.packet", "utf8", "server.connection",
]

/// What instrumented code calls: at each comparison, for which `comparisons.c` stands in, and at the start with its counters, of
/// which `counters.c` passes some on.
let wrapped =
    [
        "trace_cmp1", "trace_cmp2", "trace_cmp4", "trace_cmp8", "trace_const_cmp1",
        "trace_const_cmp2",
        "trace_const_cmp4", "trace_const_cmp8",
        "trace_switch", "8bit_counters_init", "pcs_init",
    ]
    .map { "__sanitizer_cov_\($0)" }

let package = Package(
    name: "Fuzz",
    products: subjects.map { .executable(name: "fuzz-\($0)", targets: ["fuzz-\($0)"]) },
    dependencies: [.package(name: "Zyphos", path: "../..")],
    targets: [
        .target(
            name: "CFuzzFeedback",
            linkerSettings: [.unsafeFlags(wrapped.flatMap { ["-Xlinker", "--wrap=\($0)"] })]),
        .target(
            name: "FuzzEntry",
            dependencies: [
                "CFuzzFeedback", .product(name: "ZyphosFuzzing", package: "Zyphos"),
            ],
            swiftSettings: strict),
    ]
        + subjects.map {
            .executableTarget(
                name: "fuzz-\($0)", dependencies: ["CFuzzFeedback", "FuzzEntry"],
                path: "Sources/programs/\($0)")
        }
)

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

let protocols = [
    "http1.request", "http1.response", "http1.chunked", "http1.stream", "hpack", "http2.frame",
    "websocket.frame", "quic.packet", "utf8",
]

/// What instrumented code calls at each comparison; `comparisons.c` stands in for them.
let comparisons =
    [
        "cmp1", "cmp2", "cmp4", "cmp8", "const_cmp1", "const_cmp2", "const_cmp4", "const_cmp8",
        "switch",
    ]
    .map { "__sanitizer_cov_trace_\($0)" }

let package = Package(
    name: "Fuzz",
    products: protocols.map { .executable(name: "fuzz-\($0)", targets: ["fuzz-\($0)"]) },
    dependencies: [.package(name: "Zyphos", path: "../..")],
    targets: [
        .target(
            name: "CFuzzFeedback",
            linkerSettings: [.unsafeFlags(comparisons.flatMap { ["-Xlinker", "--wrap=\($0)"] })]),
        .target(
            name: "FuzzEntry",
            dependencies: [
                "CFuzzFeedback", .product(name: "ZyphosFuzzing", package: "Zyphos"),
            ],
            swiftSettings: strict),
    ]
        + protocols.map {
            .executableTarget(
                name: "fuzz-\($0)", dependencies: ["CFuzzFeedback", "FuzzEntry"],
                path: "Sources/programs/\($0)")
        }
)

// swift-tools-version: 6.2
import PackageDescription

/// Tests make buffers by hand and look behind doors; parsers do not.
let strictTests: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The settings of every other Swift target. Parsers read hostile bytes: each unsafe expression is marked,
/// each warning is an error, and an import is visible only in the file that writes it.
let strict: [SwiftSetting] = strictTests + [.strictMemorySafety()]

/// One module for each family of protocols.
let protocols: [Target.Dependency] = [
    "HTTP1", "HPACK", "HTTP2", "WebSocket", "UTF8Text", "QUIC",
]

/// A loop's objects belong to one thread, and the checks at run time that no two accesses to a property overlap cost a
/// quarter of the instructions of a request. Debug builds have them, and so do the tests and the fuzzers, which set this
/// variable; `thread` is for ThreadSanitizer.
let checks: [SwiftSetting] =
    switch Context.environment["ZYPHOS_CHECKS"] {
    case nil: [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]
    case "thread": [.define("ZYPHOS_THREAD_SANITIZER")]
    default: []
    }

let package = Package(
    name: "Zyphos",
    products: [
        .executable(name: "zyparse", targets: ["zyparse"]),
        .executable(name: "zyphos", targets: ["zyphos"]),
        .library(name: "zyparsers", type: .dynamic, targets: ["zyparsers"]),
        .library(
            name: "ZyphosFuzzing", targets: ["Fuzzing", "ServerFuzzing", "Differential", "Wire"]),
        .library(
            name: "ZyphosParsers",
            targets: [
                "Wire", "HTTP1", "HPACK", "HTTP2", "WebSocket", "UTF8Text", "QUIC", "Protocols",
            ]),
        .library(name: "ZyphosServer", targets: ["Server"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CKernels"),
        .target(name: "Kernels", dependencies: ["CKernels"], swiftSettings: strict),
        .target(name: "Wire", path: "Sources/Parsers/Wire", swiftSettings: strict),
        .target(
            name: "HTTP1", dependencies: ["Wire", "CKernels", "Kernels"],
            path: "Sources/Parsers/HTTP1",
            swiftSettings: strict),
        .target(
            name: "HPACK", dependencies: ["Wire", "CKernels", "Kernels"],
            path: "Sources/Parsers/HPACK",
            swiftSettings: strict),
        .target(
            name: "HTTP2", dependencies: ["Wire"], path: "Sources/Parsers/HTTP2",
            swiftSettings: strict),
        .target(
            name: "UTF8Text", dependencies: ["Wire", "CKernels", "Kernels"],
            path: "Sources/Parsers/UTF8",
            swiftSettings: strict),
        .target(
            name: "WebSocket",
            dependencies: ["Wire", "UTF8Text", "Inflation", "Crypto", "CKernels", "Kernels"],
            path: "Sources/Parsers/WebSocket", swiftSettings: strict),
        .target(
            name: "QUIC", dependencies: ["Wire", "Crypto", "Kernels"],
            path: "Sources/Parsers/QUIC", swiftSettings: strict),
        .target(
            name: "Protocols", dependencies: protocols + ["Wire"],
            path: "Sources/Parsers/Protocols", swiftSettings: strict),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CHyperscan", pkgConfig: "libhs", providers: [.apt(["libhyperscan-dev"])]),
        .target(
            name: "Signatures", dependencies: ["CHyperscan", "CKernels"], swiftSettings: strict),
        .target(name: "Crypto", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Inflation", dependencies: ["CZlib"], swiftSettings: strict),
        .target(
            name: "Personas", dependencies: protocols + ["Protocols", "Wire"],
            swiftSettings: strict),
        .target(
            name: "Generation",
            dependencies: protocols + ["Protocols", "Wire", "Crypto", "Inflation"],
            swiftSettings: strict),
        .target(
            name: "Differential",
            dependencies: protocols + [
                "Protocols", "Wire", "CKernels", "CCrashGuard", "Inflation", "Generation",
                "Personas",
            ],
            swiftSettings: strict),
        .target(
            name: "Fuzzing", dependencies: ["Differential", "Generation", "Personas", "Wire"],
            swiftSettings: strict),
        .target(
            name: "Proof",
            dependencies: ["Differential", "HTTP1", "HTTP2", "WebSocket", "Wire"],
            swiftSettings: strict),
        .target(
            name: "ParserBench",
            dependencies: protocols + ["Wire", "CKernels", "Inflation", "Charts"],
            swiftSettings: strict),
        .target(name: "Charts", swiftSettings: strict),
        .target(name: "CCrashGuard"),
        // liburing is Debian's liburing-dev; only CSystem's C code sees it.
        .target(name: "CSystem", linkerSettings: [.linkedLibrary("uring")]),
        .target(
            name: "Server", dependencies: ["CSystem", "HTTP1", "Wire", "Kernels"],
            path: "Sources/server", swiftSettings: strict + checks),
        .target(
            name: "ServerFuzzing",
            dependencies: ["Server", "Fuzzing", "Differential", "Generation", "HTTP1", "Wire"],
            swiftSettings: strict),
        .target(name: "ServerBench", dependencies: ["Charts"], swiftSettings: strict),
        .executableTarget(
            name: "zyphos",
            dependencies: [
                "Server", "ServerBench", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .target(name: "CZyParsers"),
        .target(
            name: "zyparsers", dependencies: ["CZyParsers", "Protocols", "Wire", "HTTP1", "HPACK"],
            swiftSettings: strict),
        .executableTarget(
            name: "zyparse",
            dependencies: [
                "Differential", "Fuzzing", "Personas", "Proof", "Signatures", "Wire", "CKernels",
                "ParserBench",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["CKernels"], path: "Tests/TestSupport",
            swiftSettings: strictTests),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        .executableTarget(
            name: "AllocationProbe",
            dependencies: ["CAllocationCount", "ParserBench", "Protocols", "Wire"],
            path: "Tests/AllocationProbe", swiftSettings: strictTests),
        .executableTarget(
            name: "CrashProbe", dependencies: ["Differential", "Wire"], path: "Tests/CrashProbe",
            swiftSettings: strictTests),
        .testTarget(
            name: "HouseTests", dependencies: ["AllocationProbe", "Protocols", "Wire"],
            swiftSettings: strictTests),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: strictTests),
        .testTarget(
            name: "HTTP1Tests",
            dependencies: ["HTTP1", "Wire", "CKernels", "TestSupport"],
            swiftSettings: strictTests),
        .testTarget(
            name: "HPACKTests", dependencies: ["HPACK", "Wire", "CKernels", "TestSupport"],
            swiftSettings: strictTests),
        .testTarget(
            name: "QUICTests", dependencies: ["QUIC", "Crypto", "Wire", "Differential"],
            swiftSettings: strictTests),
        .testTarget(
            name: "HTTP2Tests", dependencies: ["HTTP2", "Wire"], swiftSettings: strictTests),
        .testTarget(
            name: "UTF8Tests", dependencies: ["UTF8Text", "Wire", "CKernels", "TestSupport"],
            swiftSettings: strictTests),
        .testTarget(
            name: "WebSocketTests",
            dependencies: [
                "WebSocket", "UTF8Text", "Inflation", "Wire", "CKernels", "TestSupport",
            ],
            swiftSettings: strictTests),
        .testTarget(
            name: "GenerationTests",
            dependencies: protocols + ["Generation", "Protocols", "Wire"],
            swiftSettings: strictTests),
        .testTarget(
            name: "ProofTests",
            dependencies: ["Proof", "Differential", "HTTP1", "Personas", "Wire"],
            swiftSettings: strictTests),
        .testTarget(
            name: "DifferentialTests",
            dependencies: protocols + ["Differential", "Generation", "Inflation", "Wire"],
            swiftSettings: strictTests),
        .testTarget(
            name: "TriageTests",
            dependencies: ["Differential", "Generation", "HTTP1", "Personas", "Wire"],
            swiftSettings: strictTests),
        .testTarget(
            name: "PersonasTests",
            dependencies: protocols + ["Differential", "Generation", "Personas", "Wire"],
            swiftSettings: strictTests),
        .testTarget(
            name: "FuzzingTests",
            dependencies: ["Differential", "Fuzzing", "Generation", "ServerFuzzing", "Wire"],
            swiftSettings: strictTests),
        .testTarget(
            name: "SignaturesTests",
            dependencies: [
                "Signatures", "CHyperscan", "Differential", "Generation", "ParserBench",
            ],
            swiftSettings: strictTests),
        .executableTarget(
            name: "TelemetryProbe", dependencies: ["CAllocationCount", "Server", "Wire"],
            path: "Tests/TelemetryProbe", swiftSettings: strictTests),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "ServerBench", "Charts", "zyphos", "TelemetryProbe", "CSystem",
                "Differential", "HTTP1", "Wire", "TestSupport",
            ],
            swiftSettings: strictTests),
        .testTarget(
            name: "CLibraryTests", dependencies: ["zyparsers"], swiftSettings: strictTests),
        .testTarget(
            name: "CommandLineTests", dependencies: ["zyparse", "CrashProbe", "Differential"],
            swiftSettings: strictTests),
    ]
)

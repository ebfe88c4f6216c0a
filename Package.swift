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

let package = Package(
    name: "Zyphos",
    products: [
        .executable(name: "zyparse", targets: ["zyparse"]),
        .library(name: "zyparsers", type: .dynamic, targets: ["zyparsers"]),
        .library(name: "ZyphosParsers", targets: ["Wire", "HTTP1"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .target(name: "CKernels"),
        .target(name: "Wire", path: "Sources/Parsers/Wire", swiftSettings: strict),
        .target(
            name: "HTTP1", dependencies: ["Wire", "CKernels"], path: "Sources/Parsers/HTTP1",
            swiftSettings: strict),
        .target(
            name: "Differential", dependencies: ["Wire", "HTTP1", "CKernels"],
            swiftSettings: strict),
        .target(
            name: "ParserBench", dependencies: ["Wire", "HTTP1", "CKernels"],
            swiftSettings: strict),
        .target(name: "CZyParsers"),
        .target(
            name: "zyparsers", dependencies: ["CZyParsers", "Wire", "HTTP1"],
            swiftSettings: strict),
        .executableTarget(
            name: "zyparse",
            dependencies: [
                "Differential", "Wire", "CKernels", "ParserBench",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        .executableTarget(
            name: "AllocationProbe", dependencies: ["CAllocationCount", "HTTP1", "Wire"],
            path: "Tests/AllocationProbe", swiftSettings: strictTests),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: strictTests),
        .testTarget(
            name: "HTTP1Tests",
            dependencies: ["HTTP1", "Wire", "CKernels", "AllocationProbe"],
            swiftSettings: strictTests),
        .testTarget(
            name: "DifferentialTests", dependencies: ["Differential", "HTTP1", "Wire"],
            swiftSettings: strictTests),
        .testTarget(
            name: "CLibraryTests", dependencies: ["zyparsers"], swiftSettings: strictTests),
        .testTarget(
            name: "CommandLineTests", dependencies: ["zyparse", "Differential"],
            swiftSettings: strictTests),
    ]
)

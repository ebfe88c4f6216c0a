// swift-tools-version: 6.2
import PackageDescription

// A program with the server in it: `swift run hello`, then `curl http://127.0.0.1:8080/hello/you`.
let package = Package(
    name: "embed",
    dependencies: [.package(name: "Zyphos", path: "../..")],
    targets: [
        .executableTarget(
            name: "hello", dependencies: [.product(name: "ZyphosServer", package: "Zyphos")])
    ])

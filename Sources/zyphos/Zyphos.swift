internal import ArgumentParser
internal import Yams
@main
struct Zyphos: ParsableCommand {}

internal import ArgumentParser
internal import CKernels
internal import Differential
internal import Personas
internal import Wire

/// `zyparse list WHAT`
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract:
            "List what there is: variants, protocols, leniencies, limits, reasons, contexts, personas, quirks, kernels, corpus."
    )

    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case variants, protocols, policies, leniencies, limits, reasons, contexts, personas, quirks,
            kernels, corpus
    }

    @Argument(
        help:
            "variants, protocols, policies (or leniencies), limits, reasons, contexts, personas, quirks, kernels, corpus."
    )
    var subject: Subject

    @Argument(help: "For corpus: the files and folders (default: Corpus).")
    var paths: [String] = []

    @Option(name: .customLong("protocol"), help: "Only this protocol.")
    var protocolName: String?

    func run() throws {
        let protocols = try Load.named {
            try protocolName.map { [try Registry.requireProtocol($0)] } ?? Registry.protocols
        }
        switch subject {
        case .protocols:
            for one in protocols { show([one.name, one.summary]) }
        case .variants:
            for one in protocols { for variant in one.variants { show(variant, of: one) } }
        case .policies, .leniencies: try leniencies(protocols)
        case .limits:
            for limit in distinct(protocols.flatMap(\.limits)) {
                show([limit.name, String(limit.defaultValue), limit.summary + "; " + limit.source])
            }
        case .reasons:
            for reason in distinct(protocols.flatMap(\.reasons)) {
                let number = reason.status > 0 ? "\(reason.status) " : ""
                show([
                    reason.name, number + reason.statusName, "\(reason.rule) (\(reason.clause))",
                ])
            }
        case .contexts:
            for one in protocols {
                for entry in one.notation.contextEntries {
                    show([one.name, entry.name, entry.summary])
                }
            }
        case .personas: for persona in Personas.presets { show([persona.name, persona.summary]) }
        case .quirks: quirks(of: protocols)
        case .kernels: kernels()
        case .corpus: try corpus()
        }
    }

    private func show(_ columns: [String]) {
        let widths = [28, 12]
        var text = ""
        for (index, column) in columns.enumerated() {
            let isLast = index == columns.count - 1
            let width = isLast ? 0 : widths[min(index, 1)]
            text +=
                column + String(repeating: " ", count: max(isLast ? 0 : 1, width - column.count))
        }
        Console.write(text + "\n")
    }

    private func show(_ variant: Variant, of one: ProtocolDescription) {
        let winner = one.winner == variant.name ? " (the default: winner of zyparse bench)" : ""
        let missing = variant.unavailability().map { " [not available: \($0)]" } ?? ""
        let unsupported = variant.unsupported == .strict ? "" : " [not every leniency]"
        show([one.name, variant.name, variant.technique + winner + missing + unsupported])
    }

    private func leniencies(_ protocols: [ProtocolDescription]) throws {
        show([
            "strict", "", "no leniency: the RFCs to the letter, hardened where they leave a choice",
        ])
        for leniency in distinct(protocols.flatMap(\.leniencies)) {
            Console.write(
                """
                \(leniency.name)
                    \(leniency.effect)
                    bends \(leniency.clause); seen in \(leniency.seenIn)

                """)
        }
    }

    private func quirks(of protocols: [ProtocolDescription]) {
        let names = Set(protocols.map(\.name))
        for quirk in Personas.quirks where !names.isDisjoint(with: quirk.protocols) {
            Console.write(
                """
                \(quirk.id) (\(quirk.kind.rawValue); \(quirk.protocols.joined(separator: ", ")))
                    \(quirk.effect)
                    breaks \(quirk.clause); seen in \(quirk.seenIn)

                """)
        }
    }

    private func kernels() {
        var index = 0
        // SAFETY: the names are static NUL-terminated strings.
        while let name = unsafe zy_kernel_at(index) {
            let isHere = unsafe zy_kernel_is_available(name) != 0
            let text = unsafe String(cString: name)
            let isChosen = unsafe String(cString: zy_kernel_name()) == text
            show([text, isHere ? "available" : "missing", isChosen ? "in use" : ""])
            index += 1
        }
    }

    private func corpus() throws {
        let cases = try Load.cases(paths.isEmpty ? ["Corpus"] : paths, protocolName: protocolName)
        for one in cases {
            let description = try Load.named { try Registry.requireProtocol(one.protocolName) }
            let verdict = one.expectation?.verdict.text(in: description) ?? "no expectation"
            show([one.id, one.protocolName, "\(one.title): \(verdict)"])
        }
    }

    private func distinct<Element: Hashable>(_ list: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return list.filter { seen.insert($0).inserted }
    }
}

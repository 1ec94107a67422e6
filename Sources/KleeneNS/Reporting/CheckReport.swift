import Extraction

/// Shows the checks of `doctor`: to a person one by one as they are done, to a program all together.
final class CheckReport {
    private let context: CommandContext
    private var checks: [Check] = []
    private var lines: CheckLines?
    /// Says more of a check, where there is more to say.
    var explain: (Check) -> Check = { $0 }
    private var failure: (any Error)?

    init(_ context: CommandContext) {
        self.context = context
    }

    var isWell: Bool { !checks.contains { $0.status == .fail } }

    /// Whether each check is shown when it is done.
    private var isLive: Bool {
        context.output.format == .table && context.output.fields == nil && !context.output.quiet
    }

    /// Told once before all checks, and again where more names of them are known.
    func begin(names: [String]) {
        guard isLive else { return }
        let isFirst = lines == nil
        lines = CheckLines(names: names, width: context.terminal.resultWidth)
        if isFirst, let lines { write(lines.heading) }
    }

    func take(_ found: [Check]) {
        for check in found.map(explain) {
            checks.append(check)
            if isLive, let lines { write(lines.text(of: check)) }
        }
    }

    private func write(_ text: String) {
        do {
            try context.writeLines(text)
        } catch {
            failure = failure ?? error
        }
    }

    /// Shows what was not shown yet.
    ///
    /// - Throws: why checks could not be printed.
    func end() throws {
        context.terminal.show(progress: nil)
        if let failure { throw failure }
        if isLive { return }
        if !context.output.quiet || !isWell || context.output.format != .table { try context.show(Listing(checks)) }
    }
}

import Logging
import Text

/// Says how far the reading of a catalog has got: once it takes longer than a second, and then every few seconds.
///
/// On a terminal it is a line that the next one replaces.
final class CatalogProgress {
    private let log: Logger
    private let terminal: Terminal
    private let showsProgress: Bool
    private let now: () -> ContinuousClock.Instant
    private var began: ContinuousClock.Instant?
    private var lastSaid: ContinuousClock.Instant?
    private var tables: Int?
    private var done = 0

    private static let patience: Duration = .seconds(1)
    private static let interval: Duration = .seconds(5)
    private static let redraw: Duration = .milliseconds(200)

    init(
        log: Logger, terminal: Terminal, showsProgress: Bool,
        now: @escaping () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        self.log = log
        self.terminal = terminal
        self.showsProgress = showsProgress
        self.now = now
    }

    /// Takes a part of the catalog; nil where there is none yet.
    func notice(_ part: CatalogPart?) {
        let time = now()
        let start = began ?? time
        began = start
        switch part {
        case .tables(let listed): tables = listed.count
        case .columns: done += 1
        case .schemas, nil: break
        }
        guard time - start >= Self.patience else { return }
        if let lastSaid, time - lastSaid < (showsProgress ? Self.redraw : Self.interval) { return }
        lastSaid = time
        let seconds = Int((time - start) / .seconds(1))
        if showsProgress {
            terminal.show(progress: "\(text), \(seconds) s")
        } else {
            log.entry(.info, "\(text)", [.seconds: String(seconds)])
        }
    }

    /// Says no more, and forgets how far it was.
    func end() {
        if showsProgress { terminal.show(progress: nil) }
        began = nil
        lastSaid = nil
        tables = nil
        done = 0
    }

    private var text: String {
        guard let tables else { return "waiting for the source's catalog" }
        let listed = Sentence.count(tables, "table", isGrouped: true)
        return done == 0
            ? "\(listed) listed, reading columns" : "columns of \(done) of \(listed) read"
    }
}

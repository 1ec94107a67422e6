/// What all runs of an invocation have in common.
package struct RunContext: Sendable {
    package var settings: RunSettings
    /// The kleene-ns that runs, for the record.
    package var version: String
    /// Told what happens. Called from several threads, one at a time for one extract but for progress.
    package var observe: @Sendable (RunEvent) -> Void
    /// Asked between batches; true stops the run with nothing loaded.
    package var isInterrupted: @Sendable () -> Bool

    package init(
        settings: RunSettings = RunSettings(), version: String,
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in },
        isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) {
        self.settings = settings
        self.version = version
        self.observe = observe
        self.isInterrupted = isInterrupted
    }

    /// Tells something that a person should know of an extract.
    func note(_ extract: TableExtract, _ text: String) { observe(.note(extract: extract.name, text: text)) }
}

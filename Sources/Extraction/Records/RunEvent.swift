/// Everything observable that happens in a run. Progress, log and record are observers of one stream of these.
package enum RunEvent: Codable, Sendable {
    case started(extract: String, run: RunIdentity)
    /// The run waits, for another run's lock or before it tries again; told again and again while it does. The sentence is
    /// nil where it has been said.
    case waiting(extract: String, text: String?)
    case connected(SourceFacts)
    /// What is to be read: the window of an incremental run, in how many chunks, and how many rows where they were counted.
    case planned(extract: String, window: String?, chunks: Int, rows: Int? = nil)
    /// The statement was accepted; rows may follow.
    case reading(extract: String, columns: Int)
    /// Rows and bytes staged so far.
    case progress(extract: String, rows: Int, bytes: Int)
    /// The read begins again with wider slots.
    case restarted(extract: String, columns: [String])
    case loading(extract: String, rows: Int)
    /// Something a person should know, said once.
    case note(extract: String?, text: String)
    case finished(RunRecord)
}

/// A destination's thread that loads rows while more are read, so that less is left to do behind the last.
///
/// What it does counts for nothing until the load takes it over. Where it fails, or is given up, the load does all by itself: rows are in
/// their file first, and stay there.
package protocol StagingFollower: AnyObject, Sendable {
    /// Begins with the rows of a read in one piece. Called once at most, and never waits.
    func follow(_ rows: StagedStream)
    /// Takes back what it has done: the rows will come otherwise, or not at all. Never waits.
    func giveUp()
}

/// How far the source is known when the next run is decided.
package enum SourceOutlook: Sendable, Equatable {
    /// Nobody has asked it: there is only what the destination knows.
    case unknown(Standing)
    /// It was asked: what a run would read, were nothing staged.
    case known(ReadPlan)
    /// It was asked, and the run is refused, by what it said or by the destination.
    case refused(Failure)
}

import Extraction
import FoundationEssentials

/// How the extracts of a destination stand and how they came there, for a page.
struct Report {
    struct Extract {
        var overview: ExtractOverview
        /// The last runs, the oldest first.
        var runs: [RunRecord]
        /// The last comparisons with the source, the latest first.
        var comparisons: [VerifyRecord]

        var name: String { overview.standing.name }
    }

    /// The destination, in words.
    var place: String
    var madeAt: Timestamp
    /// Of the kleene-ns that made it.
    var version: String
    var extracts: [Extract]

    /// How many extracts there are of each kind, in this order.
    var health: [(health: ExtractOverview.Health, count: Int)] {
        let order: [ExtractOverview.Health] = [.failed, .stale, .never, .ok, .disabled]
        return order.compactMap { health in
            let count = extracts.count { $0.overview.health == health }
            return count == 0 ? nil : (health, count)
        }
    }

    /// - Parameters:
    ///   - maxAge: Seconds within which an extract must have been done; nil: none is stale.
    ///   - runs: How many runs of each extract are shown at most.
    init(
        _ scope: StateScope, comparisons: (_ extract: String?, _ limit: Int) throws -> [VerifyRecord], place: String,
        maxAge: Int?, runs: Int
    ) throws {
        let now = Date()
        self.place = place
        madeAt = Timestamp(now)
        version = Version.current
        extracts = try scope.overview(maxAge: maxAge, at: now).map { overview in
            let name = overview.standing.name
            return Extract(
                overview: overview, runs: try scope.history.list(name, runs).reversed(),
                comparisons: try comparisons(name, Self.comparisonsShown))
        }
    }

    private static let comparisonsShown = 5
}

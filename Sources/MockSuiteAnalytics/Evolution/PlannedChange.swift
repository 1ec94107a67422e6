/// A change that an evolution has drawn, before it is known which rows it is to meet.
struct PlannedChange {
    enum Kind {
        case insert
        case update
        case delete
        case void
    }

    let kind: Kind
    let table: Int
    /// Seconds since 1970 at which the change says that it was made.
    let stamp: Int
    /// Seconds behind `stamp` at which it becomes visible; nil for one that is visible at once.
    let delay: Int?
    /// What the row has for its date of change, in seconds since 1970; nil for NULL.
    let key: Int?
    /// Rows that an update changes.
    let rows: Int
    /// For whatever else is to be drawn.
    let seed: UInt64
}

/// A change whose rows are chosen, ready to be carried out.
struct ReadyChange {
    enum Action {
        /// The row with this number; with the given key, if there is one; and so many parts.
        case insert(number: Int, key: [String], parts: Int)
        /// SQL with the parameters ?1, from where to take new values, and ?2, the date of change.
        case update(sql: String, number: Int, rowids: [String])
        case delete(rowid: String, ownerKey: String)
        case void(rowid: String, ownerKey: String)
    }

    let table: EvolvingTable
    let action: Action
    /// The date of change as it is stored; of a deletion, the date of that.
    let key: String?
    /// What else the change does.
    var effects = ChangeEffects()
    /// The records that nothing else may change until this has been carried out.
    let locks: [String]
}

/// What a change does besides, or leaves undone.
struct ChangeEffects {
    /// A change of a part moves the date of its record.
    var touchesOwner = false
    /// A change of a record moves the dates of its parts.
    var spreadsToParts = false
    /// A deleted record leaves no trace.
    var isUntraced = false

    init() {}

    /// Drawn from a change's own seed, so that these rates change nothing else.
    init(_ settings: EvolutionSettings, seed: UInt64) {
        var draws = Draws(seed: seed ^ 0x6B6C_6565_6E65_6E73)
        touchesOwner = draws.chance(settings.touch)
        spreadsToParts = draws.chance(settings.spread)
        isUntraced = draws.chance(settings.untraced)
    }
}

/// A change that waits for the mock's clock to reach `due`.
struct PendingChange {
    let due: Int
    let change: ReadyChange
}

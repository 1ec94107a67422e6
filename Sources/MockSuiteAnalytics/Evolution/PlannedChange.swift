/// A change that an evolution has drawn, before it is known which rows it is to meet.
struct PlannedChange {
    enum Kind {
        case insert
        case update
        case delete
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
        case update(sql: String, number: Int)
        case delete(rowid: String, ownerKey: String)
    }

    let table: EvolvingTable
    let action: Action
    /// The date of change as it is stored; of a deletion, the date of that.
    let key: String?
    /// The records that nothing else may change until this has been carried out.
    let locks: [String]
}

/// A change that waits for the mock's clock to reach `due`.
struct PendingChange {
    let due: Int
    let change: ReadyChange
}

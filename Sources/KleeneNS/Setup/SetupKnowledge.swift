import Extraction

/// What `init` has found out by itself: the answers to its looks, and what was there before.
struct SetupKnowledge: Equatable, Sendable {
    /// Whether a person can be asked.
    var isAttended = true
    /// The mock server stands in for NetSuite: driver, address and credentials are its own.
    var isMock = false
    /// Whether an extract is added to a file; then source and destination are its own.
    var isAdding = false
    var isNetSuite = true
    /// Names and destination tables of extracts that are there, in lower case.
    var takenNames: Set<String> = []
    var takenTables: Set<String> = []
    /// Nil until the source was asked.
    var tables: [CatalogTable]?
    var columns: CatalogTableColumns?
    var keys: KeyFindings?
    /// What is publicly known of the chosen table.
    var known: TableKnowledge?
    /// Names of tables that are mostly wanted, the likeliest first, in lower case.
    var likely: [String] = []
    /// Files that hold secrets already, as a configuration names them.
    var secretFiles: Set<String> = []
    var hasSeenPlan = false
}

/// What `init` asks the source itself.
enum SetupLook: Equatable, Sendable {
    case tables
    /// Of the table that was chosen.
    case columns
    case keys
    /// What the first run would do.
    case plan
}

/// What comes next.
enum SetupStep: Equatable, Sendable {
    case ask(SetupQuestion)
    case look(SetupLook)
    case done
}

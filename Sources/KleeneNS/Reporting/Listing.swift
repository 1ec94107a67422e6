import Extraction
import FoundationEssentials

/// A command's result: named columns and rows.
///
/// One value for all formats, so that they cannot drift apart.
struct Listing: Equatable, Sendable {
    /// A value, with the words for a person where those differ from the JSON.
    struct Cell: Equatable, Sendable {
        var json: JSONValue
        var words: String?
        /// The words on several lines, where one thing is shown at a time.
        var lines: [String]?
        /// Whether the words are not cut while a column is to spare: half of a time or of a name is none.
        var isWhole = false

        init(_ json: JSONValue, words: String? = nil, lines: [String]? = nil) {
            self.json = json
            self.words = words
            self.lines = lines
        }

        /// The same, not cut while a column is to spare.
        var whole: Cell {
            var cell = self
            cell.isWhole = true
            return cell
        }

        init(_ text: String?) { json = text.map { .string($0) } ?? .null }
        init(_ number: Int?) { json = number.map { .integer($0) } ?? .null }
        init(_ flag: Bool) { self.init(.boolean(flag), words: flag ? "yes" : "") }
        init(seconds: Double?) {
            // Milliseconds are all that a person or a chart needs.
            let rounded = seconds.map { ($0 * 1000).rounded() / 1000 }
            json = rounded.map { .number($0) } ?? .null
        }
        init(_ texts: [String]) {
            self.init(.array(texts.map { .string($0) }), words: texts.joined(separator: ", "))
        }
        /// Texts, each on lines of its own.
        init(lines texts: [String]) {
            self.init(
                .array(texts.map { .string($0) }), words: texts.joined(separator: "; "),
                lines: texts.flatMap { $0.components(separatedBy: "\n") })
        }
        init(_ drift: Drift?) {
            guard let drift else {
                self.init(.null)
                return
            }
            func names(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
            func changes(_ changes: [Drift.TypeChange]) -> JSONValue {
                .array(
                    changes.map {
                        .object(["column": .string($0.column), "from": .string($0.from), "to": .string($0.to)])
                    })
            }
            let named = [
                ("new", drift.new), ("gone", drift.gone), ("returned", drift.returned), ("unread", drift.unread),
                ("widened", drift.widened.map(\.column)), ("changed", drift.changed.map(\.column)),
            ]
            self.init(
                .object([
                    "new": names(drift.new), "gone": names(drift.gone), "left": names(drift.left ?? []),
                    "returned": names(drift.returned),
                    "unread": names(drift.unread), "widened": changes(drift.widened), "changed": changes(drift.changed),
                ]),
                words: named.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
                    .joined(separator: "; "))
        }
        init(_ failure: Failure?) {
            guard let failure else {
                self.init(.null)
                return
            }
            var members: [String: JSONValue] = [
                "kind": .string(failure.kind.rawValue), "message": .string(failure.message),
                "advice": .string(failure.advice),
            ]
            if let state = failure.sqlState { members["sql_state"] = .string(state) }
            if let code = failure.nativeCode { members["native_code"] = .integer(code) }
            if let function = failure.function { members["function"] = .string(function) }
            self.init(.object(members), words: failure.description)
        }
    }

    /// The keys of JSON, and the headings of tables.
    var columns: [String]
    var rows: [[Cell]]
    /// What NULL is called in a table for people.
    var null = ""
    /// Whether it is about one thing: an object in JSON, one line a column in a table.
    var isSingle = false
    /// Whether a table shows one thing at a time, one line a column; in JSON it is an array all the same.
    var showsOneByOne = false
    /// Whether a table on a screen cuts what would make it too wide: rows of a source, of whatever width.
    var cutsLongCells = false
    /// Whether a table writes the columns' names as they are, because case may count.
    var keepsCase = false
    /// Columns that a table leaves out where all rows say the same: a person has asked for just that.
    var implied: Set<String> = []
    /// Columns that no table has: what they say, a person is told otherwise.
    var untold: Set<String> = []
    /// Whether the last column holds sentences, which a table shows on lines of their own.
    var endsInSentences = false
    /// Whether each object of JSON says which version of the contract it follows; rows of a source and catalog files do not.
    var hasVersion = true
    /// Columns that a screen too narrow for all goes without, the first to go first.
    var spare: [String] = []
    /// Whether the last column that is shown is words that are wrapped, never cut.
    var wrapsLast = false
    /// What a table calls columns, where that is not their name.
    var headings: [String: String] = [:]
}

extension Listing {
    init(_ schemas: [CatalogSchema]) {
        self.init(columns: ["catalog", "schema"], rows: schemas.map { [Cell($0.catalog), Cell($0.schema)] })
    }

    init(_ tables: [CatalogTable]) {
        let sorted = tables.sorted {
            ($0.catalog ?? "", $0.schema ?? "", $0.table.lowercased(), $0.table)
                < ($1.catalog ?? "", $1.schema ?? "", $1.table.lowercased(), $1.table)
        }
        self.init(
            columns: ["catalog", "schema", "table", "type", "remarks"],
            rows: sorted.map { [Cell($0.catalog), Cell($0.schema), Cell($0.table), Cell($0.type), Cell($0.remarks)] },
            implied: tables.count > 1 ? ["catalog", "schema", "type"] : [])
    }

    /// What `kleene-ns-mock serve --catalog` reads: as JSON, all that the mock needs to list the same again.
    init(_ tables: [CatalogTableColumns]) {
        self.init(
            columns: [
                "catalog", "schema", "table", "table_type", "name", "type", "length", "decimal_digits", "nullable",
                "key", "unique_indexes",
                "incremental_key_candidate", "custom", "calculated", "hidden",
                "last_modified",
            ],
            rows: tables.flatMap { table in
                table.columns.map {
                    [
                        Cell(table.catalog), Cell(table.schema), Cell(table.table), Cell(table.type),
                        Cell($0.name).whole,
                        Cell($0.type), Cell($0.length), Cell($0.decimalDigits), Cell($0.nullable), Cell($0.key),
                        Cell($0.uniqueIndexes),
                        Cell(
                            .boolean($0.incrementalKeyCandidate),
                            words: $0.lastModified ? "best" : $0.incrementalKeyCandidate ? "yes" : ""), Cell($0.custom),
                        Cell($0.calculated), Cell($0.hidden), Cell($0.lastModified),
                    ]
                }
            }, implied: ["catalog", "schema", "table", "table_type"], untold: ["last_modified"], hasVersion: false,
            spare: ["hidden", "calculated", "custom", "unique_indexes", "decimal_digits", "nullable", "length", "key"],
            headings: ["incremental_key_candidate": "candidate", "decimal_digits": "digits"])
    }

    init(_ preview: Preview) {
        let numeric = preview.numeric ?? []
        self.init(
            columns: preview.columns,
            rows: preview.rows.map { row in
                row.enumerated().map { place, text in
                    numeric.contains(place) ? Cell(number: text) : Cell(text)
                }
            }, null: "NULL", cutsLongCells: true, keepsCase: true, hasVersion: false)
    }

    init(_ checks: [Check]) {
        self.init(
            columns: ["status", "check", "detail", "cure"],
            rows: checks.map {
                let status = $0.status.rawValue
                return [
                    Cell(.string(status), words: status.uppercased()), Cell($0.name), Cell($0.detail), Cell($0.cure),
                ]
            }, endsInSentences: true, wrapsLast: true)
    }

    private static let resultColumns = [
        "extract", "status", "rows", "rows_added", "rows_replaced", "rows_unchanged", "rows_removed", "seconds",
        "destination_table", "run_id", "notes", "failure",
    ]

    /// What there is to say where no extract was begun: one result, of no extract.
    init(notBegun failure: Failure) {
        let known = [
            "status": Cell(ExtractResult.Status.notRun.rawValue), "notes": Cell(.array([])), "failure": Cell(failure),
        ]
        self.init(columns: Self.resultColumns, rows: [Self.resultColumns.map { known[$0] ?? Cell(.null) }])
    }

    init(_ results: [ExtractResult]) {
        self.init(
            columns: Self.resultColumns,
            rows: results.map {
                [
                    Cell($0.name), Cell($0.status.rawValue), Cell($0.rows), Cell($0.rowsAdded), Cell($0.rowsReplaced),
                    Cell($0.rowsUnchanged), Cell($0.rowsRemoved), Cell(seconds: $0.seconds),
                    Cell($0.destinationTable), Cell(run: $0.runID),
                    // Sentences, which the log has said; a table has room for their number.
                    Cell(.array($0.notes.map { .string($0) }), words: $0.notes.isEmpty ? "" : String($0.notes.count)),
                    Cell($0.failure),
                ]
            }, implied: Set(results.allSatisfy(\.notes.isEmpty) ? ["notes"] : []), untold: ["failure"],
            headings: Self.countHeadings)
    }

    static let countHeadings = [
        "rows": "read", "rows_added": "added", "rows_replaced": "replaced", "rows_unchanged": "unchanged",
        "rows_removed": "removed",
    ]

    init(_ records: [RunRecord]) {
        self.init(
            columns: [
                "run_id", "extract", "status", "rows", "rows_added", "rows_replaced", "rows_unchanged", "seconds",
                "started_at", "destination_table", "action", "failure",
            ],
            rows: records.map {
                [
                    Cell(run: $0.runID), Cell($0.extract), Cell($0.status.rawValue), Cell($0.rowsRead),
                    Cell($0.rowsAdded), Cell($0.rowsReplaced), Cell($0.rowsUnchanged), Cell(seconds: $0.seconds),
                    Cell(time: $0.startedAt), Cell($0.destinationTable), Cell($0.action?.rawValue ?? "extract"),
                    Cell($0.failure),
                ]
            }, implied: ["action"], endsInSentences: true, spare: ["destination_table", "rows_unchanged", "seconds"],
            headings: Self.countHeadings)
    }

    init(_ record: RunRecord) {
        let members: [(String, Cell)] = [
            ("run_id", Cell(record.runID)), ("extract", Cell(record.extract)), ("status", Cell(record.status.rawValue)),
            ("action", Cell(record.action?.rawValue ?? "extract")),
            ("source_table", Cell(record.sourceTable)), ("destination_table", Cell(record.destinationTable)),
            ("extract_type", Cell(record.extractType.rawValue)), ("load_method", Cell(record.loadMethod.rawValue)),
            ("started_at", Cell(record.startedAt.text)), ("finished_at", Cell(record.finishedAt?.text)),
            ("seconds", Cell(seconds: record.seconds)), ("steps", Cell(record.steps)), ("rows", Cell(record.rowsRead)),
            ("rows_added", Cell(record.rowsAdded)), ("rows_replaced", Cell(record.rowsReplaced)),
            ("rows_unchanged", Cell(record.rowsUnchanged)), ("rows_removed", Cell(record.rowsRemoved)),
            ("rows_in_table", Cell(record.rowsInTable)), ("bytes", Cell(bytes: record.bytesRead)),
            ("window", Cell(record.range, words: record.window)), ("watermark_before", Cell(record.watermarkBefore)),
            ("watermark_after", Cell(record.watermarkAfter)),
            ("rows_without_key", Cell(record.rowsWithoutKey)), ("chunks", Cell(record.chunks)),
            ("statement", Cell(record.statement)),
            ("resumed_from", Cell(record.resumedFrom)), ("rows_resumed", Cell(record.rowsResumed)),
            ("retries", Cell(record.retries)),
            ("restarts", Cell(record.restarts)), ("peak_memory", Cell(bytes: record.peakMemory)),
            ("driver", Cell(record.source.map { "\($0.driverName) \($0.driverVersion)" })),
            ("database", Cell(record.source.map { "\($0.databaseName) \($0.databaseVersion)" })),
            ("encoding", Cell(record.source?.encoding)),
            ("source", Cell(record.source?.identity?.words)), ("drift", Cell(record.drift)),
            ("notes", Cell(lines: record.notes)),
            ("failure", Cell(record.failure)), ("version", Cell(record.version)),
        ]
        self.init(columns: members.map(\.0), rows: [members.map(\.1)], isSingle: true)
    }
}

import CSQLite
import Extraction
import Rows
import SQLite
import Text

/// What the staged values of an incremental key are as moments, and whether rows can be followed by them.
struct MomentProof {
    let staging: StagingFile
    let database: SQLiteDatabase
    /// The source's name of the key, and the staged column that has it.
    let key: String
    let column: String

    private var extract: TableExtract { staging.order.extract }
    private var plan: ReadPlan { staging.order.plan }

    /// - Parameter keys: What is known without looking at moments.
    /// - Throws: a `Failure` where no value could be read as a moment, where offsets from UTC mean nothing to the source,
    ///   where text has moments that do not sort as text, or where a row without a key is one too many.
    func prove(_ keys: StagingProof.Keys) throws -> StagingProof.Keys {
        switch plan.keyKind {
        case .timestamp, .date: return try ofTime(keys)
        case .text:
            try checkTexts()
            return keys
        case .integer, nil: return keys
        }
    }

    // MARK: Keys of time

    private func ofTime(_ keys: StagingProof.Keys) throws -> StagingProof.Keys {
        var moments = MomentKeys()
        for chunk in staging.completed {
            moments.add(try chunk.seen.moments ?? look(at: staging.provenTable(chunk.number, in: database)))
        }
        try check(moments)
        var keys = keys
        keys.largest = moments.largest.map { KeyValue($0, isDate: plan.keyKind == .date) }
        keys.missing += moments.missing + moments.odd.count
        if moments.odd.count > 0 {
            let rows = Sentence.count(moments.odd.count, "row", "has", "have")
            keys.notes.append(
                "\(rows) a \(key) that is no moment of the years 1 to 9999 and counts as none (the first: "
                    + "\(moments.odd.first ?? "")). \(extract.setting("null_keys")) says when such rows are read.")
        }
        return keys
    }

    private func check(_ moments: MomentKeys) throws {
        let odd = moments.odd
        let first = odd.first ?? ""
        if odd.count > 0, extract.incremental?.nulls == .fail {
            throw Failure(
                .data,
                "\(Sentence.count(odd.count, "row")) of \(extract.table) \(odd.count == 1 ? "has" : "have") a "
                    + "\(key) that is no moment of the years 1 to 9999 (the first: "
                    + "\(first)), and \"null_keys\" is \"fail\".",
                advice:
                    "Correct them at the source, or say what becomes of them with \(extract.setting("null_keys")): \"once\" or "
                    + "\"exclude\"."
            )
        }
        if moments.largest == nil, odd.hasUnreadable {
            throw Failure(
                .data,
                "No value of \(key) in \(extract.table) is a date and time that kleene-ns can read, such as "
                    + "2026-11-23 08:15:00 (\(Sentence.count(odd.count, "value")), the first: \(first)), so it is not known "
                    + "which rows are new.",
                advice: plan.readsOffsets == true
                    ? "Take another incremental key, load the table with \(extract.setting("extract_type", "full")), or make a view in which the "
                        + "column is written that way, as datetime(\(key), 'unixepoch') does with seconds since 1970."
                    : "Take another incremental key, load the table with \(extract.setting("extract_type", "full")), or set the format in which the "
                        + "source writes dates to YYYY-MM-DD HH:MM:SS.")
        }
        if let zoned = moments.zoned, plan.readsOffsets != true {
            let moment = Moment(seconds: zoned.seconds, nanoseconds: zoned.nanoseconds)
            throw Failure(
                .data,
                "Values of \(key) of \(extract.table) come with an offset from UTC (the first is \(moment), "
                    + "\(Sentence.count((zoned.offset ?? 0) / 60, "minute")) from UTC), and how the source "
                    + "reads a bound with one is not known.",
                advice:
                    "Take another incremental key, or load the table with \(extract.setting("extract_type", "full")).")
        }
    }

    /// The same as is seen of rows as they come, of rows that an earlier run has staged.
    private func look(at table: String) throws -> MomentKeys {
        var moments = MomentKeys()
        var firstOdd: Int?
        var row = 0
        try unsafe each(of: table) { bytes, count in
            row += 1
            guard let bytes = unsafe bytes else { return moments.countMissing() }
            if unsafe !moments.look(at: bytes, count: count), firstOdd == nil { firstOdd = row }
        }
        guard let firstOdd else { return moments }
        let names = [column] + staging.order.uniqueColumns
        let list = names.map { "CAST(\(Identifier.quote($0)) AS TEXT)" }.joined(separator: ", ")
        // The rows come in the same order, whatever a column of theirs is called.
        let odd = try database.query("SELECT \(list) FROM \(table) LIMIT 1 OFFSET \(firstOdd - 1)").first ?? []
        let values = zip(names, odd).dropFirst().map { "\($0) \($1.text ?? "NULL")" }
        moments.odd.first = Self.words(odd.first?.text, unique: Array(values), row: firstOdd)
        return moments
    }

    /// A value and the row that has it, for a sentence.
    static func words(_ value: String?, unique: [String], row: Int) -> String {
        let place = unique.isEmpty ? "in row \(row)" : "where \(unique.map { $0.prefix(60) }.joined(separator: ", "))"
        return "\"\((value ?? "").prefix(80))\" \(place)"
    }

    // MARK: Keys of text

    private func checkTexts() throws {
        var texts = TextKeys()
        // Text that has been read up to here: what is spelt otherwise may sort below it, and is never read.
        if case .text(let reached) = plan.watermark?.value { texts.look(at: reached) }
        for chunk in staging.completed {
            if let seen = chunk.seen.texts {
                texts.add(seen)
                continue
            }
            try unsafe each(of: staging.provenTable(chunk.number, in: database)) { bytes, count in
                if let bytes = unsafe bytes { unsafe texts.look(at: bytes, count: count) }
            }
        }
        guard let other = texts.other else { return }
        throw Failure(
            .data,
            "The key \(key) of \(extract.table) is text in which moments are spelt in forms that do not sort as time, such as "
                + "\"\(texts.first ?? "")\" and \"\(other)\": rows would be left unread.",
            advice:
                "Take a key of a type for dates and times, make a view in which the column has one form, or load the table with "
                + "\(extract.setting("extract_type", "full")).")
    }

    // MARK: Rows

    /// Calls a function with the key of each row of a chunk; no bytes for NULL.
    private func each(of table: String, _ look: (UnsafeRawPointer?, Int) -> Void) throws {
        let statement = try database.prepare("SELECT \(Identifier.quote(column)) FROM \(table)")
        while try statement.step() {
            if unsafe sqlite3_column_type(statement.handle, 0) == SQLITE_NULL {
                look(nil, 0)
            } else {
                let text = unsafe sqlite3_column_text(statement.handle, 0)
                let count = unsafe Int(sqlite3_column_bytes(statement.handle, 0))
                // A text without a byte may have no place.
                unsafe withUnsafePointer(to: UInt8(0)) { empty in
                    unsafe look(text.map { unsafe UnsafeRawPointer($0) } ?? UnsafeRawPointer(empty), count)
                }
            }
        }
    }
}

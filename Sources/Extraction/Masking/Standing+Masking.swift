/// Whether rows may come to a table beside those that are there, as far as masks go.
extension Standing {
    /// Refuses a table in which one column would be half masked and half clear, or masked in two ways.
    ///
    /// - Parameters:
    ///   - masking: What is masked in the rows of this run; its key is nil where it is not known.
    ///   - columns: Those that are read; nil for all.
    func checkMasking(_ extract: TableExtract, _ masking: Masking, reading columns: [String]?) throws {
        guard holdsRows, let holding, !extract.loadMethod.replacesAllRows else { return }
        let held = holding.columns?.map(\.sourceName)
        guard let difference = (holding.masking ?? Masking()).difference(to: masking, held: held, read: columns) else {
            return
        }
        throw Failure(
            .configuration,
            "The table \"\(extract.destinationTable)\" cannot take rows of the extract \"\(extract.name)\": \(difference).",
            advice:
                "Drop the table \"\(extract.destinationTable)\": the next \(extract.extractCommand) makes it "
                + "again and reads everything. Or set \"mask\" and \"mask_key\" as they were.")
    }
}

extension TableExtract {
    /// Its masks, of which the key is not known.
    var masking: Masking { Masking(columns: masks ?? [:]) }
}

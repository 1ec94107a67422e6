import Extraction
import Masks
import Rows
import Text

/// Whether what an extract masks goes with the rest of it, and with the extracts that follow it.
struct MaskJudgement {
    let extract: ExtractConfiguration
    /// All of the configuration.
    let all: [ExtractConfiguration]
    /// Where the key is, if anybody says.
    let key: SecretReference?
    let root: ObjectReader

    /// What is wrong, a sentence each.
    var faults: [String] {
        var faults = extract.masks.columns.compactMap { column in
            use(of: column).map { use in
                "\"\(column)\" \(use), and rows are found again at the source by its values; a masked column cannot be that."
                    + (extract.masks.inherited.contains(column)
                        ? " \"defaults\" mask it; \"mask\": {\"\(column)\": null} in the extract leaves it in clear."
                        : "")
            }
        }
        let own = extract.masks.own.masks
        if let columns = extract.columns {
            faults += own.keys.sorted().filter { !ColumnChoice(columns).mayTake($0) }.map {
                "\"\($0)\" is not among the \"columns\" of the extract, so there is nothing to mask."
            }
        }
        if own.values.contains(.hmac), key == nil, root.isSure(of: ["mask_key"]) { faults.append(Self.missingKey) }
        return faults
    }

    static let missingKey =
        "\"hmac\" needs a key; write \"mask_key\": {\"file\": \"secrets/mask_key\"} beside \"source\", and "
        + "`openssl rand -hex 32` makes one."

    /// What a column is used for besides being read, for a sentence; nil where it is not.
    private func use(of column: String) -> String? {
        func isSame(_ name: String?) -> Bool { name.map { NameCase.unicode.areSame($0, column) } ?? false }
        if extract.uniqueColumns.contains(where: isSame) { return "is one of \"unique_columns\"" }
        if isSame(extract.incrementalKey) { return "is the \"incremental_key\"" }
        if isSame(extract.chunkKey) { return "is the \"chunk_key\"" }
        if isSame(extract.followed?.childKey) { return "is the \"child_key\" of \"follows\"" }
        if isSame(extract.followed?.ownKey) { return "is the \"own_key\" of \"follows\"" }
        let follower = all.first { other in
            other.followed.map { $0.extract.isExactly(extract.name) && isSame($0.parentKey) } ?? false
        }
        return follower.map { "is the \"parent_key\" by which \"\($0.name)\" follows the extract" }
    }
}

extension SecretResolver {
    /// The key by which columns are masked.
    ///
    /// - Throws: where it is not to be had, or is so short that whoever has the masks can guess it.
    mutating func maskKey(_ reference: SecretReference) throws -> Secret {
        let secret = try resolve(reference)
        guard secret.byteCount < MaskKey.shortest else { return secret }
        throw Failure(
            .configuration,
            "The secret \(reference.origin) has \(Sentence.count(secret.byteCount, "byte")); the key of masks needs "
                + "\(MaskKey.shortest) at least, or it can be guessed, and the values with "
                + "it.", advice: "`openssl rand -hex 32` makes one.")
    }
}

extension ObjectReader {
    /// Columns, each with its mask.
    ///
    /// - Parameter takesNull: Whether null stands for a column in clear.
    func masks(_ key: String, takesNull: Bool) -> WrittenMasks {
        if let sketch {
            _ = value(key)
            sketch.note(key, .masks(takesNull: takesNull))
            return WrittenMasks()
        }
        return object(key)?.masks(takesNull: takesNull) ?? WrittenMasks()
    }
}

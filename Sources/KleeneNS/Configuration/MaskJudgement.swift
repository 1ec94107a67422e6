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
        let masked = extract.masks.keys.sorted()
        var faults = masked.compactMap { column in
            use(of: column).map {
                "\"\(column)\" \($0), and rows are found again at the source by its values; a masked column cannot be that."
            }
        }
        if let columns = extract.columns {
            faults += masked.filter { !ColumnChoice(columns).mayTake($0) }.map {
                "\"\($0)\" is not among the \"columns\" of the extract, so there is nothing to mask."
            }
        }
        if extract.masks.values.contains(.hmac), key == nil, root.isSure(of: ["mask_key"]) {
            faults.append(
                "\"hmac\" needs a key; write \"mask_key\": {\"file\": \"secrets/mask_key\"} beside \"source\", and "
                    + "`openssl rand -hex 32` makes one.")
        }
        return faults
    }

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
    func masks(_ key: String) -> [String: ColumnMask] {
        if let sketch {
            _ = value(key)
            sketch.note(key, .masks)
            return [:]
        }
        guard let members = object(key) else { return [:] }
        return members.masks()
    }
}

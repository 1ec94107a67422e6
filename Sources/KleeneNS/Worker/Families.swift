import Extraction
import Rows

/// Extracts that come in together.
enum Families {
    /// Each extract with those that follow it behind it, in the order of the first of them.
    static func of(_ extracts: [TableExtract]) -> [[TableExtract]] {
        extracts.compactMap { extract in
            if let follows = extract.follows, extracts.contains(where: { $0.name.isExactly(follows.extract) }) {
                return nil
            }
            return [extract] + extracts.filter { $0.follows?.extract.isExactly(extract.name) == true }
        }
    }
}

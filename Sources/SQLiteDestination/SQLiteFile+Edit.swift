package import Extraction
import Rows
import SQLite
import Staging

/// Watermarks that people edit.
extension SQLiteFile {
    /// Sets or forgets watermarks for a person, under the extracts' locks and in one transaction, and keeps what they were.
    ///
    /// - Parameters:
    ///   - vouching: What the watermark vouches for afterwards.
    ///   - discardsStaging: Whether what runs have staged is thrown away as well.
    ///   - change: Given what is there of an extract, what is to be there; nil to forget it.
    @discardableResult
    package func edit(
        _ extracts: [String], action: String, at moment: Timestamp,
        vouching: (String) -> EditVouching = { _ in .asBefore }, discardsStaging: Bool = false,
        change: (String, ExtractState?) throws -> ExtractState?
    ) throws -> [StateEdit] {
        guard try Admission.checkFile(path, given: givenPath) else {
            throw Failure(
                .destination, "There is no destination file \(path) yet, so there are no watermarks.",
                advice: "`kleene-ns extract` makes it; --config or --destination says where it lies.")
        }
        let locks = try workplace.locks(of: extracts)
        defer { withExtendedLifetime(locks) {} }
        // Under the locks no run moves them.
        let states = try states()
        let edits = try extracts.map { extract in
            let before = states.first { $0.extract.isExactly(extract) }
            return StateEdit(
                extract: extract, action: action, at: moment, before: before, after: try change(extract, before))
        }
        var written = Change<SealedFile>()
        written.edits = edits.map { VouchedEdit($0, vouching: vouching($0.extract)) }
        // Before the commit: staging without its watermark would serve nobody, a watermark without staging harms nobody.
        if discardsStaging { for extract in extracts { workplace.removeAllStaging(of: extract) } }
        _ = try commit(written)
        return edits
    }
}

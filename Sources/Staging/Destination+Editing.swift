package import Extraction
import Rows

extension Destination where Lease.Staging.Sealed == SealedFile {
    /// Edits watermarks under the locks of a workplace, in which no run moves them.
    package func edit(
        _ editing: StateEditing, in workplace: Workplace, vouching: (String) -> EditVouching,
        change: (String, ExtractState?) throws -> ExtractState?
    ) throws -> [StateEdit] {
        let locks = try workplace.locks(of: editing.extracts)
        defer { withExtendedLifetime(locks) {} }
        let states = try books.states()
        let edits = try editing.extracts.map { extract in
            let before = states.first { $0.extract.isExactly(extract) }
            return StateEdit(
                extract: extract, action: editing.action, at: editing.moment, before: before,
                after: try change(extract, before))
        }
        var written = Change<SealedFile>()
        written.edits = edits.map { VouchedEdit($0, vouching: vouching($0.extract)) }
        // Before the commit: staging without its watermark would serve nobody, a watermark without staging harms nobody.
        if editing.discardsStaging { for extract in editing.extracts { workplace.removeAllStaging(of: extract) } }
        _ = try commit(written)
        return edits
    }
}

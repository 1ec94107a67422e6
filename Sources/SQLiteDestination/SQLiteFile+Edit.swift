package import Extraction
import Staging

/// Watermarks that people edit.
extension SQLiteFile {
    @discardableResult
    package func edit(
        _ editing: StateEditing, vouching: (String) -> EditVouching = { _ in .asBefore },
        change: (String, ExtractState?) throws -> ExtractState?
    ) throws -> [StateEdit] {
        guard try Admission.checkFile(path, given: givenPath) else {
            throw Failure(
                .destination, "There is no destination file \(path) yet, so there are no watermarks.",
                advice: "`kleene-ns extract` makes it; --config or --destination says where it lies.")
        }
        return try edit(editing, in: workplace, vouching: vouching, change: change)
    }
}

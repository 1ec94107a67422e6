import Extraction
import Files
import FoundationEssentials
import Text

/// What has been answered so far, on disk: beside the configuration, for its owner alone, until that is written.
struct SetupDraft {
    let path: String

    /// - Parameter file: The configuration that is to be.
    init(beside file: String, isAdding: Bool) { path = file + (isAdding ? ".add.draft" : ".draft") }

    /// Nil where there is none.
    ///
    /// - Throws: a `Failure` for a file that is none.
    func read() throws -> SetupAnswers? {
        guard let text = try SettingsFile.contents(of: path) else { return nil }
        guard let json = try? JSONText(text.utf8).value, var answers = SetupAnswers(json) else {
            throw Failure(
                .configuration, "\(path) is no draft of kleene-ns.", advice: "Look at what it is, and remove it.")
        }
        // Consent holds for one sitting.
        (answers[.login], answers[.finish], answers[.prove]) = (nil, nil, nil)
        return answers
    }

    func write(_ answers: SetupAnswers) throws {
        try SettingsFile.write(answers.json.pretty + "\n", to: path, mode: 0o600)
    }

    func remove() throws { _ = try SettingsFile.remove(path) }
}

package import Extraction
import Files
package import Rows

/// An extract that is ours: from the moment its lock is taken to its end, nobody else runs it into the same destination.
///
/// It is the only way to staging, so rows cannot be staged without the lock.
///
/// Not `Sendable`: one thread takes it, stages and ends it; the staging that it opens may be written by another.
package final class Lease: ExtractLease {
    /// What the lease asks of its destination.
    package struct Answers {
        /// Whether the rows of a run are in the destination: a run that was killed behind its commit has left what it had
        /// loaded, and to load it again would double rows, or pass old ones for new.
        package var hasLoaded: (RunIdentity) throws -> Bool
        /// On which terms it takes the rows of a plan; refuses columns that its table cannot take.
        package var terms: (ReadPlan, [Column]) throws -> StagingTerms
        /// Whether it takes rows only by batches, so that they wait packed.
        package var takesBatches: Bool

        package init(
            hasLoaded: @escaping (RunIdentity) throws -> Bool,
            terms: @escaping (ReadPlan, [Column]) throws -> StagingTerms, takesBatches: Bool = false
        ) {
            self.hasLoaded = hasLoaded
            self.terms = terms
            self.takesBatches = takesBatches
        }
    }

    private let extract: TableExtract
    private let workplace: Workplace
    /// The source that rows come from, in words that are the same in every run; nil for any.
    private let source: String?
    private let answers: Answers
    /// Nil once the lease has ended.
    private var lock: ExtractLock?
    private var staging: StagingFile?
    /// What is staged beside, by its use.
    private var beside: [String: StagingFile] = [:]
    /// What else keeps others away until the lease ends, such as a lock of a server.
    private var other: AnyObject?

    /// Takes the lock of an extract at once, or not at all, and removes what nobody comes back for.
    ///
    /// - Throws: a `Failure` of kind `busy` where another run has it.
    ///
    /// - Parameter beside: Takes what else is to be held until the lease ends.
    package init(
        of extract: TableExtract, in workplace: Workplace, source: String?, answers: Answers,
        beside: () throws -> AnyObject? = { nil }
    ) throws {
        self.extract = extract
        self.workplace = workplace
        self.source = source
        self.answers = answers
        lock = try workplace.take(extract.name)
        other = try beside()
        workplace.removeBeside(extract.name)
        workplace.removeNewFile(extract.name)
        workplace.removeAbandoned(except: extract)
    }

    package func staged() throws -> StagedPlan? {
        guard let staged = StagingBook.staged(at: workplace.staging(extract), extract: extract, source: source) else {
            return nil
        }
        return try answers.hasLoaded(staged.plan.run) ? nil : staged
    }

    package func stage(_ plan: ReadPlan, columns: [Column], run: RunIdentity, goingOn: Bool) throws -> StagingFile {
        guard lock != nil else {
            throw Failure(
                .internal, "The extract \"\(extract.name)\" was staged after its end.", advice: "Please report this.")
        }
        var terms = try answers.terms(plan, columns)
        terms.isPacked = answers.takesBatches
        let order = StagingOrder(extract: extract, plan: plan, columns: columns, run: run)
        // Open for this run only; closed here, its file may be opened again.
        staging?.close()
        staging = nil
        let file = workplace.staging(extract)
        let opened: StagingFile
        if goingOn, let staged = StagingBook.staged(at: file, extract: extract, source: source) {
            opened = try StagingFile(resuming: staged, order, terms: terms, path: file)
        } else {
            opened = try StagingFile(order, terms: terms, path: file, source: source)
        }
        staging = opened
        return opened
    }

    package func stage(
        _ plan: ReadPlan, columns: [Column], run: RunIdentity, beside use: StagingUse
    ) throws -> StagingFile {
        guard lock != nil else {
            throw Failure(
                .internal, "The extract \"\(extract.name)\" was staged after its end.", advice: "Please report this.")
        }
        var terms = StagingTerms(shape: StagedShape(extract, columns: columns))
        if use.isLoaded {
            terms = try answers.terms(plan, columns)
            // It is not the table that is made.
            (terms.direct, terms.makeFollower) = (nil, nil)
        }
        terms.isPacked = answers.takesBatches
        beside.removeValue(forKey: use.name)?.close()
        let opened = try StagingFile(
            StagingOrder(extract: extract, plan: plan, columns: columns, run: run), terms: terms,
            path: workplace.staging(extract, beside: use.name), source: source)
        beside[use.name] = opened
        return opened
    }

    package func end(keepsStaging: Bool) {
        guard lock != nil else { return }
        for file in beside.values { file.close() }
        beside = [:]
        workplace.removeBeside(extract.name)
        staging?.close()
        // A guard stopped its load: a person says what becomes of it.
        let isStopped = staging?.isStopped == true
        // What an earlier run has left stays as well, if this one has not come as far as to use it.
        let isWorthKeeping = staging?.isWorthKeeping ?? true
        if !isStopped, !keepsStaging || !isWorthKeeping { workplace.removeStaging(extract) }
        staging = nil
        other = nil
        lock = nil
    }
}

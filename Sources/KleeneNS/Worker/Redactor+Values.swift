import Extraction

extension Redactor {
    func callAsFunction(_ failure: Failure) -> Failure {
        var failure = failure
        failure.message = self(failure.message)
        failure.advice = self(failure.advice)
        return failure
    }

    func callAsFunction(_ facts: SourceFacts) -> SourceFacts {
        SourceFacts(
            driverName: self(facts.driverName), driverVersion: self(facts.driverVersion),
            databaseName: self(facts.databaseName), databaseVersion: self(facts.databaseVersion),
            encoding: self(facts.encoding))
    }

    func callAsFunction(_ record: RunRecord) -> RunRecord {
        var record = record
        record.source = record.source.map { self($0) }
        record.notes = record.notes.map { self($0) }
        record.failure = record.failure.map { self($0) }
        return record
    }

    func callAsFunction(_ event: RunEvent) -> RunEvent {
        switch event {
        case .connected(let facts): .connected(self(facts))
        case .note(let extract, let text): .note(extract: extract, text: self(text))
        case .finished(let record): .finished(self(record))
        case .started, .reading, .progress, .restarted, .loading: event
        }
    }

    func callAsFunction(_ check: Check) -> Check {
        Check(self(check.name), check.status, self(check.detail), cure: check.cure.map { self($0) })
    }

    func callAsFunction(_ finding: ProbeFinding) -> ProbeFinding {
        var finding = finding
        finding.detail = self(finding.detail)
        finding.facts = finding.facts.map { .init(self($0.name), self($0.value)) }
        return finding
    }
}

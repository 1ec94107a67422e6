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
            encoding: self(facts.encoding), identity: facts.identity.map { self($0) })
    }

    func callAsFunction(_ identity: SourceIdentity) -> SourceIdentity {
        SourceIdentity(kind: identity.kind, words: self(identity.words), parts: identity.parts.mapValues { self($0) })
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
        case .waiting(let extract, let text): .waiting(extract: extract, text: text.map { self($0) })
        case .started, .planned, .reading, .progress, .restarted, .loading: event
        }
    }

    // Listings go to disk.

    func callAsFunction(_ schema: CatalogSchema) -> CatalogSchema {
        CatalogSchema(catalog: schema.catalog.map { self($0) }, schema: schema.schema.map { self($0) })
    }

    func callAsFunction(_ preview: Preview) -> Preview {
        Preview(
            columns: preview.columns.map { self($0) }, types: preview.types,
            rows: preview.rows.map { $0.map { $0.map { self($0) } } })
    }

    func callAsFunction(_ table: CatalogTable) -> CatalogTable {
        CatalogTable(
            catalog: table.catalog.map { self($0) }, schema: table.schema.map { self($0) }, table: self(table.table),
            type: self(table.type), remarks: table.remarks.map { self($0) })
    }

    func callAsFunction(_ table: CatalogTableColumns) -> CatalogTableColumns {
        var table = table
        table.catalog = table.catalog.map { self($0) }
        table.schema = table.schema.map { self($0) }
        table.table = self(table.table)
        table.type = table.type.map { self($0) }
        for index in table.columns.indices {
            table.columns[index].name = self(table.columns[index].name)
            table.columns[index].type = self(table.columns[index].type)
            table.columns[index].uniqueIndexes = table.columns[index].uniqueIndexes.map { self($0) }
        }
        return table
    }

    func callAsFunction(_ check: Check) -> Check {
        Check(self(check.name), check.status, self(check.detail), cure: check.cure.map { self($0) })
    }

    func callAsFunction(_ planned: PlannedExtract) -> PlannedExtract {
        var planned = planned
        planned.failure = planned.failure.map { self($0) }
        planned.reasons = planned.reasons.map { self($0) }
        planned.statements = planned.statements.map { self($0) }
        return planned
    }

    func callAsFunction(_ finding: ProbeFinding) -> ProbeFinding {
        var finding = finding
        finding.detail = self(finding.detail)
        finding.facts = finding.facts.map { .init(self($0.name), self($0.value)) }
        return finding
    }
}

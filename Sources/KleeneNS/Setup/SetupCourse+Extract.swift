import Extraction
import Text

/// The extract: the questions of Kleene's form, in its order.
extension SetupCourse {
    var extract: [SetupStep] {
        var steps: [SetupStep] = isSignedIn ? [.look(.tables)] : []
        if let schema { steps.append(.ask(schema)) }
        steps.append(.ask(table))
        // Nothing can be said of a table that nobody has named.
        guard answers[.table] != nil else { return steps + [.ask(loadMethod)] }
        if isSignedIn { steps.append(.look(.columns)) }
        steps += [.ask(columns), .ask(loadMethod)]
        guard let method = answers.text(.loadMethod).flatMap(LoadMethod.init), !method.replacesAllRows else {
            return steps
        }
        if isSignedIn, answers.text(.prove) == Self.yes { steps.append(.look(.keys)) }
        steps += [.ask(uniqueColumns(method)), .ask(extractType)]
        if answers.text(.extractType) == ExtractType.incremental.rawValue { steps.append(.ask(incrementalKey)) }
        return steps
    }

    /// Asked where there are several.
    private var schema: SetupQuestion? {
        let schemas = proposals.schemas
        guard schemas.count > 1 || answers[.schema] != nil else { return nil }
        var question = SetupQuestion(.schema, "Schema", .one(of: schemas.map { SetupOption($0) }))
        if schemas.contains("public") { question.proposal = ["public"] }
        return question
    }

    private var table: SetupQuestion {
        let tables = proposals.tables
        let kind: SetupQuestion.Kind = tables.isEmpty ? .text(isOptional: false) : .one(of: tables)
        var question = SetupQuestion(.table, "Table", kind)
        if tables.count > SetupQuestion.shown {
            question.notes = ["\(Sentence.count(tables.count, "table")); a part of a name shows those that have it."]
        }
        return question
    }

    private var columns: SetupQuestion {
        var question = SetupQuestion(.columns, "Columns", .many(of: proposals.columns, mayBeAll: true))
        question.notes = [
            "Names or numbers with commas between them, such as 1-5,9. "
                + (proposals.hasKinds
                    ? "Globs and kinds choose too, and ! leaves out: *,!calculated,!custbody_*. "
                    : "Globs choose too, and ! leaves out: *,!note_*. ")
                + "Columns that come later are read where all or a glob takes them, columns that identify rows in any case."
        ]
        question.proposal = []
        question.fallback = []
        return question
    }

    private var loadMethod: SetupQuestion {
        let words: [LoadMethod: String] = [
            .dropCreateLoad: "a new table each time, with the source's present columns",
            .truncateLoad: "all rows are replaced; the table, its indexes and views stay",
            .append: "rows are added to those that are there",
            .upsert: "rows that are there are replaced, others added",
        ]
        var question = SetupQuestion(
            .loadMethod, "What becomes of the rows that are there",
            .choice(LoadMethod.allCases.map { SetupOption($0.rawValue, words[$0] ?? "") }))
        let proposal = proposals.loadMethod
        if answers[.table] != nil { question.notes = [proposal.reason] }
        question.proposal = proposal.value
        question.fallback = [LoadMethod.dropCreateLoad.rawValue]
        return question
    }

    /// So many statements a proof may cost, and so many seconds.
    static let proof = (statements: 40, seconds: 300)

    private func uniqueColumns(_ method: LoadMethod) -> SetupQuestion {
        var question = SetupQuestion(
            .uniqueColumns, "The columns that identify a row", .many(of: proposals.columns, mayBeAll: false))
        let proposal = proposals.uniqueColumns
        question.proposal = proposal?.value ?? (method == .append ? [] : nil)
        // What the data have proven was asked for, whoever answers; what the source declares is left to each run.
        question.fallback = knowledge.keys?.best?.columns ?? []
        if let proposal { question.notes.append(proposal.reason) }
        if knowledge.keys != nil, proposal == nil {
            question.notes.append("The data prove of no columns that they identify its rows.")
        }
        question.canProve = isSignedIn && knowledge.keys == nil
        if question.canProve {
            question.notes.append(
                "Each run proves them on the rows it reads. ? proves them now, on all rows: up to "
                    + "\(Sentence.count(Self.proof.statements, "statement")) that read the whole table, "
                    + "\(Span.exactWords(Self.proof.seconds)) at most.")
        }
        return question
    }

    private var extractType: SetupQuestion {
        var question = SetupQuestion(
            .extractType, "What each run reads",
            .choice([
                SetupOption(ExtractType.full.rawValue, "all rows"),
                SetupOption(ExtractType.incremental.rawValue, "the rows that have changed since the last run"),
            ]))
        let type: ExtractType = proposals.incrementalKey == nil ? .full : .incremental
        question.proposal = [type.rawValue]
        question.fallback = [ExtractType.full.rawValue]
        return question
    }

    private var incrementalKey: SetupQuestion {
        let keys = proposals.incrementalKeys
        let kind: SetupQuestion.Kind = keys.count < 2 ? .text(isOptional: false) : .one(of: keys)
        var question = SetupQuestion(.incrementalKey, "The column that tells what has changed", kind)
        if let proposal = proposals.incrementalKey {
            question.proposal = proposal.value
            question.notes = [proposal.reason]
        }
        return question
    }

    // MARK: Destination

    var destination: [SetupStep] {
        var question = SetupQuestion(.destination, "Where rows go", .text(isOptional: false))
        question.notes = ["The path of a SQLite file, which is made where there is none; or \(SetupDocument.server)."]
        question.proposal = [knowledge.isNetSuite ? "netsuite.db" : "rows.db"]
        return [.ask(question)] + (answers.text(.destination) == SetupDocument.server ? server : [])
    }

    private var server: [SetupStep] {
        func text(_ topic: SetupTopic, _ title: String, _ note: String, _ proposal: String? = nil) -> SetupStep {
            var question = SetupQuestion(topic, title, .text(isOptional: proposal == SetupAnswers.none))
            question.notes = [note]
            question.proposal = proposal.map { $0 == SetupAnswers.none ? [] : [$0] }
            question.fallback = proposal == nil ? nil : question.proposal
            return .ask(question)
        }
        let host = text(.postgresHost, "Server", "Host, host:port, [IPv6]:port, or service:NAME of pg_service.conf.")
        if answers.text(.postgresHost)?.hasPrefix("service:") == true {
            return [host, text(.postgresSchema, "Schema of the server", "It must be there.", "public")]
        }
        var password = password(.postgresPassword, file: "postgres_password")
        password.notes.append("An empty line: libpq finds it, or needs none.")
        password.proposal = password.proposal ?? []
        password.fallback = []
        return [
            host, text(.postgresDatabase, "Database", "It must be there."),
            text(.postgresUser, "User of the server", "none: your own name.", SetupAnswers.none), .ask(password),
            text(.postgresSchema, "Schema of the server", "It must be there.", "public"),
        ]
    }

    var destinationTable: SetupQuestion {
        var question = SetupQuestion(.destinationTable, "Table to load into", .text(isOptional: false))
        if answers[.table] != nil {
            question.proposal = [proposals.destinationTable]
            question.fallback = question.proposal
        } else {
            // The table's own name, once there is one.
            question.fallback = []
        }
        return question
    }
}

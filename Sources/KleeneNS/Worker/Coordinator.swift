import Extraction
import FoundationEssentials
import Glibc

/// Has work done by worker processes, and outlives them.
///
/// It never opens an ODBC connection itself.
struct Coordinator {
    let program: WorkerProgram
    let source: WorkOrder.SourceSettings
    /// For the secrets of the source, where it has been made already.
    var redactor: Redactor?
    /// What the source's driver is called in a sentence.
    let driverName: String
    /// Seconds without an event after which a worker is stopped.
    let stallLimit: Int
    /// How runs go about their work.
    var runSettings = RunSettings()
    let interruption: Interruption
    /// Told what runs do.
    ///
    /// Free of secrets.
    let observe: (RunEvent) -> Void
    /// Told each line that a driver prints.
    ///
    /// Free of secrets.
    let hear: (String) -> Void
    /// Called when somebody asks how far we are.
    var report: () -> Void = {}
    /// What drivers put down besides; removed when the coordinator goes.
    var scratch: ScratchDirectory?
    /// Told each part of a catalog as it comes, and nil again and again while there is none.
    var watchCatalog: (WorkerEvent?) -> Void = { _ in }

    var redact: Redactor { redactor ?? Redactor(source.secrets) }

    func order(_ task: WorkOrder.Task) -> WorkOrder {
        WorkOrder(source: source, task: task)
    }

    // MARK: Questions

    /// Asks a worker something that has one answer.
    ///
    /// - Throws: the worker's `Failure`, or one that says how the worker ended.
    func ask(_ task: WorkOrder.Task) throws -> WorkerEvent {
        var answer: WorkerEvent?
        try ask(task) { answer = $0 }
        guard let answer else { throw failure(.done, during: "", hasBegun: true) }
        return answer
    }

    /// Asks a worker something, and takes each part of the answer as it comes; also those before a failure.
    ///
    /// - Throws: the worker's `Failure`, or one that says how the worker ended.
    func ask(_ task: WorkOrder.Task, take: (WorkerEvent) -> Void) throws {
        let redact = redact
        var isAnswered = false
        var failure: Failure?
        var hasBegun = false
        let watch = task.isAboutCatalog ? watchCatalog : { _ in }
        defer { watch(.done) }
        let printed = DriverWords()
        let outcome = perform(task, redact, printed, idle: { watch(nil) }) { event in
            watch(event)
            switch event {
            case .ready: hasBegun = true
            case .note(let text): observe(.note(extract: nil, text: redact(text)))
            case .failed(let reason): failure = redact(reason)
            case .checks(let checks):
                isAnswered = true
                take(.checks(checks.map { printed.beside(redact($0)) }))
            case .tables(let tables):
                isAnswered = true
                take(.tables(tables.map { redact($0) }))
            case .columns(let table):
                isAnswered = true
                take(.columns(redact(table)))
            case .plan(let plan):
                isAnswered = true
                take(.plan(redact(plan)))
            case .schemas(let schemas):
                isAnswered = true
                take(.schemas(schemas.map { redact($0) }))
            case .preview(let preview):
                isAnswered = true
                take(.preview(redact(preview)))
            case .run, .clock, .probe, .stuck, .signalled, .done: break
            }
        }
        // Behind the end: a line that the driver has not ended is heard only then.
        failure = failure.map { printed.beside($0) }
        if let failure, failure.kind == .credentials { throw failure }
        // Whatever came of it: what was cut short may look like a whole answer.
        if interruption.count > 0 {
            throw Failure(.interrupted, "The command was interrupted; what the source had said by then is not shown.")
        }
        if let failure { throw failure }
        if outcome == .done, isAnswered { return }
        throw self.failure(outcome, during: "while it was asked for its catalog", hasBegun: hasBegun)
    }

    // MARK: Extracts

    /// Runs extracts one after another.
    ///
    /// Each costs a worker at most: when one dies, the next does the rest.
    func extract(
        _ extracts: [TableExtract], into destination: String, history: RunHistory, identify: () -> RunIdentity
    ) -> [ExtractResult] {
        var state = Progress(extracts.map { .init(extract: $0, run: identify()) })
        let redact = redact
        while !state.pending.isEmpty, interruption.count == 0, state.refusal == nil {
            state.beginSession()
            let printed = DriverWords()
            let outcome = perform(
                .extract(state.pending, destination: destination, settings: runSettings, clock: state.clock), redact,
                printed
            ) { event in
                switch event {
                case .ready: state.hasBegun = true
                case .note(let text): observe(.note(extract: state.current?.extract.name, text: redact(text)))
                case .run(let event):
                    let event = printed.beside(redact(event))
                    state.notice(event)
                    observe(event)
                case .failed(let failure): state.refusal = printed.beside(redact(failure))
                case .clock(let clock): state.clock = clock
                case .schemas, .tables, .columns, .preview, .checks, .plan, .probe, .stuck, .signalled, .done: break
                }
            }
            settle(outcome, &state, history)
        }
        return state.results(in: extracts, interrupted: interruption.count > 0)
    }

    /// Draws the consequences of a session's end.
    private func settle(_ outcome: WorkerSession.Outcome, _ state: inout Progress, _ history: RunHistory) {
        switch outcome {
        case .done:
            // The worker stops early for a refused login and an interruption; anything else would go on for ever.
            if !state.pending.isEmpty, state.refusal == nil, interruption.count == 0 {
                state.refusal = Failure(
                    .internal, "The worker process ended without having run all extracts.",
                    advice: "Please report this.")
            }
        case .interrupted:
            guard let current = state.current else { return }
            let failure =
                state.chunks > 1
                ? Failure(
                    .interrupted, "The run was interrupted and stopped at once. Nothing of it was loaded.",
                    advice: "If chunks of it were complete, the same command goes on with them.")
                : Failure(.interrupted, "The run was interrupted.", advice: "Nothing of it was loaded.")
            close(current, failure, &state, history)
        case .notStarted: state.refusal = failure(outcome, during: "", hasBegun: false)
        case .died, .stalled, .stuck, .spokeNonsense:
            guard state.hasBegun, let current = state.current ?? state.pending.first else {
                state.refusal = failure(outcome, during: "", hasBegun: false)
                return
            }
            let during = "while \(state.stage) \(current.extract.table)"
            close(current, failure(outcome, during: during, hasBegun: true), &state, history)
        }
    }

    /// Ends an extract whose worker is gone.
    private func close(
        _ ordered: WorkOrder.OrderedExtract, _ failure: Failure, _ state: inout Progress, _ history: RunHistory
    ) {
        // The worker may have committed and died before it could say so; then the rows are there, and so is the record.
        let found = Result { try history.find(ordered.run.id) }
        if case .success(let record?) = found, record.status == .succeeded {
            state.notice(.finished(record))
            observe(.finished(record))
            return
        }
        var record = RunRecord(ordered.extract, run: ordered.run, version: Version.current)
        record.status = failure.kind == .interrupted ? .interrupted : .failed
        record.failure = failure
        record.rowsRead = state.rows
        record.bytesRead = state.bytes
        record.source = state.facts
        record.seconds = state.seconds
        record.finishedAt = Timestamp(Date())
        do {
            try history.add(record, patience)
        } catch {
            record.notes.append("The run could not be recorded: \(redact("\(error)"))")
        }
        if case .failure(let error) = found, state.isLoading {
            record = settled(record, unread: error, history)
        }
        state.notice(.finished(record))
        observe(.finished(record))
    }

    /// What is known of a run that may have loaded its rows, where its record could not be read at first.
    ///
    /// What held the destination may have let go since: adding a record waits, and changes none of a load that is in.
    private func settled(_ record: RunRecord, unread error: any Error, _ history: RunHistory) -> RunRecord {
        var record = record
        do {
            if let kept = try history.find(record.runID) { return kept }
        } catch {
            record.failure?.advice =
                "Its rows may be loaded all the same: the record of the run could not be read "
                + "(\(redact(Failure.wrapping(error).message))). Before you run it again, see "
                + "`kleene-ns runs show \(record.runID)`: \"succeeded\" says that they are."
        }
        return record
    }

    /// Seconds that a record may wait for another program's write lock: who was told to stop stops.
    private var patience: Int {
        switch interruption.count {
        case 0: 60
        case 1: 2
        default: 0
        }
    }

    /// Has a worker do a task.
    ///
    /// - Parameters:
    ///   - printed: Gets what the driver prints meanwhile.
    ///   - idle: Called again and again while there is nothing to tell.
    func perform(
        _ task: WorkOrder.Task, _ redact: Redactor, _ printed: DriverWords = DriverWords(), idle: () -> Void = {},
        tell: (WorkerEvent) -> Void
    ) -> WorkerSession.Outcome {
        let session = WorkerSession(
            program: program, stallLimit: stallLimit, interruption: interruption,
            hear: {
                let line = redact.spoken($0)
                printed.add(line)
                hear(line)
            }, report: report)
        let outcome = session.perform(order(task), idle: idle, tell: tell)
        if outcome == .interrupted { Composition.callOffLogin(source) }
        return outcome
    }
}

// MARK: - Sentences

extension Coordinator {
    /// How a worker ended, as a failure.
    func failure(_ outcome: WorkerSession.Outcome, during: String, hasBegun: Bool) -> Failure {
        let untouched = "The destination is as it was."
        switch outcome {
        case .done:
            return Failure(.internal, "The worker process gave no answer.", advice: "Please report this.")
        case .interrupted: return Failure(.interrupted, "The command was interrupted.")
        case .notStarted(let reason):
            return Failure(
                .environment, "The worker process could not be started: \(reason).",
                advice:
                    "Check that /proc is mounted, that memory is free, and that the limits of processes (`ulimit -u`) and of "
                    + "open files (`ulimit -n`) are not reached.")
        case .died(.signalled(let number)) where [SIGTERM, SIGINT, SIGHUP, SIGQUIT].contains(number):
            return Failure(
                .environment,
                "The worker process was ended by \(ProcessEnding.name(number)), which kleene-ns did not send"
                    + (during.isEmpty ? "." : ", \(during)."),
                advice:
                    "\(untouched) Somebody, or what watches over services here, ended it; run the same command again.")
        case .died(.signalled(let number)) where number != SIGKILL && ResourceLimits.current.shortMemory != nil:
            return Failure(
                .environment,
                "The worker process was ended by \(ProcessEnding.name(number)) "
                    + (hasBegun ? "\(during)" : "before it could begin")
                    + ": memory is limited to \(ResourceLimits.current.shortMemory ?? "little"), which may be too little for it.",
                advice: "\(untouched) Raise the limit, and run again.")
        case .died(let ending) where !hasBegun:
            return Failure(
                .environment, "The worker process \(ending) before it could begin.",
                advice: "Run again with --log-level debug to see what it printed.")
        case .died(let ending) where ending == .signalled(9):
            return Failure(
                .driverCrashed, "The worker process \(ending) \(during). kleene-ns did not send it.",
                advice:
                    "The system does so when memory runs out: look into the kernel's log, and lower \"batch_bytes\". "
                    + untouched)
        case .died(let ending):
            return Failure(
                .driverCrashed, "\(driverName) took the worker process down: it \(ending) \(during).",
                advice:
                    "\(untouched) Try another version of the driver, or fewer columns; --log-level debug shows what "
                    + "the driver printed.")
        case .stalled(let seconds):
            return Failure(
                .driverStalled, "\(driverName) did nothing for \(seconds) seconds \(during) and was stopped.",
                advice: "\(untouched) If the source only needs longer, raise \"stall_timeout\" or --stall-timeout.")
        case .stuck(let seconds):
            return Failure(
                .driverStalled,
                "\(driverName) held on to a statement past its limit of \(seconds) seconds \(during), did not give way to "
                    + "SQLCancel, and was stopped.",
                advice: "\(untouched) If the source only needs longer, raise \"statement_timeout\".")
        case .spokeNonsense:
            return Failure(
                .driverCrashed,
                "The worker process sent something that is not an event \(during), so it was stopped.",
                advice: "\(untouched) A driver that writes to files which are not its own does this; please report it.")
        }
    }
}

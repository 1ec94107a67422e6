import Extraction
import FoundationEssentials
import Glibc
import Text

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
    /// Told that a question begins: how long it takes is counted from here, not from when the coordinator was made.
    var begin: () -> Void = {}
    /// Called when somebody asks how far we are.
    var report: () -> Void = {}
    /// Called again and again while a worker works, at most half a second apart.
    var tick: () -> Void = {}
    /// The same while a question has a way of its own to say how far it is.
    var heed: () -> Void = {}
    /// Gives workers access tokens, where logins take one.
    var tokens: TokenDesk?
    /// By which workers mask columns; nil where none is masked.
    var maskKey: Secret?
    /// The destination in whose books logins are remembered; nil where that is beside it, or there is none.
    var loginBooks: DestinationConfiguration?
    /// Keeps the worker, and its login, from one question to the next; nil: each has a worker of its own.
    var keeper: WorkerSession.Keeper?
    /// What drivers put down besides; removed when the coordinator goes.
    var scratch: ScratchDirectory?

    var redact: Redactor { redactor ?? Redactor(source.secrets + [maskKey].compactMap(\.self)) }

    func order(_ task: WorkOrder.Task) -> WorkOrder {
        WorkOrder(
            source: source, task: task, maskKey: maskKey, loginBooks: loginBooks,
            isFollowed: keeper == nil ? nil : true)
    }

    // MARK: Questions

    /// What came of a question, before anybody judges it.
    struct Hearing {
        let ending: SessionEnding
        let isAnswered: Bool
        /// What the worker says went wrong.
        let failure: Failure?
    }

    /// Asks a worker something that has one answer.
    ///
    /// - Throws: the worker's `Failure`, or one that says how the worker ended.
    func ask<Q: Question>(_ question: Q) throws -> Q.Answer {
        var answer: Q.Answer?
        try ask(question) { answer = $0 }
        guard let answer else { throw ending(.done, hasBegun: true).failure }
        return answer
    }

    /// Asks a worker something, and takes each part of the answer as it comes; also those before a failure.
    ///
    /// - Parameter idle: Called again and again while there is nothing to take.
    /// - Throws: the worker's `Failure`, or one that says how the worker ended.
    func ask<Q: Question>(_ question: Q, idle: () -> Void = {}, take: (Q.Answer) -> Void) throws {
        let hearing = put(question, idle: idle, take: take)
        if let failure = hearing.failure, failure.kind == .credentials { throw failure }
        // Whatever came of it: what was cut short may look like a whole answer.
        if interruption.count > 0 { throw SessionEnding.interruptedQuestion }
        if let failure = hearing.failure { throw failure }
        if hearing.ending.outcome == .done, hearing.isAnswered { return }
        throw hearing.ending.failure
    }

    /// Asks a worker something, and hears it to the end.
    func put<Q: Question>(_ question: Q, idle: () -> Void = {}, take: (Q.Answer) -> Void) -> Hearing {
        begin()
        var (hasBegun, isAnswered) = (false, false)
        var failure: Failure?
        let printed = DriverWords()
        let outcome = perform(.question(AskedQuestion(question)), printed, idle: idle) {
            (event: WorkerEvent<Q.Answer>) in
            switch event {
            case .ready: hasBegun = true
            case .note(let text): observe(.note(extract: nil, text: text))
            case .failed(let reason): failure = reason
            case .answer(let answer):
                isAnswered = true
                take(Q.explained(answer, by: printed))
            case .run, .clock, .stuck, .signalled, .tokenWanted, .done: break
            }
        }
        return Hearing(
            ending: ending(outcome, during: Q.pursuit, hasBegun: hasBegun), isAnswered: isAnswered,
            // Behind the end: a line that the driver has not ended is heard only then.
            failure: failure.map { printed.beside($0) })
    }

    // MARK: Extracts

    /// Runs extracts one after another.
    ///
    /// Each costs a worker at most: when one dies, the next does the rest.
    func extract(
        _ extracts: [TableExtract], into destination: DestinationConfiguration, history: RunHistory,
        identify: () -> RunIdentity
    ) -> [ExtractResult] {
        var state = Progress(extracts.map { .init(extract: $0, run: identify()) })
        while !state.pending.isEmpty, interruption.count == 0, state.refusal == nil {
            state.beginSession()
            let printed = DriverWords()
            let outcome = perform(
                .extract(state.pending, destination: destination, settings: runSettings, clock: state.clock), printed
            ) { (event: WorkerEvent<Never>) in
                switch event {
                case .ready: state.hasBegun = true
                case .note(let text): observe(.note(extract: state.current?.extract.name, text: text))
                case .run(let event):
                    let event = printed.beside(event)
                    state.notice(event)
                    observe(event)
                case .failed(let failure): state.refusal = printed.beside(failure)
                case .clock(let clock): state.clock = clock
                case .stuck, .signalled, .tokenWanted, .done: break
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
                state.refusal = SessionEnding.leftExtracts
            }
        case .interrupted:
            guard let current = state.current else { return }
            close(current, SessionEnding.interruptedRun(chunks: state.chunks), &state, history)
        case .notStarted: state.refusal = ending(outcome).failure
        case .died, .stalled, .stuck, .spokeNonsense:
            guard state.hasBegun, let current = state.current ?? state.pending.first else {
                state.refusal = ending(outcome).failure
                return
            }
            let during = "while \(state.stage) \(current.extract.table)"
            close(current, ending(outcome, during: during, hasBegun: true).failure, &state, history)
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
        record.fail(failure)
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
            record.failure?.advice = SessionEnding.advice(
                record.runID, unread: redact(Failure.wrapping(error).message))
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
    private func perform<Answer>(
        _ task: WorkOrder.Task, _ printed: DriverWords, idle: () -> Void = {}, tell: (WorkerEvent<Answer>) -> Void
    ) -> WorkerSession.Outcome {
        let session = WorkerSession(
            program: program, stallLimit: stallLimit, interruption: interruption, redact: redact,
            hear: {
                printed.add($0)
                hear($0)
            }, report: report, tokens: tokens, keeper: keeper)
        let outcome = session.perform(
            order(task),
            idle: {
                tick()
                idle()
            }, tell: tell)
        if outcome == .interrupted { Composition.callOffLogin(source, books: loginBooks) }
        return outcome
    }

    private func ending(
        _ outcome: WorkerSession.Outcome, during: String = "", hasBegun: Bool = false
    ) -> SessionEnding {
        SessionEnding(
            outcome: outcome, driverName: driverName, hasBegun: hasBegun, during: during,
            shortMemory: ResourceLimits.current.shortMemory)
    }
}

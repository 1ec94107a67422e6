import Extraction

extension Coordinator {
    /// How far several extracts have got: a value that events change.
    struct Progress {
        /// What is still to be done, in order.
        private(set) var pending: [WorkOrder.OrderedExtract]
        /// What the present worker has begun and not finished.
        private(set) var current: WorkOrder.OrderedExtract?
        /// Whether the present worker has understood its order.
        var hasBegun = false
        /// The source's clock, once a worker has read it.
        var clock: SourceClock?
        /// Why nothing more is tried.
        var refusal: Failure?
        private(set) var rows = 0
        private(set) var bytes = 0
        private(set) var facts: SourceFacts?
        /// Of the present extract, once they are known.
        private(set) var chunks = 0
        /// Whether rows of the present extract may be in the destination.
        private(set) var isLoading = false
        /// What the worker is about, for a sentence that ends in the table's name.
        private(set) var stage = Self.connecting
        private var began = ContinuousClock().now
        private var finished: [String: ExtractResult] = [:]
        /// All extracts, by name.
        private let extracts: [String: TableExtract]

        private static let connecting = "connecting to read"

        init(_ pending: [WorkOrder.OrderedExtract]) {
            self.pending = pending
            extracts = Dictionary(
                pending.map { ($0.extract.name, $0.extract) }, uniquingKeysWith: { first, _ in first })
        }

        /// Seconds since the present extract began.
        var seconds: Double { (ContinuousClock().now - began) / .seconds(1) }

        mutating func beginSession() {
            hasBegun = false
            current = nil
            reset()
        }

        private mutating func reset() {
            rows = 0
            bytes = 0
            chunks = 0
            isLoading = false
            began = ContinuousClock().now
            stage = Self.connecting
        }

        mutating func notice(_ event: RunEvent) {
            switch event {
            case .started(let extract, let run):
                // The worker knows when it began; from here on the run has its identity.
                if let index = pending.firstIndex(where: { $0.extract.name == extract }) { pending[index].run = run }
                current = pending.first { $0.run == run } ?? sweep(extract, run)
                reset()
            case .connected(let facts):
                self.facts = facts
                stage = "preparing to read"
            case .reading: stage = "reading"
            case .progress(_, let rows, let bytes):
                self.rows = rows
                self.bytes = bytes
            case .loading:
                stage = "loading what was read of"
                isLoading = true
            case .finished(let record):
                if record.action == .sweep, let run = runs[record.extract] {
                    // Behind the extract's own run, whose result it becomes a part of.
                    finished[run]?.add(sweep: record)
                    current = nil
                    if record.failure?.kind == .credentials { refusal = record.failure }
                    return
                }
                finished[record.runID] = ExtractResult(record)
                pending.removeAll { $0.run.id == record.runID }
                current = nil
                if record.failure?.kind == .credentials { refusal = record.failure }
                runs[record.extract] = record.runID
            case .planned(_, _, let chunks, _): self.chunks = chunks
            case .waiting: stage = "waiting to read"
            case .restarted, .note: break
            }
        }

        /// A sweep that a worker does behind an extract's own run.
        private func sweep(_ name: String, _ run: RunIdentity) -> WorkOrder.OrderedExtract? {
            guard runs[name] != nil, var extract = extracts[name] else { return nil }
            extract.sweeps = true
            return WorkOrder.OrderedExtract(extract: extract, run: run)
        }

        /// Run ids of finished extracts by name, which is unique.
        private var runs: [String: String] = [:]

        /// One result for each extract, in their order.
        func results(in extracts: [TableExtract], interrupted: Bool) -> [ExtractResult] {
            extracts.map { extract in
                if let run = runs[extract.name], let result = finished[run] { return result }
                return ExtractResult(notRun: extract, because: interrupted ? nil : refusal)
            }
        }
    }
}

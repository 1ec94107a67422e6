import ArgumentParser

extension KleeneNSCommand {
    /// Started by the program itself, never by a person.
    struct Worker: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run as a worker process.", shouldDisplay: false)

        func run() {
            WorkerProcess.run()
        }
    }
}

import ArgumentParser
import Extraction
import Glibc

/// Commands that are run when all is over, for whoever wants to be told.
struct HookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run this with /bin/sh when an extract was not done, with the result as JSON on its standard input.",
            valueName: "command"))
    var onFailure: String?

    @Option(
        help: ArgumentHelp(
            "Run this with /bin/sh when all extracts were done, with the result as JSON on its standard input.",
            valueName: "command"))
    var onSuccess: String?

    /// Runs the command that fits, and waits for it.
    ///
    /// - Throws: a `Failure` where it could not be run, or did not end with 0.
    func run(_ json: String, isDone: Bool, environment: [String: String]) throws {
        guard let command = isDone ? onSuccess : onFailure else { return }
        let flag = isDone ? "--on-success" : "--on-failure"
        do {
            let pipe = try Descriptor.pipe()
            let null = try Descriptor.null()
            let child: ChildProcess
            do {
                defer {
                    close(pipe.read)
                    close(null)
                }
                // What it prints is for whoever reads our errors: the result is on standard output, and whole.
                child = try ChildProcess(
                    "/bin/sh", arguments: ["sh", "-c", command], environment: environment, input: pipe.read, output: 2,
                    errors: 2, hasOwnGroup: false)
            } catch {
                close(pipe.write)
                throw error
            }
            // A command that does not read all of it is none the worse for that.
            try? Descriptor.write(Array(json.utf8), to: pipe.write)
            close(pipe.write)
            var ending = child.poll()
            while ending == nil {
                _ = Descriptor.wait([(-1, 0)], milliseconds: 20)
                ending = child.poll()
            }
            guard let ending, ending != .exited(0) else { return }
            throw Failure(
                .environment, "The command of \(flag) \(ending).",
                advice: "The run is as its result says; run the command by hand to see what is wrong with it.")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .environment, "The command of \(flag) could not be run: \(error).",
                advice: "The run is as its result says.")
        }
    }
}

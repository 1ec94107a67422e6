import Glibc

/// A command of the shell that is told how something has ended, and has so long for it.
///
/// It has a process group of its own, so that it can be ended with all that it waits for. What it leaves behind when it ends by itself
/// lives on.
struct HookProcess {
    var command: String
    var environment: [String: String]
    /// How long it may take.
    var limit: Duration
    /// Between SIGTERM and SIGKILL.
    var grace: Duration = .seconds(5)

    enum Outcome: Equatable {
        case ended(ProcessEnding)
        /// It was ended, because it had not ended in time.
        case tookTooLong
        /// It was ended, because we were told to stop while it ran.
        case stopped
    }

    /// Runs the command with a text on its standard input, and waits for its end.
    ///
    /// Throws `SystemError` where it cannot be started.
    func run(_ text: String, interruption: Interruption) throws -> Outcome {
        // Counted before the command is there: who stops us in answer to what it does may be quicker than this process.
        let stops = interruption.count
        let (child, pipe) = try start()
        interruption.accompany(child.id)
        defer { interruption.letGo(child.id) }
        var input: Int32? = pipe
        defer { if let input { close(input) } }
        var rest = Array(text.utf8)[...]
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var wish: (outcome: Outcome, end: ContinuousClock.Instant)?
        while true {
            if let ending = child.poll() { return wish?.outcome ?? .ended(ending) }
            if let open = input {
                // A command that does not read all of it is none the worse for that.
                do { rest = try rest.dropFirst(Descriptor.writeSome(rest, to: open)) } catch { rest = [] }
                if rest.isEmpty {
                    close(open)
                    input = nil
                }
            }
            let now = clock.now
            if let wish {
                if now >= wish.end || interruption.count > stops + 1 { child.kill() }
            } else if now >= deadline || interruption.count > stops {
                wish = (now >= deadline ? .tookTooLong : .stopped, now + grace)
                child.terminate()
            }
            _ = Descriptor.wait(input.map { [($0, Int16(POLLOUT))] } ?? [], milliseconds: 20)
        }
    }

    private func start() throws -> (child: ChildProcess, input: Int32) {
        let pipe = try Descriptor.pipe()
        defer { close(pipe.read) }
        do {
            // What it prints is for whoever reads our errors: the result is on standard output, and whole.
            let child = try ChildProcess(
                "/bin/sh", arguments: ["sh", "-c", command], environment: environment, input: pipe.read, output: 2,
                errors: 2)
            child.mayLeaveOthers = true
            Descriptor.setNonBlocking(pipe.write)
            return (child, pipe.write)
        } catch {
            close(pipe.write)
            throw error
        }
    }
}

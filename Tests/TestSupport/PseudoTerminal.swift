package import Foundation
import Glibc
import Synchronization

/// A terminal of its own for a program, as a person has it, and what is on its screen.
package final class PseudoTerminal: Sendable {
    private let main: Int32
    private let side: Int32
    private let heard = Mutex([UInt8]())

    package struct NotThere: Error {}

    package init(columns: Int, rows: Int = 50) throws {
        main = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // TIOCSPTLCK and TIOCGPTN: the functions for it are not in Swift's Glibc.
        var (isLocked, number) = (Int32(0), UInt32(0))
        guard main >= 0, unsafe ioctl(main, 0x4004_5431, &isLocked) == 0, unsafe ioctl(main, 0x8004_5430, &number) == 0
        else { throw NotThere() }
        side = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard side >= 0 else { throw NotThere() }
        resize(columns: columns, rows: rows)
    }

    deinit { close(main) }

    /// Gives the screen another size. Whoever runs there is to be told by SIGWINCH.
    package func resize(columns: Int, rows: Int = 50) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(main, UInt(TIOCSWINSZ), &size)
    }

    /// For a process's streams.
    package var handle: FileHandle { FileHandle(fileDescriptor: side, closeOnDealloc: false) }

    /// Hears what is written until nobody has the other side open any more; call it once a process has been started.
    package func listen() {
        close(side)
        let thread = Thread { [self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe read(main, &buffer, buffer.count)
                if count <= 0 { break }
                heard.withLock { $0 += buffer[..<count] }
            }
            isOver.withLock { $0 = true }
        }
        thread.start()
    }

    /// Types a text, as a person does.
    package func type(_ text: String) {
        var bytes = Array(text.utf8)
        _ = unsafe write(main, &bytes, bytes.count)
    }

    private let isOver = Mutex(false)

    /// Everything that was written, to its end.
    package func all() -> String {
        for _ in 0..<3000 where !isOver.withLock({ $0 }) { usleep(10_000) }
        return soFar
    }

    package var soFar: String { heard.withLock { String(decoding: $0, as: UTF8.self) } }

    /// What a person sees at the end, and each line that was there for a while.
    package static func screen(_ text: String) -> (lines: [String], drawn: [String]) {
        var (lines, drawn) = ([String](), [String]())
        var (line, place) = ([Character](), 0)
        var rest = text.replacing("\r\n", with: "\n")[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                lines.append(String(line))
                (line, place) = ([], 0)
            case "\r":
                if !line.isEmpty { drawn.append(String(line)) }
                place = 0
            case "\u{1B}" where rest.first == "[":
                let code = rest.dropFirst().prefix { !$0.isLetter }
                let command = rest.dropFirst(1 + code.count).first
                rest = rest.dropFirst(2 + code.count)
                if command == "K" { line.removeSubrange(min(place, line.count)...) }
            default:
                if place < line.count { line[place] = character } else { line.append(character) }
                place += 1
            }
        }
        if !line.isEmpty { lines.append(String(line)) }
        return (lines, drawn)
    }
}

extension Program {
    /// Starts it on a terminal.
    ///
    /// - Parameter isAttended: Whether somebody types there, too.
    package func start(
        _ arguments: [String], on terminal: PseudoTerminal, isAttended: Bool = false
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        var all = [
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": directory.path, "LANG": "C", "TERM": "xterm-256color",
        ]
        for name in ["ODBCSYSINI", "ODBCINI"] { all[name] = ProcessInfo.processInfo.environment[name] }
        process.environment = all.merging(environment) { $1 }
        process.standardInput = isAttended ? terminal.handle : FileHandle.nullDevice
        process.standardOutput = terminal.handle
        process.standardError = terminal.handle
        try process.run()
        terminal.listen()
        return process
    }

    /// Runs it on a terminal to its end.
    package func run(_ arguments: [String], columns: Int) throws -> (code: Int32, text: String) {
        let terminal = try PseudoTerminal(columns: columns)
        let process = try start(arguments, on: terminal)
        process.waitUntilExit()
        return (process.terminationStatus, terminal.all())
    }
}

import Extraction
import Files
import FoundationEssentials
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The lock that keeps two runs of one extract apart: flock(2) on a file beside the destination.
///
/// The system gives it back when its holder dies, so a file that lies there locks nobody out. The file itself stays: to
/// remove it would let a third run lock a new one while a second still holds the old.
package final class ExtractLock {
    private let descriptor: Int32

    /// Takes the lock at once, or not at all.
    ///
    /// - Throws: a `Failure` of kind `busy` that names the holder, or `destination` where the file cannot be made.
    init(path: String, extract: String) throws {
        let descriptor = try PrivateFile.open(path, kind: .destination)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.read(descriptor)
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw Failure(
                    .destination, "The lock file \(path) could not be locked: \(describeSystemError(code)).",
                    advice: "Put the destination on a file system that supports locks.")
            }
            throw Failure(
                .busy,
                "Another run holds the lock of the extract \"\(extract)\": \(holder.map(Self.withAge) ?? "it does not say which").",
                advice: "Wait until it has ended, or stop that process.")
        }
        self.descriptor = descriptor
        write("process \(getpid()), since \(Timestamp(Date()))")
    }

    deinit {
        write("")
        // Not by closing alone: a process that was forked meanwhile and has not yet become another program has the lock too.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// What the holder wrote into the file.
    private static func read(_ descriptor: Int32) -> String? {
        let text = unsafe withUnsafeTemporaryAllocation(byteCount: 200, alignment: 1) { buffer in
            let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, 0)
            return unsafe String(decoding: UnsafeRawBufferPointer(rebasing: buffer[0..<max(0, count)]), as: UTF8.self)
        }
        return text.isEmpty ? nil : text
    }

    /// What a holder wrote, and for how long it has had the lock.
    private static func withAge(_ holder: String) -> String {
        let words = holder.split(separator: ", since ", maxSplits: 1)
        guard words.count == 2, let seconds = Timestamp(text: String(words[1])).seconds(until: Date()) else {
            return holder
        }
        return "\(holder), for \(Span.words(Int(max(0, seconds))))"
    }

    private func write(_ text: String) {
        // For people only: that it fails changes nothing about the lock.
        _ = ftruncate(descriptor, 0)
        _ = unsafe pwrite(descriptor, text, text.utf8.count, 0)
    }
}

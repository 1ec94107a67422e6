import CProcess
import Extraction
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What destinations and their workplaces ask of the file system.
package enum FileSystem {
    package enum Kind {
        case absent, file, directory, other
        /// The errno that says why nobody can tell.
        case unknown(Int32)
    }

    package static func kind(of path: String) -> Kind {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return errno == ENOENT ? .absent : .unknown(errno) }
        return switch facts.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        default: .other
        }
    }

    /// Bytes of a file; 0 where it is absent.
    package static func size(of path: String) -> Int {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Bytes that this user may still write to the file system of a path. Nil where the system does not say.
    package static func freeBytes(at path: String) -> Int? {
        var facts = statvfs()
        guard unsafe statvfs(path, &facts) == 0 else { return nil }
        let (bytes, overflows) = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return overflows ? .max : Int(clamping: bytes)
    }

    /// Nil where this user may write there, else the errno.
    package static func refusalToWrite(_ path: String, isDirectory: Bool) -> Int32? {
        unsafe access(path, isDirectory ? W_OK | X_OK : W_OK) == 0 ? nil : errno
    }

    /// Names of what is in a directory; none where it cannot be read.
    package static func names(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            names.append(String(decoding: name, as: UTF8.self))
        }
        return names
    }

    /// Seconds since a file was written last; nil where it is absent.
    package static func secondsSinceChange(of path: String) -> Int? {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return nil }
        return time(nil) - facts.st_mtim.tv_sec
    }

    /// Puts a file, or the names in a directory, on the disk.
    package static func synchronize(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal(to: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw refusal(to: path) }
    }

    private static func refusal(to path: String) -> Failure {
        Failure(
            .destination, "\(path) could not be put on the disk: \(describeSystemError(errno)).",
            advice: "Nothing was loaded. Look at the file system, and run again.")
    }

    package static func remove(_ path: String) { unsafe _ = unlink(path) }

    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The one name of a file, however it was spelt: locks and staging lie beside it, so links must not lead to two.
    package static func canonical(_ path: String) -> String {
        var path = path
        // realpath(3) knows nothing of what is not there, but a link may lead there: as many steps as Linux takes.
        for _ in 0..<40 {
            if let resolved = resolve(path) { return resolved }
            guard let target = link(at: path) else { break }
            path = target.hasPrefix("/") ? target : parent(of: path) + "/" + target
        }
        let parent = parent(of: path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let directory = resolve(parent) ?? parent
        return (directory == "/" ? "" : directory) + "/" + name
    }

    /// Gives a file another name in one step, unless something has that name already. The C function is `renameat2`.
    ///
    /// - Returns: 0 or an errno: `EEXIST` then, and `EINVAL` where the file system cannot do it.
    package static func move(_ path: String, toNew name: String) -> Int32 { unsafe kns_rename_to_new(path, name) }

    /// Where a symbolic link leads; nil for anything else.
    private static func link(at path: String) -> String? {
        unsafe withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            guard let start = unsafe start else { return nil }
            let count = unsafe readlink(path, start, buffer.count)
            guard count > 0 else { return nil }
            return unsafe String(decoding: UnsafeRawBufferPointer(rebasing: buffer[0..<count]), as: UTF8.self)
        }
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}

import Glibc

/// A directory of ours with all that drivers have put into it, on its way out.
package enum RemovedTree {
    /// Removes a directory and what is in it; follows no link. What cannot be removed stays.
    package static func remove(_ path: String) {
        guard let stream = unsafe opendir(path) else {
            unsafe _ = unlink(path)
            return
        }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            names.append(String(decoding: name, as: UTF8.self))
        }
        unsafe _ = closedir(stream)
        for name in names where name != "." && name != ".." {
            let inner = path + "/" + name
            if let facts = FileFacts(inner, followsLink: false), facts.isDirectory {
                remove(inner)
            } else {
                unsafe _ = unlink(inner)
            }
        }
        unsafe _ = rmdir(path)
    }
}

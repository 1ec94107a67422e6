import Extraction
import Files
import FoundationEssentials
import Glibc
import ODBCSource
import SuiteAnalytics
import Text

/// Where listings come from: what tells one cache file from another. No secret, and no user.
struct CatalogPlace: Codable, Equatable {
    var account: String
    var role: Int
    var host: String?
    var port: Int?
    var dataSource: String?
    var mock: String?
    var staticSchema: Bool
    var uppercase: Bool
    /// A fingerprint of the connection's further keywords, which may change what is listed.
    var attributes: String

    init(_ source: NetSuiteSourceConfiguration, mock: MockServer?) {
        account = source.account?.rawValue ?? ""
        role = source.role
        host = source.host
        port = source.port
        dataSource = source.dataSource
        self.mock = mock.map { "\($0.host):\($0.port)" }
        staticSchema = source.staticSchema
        uppercase = source.uppercase
        attributes = Fingerprint.of(source.attributes.map { "\($0.keyword)=\($0.value)" }.joined(separator: "\n"))
    }

    /// The name of its cache file.
    var fileName: String {
        let parts = [host, port.map { String($0) }, dataSource, mock].map { $0 ?? "" }
        let place = parts + [String(staticSchema), String(uppercase), attributes]
        return "\(account)-\(role)-\(Fingerprint.of(place.joined(separator: "\n"))).catalog"
    }
}

/// The listings of one account and role on disk: a convenience that costs no login, never read by extracts.
///
/// A file that cannot be used is no failure: the source is read instead.
struct CatalogCache {
    /// Seconds after which a listing is read anew: a working day may see the same one, the next day must not.
    static let lifetime = 86_400
    /// Raised when an older kleene-ns would misread the file.
    static let format = 1

    let directory: String
    let place: CatalogPlace

    var path: String { directory + "/" + place.fileName }

    /// What is on disk.
    enum Kept: Equatable {
        case none
        /// A file that is of no use, and why.
        case unusable(String)
        case snapshot(CatalogSnapshot)

        var snapshot: CatalogSnapshot? {
            if case .snapshot(let snapshot) = self { snapshot } else { nil }
        }
    }

    private struct Head: Decodable {
        var format: Int
    }

    private struct File: Codable {
        var format: Int
        var version: String
        var place: CatalogPlace
        var catalog: CatalogSnapshot
    }

    /// What is decoded of a file where the tables are enough: the columns of some thousand tables take a while.
    private struct Tables: Decodable {
        struct Catalog: Decodable {
            var tables: CatalogSnapshot.Part<[CatalogTable]>?
        }

        var format: Int
        var place: CatalogPlace
        var catalog: Catalog
    }

    /// The tables that `read` finds; nil where it finds none, for whatever reason.
    func readTables() -> CatalogSnapshot.Part<[CatalogTable]>? {
        guard case .data(let data) = contents(), let file = try? JSONDecoder().decode(Tables.self, from: data),
            file.format == Self.format, file.place == place
        else { return nil }
        return file.catalog.tables
    }

    func read() -> Kept {
        let data: Data
        switch contents() {
        case .none: return .none
        case .unusable(let why): return .unusable(why)
        case .data(let found): data = found
        }
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
            return .unusable("it is not what kleene-ns wrote")
        }
        if head.format > Self.format { return .unusable("a newer kleene-ns wrote it, in format \(head.format)") }
        guard head.format == Self.format, let file = try? JSONDecoder().decode(File.self, from: data) else {
            return .unusable("it is not what kleene-ns wrote")
        }
        guard file.place == place else { return .unusable("it is of another account, role or server") }
        return .snapshot(file.catalog)
    }

    private enum Contents {
        case none
        case unusable(String)
        case data(Data)
    }

    /// The file as it lies there, if nobody else may have written it.
    private func contents() -> Contents {
        guard FileManager.default.fileExists(atPath: path) else { return .none }
        do {
            try PrivateDirectory.check(directory, kind: .environment)
            try Surroundings.checkEntry(path, kind: .environment)
        } catch {
            return .unusable("it may be another user's")
        }
        guard let data = FileManager.default.contents(atPath: path) else { return .unusable("it cannot be read") }
        return .data(data)
    }

    /// Replaces the file, for its owner alone, at once or not at all.
    ///
    /// - Throws: what the system says.
    func write(_ catalog: CatalogSnapshot) throws {
        try PrivateDirectory.prepare(directory, kind: .environment)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(
            File(format: Self.format, version: Version.current, place: place, catalog: catalog))
        let draft = "\(path).\(getpid())"
        unsafe _ = unlink(draft)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SystemError(errno) }
        do {
            defer { close(descriptor) }
            try Descriptor.write(Array(data), to: descriptor)
            guard fsync(descriptor) == 0 else { throw SystemError(errno) }
            guard unsafe rename(draft, path) == 0 else { throw SystemError(errno) }
        } catch {
            unsafe unlink(draft)
            throw error
        }
    }
}

import CPostgres
import Extraction

/// One session of a server, through libpq.
///
/// Not `Sendable`: used by one thread.
@safe final class PostgresConnection {
    private let api: UnsafePointer<kns_postgres>
    private let handle: OpaquePointer
    let server: PostgresServer

    /// The name by which the system finds the library; Debian's package is `libpq5`.
    private static let library = "libpq.so.5"

    /// Opens libpq; a `Failure` says how to get it where it is not there.
    static func functions() throws -> UnsafePointer<kns_postgres> {
        var reason: UnsafePointer<CChar>?
        if let api = unsafe kns_postgres_open(library, &reason) { return unsafe api }
        let words = unsafe Self.text(reason)
        throw Failure(
            .environment, "PostgreSQL's client library \(library) could not be opened: \(words).",
            advice: "Install it (Debian and Ubuntu: `apt-get install libpq5`; Fedora: `dnf install libpq`).")
    }

    /// Connects.
    ///
    /// - Throws: `Failure` where there is no libpq, `PostgresError` where there is no session.
    init(_ server: PostgresServer, application: String) throws {
        self.server = server
        let functions = unsafe try Self.functions()
        unsafe api = functions
        let parameters = server.parameters(application: application)
        let opened = unsafe Self.withCStrings(parameters.map(\.0)) { keywords in
            unsafe Self.withCStrings(parameters.map(\.1)) { values in
                unsafe functions.pointee.connectdb_params(keywords, values, 0)
            }
        }
        guard let opened = unsafe opened else { throw PostgresError(message: "there is no memory for a connection") }
        unsafe handle = opened
        guard unsafe api.pointee.status(handle) == Int32(KNS_CONNECTION_OK) else {
            let message = unsafe Self.text(api.pointee.error_message(handle))
            // `deinit` frees it: all that the object has is there by now.
            throw PostgresError(message: message, sqlState: Self.refusal(message))
        }
        unsafe kns_postgres_quiet(api, handle)
        let told = unsafe try checked(api.pointee.exec(handle, PostgresServer.sessionSQL), KNS_PGRES_COMMAND_OK)
        unsafe api.pointee.clear(told)
    }

    deinit { unsafe api.pointee.finish(handle) }

    /// The SQLSTATE of a login that was refused: libpq keeps none of a connection that it did not get.
    private static func refusal(_ message: String) -> String? {
        if message.contains("authentication failed") || message.contains("no password supplied") { return "28P01" }
        if message.contains("no pg_hba.conf entry") { return "28000" }
        if message.contains("database \"") && message.contains("does not exist") { return "3D000" }
        return nil
    }

    /// The server's version, such as 150004.
    var version: Int { unsafe Int(api.pointee.server_version(handle)) }
    /// The process at the other end as it said when it took the connection: that of the server, or the number that a pool made up.
    var process: Int { unsafe Int(api.pointee.backend_pid(handle)) }

    func setting(_ name: String) -> String? {
        guard let value = unsafe api.pointee.parameter_status(handle, name) else { return nil }
        return unsafe String(cString: value)
    }

    // MARK: Statements

    /// A result's rows, as texts; nil for NULL.
    @discardableResult
    func query(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> [[String?]] {
        let result = unsafe try execute(sql, parameters)
        defer { unsafe api.pointee.clear(result) }
        let (rows, columns) = unsafe (api.pointee.ntuples(result), api.pointee.nfields(result))
        var all: [[String?]] = []
        for row in 0..<rows {
            var values: [String?] = []
            for column in 0..<columns {
                let isNull = unsafe api.pointee.getisnull(result, row, column) != 0
                values.append(isNull ? nil : unsafe Self.text(api.pointee.getvalue(result, row, column)))
            }
            all.append(values)
        }
        return all
    }

    /// The first value of the first row.
    func value(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> String? {
        try query(sql, parameters).first?.first ?? nil
    }

    /// How many rows a statement wrote or removed.
    @discardableResult
    func changes(by sql: String, _ parameters: [String?] = []) throws(PostgresError) -> Int {
        let result = unsafe try execute(sql, parameters)
        defer { unsafe api.pointee.clear(result) }
        return unsafe Int(Self.text(api.pointee.cmd_tuples(result))) ?? 0
    }

    private func execute(_ sql: String, _ parameters: [String?]) throws(PostgresError) -> OpaquePointer {
        let result = unsafe Self.withCStrings(parameters) { values in
            unsafe api.pointee.exec_params(handle, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        return unsafe try checked(result, KNS_PGRES_COMMAND_OK, KNS_PGRES_TUPLES_OK)
    }

    private func checked(
        _ result: OpaquePointer?, _ wanted: kns_status...
    ) throws(PostgresError) -> OpaquePointer {
        guard let result = unsafe result else { throw lost() }
        let status = unsafe api.pointee.result_status(result)
        if wanted.contains(where: { Int32($0.rawValue) == status }) { return unsafe result }
        defer { unsafe api.pointee.clear(result) }
        func field(_ letter: Character) -> String? {
            let text = unsafe api.pointee.result_error_field(result, Int32(letter.asciiValue ?? 0))
            guard let text = unsafe text else { return nil }
            return unsafe String(cString: text)
        }
        guard let message = field("M") else { throw lost() }
        throw PostgresError(
            message: message, detail: field("D"), hint: field("H"), context: field("W"), sqlState: field("C"))
    }

    private func lost() -> PostgresError {
        unsafe PostgresError(message: Self.text(api.pointee.error_message(handle)))
    }

    // MARK: COPY

    /// `COPY … FROM STDIN`: calls a function that hands over bytes piece by piece; how many rows the server took.
    ///
    /// Where the function throws, the server is told so and keeps none of them.
    func copy(_ sql: String, _ feed: (_ send: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws -> Int {
        let begun = unsafe try checked(api.pointee.exec(handle, sql), KNS_PGRES_COPY_IN)
        unsafe api.pointee.clear(begun)
        do {
            unsafe try feed { bytes in
                guard let start = bytes.baseAddress, bytes.count > 0 else { return }
                let taken = unsafe api.pointee.put_copy_data(
                    handle, start.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
                // The reason lies in the result, which is read below.
                guard taken == 1 else { throw Refused() }
            }
        } catch is Refused {
            unsafe _ = api.pointee.put_copy_end(handle, nil)
            return try finishCopy()
        } catch {
            unsafe _ = api.pointee.put_copy_end(handle, "kleene-ns stopped")
            _ = try? finishCopy()
            throw error
        }
        guard unsafe api.pointee.put_copy_end(handle, nil) == 1 else { throw lost() }
        return try finishCopy()
    }

    private struct Refused: Error {}

    private func finishCopy() throws(PostgresError) -> Int {
        let result = unsafe try checked(api.pointee.get_result(handle), KNS_PGRES_COMMAND_OK)
        defer { unsafe api.pointee.clear(result) }
        let rows = unsafe Int(Self.text(api.pointee.cmd_tuples(result))) ?? 0
        // The end of the results, without which the session takes no further statement.
        while let more = unsafe api.pointee.get_result(handle) { unsafe api.pointee.clear(more) }
        return rows
    }

    // MARK: C strings

    /// What a C function says; empty where it says nothing.
    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer = unsafe pointer else { return "" }
        return unsafe String(cString: pointer)
    }

    /// Texts as C has them, one behind the other in one piece of memory, with a nil behind the last.
    private static func withCStrings<Result>(
        _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        var bytes: [CChar] = []
        let places = texts.map { text -> Int? in
            guard let text else { return nil }
            defer { bytes += text.utf8CString }
            return bytes.count
        }
        bytes.append(0)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for place in places {
                unsafe pointers.append(place.flatMap { unsafe buffer.baseAddress?.advanced(by: $0) })
            }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}

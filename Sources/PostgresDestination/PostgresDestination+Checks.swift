package import Extraction

extension PostgresDestination {
    /// The destination's part of `doctor`: the library, the server, its rights, and its lock.
    package func checks() -> [Check] {
        do {
            unsafe _ = try PostgresConnection.functions()
        } catch {
            return [Check("libpq", failed: error)]
        }
        do {
            return try connected("Connecting to the destination") { server in
                [
                    Check("libpq", .pass, "it could be opened"),
                    Check("destination server", .pass, "PostgreSQL \(server.version / 10_000) at \(self.server.words)"),
                    checkRights(server),
                ]
            }
        } catch {
            return [Check("libpq", .pass, "it could be opened"), Check("destination server", failed: error)]
        }
    }

    private func checkRights(_ server: PostgresConnection) -> Check {
        do {
            try trying("Looking at \(place)") { try Admission.check(server, self) }
            return Check("destination schema", .pass, "tables can be made in \"\(schema)\"")
        } catch {
            return Check("destination schema", failed: error)
        }
    }
}

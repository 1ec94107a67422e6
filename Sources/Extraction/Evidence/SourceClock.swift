/// What a source says of the time.
package struct SourceClock: Codable, Hashable, Sendable {
    /// Of the session that reads: what a column with a zone is compared with, and what it shows.
    package var session: Moment
    /// Of sessions that say nothing about zones: what they write into a column without one. Nil where that is the same, or not
    /// known.
    package var local: Moment?

    package init(session: Moment, local: Moment? = nil) {
        self.session = session
        self.local = local
    }

    private enum Keys: String, CodingKey {
        case session, local
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        guard let session = Moment(try container.decode(String.self, forKey: .session)) else {
            throw DecodingError.dataCorruptedError(forKey: .session, in: container, debugDescription: "not a moment")
        }
        self.session = session
        local = try container.decodeIfPresent(String.self, forKey: .local).flatMap { Moment($0) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(session.description, forKey: .session)
        try container.encodeIfPresent(local?.description, forKey: .local)
    }

    /// The clock by which a key was stamped.
    package func moment(for column: CatalogColumn?) -> Moment {
        column?.hasZone == true ? session : local ?? session
    }
}

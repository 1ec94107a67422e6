import Extraction
import Rows
import Text

/// `"follows": "transactions"`, or an object that says by which columns.
struct FollowsConfiguration: Sendable {
    var extract: String
    var parentKey: String?
    var childKey: String?
    var ownKey: String?
    /// Whether it says that there is no own key.
    var hasNoOwnKey = false
    var asking: Follows.Asking?

    init?(_ reader: ObjectReader) {
        let (text, object) = reader.stringOrObject("follows")
        if let text {
            extract = text
            return
        }
        guard let members = object else { return nil }
        let name = members.string("extract")
        members.missing("extract", "the extract whose rows these are part of")
        parentKey = members.string("parent_key")
        childKey = members.string("child_key")
        (ownKey, hasNoOwnKey) = members.stringOrNull("own_key")
        asking = members.choice("asking", Follows.Asking.self)
        members.finish()
        guard let name else { return nil }
        extract = name
    }
}

/// The extracts of a configuration, and which of them follow which.
struct Followers {
    private let members: [(reader: ObjectReader, extract: ExtractConfiguration?)]
    private let source: SourceConfiguration?

    init(
        _ members: [(ObjectReader, ExtractConfiguration?)], of source: SourceConfiguration?
    ) {
        self.members = members.map { (reader: $0.0, extract: $0.1) }
        self.source = source
    }

    /// The extracts with what they follow; what does not go together is noted as a fault.
    func resolved() -> [ExtractConfiguration] {
        var counts: [Exact<String>: Int] = [:]
        return members.compactMap { reader, extract in
            guard var extract, extract.pattern == nil, let follows = extract.follows else { return extract }
            let count = counts[Exact(follows.extract), default: 0] + 1
            counts[Exact(follows.extract)] = count
            extract.followed = resolve(follows, extract, count) { reader.fault("follows", $0) }
            return extract
        }
    }

    private func resolve(
        _ follows: FollowsConfiguration, _ extract: ExtractConfiguration, _ count: Int, fault: (String) -> Void
    ) -> Follows? {
        let names = members.compactMap(\.extract?.name)
        guard let parent = members.compactMap(\.extract).first(where: { $0.name.isExactly(follows.extract) }) else {
            let hint = NearestName.of(follows.extract, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
            fault("there is no extract \"\(follows.extract)\" to follow.\(hint)")
            return nil
        }
        if let reason = refusal(extract, of: parent, count) {
            fault(reason)
            return nil
        }
        let known = source?.knowledge(of: extract.table.shortName)
        let isKnown = known?.parent.map { NameCase.unicode.areSame($0.table, parent.table.shortName) } == true
        let join = isKnown && known?.parent?.childKey.count == 1 ? known?.parent : nil
        guard let parentKey = follows.parentKey ?? join?.parentKey.first,
            let childKey = follows.childKey ?? join?.childKey.first
        else {
            fault(
                "it is not known by which columns rows of \(extract.table) belong to rows of \(parent.table); write "
                    + "{\"extract\": \"\(parent.name)\", \"parent_key\": \"…\", \"child_key\": \"…\"}.")
            return nil
        }
        if let columns = extract.columns, !ColumnChoice(columns).mayTake(childKey) {
            fault(
                "the extract does not read \"\(childKey)\", by which its rows name their header; add it to \"columns\"."
            )
            return nil
        }
        if let columns = parent.columns, !ColumnChoice(columns).mayTake(parentKey) {
            fault(
                "\"\(parent.name)\" does not read \"\(parentKey)\", by which its rows are named; add it to its \"columns\"."
            )
            return nil
        }
        var found = Follows(
            extract: parent.name, table: parent.table, parentKey: parentKey, childKey: childKey,
            key: parent.incrementalKey ?? "")
        let own = follows.ownKey ?? (join == nil || follows.hasNoOwnKey ? nil : known?.incrementalKey)
        // Of a date that the service is known to leave out of old rows nothing is lost: the header's still counts.
        found.ownKey = own
        found.asking = follows.asking
        return found
    }

    /// Why an extract can't follow another; nil where it can.
    private func refusal(_ extract: ExtractConfiguration, of parent: ExtractConfiguration, _ count: Int) -> String? {
        if extract.name.isExactly(parent.name) { return "an extract cannot follow itself." }
        if let next = parent.follows {
            return next.extract.isExactly(extract.name)
                ? "\"\(parent.name)\" follows \"\(extract.name)\": of two extracts only one can follow the other."
                : "\"\(parent.name)\" itself follows \"\(next.extract)\"; let \"\(extract.name)\" follow that."
        }
        if parent.extractType != .incremental || parent.loadMethod != .upsert {
            return
                "\"\(parent.name)\" is not \"incremental\" with \"upsert\", so there are no changed rows of it to follow."
        }
        if extract.loadMethod != .upsert {
            return
                "\"\(extract.loadMethod.rawValue)\" does not go with it: rows of changed headers are replaced, which is "
                + "\"load_method\": \"upsert\"."
        }
        if extract.incrementalKey != nil {
            return
                "\"incremental_key\" does not go with it: the window is that of \"\(parent.name)\"; a date of the rows' own "
                + "is \"own_key\" in \"follows\"."
        }
        if extract.isEnabled, !parent.isEnabled {
            return "\"\(parent.name)\" is not enabled, and the two come in together."
        }
        if count > Follows.mostFollowers {
            return "no more than \(Sentence.count(Follows.mostFollowers, "extract")) can follow \"\(parent.name)\"."
        }
        return nil
    }
}

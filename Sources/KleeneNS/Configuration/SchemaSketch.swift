/// What a decoder asks of one object, noted while it asks: the source of the JSON Schema, which can so not differ from it.
final class SchemaSketch {
    /// What a member may be.
    indirect enum Kind {
        case null, string, boolean, share, percentage, duration, moment, strings, secret, attributes, names
        /// Columns with their masks, and perhaps null for none.
        case masks(takesNull: Bool)
        case integer(ClosedRange<Int>, takesDigits: Bool)
        case choice([String])
        /// Exactly this text.
        case fixed(String)
        case object(SchemaSketch)
        case objects(SchemaSketch)
    }

    /// Each with all that it may be: what is asked for as two things may be either.
    private(set) var members: [(key: String, kinds: [Kind])] = []
    private(set) var required: [String] = []
    /// What the object is instead: one of these.
    var alternatives: [SchemaSketch] = []

    func note(_ key: String, _ kind: Kind) {
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index].kinds.append(kind)
        } else {
            members.append((key, [kind]))
        }
    }

    func require(_ key: String) {
        if !required.contains(key) { required.append(key) }
    }

    /// Says that a member is this text, and must be there.
    func fix(_ key: String, _ text: String) {
        members.removeAll { $0.key == key }
        members.insert((key, [.fixed(text)]), at: 0)
        require(key)
    }

    /// A member that is an object, to be drawn.
    func object(_ key: String) -> SchemaSketch {
        let sketch = SchemaSketch()
        note(key, .object(sketch))
        return sketch
    }

    /// A member that is an array of objects, to be drawn.
    func objects(_ key: String) -> SchemaSketch {
        let sketch = SchemaSketch()
        note(key, .objects(sketch))
        return sketch
    }
}

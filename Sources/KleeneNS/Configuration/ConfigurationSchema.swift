import Extraction

/// The JSON Schema of a configuration, drawn by the decoder itself: for editors, which complete keys and show faults by it.
///
/// Draft 7, which every editor knows.
enum ConfigurationSchema {
    static var value: JSONValue {
        let sketch = SchemaSketch()
        _ = Configuration.read(
            ObjectReader([:], path: "$", faults: FaultList(), sketch: sketch), directory: "/")
        guard case .object(var members) = object(sketch, at: "") else { return .null }
        members["$schema"] = .string("http://json-schema.org/draft-07/schema#")
        members["title"] = .string("kleene-ns configuration")
        return .object(members)
    }

    private static func object(_ sketch: SchemaSketch, at path: String) -> JSONValue {
        guard sketch.alternatives.isEmpty else {
            return .object([
                "type": .string("object"), "oneOf": .array(sketch.alternatives.map { object($0, at: path) }),
            ])
        }
        var members: [String: JSONValue] = ["type": .string("object"), "additionalProperties": .boolean(false)]
        members["properties"] = .object(
            Dictionary(
                sketch.members.map { member in
                    let place = path.isEmpty ? member.key : "\(path).\(member.key)"
                    return (member.key, described(either(member.kinds, at: place), at: place))
                }, uniquingKeysWith: { first, _ in first }))
        if !sketch.required.isEmpty { members["required"] = .array(sketch.required.map { .string($0) }) }
        return .object(members)
    }

    private static func either(_ kinds: [SchemaSketch.Kind], at place: String) -> JSONValue {
        let forms = kinds.map { schema($0, at: place) }
        return forms.count == 1 ? forms[0] : .object(["anyOf": .array(forms)])
    }

    private static func described(_ schema: JSONValue, at place: String) -> JSONValue {
        guard case .object(var members) = schema, let text = KeyMeaning.of(place) else { return schema }
        members["description"] = .string(text)
        return .object(members)
    }

    private static func schema(_ kind: SchemaSketch.Kind, at place: String) -> JSONValue {
        switch kind {
        case .null: .object(["type": .string("null")])
        case .string: text
        case .boolean: .object(["type": .string("boolean")])
        case .share: .object(["type": .string("number"), "minimum": .integer(0), "maximum": .integer(1)])
        case .percentage:
            .object([
                "anyOf": .array([
                    .object(["type": .string("number"), "minimum": .integer(0), "maximum": .integer(1)]),
                    .object(["type": .string("string"), "pattern": .string("^[0-9]+([.][0-9]+)?%$")]),
                ])
            ])
        case .duration:
            .object([
                "anyOf": .array([
                    range(0...DurationText.longest),
                    .object(["type": .string("string"), "pattern": .string("^[0-9]+[smhd]?$")]),
                ])
            ])
        case .moment:
            .object([
                "type": .string("string"),
                "pattern": .string("^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?)?$"),
            ])
        case .strings: texts
        case .secret: secret
        case .attributes:
            .object([
                "type": .string("object"), "propertyNames": .object(["pattern": .string("^[^=;{}\\u0000]+$")]),
                "additionalProperties": .object(["type": .array([.string("string"), .string("integer")])]),
            ])
        case .masks(let takesNull):
            .object([
                "type": .string("object"), "propertyNames": .object(["minLength": .integer(1)]),
                "additionalProperties": .object(["enum": .array(masks + (takesNull ? [.null] : []))]),
            ])
        case .names:
            .object([
                "type": .string("object"), "propertyNames": .object(["minLength": .integer(1)]),
                "additionalProperties": text,
            ])
        case .integer(let bounds, let takesDigits):
            takesDigits
                ? .object([
                    "anyOf": .array([
                        range(bounds), .object(["type": .string("string"), "pattern": .string("^0*[1-9][0-9]*$")]),
                    ])
                ]) : range(bounds)
        case .choice(let names): .object(["enum": .array(names.map { .string($0) })])
        case .fixed(let name): .object(["const": .string(name)])
        case .object(let sketch): object(sketch, at: place)
        case .objects(let sketch): .object(["type": .string("array"), "items": object(sketch, at: place + "[]")])
        }
    }

    private static let masks = ColumnMask.allCases.map { JSONValue.string($0.rawValue) }
    private static let text = JSONValue.object(["type": .string("string"), "minLength": .integer(1)])

    private static let texts = JSONValue.object([
        "type": .string("array"), "items": text, "uniqueItems": .boolean(true),
    ])

    private static func range(_ bounds: ClosedRange<Int>) -> JSONValue {
        .object([
            "type": .string("integer"), "minimum": .integer(bounds.lowerBound), "maximum": .integer(bounds.upperBound),
        ])
    }

    private static var secret: JSONValue {
        func form(_ key: String, _ value: JSONValue) -> JSONValue {
            .object([
                "type": .string("object"), "additionalProperties": .boolean(false), "required": .array([.string(key)]),
                "properties": .object([key: value, "exact": .object(["type": .string("boolean")])]),
            ])
        }
        let words = JSONValue.object([
            "type": .string("array"), "minItems": .integer(1), "items": .object(["type": .string("string")]),
        ])
        let name = JSONValue.object([
            "type": .string("string"), "pattern": .string("^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$"),
        ])
        return .object([
            "oneOf": .array([
                form("env", text), form("file", text), form("credential", name), form("command", words),
            ])
        ])
    }
}

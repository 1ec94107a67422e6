import Foundation
import Rows
import Testing

/// Staging files and books of earlier versions hold types in this form, and those of this one are read by them.
@Suite struct ColumnTypeTests {
    @Test(arguments: [
        (#"{"boolean":{}}"#, ColumnType.boolean), (#"{"integer":{}}"#, .integer),
        (#"{"largeInteger":{}}"#, .largeInteger),
        (#"{"decimal":{"precision":38,"scale":10}}"#, .decimal(precision: 38, scale: 10)),
        (#"{"decimal":{"precision":9}}"#, .decimal(precision: 9, scale: nil)),
        (#"{"decimal":{}}"#, .decimal(precision: nil, scale: nil)),
        (#"{"double":{}}"#, .double), (#"{"text":{}}"#, .text), (#"{"date":{}}"#, .date), (#"{"time":{}}"#, .time),
        (#"{"timestamp":{}}"#, .timestamp), (#"{"uuid":{}}"#, .uuid), (#"{"binary":{}}"#, .binary),
        (#"{"any":{}}"#, .any),
    ])
    func typeIsWrittenAsItAlwaysWas(json: String, type: ColumnType) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(type), as: UTF8.self) == json)
        #expect(try JSONDecoder().decode(ColumnType.self, from: Data(json.utf8)) == type)
    }

    @Test(arguments: [#"{}"#, #"{"integer":{},"text":{}}"#, #"{"precision":{}}"#, #"{"money":{}}"#, #""integer""#])
    func whatIsNoTypeIsRefused(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(ColumnType.self, from: Data(json.utf8)) }
    }
}

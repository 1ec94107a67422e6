import SwiftASN1

extension DER {
    /// The next of some nodes, as a sequence.
    static func inner<Value>(
        _ nodes: inout ASN1NodeCollection.Iterator, _ body: (inout ASN1NodeCollection.Iterator) throws -> Value
    ) throws -> Value {
        guard let node = nodes.next() else {
            throw ASN1Error.invalidASN1Object(reason: "There is no further node.")
        }
        return try sequence(node, identifier: .sequence, body)
    }
}

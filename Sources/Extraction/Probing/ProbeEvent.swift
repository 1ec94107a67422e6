/// What is told while a source is probed, item by item: a driver may take the process down in the middle.
package enum ProbeEvent: Codable, Sendable, Equatable {
    /// All items, in order.
    case planned([String])
    case began(String)
    case found(ProbeFinding)
}

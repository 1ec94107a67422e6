/// How a run ended.
package enum RunStatus: String, Codable, Sendable, CaseIterable {
    case succeeded, failed, interrupted
}

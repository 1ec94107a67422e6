/// How a run ended.
package enum RunStatus: String, Codable, Sendable {
    case succeeded, failed, interrupted
}

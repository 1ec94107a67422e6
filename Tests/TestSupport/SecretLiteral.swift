package import Text

/// Secrets of tests are written in clear.
extension Secret: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}

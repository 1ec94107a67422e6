package import Foundation

/// What is remembered of logins, in all places below a directory.
package struct RememberedLogins {
    private let directory: URL

    package init(below directory: URL) { self.directory = directory }

    /// Makes it all so many seconds older, as if the clock had gone on by so much; younger where they are fewer than none.
    package func age(by seconds: Double) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: directory.path) where path.hasSuffix(".login") {
            let file = directory.appending(path: path)
            let old = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
            try JSONSerialization.data(withJSONObject: Self.older(old, by: seconds)).write(to: file)
        }
    }

    private static func older(_ value: Any, by seconds: Double) -> Any {
        if let object = value as? [String: Any] { return object.mapValues { older($0, by: seconds) } }
        // Dates are the only numbers of that size.
        if let number = value as? Double, number > 1e8 { return number - seconds }
        return value
    }
}

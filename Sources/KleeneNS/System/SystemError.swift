import Text

/// What the operating system said to a call of ours.
struct SystemError: Error, CustomStringConvertible {
    let code: Int32

    init(_ code: Int32) {
        self.code = code
    }

    var description: String { describeSystemError(code) }
}

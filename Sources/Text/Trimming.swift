extension String {
    /// Without white space at both ends.
    package var trimmingBlanks: String {
        String(self.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension String {
    /// The text with each of a character doubled: how SQL, connection strings and CSV write a quote within quotes.
    ///
    /// By scalars: to Swift a quote under an accent is another character, to whoever reads the text it is a quote.
    package func doubling(_ quote: Unicode.Scalar) -> String {
        var doubled = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            doubled.append(scalar)
            if scalar == quote { doubled.append(scalar) }
        }
        return String(doubled)
    }

    /// The text in quotes, with those within doubled.
    package func quoted(with quote: Unicode.Scalar) -> String { "\(quote)\(doubling(quote))\(quote)" }
}

/// Cuts SQL text into tokens; comments and blanks vanish.
package struct Tokenizer {
    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The tokens of `sql`.
    ///
    /// Throws a syntax refusal for an unterminated string, identifier or comment.
    package static func tokens(of sql: String) throws(SQLRefusal) -> [Token] {
        var tokenizer = Tokenizer(Array(sql.utf8))
        var tokens: [Token] = []
        while let token = try tokenizer.next() {
            tokens.append(token)
        }
        return tokens
    }

    /// The statements of `sql`, cut at the semicolons that stand outside strings and comments; empty ones left out.
    package static func statements(of sql: String) throws(SQLRefusal) -> [String] {
        let bytes = Array(sql.utf8)
        var statements: [String] = []
        var first: Int?
        var last = 0
        for token in try tokens(of: sql) {
            if token.isSymbol(";") {
                if let start = first { statements.append(String(decoding: bytes[start..<last], as: UTF8.self)) }
                first = nil
            } else {
                first = first ?? token.range.lowerBound
                last = token.range.upperBound
            }
        }
        if let start = first { statements.append(String(decoding: bytes[start..<last], as: UTF8.self)) }
        return statements
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private mutating func next() throws(SQLRefusal) -> Token? {
        try skipBlanksAndComments()
        guard let byte = peek() else { return nil }
        let start = position
        if byte == UInt8(ascii: "'") { return try string(from: start, backslashes: false) }
        if byte | 0x20 == UInt8(ascii: "e"), peek(1) == UInt8(ascii: "'") {
            position += 1
            return try string(from: start, backslashes: true)
        }
        if byte == UInt8(ascii: "\"") { return try quotedIdentifier(from: start) }
        if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true) {
            return number(from: start)
        }
        if byte == UInt8(ascii: "?") {
            position += 1
            return Token(kind: .parameter, text: "?", range: start..<position)
        }
        if byte == UInt8(ascii: "$"), peek(1).map(Self.isDigit) == true {
            position += 1
            while let digit = peek(), Self.isDigit(digit) { position += 1 }
            return token(.parameter, from: start)
        }
        if Self.startsWord(byte) {
            while let byte = peek(), Self.startsWord(byte) || Self.isDigit(byte) || byte == UInt8(ascii: "$") {
                position += 1
            }
            return token(.word, from: start)
        }
        return symbol(from: start)
    }

    private func token(_ kind: Token.Kind, from start: Int) -> Token {
        Token(kind: kind, text: String(decoding: bytes[start..<position], as: UTF8.self), range: start..<position)
    }

    private mutating func skipBlanksAndComments() throws(SQLRefusal) {
        while let byte = peek() {
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                position += 1
            } else if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
                while let byte = peek(), byte != 0x0A { position += 1 }
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                position += 2
                while !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
                    guard peek() != nil else { throw .syntax }
                    position += 1
                }
                position += 2
            } else {
                return
            }
        }
    }

    private mutating func string(from start: Int, backslashes: Bool) throws(SQLRefusal) -> Token {
        position += 1
        var value: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "'") {
                guard peek() == UInt8(ascii: "'") else {
                    return Token(
                        kind: .string, text: String(decoding: value, as: UTF8.self), range: start..<position)
                }
                position += 1
            } else if backslashes, byte == UInt8(ascii: "\\"), let escaped = peek() {
                position += 1
                value.append(escaped)
                continue
            }
            value.append(byte)
        }
        throw .syntax
    }

    private mutating func quotedIdentifier(from start: Int) throws(SQLRefusal) -> Token {
        position += 1
        var name: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard peek() == UInt8(ascii: "\"") else {
                    return Token(
                        kind: .quotedIdentifier, text: String(decoding: name, as: UTF8.self), range: start..<position)
                }
                position += 1
            }
            name.append(byte)
        }
        throw .syntax
    }

    private mutating func number(from start: Int) -> Token {
        while let byte = peek(), Self.isDigit(byte) || byte == UInt8(ascii: ".") { position += 1 }
        if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e") {
            let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if let digit = peek(signed ? 2 : 1), Self.isDigit(digit) {
                position += signed ? 3 : 2
                while let byte = peek(), Self.isDigit(byte) { position += 1 }
            }
        }
        return token(.number, from: start)
    }

    private mutating func symbol(from start: Int) -> Token {
        let two = position + 1 < bytes.count ? String(decoding: bytes[position...position + 1], as: UTF8.self) : ""
        position += Self.longSymbols.contains(two) ? 2 : 1
        return token(.symbol, from: start)
    }

    private static let longSymbols: Set<String> = ["<=", ">=", "<>", "!=", "||", "::"]

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func startsWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}

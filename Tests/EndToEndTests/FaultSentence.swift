import Foundation

/// A sentence in the sources that is said to a user who has done something wrong, as the pieces between what is filled in.
struct FaultSentence {
    let place: String
    let pieces: [String]

    /// Sentences that no screen shows, by words of them, and why.
    static let unreachable: [(words: String, reason: String)] = [
        (" could not be run: ", "where the system has no process to give; SystemLimitTests have one"),
        (" Of the last, ", "depends on how fast the machine is; UnattendedTests read it"),
        (" did not end within ", "takes a minute; SecretTests and PlayedSystem wait less"),
        (
            "The result was not printed whole",
            "a reader that neither reads nor goes, and a signal meanwhile; PollingReaderTests have it"
        ),
        (
            " was not written by this command, and ",
            "the configuration in the place of a report; ReportCommandTests name it"
        ),
        (" holds no text, and ", "a database in the place of a report; ReportCommandTests name one"),
        (" is no draft of kleene-ns.", "said at a terminal, where a dialogue goes on; InitTests have it"),
        (" any more.", "the file is taken away while it is read"),
        (" has changed while it was read.", "the file changes while it is read"),
        // What needs a moment that no script meets; the words are read where the moment is made.
        ("The comparison was interrupted.", "a signal between two questions of a comparison"),
        (" was changed by another program meanwhile.", "two programs at once; LeftoverAgreementTests have it"),
        ("; nothing was loaded.", "two programs at once; WatermarkTests read it"),
        (" changed their types between two reads of one run.", "a source that changes while a run reads it"),
        (" was sent to ", "a server that goes away in a commit; PostgresLoadTests have it"),
        (
            "There is no table \"…\" in ",
            "a table that goes between two looks of one command; the screens have the first look"
        ),
        (" have changed since the watermark of ", "more rows that change during a comparison than one condition takes"),
        (
            "other processes keep removing it",
            "needs others that begin and end for as long as we wait; HeldPlaceTests have two"
        ),
        // What a source does that none of ours does at the push of a button.
        (
            ", and that it has no row in the window ",
            "a source that bends a condition on its key to nothing, as PostgreSQL does with an oid; GoneBackTests read it"
        ),
        (", so \"…\" cannot be swept.", "refused offline; here for what plans by itself"),
        (", and one query of this source may name ", "a table of a thousand columns; WideTableTests have one"),
        (
            " that is no moment of the years 1 to 9999 (the first: ",
            "a source that counts such rows as having a key; where it can be asked, it says so before the read"
        ),
        (", and this source keeps no such record.", "refused offline; here for what plans by itself"),
        (
            "deletedrecord names records by one id, and rows of ",
            "refused offline; here for tables that only the source knows"
        ),
        (" holds no ids as deletedrecord has them.", "refused offline; here for tables that only the source knows"),
        (", which is no number.", "a follower's key that is text at the source only"),
        (
            ", by which its rows are named in the extracts that follow it.",
            "refused offline; here for what plans by itself"
        ),
        (", which has no window.", "refused offline; here for what plans by itself"),
        (
            "stands for rows of ",
            "another source, with books that have lost what the table holds; ReplacedDestinationTests read it"
        ),
        ("the driver gave what is not UTF-16", "texts are asked for so only of a driver that changes letters"),
        (
            " could not be loaded for want of memory: ",
            "memory that runs out in the very moment; SystemLimitTests go through the limits"
        ),
        (
            "A value of the key holds a NUL character",
            "a driver that hands a NUL over in a key; the first read of such a key stops before"
        ),
        ("does not fit a scaled integer of ", "a source with more digits than it declares; ValueTests have it"),
        ("is not a number", "what the driver delivers is looked at before; ValueTests have it"),
        ("is not a whole number of 64 bits", "what the driver delivers is looked at before; ValueTests have it"),
        (" long, and SQLite takes at most ", "a value of a gigabyte; ValueTests have a smaller limit"),
        (" of values, and SQLite takes at most ", "a row of a gigabyte; ValueTests have a smaller limit"),
        ("The largest … that was read of ", "a key whose kind the source has wrong"),
        ("…, and it has no row behind …, to which the extract ", "GoneBackTests have texts that began again"),
        ("was given up in favour of others", "FailureVerdictTests have it"),
        ("Reading … gave a result without columns.", "a table without columns is left out before"),
        (" has a column whose name holds a NUL character", "no driver manager hands one over"),
        // What is put together before it is thrown.
        (
            " as another kind now, which is not read any more",
            "a column that changes at NetSuite; ColumnChoiceTests read it"
        ),
        ("What the run ", "a note, and no fault: the run goes on"),
        ("no password supplied", "words of libpq by which a refusal is known"),
        ("no pg_hba.conf entry", "words of PostgreSQL by which a refusal is known"),
        // What needs another machine, another server or another file system.
        ("Tables of this destination cannot be verified.", "a destination that is none of ours"),
        (" which is too old.", "an old server"), (" is a standby, which takes no rows.", "a standby"),
        (
            "is a pool that changes sessions between transactions",
            "a pool before the server; PostgresLockTests play one"
        ),
        (
            ", and another run has it now: ",
            "a session that ends while rows are read, and another run in that moment; PostgresLockTests have it"
        ),
        (
            ", and another run of it has come in between",
            "a session that ends while rows are read, and another run in that moment; PostgresLockTests have it"
        ),
        ("SQLite … is too old.", "an old library"),
        (" could not be put on the disk: ", "a disk that fails in the last moment; FullDiskTests have a full one"),
        ("The free space of ", "a file system that does not say"),
        (" yet, so there are no watermarks.", "a file that goes between two looks of one command"),
        ("kleene-ns may read ", "a file whose rights change between two looks of one command"),
        (" cannot have a write-ahead log; ", "a network file system"),
        (" could not be locked: ", "a network file system"),
        ("The file … could not be opened: ", "a file whose rights change between two looks of one command"),
        ("The file … could not be read: ", "a disk that fails"),
        ("A staged value is not what its column holds", "a staging file that was damaged"),
        ("Staged rows are not what was staged", "a staging file that was damaged; PackedRowsTests damages blocks"),
        ("another process has held it for ", "two minutes of waiting"),
        ("the derivation ", "a key that is encrypted by neither PBKDF2 nor scrypt, as no program makes them"),
        ("a derivation of its key that takes too much", "takes openssl as long to make"),
        ("it is not there", "a file that goes between two looks of one command"),
        (" has a value that NetSuite's connection string cannot carry.", "refused offline"),
    ]

    /// How sentences are said; those of class `internal` nobody can cause but we.
    private static let beginnings = [
        #"ValidationError\("#, #"Failure\(\s*\.(?!internal)[a-zA-Z]+,"#, #"Failure\(\s*kind,"#,
        #"Failure\(\s*verdict\.kind,"#, #"\bfault\("?[a-zA-Z_]+"?,"#, #"faults\.add\([^,]+,"#, #"\brefuse\("#,
        #"\brefusal\("#, #"\bunusable\(\s*\w+,"#, #"\bmalformed\(\s*batch, column: column, row: row,"#, #"\bunfit\("#,
        #"\.sentence\("#, #"\.because\("#, #"\.ended\("#, #"\(kind, reason\) = \(\.\w+,"#, #"\bnone\("#, #"\.absent\("#,
        #"\bunknown\("#, #"(?:return|throw) (?:failure|connection)\("#, #"Check\(\s*[^,\n]+,\s*\.(?:fail|warn),"#,
    ]

    /// What is never a part of the program.
    private static let strangers = ["MockSuiteAnalytics"]

    /// All of them: found by how they are thrown, and those that are made before by the names of what makes them.
    static func all() throws -> [FaultSentence] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var found: [FaultSentence] = []
        let beginning = try Regex(beginnings.joined(separator: "|"))
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let relative = file.path.replacing(root.path + "/", with: "")
            guard !strangers.contains(where: { relative.hasPrefix($0 + "/") }) else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: beginning) {
                let line = text[..<match.range.lowerBound].count { $0 == "\n" } + 1
                for pieces in literals(text[match.range.upperBound...]) {
                    found.append(FaultSentence(place: "\(relative):\(line)", pieces: pieces))
                }
            }
            found += FaultMakers(text).sentences.map {
                FaultSentence(place: "\(relative): \($0.maker)", pieces: $0.pieces)
            }
        }
        return found
    }

    /// Whether the pieces stand in one of the lines, one behind the other.
    func isIn(_ lines: [Data]) -> Bool {
        let pieces = pieces.map { Data($0.replacing("\n", with: " ").replacing(/\ +/, with: " ").utf8) }
        return lines.contains { line in
            var begin = line.startIndex
            return pieces.allSatisfy { piece in
                guard let found = line.range(of: piece, in: begin..<line.endIndex) else { return false }
                begin = found.upperBound
                return true
            }
        }
    }

    /// The literal with which a text begins; where a condition chooses between two, both.
    private static func literals(_ text: Substring) -> [[String]] {
        var rest = text
        if let pieces = literal(&rest) { return [pieces] }
        guard let choice = rest.prefixMatch(of: /\s*[a-zA-Z][^"\n]*?\s\?\s*(?=")/) else { return [] }
        rest = rest[choice.range.upperBound...]
        guard let first = literal(&rest) else { return [] }
        guard let other = rest.prefixMatch(of: /\s*:\s*(?=")/) else { return [first] }
        rest = rest[other.range.upperBound...]
        return [first] + [literal(&rest)].compactMap(\.self)
    }

    /// The string literal with which a text begins, and those that are added to it; nil where there is none.
    static func literal(_ text: inout Substring) -> [String]? {
        func skip() { text = text.drop { $0.isWhitespace } }
        skip()
        guard text.first == "\"" else { return nil }
        var pieces = [""]
        while text.first == "\"" {
            text.removeFirst()
            while let character = text.popFirst(), character != "\"" {
                guard character == "\\" else {
                    pieces[pieces.count - 1].append(character)
                    continue
                }
                switch text.popFirst() {
                case "(":
                    skipInterpolation(&text)
                    pieces.append("")
                case "n": pieces[pieces.count - 1].append("\n")
                case let other?: pieces[pieces.count - 1].append(other)
                case nil: return nil
                }
            }
            skip()
            guard text.first == "+" else { break }
            text.removeFirst()
            skip()
            // Something else is added: what is behind it is not known.
            if text.first != "\"" { break }
        }
        return pieces.filter { $0.contains { !$0.isWhitespace } }
    }

    private static func skipInterpolation(_ text: inout Substring) {
        var depth = 1
        while depth > 0, let character = text.popFirst() {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            case "\"":
                while let inner = text.popFirst(), inner != "\"" {
                    guard inner == "\\" else { continue }
                    if text.popFirst() == "(" { skipInterpolation(&text) }
                }
            default: break
            }
        }
    }
}

import Foundation

/// A sentence in the sources that is said to a user who has done something wrong, as the pieces between what is filled in.
struct FaultSentence {
    let place: String
    let pieces: [String]

    /// Sentences that no screen shows, by words of them, and why.
    static let unreachable: [(words: String, reason: String)] = [
        (" could not be run: ", "where the system has no process to give; SystemLimitTests have one"),
        (" Of the last, ", "depends on how fast the machine is; UnattendedTests read it"),
        (" Nothing is kept of what was not done.", "depends on how fast the machine is; UnattendedTests read it"),
        (" cannot be written: ", "a full disk"),
        ("Cron would start in ", "a user without a home directory"),
        (" did not end within ", "takes a minute; SecretTests wait less"),
        (" was ended, because kleene-ns was told to stop.", "HookProcessTests stop one"),
        (" cannot be read: too many files are open.", "SystemLimitTests have it"),
        ("The report could not be written to ", "ProbeTests have it"),
        ("The result was not printed whole", "PollingReaderTests have it"),
        (" is no draft of kleene-ns.", "only at a terminal; InitTests have it"),
        (" any more.", "the file is taken away while it is read"),
        (" has changed while it was read.", "the file changes while it is read"),
        ("The result cannot be written to standard output: ", "SystemLimitTests have it"),
        // What needs a moment that no script meets; the words are read where the moment is made.
        (", and nothing is kept: no chunk was complete.", "a run that is stopped; StoppedRunTests read it"),
        ("The comparison was interrupted.", "a comparison that is stopped"),
        (" was changed by another program meanwhile.", "two programs at once; LeftoverAgreementTests have it"),
        ("; nothing was loaded.", "two programs at once; WatermarkTests read it"),
        (" changed their types between two reads of one run.", "a source that changes between two reads"),
        (" was sent to ", "a server that goes away in a commit; PostgresLoadTests have it"),
        ("There is no table \"", "a table that goes between two looks; the screens have the first look"),
        ("Too many rows of \"", "fifty thousand differences"),
        (" have changed since the watermark of ", "more changes than one condition takes"),
        ("The repair of \"", "VerifyTests stop one"),
        // Checks of doctor that look at what a machine has; each is read where a test lays it out.
        ("No \"Truststore\" is named.", "DriverFilesTests have it"),
        ("\"Truststore\" names ", "DriverFilesTests have it"),
        ("OASDK_ODBC_HOME ", "DriverFilesTests have it"),
        ("is not that of the private key", "a certificate of each kind; OAuthTests have some"),
        ("has ended on ", "a certificate that has ended"),
        ("begins on ", "a certificate of tomorrow"),
        ("ends in ", "a certificate that ends soon; OAuthTests have it"),
        ("is good until ", "a certificate for longer than NetSuite takes"),
        ("unixODBC knows no driver ", "BadInputTests have it"),
        ("the configuration names neither a driver ", "a data source without a driver"),
        ("the source lists no table for this user", "a user without rights"),
        (" is not in cron's PATH.", "depends on where the program lies"),
        (" is set here, and cron does not know it.", "CrontabTests have it"),
        (
            "other processes keep removing it",
            "needs others that begin and end for as long as we wait; HeldPlaceTests have two"
        ),
        (
            ", and one entry may stand for ",
            "a pattern that five hundred tables fit; TablePatternTests have one of them"
        ),
        ("expected a string, found ", "ConfigurationTests have it"),
        (
            "The source lists no table that fits.",
            "a check of doctor; extract says the same with the pattern, which has a screen"
        ),
        // What a source does that none of ours does at the push of a button.
        (" does not show the columns ", "a role that sees half of deletedrecord"),
        (" takes deletes from ", "RoleTests hide deletedrecord"),
        (
            "deletedrecord names records by one id, and rows of ",
            "refused offline; here for tables that only the source knows"
        ),
        (" holds no ids as deletedrecord has them.", "refused offline; here for tables that only the source knows"),
        (" cannot be swept", "SweepTests have unique columns of each kind"),
        (", which is no number.", "a follower's key that is text at the source only"),
        (
            ", by which its rows are named in the extracts that follow it.",
            "refused offline; here for what plans by itself"
        ),
        (", which has no window.", "refused offline; here for what plans by itself"),
        (" of the kind of ", "FollowsTests have an own key of another kind"),
        ("Nothing was read, but ", "ZonedPostgreSQLTests have a zone ahead"),
        (
            "The source says that the largest ",
            "a driver that ends a result early by one row; LargestValueTests read it"
        ),
        ("The source names no largest ", "a source without MAX"),
        (" holds rows, and the extract ", "a table whose books are half gone"),
        ("stands for rows of ", "said where no holding says it first; ReplacedDestinationTests read it"),
        ("the driver gave ", "a catalog that lies; LyingCatalogTests read it"),
        ("the driver announced ", "a catalog that lies; LyingCatalogTests read it"),
        (", and reading it fails: ", "LyingCatalogTests read it"),
        ("The source's clock could not be read: ", "ScalarAnswerTests read it"),
        (", and one query of this source may name ", "LyingCatalogTests read it"),
        (" could not be loaded for want of memory: ", "SystemLimitTests have it"),
        (" with an offset from UTC", "ZonedPostgreSQLTests and OddKeyTests read it"),
        (" is set to log everything (", "LogGuardTests read each place"),
        ("of […] in odbc", "a part of a sentence of LogGuard"),
        ("in the environment", "a part of a sentence of LogGuard"),
        ("A value of the key holds a NUL character", "StateTests have it"),
        (" that is no moment of the years 1 to 9999 (the first: ", "OddKeyTests read it"),
        (" is text in which moments are spelt in forms ", "SQLiteKeyTests read it"),
        ("is not valid UTF-16", "a driver of wide characters; StagingTests have it"),
        ("does not fit a scaled integer of ", "a number of more digits than are declared; ValueTests have it"),
        ("is not a number", "stopped by the cursor before; ValueTests have it"),
        ("is not a whole number of 64 bits", "stopped by the cursor before; ValueTests have it"),
        (" long, and SQLite takes at most ", "a gigabyte; ValueTests have a smaller limit"),
        (" of values, and SQLite takes at most ", "a gigabyte; ValueTests have a smaller limit"),
        ("The largest … that was read of ", "a key whose kind the source has wrong"),
        ("…, and it has no row behind …, to which the extract ", "GoneBackTests have texts that began again"),
        ("was given up in favour of others", "FailureVerdictTests have it"),
        ("Reading … gave a result without columns.", "a table without columns is left out before"),
        (" has a column whose name holds a NUL character", "no driver manager hands one over"),
        (" hold fractions or bytes, by which rows cannot be asked for again.", "VerifyValuesTests have it"),
        (" shares its rows with other tables: ", "tables that inherit; PostgresRefusalTests have each kind"),
        (" would change the table ", "foreign keys that act; PostgresRefusalTests have each kind"),
        (", has a collation that takes some different texts for the same", "PostgresRefusalTests have one"),
        (" of its own that takes some different texts for the same", "PostgresRefusalTests have one"),
        (", whose names differ in nothing but upper and lower case", "PostgresSpellingTests have them"),
        ("A trigger, a rule or a policy of the table keeps rows.", "PostgresTriggerTests have triggers for each way"),
        ("The driver wrote only a part of the number in ", "LyingDriverTests have one that does"),
        (" as a truth value in ", "LyingDriverTests have one that does"),
        (": as scaled integers the same number is another one now", "TypesThatChangeTests have a source that changes"),
        (
            ": which of two rows is the newer cannot be told across the two.",
            "TypesThatChangeTests have a source that changes"
        ),
        // What is put together before it is thrown.
        ("The time that --max-runtime gives, ", "depends on how fast the machine is; UnattendedTests read it"),
        (
            " as another kind now, which is not read any more",
            "a column that changes at NetSuite; ColumnChoiceTests read it"
        ),
        ("What the run ", "a note, and no fault: the run goes on"),
        ("no password supplied", "words of libpq by which a refusal is known"),
        ("no pg_hba.conf entry", "words of PostgreSQL by which a refusal is known"),
        ("is in quotes", "SecretTests have secrets of each kind"),
        ("is in angle brackets", "SecretTests have secrets of each kind"),
        ("holds a control character", "SecretTests have secrets of each kind"),
        ("holds an invisible character", "SecretTests have secrets of each kind"),
        // Of masks.
        (" masks \"", "BadSettingsTests have it"),
        (" cannot take rows of the extract ", "MaskTests have it"),
        ("; the key of masks needs ", "MaskTests have it"),
        ("is the column ", "ConfigurationTests have it"),
        ("has a column without a name.", "ConfigurationTests have it"),
        // Of names in the destination.
        (" renames \"", "BadSettingsTests have it"),
        (" would have … of … as \"", "BadSettingsTests and ChangedNameTests have it"),
        (" has the column \"", "ChangedNameTests have it"),
        (" would put \"", "ChangedNameTests have it"), ("the name \"…\" ", "RenameConfigurationTests have it"),
        // What needs another machine, another server or another file system.
        ("Tables of this destination cannot be verified.", "a destination that is none of ours"),
        (" which is too old.", "an old server"), (" is a standby, which takes no rows.", "a standby"),
        ("another login has held it for ", "two minutes of waiting; LoginShelfTests wait for none"),
        ("its key is ", "somebody who changes the books; LoginBooksProcessTests read it"),
        ("The user may not read and write the table ", "LoginBooksProcessTests read it"),
        ("is a pool that changes sessions between transactions", "PostgresLockTests have pools"),
        (", and another run has it now: ", "PostgresLockTests end the session while rows are read"),
        (", and another run of it has come in between", "PostgresLockTests end the session while rows are read"),
        ("has columns whose names differ in nothing but upper and lower case", "PostgresValueTests have it"),
        ("SQLite … is too old.", "an old library"),
        ("PostgreSQL's client library ", "LibrariesTests take it away"),
        ("OAuth 2.0 needs the library libcurl", "LibrariesTests take it away"),
        (" is gone at the source, and the server does not drop it: ", "the same of SQLite has a screen"),
        ("The table \"…\" in … has several rows with the same ", "of PostgreSQL; the same of SQLite has a screen"),
        (" could not be put on the disk: ", "FullDiskTests have it"),
        ("The free space of ", "a file system that does not say"),
        (" are free in ", "a disk that is nearly full"),
        (" on the file system of ", "FullDiskTests have it"),
        (" yet, so there are no watermarks.", "a file that goes between two looks"),
        ("kleene-ns may read ", "a file whose rights change between two looks"),
        ("No file can be made in ", "a directory whose rights change between two looks"),
        (" cannot have a write-ahead log; ", "a network file system"),
        (" could not be locked: ", "a network file system"),
        ("The file … could not be opened: ", "a file whose rights change between two looks"),
        ("The file … could not be read: ", "a disk that fails"),
        ("The directory … cannot be made: ", "a home that may not be written"),
        (" cannot be removed: ", "a file whose rights change between two looks"),
        ("The file … cannot be read: ", "a unit of systemd that only another user may read"),
        (", who made it in ", "ForeignFilesTests have it"),
        ("A staged value is not what its column holds", "a staging file that was damaged"),
        ("could not be reached within ", "a host that drops packets; LoginPhaseProcessTests have it"),
        ("could not translate host name to address: ", "a name server; LoginSignTests read it"),
        ("another process has held it for ", "two minutes"),
        ("the derivation ", "a key that no program makes any more"),
        ("a derivation of its key that takes too much", "takes openssl as long to make"),
        (" granted a token that no connection string can carry.", "TokenWayTests have it"),
        ("The proxy ", "TokenWayTests have proxies of each kind"),
        (": who answered there does not speak TLS: ", "TokenWayTests have it"),
        ("it is not there", "a file that goes between two looks"),
        (" has a value that NetSuite's connection string cannot carry.", "refused offline"),
    ]

    /// How sentences are said; those of class `internal` nobody can cause but we.
    private static let beginnings = [
        #"ValidationError\("#, #"Failure\(\s*\.(?!internal)[a-zA-Z]+,"#, #"Failure\(\s*kind,"#,
        #"Failure\(\s*verdict\.kind,"#, #"\bfault\("?[a-zA-Z_]+"?,"#, #"faults\.add\([^,]+,"#, #"\brefuse\("#,
        #"\brefusal\("#, #"\bunusable\(\s*\w+,"#, #"\bmalformed\(\s*batch, column: column, row: row,"#, #"\bunfit\("#,
        #"\.sentence\("#, #"\.because\("#, #"\.ended\("#, #"\(kind, reason\) = \(\.\w+,"#, #"\bnone\("#, #"\.absent\("#,
        #"\bunknown\("#, #"Check\(\s*[^,\n]+,\s*\.(?:fail|warn),"#,
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

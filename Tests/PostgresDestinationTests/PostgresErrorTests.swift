import Extraction
import Testing

@testable import PostgresDestination

/// What a server says is a sentence without a row's values.
@Suite struct PostgresErrorTests {
    @Test(arguments: [
        ("23514", "Failing row contains (4711, secret)."), ("23505", "Key (id)=(4711) already exists."),
        ("22003", "The value 4711 is out of range."),
    ])
    func valuesOfRowsAreNotTold(state: String, detail: String) {
        let error = PostgresError(message: "ERROR:  it does not fit.\n", detail: detail, sqlState: state)
        let failure = error.failure("Loading \"t\"", on: "the server")
        #expect(!failure.description.contains("4711"), "\(failure)")
        #expect(
            failure.message == "Loading \"t\" failed on the server: ERROR:  it does not fit." && !failure.advice.isEmpty
        )
    }

    /// libpq sets no full stop before its question, and needs none behind it.
    @Test func sentencesDoNotRunTogether() {
        let said = "port 1 failed: Connection refused\n\tIs the server running on that host?\nport 2 failed: No.\n"
        let failure = PostgresError(message: said).failure("Connecting", on: "s")
        #expect(
            failure.message
                == "Connecting failed on s: port 1 failed: Connection refused. Is the server running on that host? port 2 failed: No."
        )
        let question = PostgresError(message: "refused\n\tIs it there?").failure("Connecting", on: "s")
        #expect(question.message.hasSuffix("refused. Is it there?"))
    }

    /// What is said of the server itself is told.
    @Test func otherDetailsAreTold() {
        let error = PostgresError(message: "out of memory", detail: "Failed on request of size 8.", sqlState: "53200")
        #expect(error.failure("Loading", on: "s").message.contains("(Failed on request of size 8)"))
    }
}

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

    /// What is said of the server itself is told.
    @Test func otherDetailsAreTold() {
        let error = PostgresError(message: "out of memory", detail: "Failed on request of size 8.", sqlState: "53200")
        #expect(error.failure("Loading", on: "s").message.contains("(Failed on request of size 8)"))
    }
}

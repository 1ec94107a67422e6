import Testing

@testable import Extraction

@Suite struct ReadAgainTests {
    @Test func hintGoesFromTryToTryAndStaysForTheNextRead() throws {
        var hint: Int?
        var told: [[Int]] = []
        let result = try ReadAgain.untilAllFits("t", hint: &hint) {
            told.append($0)
        } read: { (hint: Int?) in
            guard let hint, hint >= 3 else { throw ReadAgain(hint: (hint ?? 0) + 1, columns: [hint ?? 0]) }
            return "read with \(hint)"
        }
        #expect(result == "read with 3")
        #expect(hint == 3)
        #expect(told == [[0], [1], [2]])
        let next = try ReadAgain.untilAllFits("t", hint: &hint) { (hint: Int?) in hint }
        #expect(next == 3)
    }

    @Test func readThatNeverFitsEndsWithASentence() throws {
        var hint: Int?
        var tries = 0
        let failure = #expect(throws: Failure.self) {
            try ReadAgain.untilAllFits("customer", hint: &hint) { (hint: Int?) -> Void in
                tries += 1
                throw ReadAgain(hint: (hint ?? 0) + 1, columns: [])
            }
        }
        #expect(tries == 17)
        #expect(failure?.message.hasPrefix("Reading customer began again 16 times") == true)
    }

    @Test func otherErrorsAreNobodysHint() {
        struct Other: Error {}
        var hint: Int?
        #expect(throws: Other.self) {
            try ReadAgain.untilAllFits("t", hint: &hint) { (_: Int?) -> Void in throw Other() }
        }
        #expect(hint == nil)
    }
}

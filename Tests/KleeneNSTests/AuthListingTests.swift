import FoundationEssentials
import SuiteAnalytics
import Testing

@testable import KleeneNS

/// How logins stand, for a person.
@Suite struct AuthListingTests {
    private func listing(_ breaker: LoginBreaker) -> Listing {
        Listing([(name: "1234567-0123456789abcdef", breaker: breaker)], at: Date())
    }

    /// A memory is there before the first login is: nobody has been let in by it.
    @Test func aLoginThatWasNeverTriedIsNotCalledGood() {
        var breaker = LoginBreaker()
        #expect(ListingFormat.table.render(listing(breaker)).contains("none tried yet"))
        // What programs read stays.
        #expect(ListingFormat.csv.render(listing(breaker)).contains(",closed,0,"))
        breaker.reset(at: Date())
        #expect(breaker.isUntried)
        breaker.begin("x", at: Date())
        #expect(!breaker.isUntried)
        breaker.end("x", .succeeded, at: Date())
        let text = ListingFormat.table.render(listing(breaker))
        #expect(text.contains("  ok") && !text.contains("none tried yet"), "\(text)")
        breaker.reset(at: Date())
        #expect(!breaker.isUntried)
    }
}

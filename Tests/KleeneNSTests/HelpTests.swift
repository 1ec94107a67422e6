import Testing

@testable import KleeneNS

@Suite struct HelpTests {
    @Test(arguments: [
        (["extarct"], "extract"), (["help", "extarct"], "extract"), (["tabels", "--mock", "x"], "tables"),
        (["runs", "lst"], "list"), (["state", "rest", "x"], "reset"), (["help", "exit-code"], "exit-codes"),
        (["auth", "stauts"], "status"),
    ])
    func aMistypedCommandIsOfferedTheNearOne(_ arguments: [String], _ nearest: String) {
        #expect(MistypedCommand(arguments)?.nearest == nearest)
    }

    @Test(arguments: [
        ["extract", "transactions"], ["--help"], [], ["help"], ["help", "extract"], ["runs", "--help"], ["runs"],
        ["help", "exit-codes"], ["runs", "show", "x"], ["--version"], ["preview", "extarct"], ["runs", "help", "list"],
    ])
    func whatIsACommandIsLeftAlone(_ arguments: [String]) {
        #expect(MistypedCommand(arguments) == nil)
    }

    @Test func whatResemblesNothingIsSaidSo() {
        #expect(
            MistypedCommand(["xyzzy"])?.message
                == "There is no command \"xyzzy\". `kleene-ns --help` lists the commands.")
        #expect(
            MistypedCommand(["runs", "lst"])?.message
                == "`kleene-ns runs` has no command \"lst\". Did you mean `kleene-ns runs list`? `kleene-ns runs --help` "
                + "lists the commands.")
    }

    @Test func eachExitCodeIsInItsTopic() {
        for status in ProgramExit.allCases { #expect(HelpTopic.exitCodes.text.contains("  \(status.rawValue) ")) }
    }
}

import Extraction
import SuiteAnalytics
import Testing

@testable import KleeneNS

/// How questions look on a screen.
@Suite struct SetupPageTests {
    @Test(arguments: [50, 80, 120])
    func everyQuestionFitsTheScreen(width: Int) {
        for kind in Authentication.kinds {
            for secrets in ["files", "each"] {
                let answers = SetupCourseTests.answers([
                    .accountID: ["1234567"], .method: [kind.name], .secrets: [secrets], .login: ["yes"],
                    .table: ["transaction"], .columns: [], .loadMethod: ["upsert"], .extractType: ["incremental"],
                    .destination: ["postgresql"],
                ])
                for question in SetupCourse(answers, SetupCourseTests.listed()).questions {
                    for line in SetupPage(question: question, width: width).lines {
                        #expect(line.displayWidth < max(width, 62), "\(question.topic.name): \(line)")
                    }
                }
            }
        }
    }

    @Test func aPartOfANameShowsThoseThatHaveIt() {
        var question = SetupQuestion(
            .table, "Table", .one(of: (1...12).map { SetupOption("table_\($0)", $0 == 11 ? "view" : "") }))
        question.notes = ["12 tables."]
        question.proposal = ["table_1"]
        let page = SetupPage(question: question)
        #expect(page.lines.first == "" && page.lines[1] == "Table:" && page.lines[2] == "  12 tables.")
        #expect(page.lines[3] == "   1  table_1" && page.lines.last == "      … and 2 more", "\(page.lines)")
        #expect(page.prompt == "Table [table_1]: ")
        let narrowed = SetupPage(question: question, narrowed: [0, 10]).lines
        #expect(narrowed == ["", "Table:", "   1  table_1", "  11  table_11  view"], "\(narrowed)")
    }

    /// What commands a terminal is shown by its code.
    @Test func namesOfTheSourceCommandNothing() {
        let question = SetupQuestion(.table, "Table", .one(of: [SetupOption("a\u{1B}[2Jb"), SetupOption("c")]))
        #expect(!SetupPage(question: question).lines.joined().contains("\u{1B}"))
    }
}

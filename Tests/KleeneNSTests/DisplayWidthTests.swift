import Testing

@testable import KleeneNS

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("漢字", 4), ("e\u{301}", 1), ("👍", 2), ("👩‍👩‍👧", 2), ("한글", 4), ("ｱ", 1), ("Ｗ", 2), ("❤️", 2),
        ("…", 1),
    ])
    func lettersTakeTheirRoom(_ text: String, _ width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test func whatIsTooWideEndsInAnEllipsis() {
        #expect("abcdef".elided(to: 6) == "abcdef")
        #expect("abcdef".elided(to: 5) == "abcd…")
        // A letter of two columns does not go into one.
        #expect("漢字漢字".elided(to: 6) == "漢字…")
        #expect("abc".elided(to: 0) == "")
    }

    @Test func namesThatDifferStillDoWhereTheyAreCut() {
        func cut(_ names: String..., width: Int) -> [String] { DistinctCuts.cut(names, to: width) }
        // Where none looks like another, the end goes as ever; what fits stays.
        #expect(cut("transaction_lines", "customer_addresses", "id", width: 8) == ["transac…", "custome…", "id"])
        #expect(
            cut("customrecord_orders_2025", "customrecord_orders_2026", width: 12) == ["custom…_2025", "custom…_2026"])
        #expect(cut("customer_a", "customer_b", "other", width: 6) == ["cus…_a", "cus…_b", "other"])
        // What differs in the middle only.
        #expect(
            cut("aaaaaaaaaaaaaaXaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaYaaaaaaaaaaaaaa", width: 6) == ["…Xaaa…", "…Yaaa…"])
        // The same name twice is one name.
        #expect(cut("customer_a", "customer_a", width: 6) == ["custo…", "custo…"])
        for width in 4...30 {
            let names = (0..<40).map { "customrecord_kns_\($0 % 4)_of_the_table_\($0)" }
            let cuts = DistinctCuts.cut(names, to: width)
            #expect(cuts.allSatisfy { $0.displayWidth <= width }, "\(cuts)")
            if width >= 6 { #expect(Set(cuts).count == names.count, "\(width): \(cuts)") }
        }
        #expect(DistinctCuts.cut(["漢字漢字一", "漢字漢字二"], to: 6).allSatisfy { $0.displayWidth <= 6 })
        #expect(cut("ab", "ac", width: 1) == ["…", "…"])
    }

    /// Of a listing at 50 columns.
    @Test func rowsOfANarrowTableAreToldApart() {
        let names = ["customrecord_sales_order_lines_2025", "customrecord_sales_order_lines_2026"]
        let listing = Listing(
            columns: ["extract", "status", "next"],
            rows: names.map { [.init($0), .init("succeeded"), .init("reads everything again")] })
        let lines = TableForm(listing, width: 50) { $0 }.text.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].contains("_2025 ") && lines[2].contains("_2026 "), "\(lines)")
        #expect(lines.allSatisfy { $0.displayWidth <= 50 })
    }

    @Test func linesBreakBetweenWords() {
        #expect("one two three".wrapped(to: 8) == ["one two", "three"])
        #expect("- one two three".wrapped(to: 10, hanging: 2) == ["- one two", "  three"])
        #expect("aaaaaaaaaaaaaaaaaaaa b".wrapped(to: 8) == ["aaaaaaaa", "aaaaaaaa", "aaaa b"])
        #expect("one two".wrapped(to: 8, behind: 5) == ["one", "two"])
        #expect("".wrapped(to: 8) == [""])
    }
}

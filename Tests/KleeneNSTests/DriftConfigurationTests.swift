import Extraction
import Testing

@testable import KleeneNS

@Suite struct DriftConfigurationTests {
    @Test func anExtractCompletesItsPolicyByTheDefaults() throws {
        let configuration = try ConfigurationTests.read(
            #"""
            {\#(ConfigurationTests.source), "defaults": {"drift": {"gone": "ignore", "new": "fail"}}, "extracts": [
              {"table": "a"}, {"table": "b", "drift": {"new": "ignore"}}
            ]}
            """#)
        let policies = configuration.extracts.map { $0.tableExtract.drift?.answers }
        #expect(policies == [[.gone: .ignore, .new: .fail], [.gone: .ignore, .new: .ignore]])
        let plain = try ConfigurationTests.read(#"{\#(ConfigurationTests.source), "extracts": [{"table": "a"}]}"#)
        #expect(plain.extracts[0].tableExtract.drift == nil)
    }

    @Test func kindsAndAnswersThatAreNoneAreFaults() {
        let faults = ConfigurationTests.faults(
            #"""
            {\#(ConfigurationTests.source), "extracts": [
              {"table": "a", "drift": {"gon": "ignore", "new": "drop"}}, {"table": "b", "drift": "ignore"}
            ]}
            """#)
        #expect(
            faults == [
                #"$.extracts[0].drift.new: "drop" must be one of "evolve", "ignore", "fail"."#,
                #"$.extracts[0].drift.gon: unknown key; did you mean "gone"?"#,
                "$.extracts[1].drift: expected an object, found a string.",
            ])
    }

    @Test func flagsSayTheSame() {
        #expect(DriftPolicy(argument: "gone=ignore, new=fail")?.answers == [.gone: .ignore, .new: .fail])
        for wrong in ["", "gone", "gone=drop", "gon=ignore", "gone=ignore,gone=fail", "gone=ignore,"] {
            #expect(DriftPolicy(argument: wrong) == nil, "\(wrong)")
        }
    }
}

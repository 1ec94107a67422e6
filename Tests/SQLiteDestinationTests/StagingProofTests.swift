import SQLiteDestination
import Staging
import Testing

/// What a seal asks of staged rows, as text; what comes of it is in UpsertTests and WatermarkTests.
@Suite struct StagingProofTests {
    @Test func oneReadOfAChunkTellsKeysAndMissingValues() {
        #expect(
            StagingProof.factsSQL(of: "rows_1", unique: ["a", "b\"c"], key: "k") == #"""
                SELECT CAST(max("k") AS TEXT), count(*) - count("k"), count(*) FILTER (WHERE "a" IS NULL OR "b""c" IS NULL) FROM rows_1
                """#)
    }

    @Test func whatIsNotAskedCostsNothing() {
        #expect(
            StagingProof.factsSQL(of: "rows_1", unique: [], key: "k")
                == #"SELECT CAST(max("k") AS TEXT), count(*) - count("k"), 0 FROM rows_1"#)
        #expect(
            StagingProof.factsSQL(of: "rows_1", unique: ["a"], key: nil)
                == #"SELECT NULL, 0, count(*) FILTER (WHERE "a" IS NULL) FROM rows_1"#)
    }

    @Test func doublesAreFoundBySorting() {
        #expect(
            StagingProof.doublesSQL(of: "rows_2", unique: ["a", "b"])
                == #"SELECT "a", "b", count(*) FROM rows_2 GROUP BY "a", "b" HAVING count(*) > 1 LIMIT 3"#)
    }
}

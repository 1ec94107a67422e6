import Testing
import Text

@Suite struct NearestNameLikenessTests {
    @Test(arguments: [("foo", "job"), ("zz", "id"), ("ab", "cd")])
    func wordsThatShareLittleAreNoGuess(_ word: String, _ name: String) {
        #expect(NearestName.of(word, among: [name]) == nil)
    }

    @Test(arguments: [("custmer", "Customer"), ("nmae", "name"), ("trandate1", "trandate"), ("colour", "color")])
    func aSlipOfTheHandAndABeginningAreFound(_ word: String, _ name: String) {
        #expect(NearestName.of(word, among: ["zebra", name]) == name)
    }
}

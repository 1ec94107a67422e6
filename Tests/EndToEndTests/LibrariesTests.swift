import Foundation
import TestSupport
import Testing

@Suite struct LibrariesTests {
    /// All of Foundation costs each start some milliseconds, and a program that carries its libraries 80 MB: ICU, mostly.
    @Test func theProgramLoadsTheEssentialsOfFoundationAlone() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ldd")
        process.arguments = [Program.binary]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let libraries = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(libraries.contains("libodbc.so"))
        for name in ["libFoundation.so", "libFoundationInternationalization.so", "lib_FoundationICU.so"] {
            #expect(
                !libraries.contains(name), "import FoundationEssentials instead of Foundation, in all of the product")
        }
    }
}

import ArgumentParser

/// What becomes of a cached listing.
struct CacheOptions: ParsableArguments {
    @Flag(help: "Read the source again, and keep the listing.")
    var refresh = false

    @Flag(help: "Read the source again, and show what changed since the kept listing; the new one is then kept.")
    var diff = false

    func validate() throws {
        if refresh, diff {
            throw ValidationError("'--refresh' and '--diff' exclude each other: '--diff' reads the source again too.")
        }
    }
}

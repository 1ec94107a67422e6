import Files

/// Where the login breaker keeps its state.
enum StateDirectory {
    /// `--state-dir`, else `$XDG_STATE_HOME/kleene-ns`, else `~/.local/state/kleene-ns`, else beside the configuration.
    ///
    /// Always from the root: a driver may change the working directory.
    static func path(flag: String?, environment: [String: String], configuration directory: String) -> String {
        Surroundings.absolute(given(flag: flag, environment: environment, configuration: directory))
    }

    private static func given(
        flag: String?, environment: [String: String], configuration directory: String
    ) -> String {
        if let flag { return flag }
        // By the XDG specification a relative path is none.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/kleene-ns" }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/kleene-ns" }
        return directory + "/.kleene-ns"
    }
}

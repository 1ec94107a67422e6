import Foundation
import TestSupport

/// Programs of the system, played as Debian's behave: `crontab` keeps its lines in a file, `systemctl` its calls.
enum PlayedSystem {
    /// What `crontab` does, for a shell.
    static let crontab = """
        if [ "$1" = -l ]; then
            [ ! -e "$HOME/broken" ] || { echo "crontab: /var/spool/cron: Input/output error" >&2; exit 1; }
            [ -e "$HOME/crontab" ] || { echo "no crontab for me" >&2; exit 1; }
            exec cat "$HOME/crontab"
        fi
        exec cp "$1" "$HOME/crontab"
        """

    private static let scripts = [
        "crontab": crontab,
        "systemctl": """
        echo "$*" >> "$HOME/calls"
        case "$*" in "--user enable --now "*)
            shift 3
            for unit; do
                [ -e "$HOME/.config/systemd/user/$unit" ] ||
                    { echo "Failed to enable unit: Unit $unit does not exist" >&2; exit 1; }
            done;;
        esac
        """,
    ]

    /// Makes them.
    ///
    /// - Returns: the directory to put in front of PATH.
    static func programs(in directory: TemporaryDirectory) throws -> String {
        let bin = directory.path("bin")
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        for (name, text) in scripts {
            try ("#!/bin/sh\n" + text).write(toFile: "\(bin)/\(name)", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin)/\(name)")
        }
        return bin
    }
}

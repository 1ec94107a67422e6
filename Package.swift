// swift-tools-version: 6.2

import PackageDescription

// Which commit this is built from, as Scripts/commit.sh says for a release; nothing where nobody says so.
let commit = Context.environment["KLEENE_NS_COMMIT"].flatMap { text in
    text.isEmpty || text.contains { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "-") } ? nil : text
}

let package = Package(
    name: "kleene-ns",
    products: [
        .executable(name: "kleene-ns", targets: ["KleeneNS"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
    ],
    targets: [
        // C libraries: one target each, imported by exactly one Swift target.
        .systemLibrary(name: "CODBC", pkgConfig: "odbc", providers: [.apt(["unixodbc-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CProcess"),
        // What this program is built from.
        .target(name: "CBuild", cSettings: commit.map { [.define("KNS_COMMIT", to: $0)] }),
        // Opened at run time.
        .target(name: "CPostgres"),
        .target(name: "CCurl"),

        // One request to a server on the web; its library is opened when there is one to make.
        .target(name: "HTTPS", dependencies: ["CCurl", "Text"]),

        // Threads that wait for each other.
        .target(name: "Threads", dependencies: ["CProcess"]),

        // How a text is written: quotes within quotes, digits, what the system says, what is never shown.
        .target(name: "Text"),

        // What a row is, and what an extract is.
        .target(name: "Rows"),
        .target(name: "Extraction", dependencies: ["Rows", "Text", "Threads"]),

        // What stands in the place of values that nobody is to see.
        .target(
            name: "Masks",
            dependencies: [
                "Rows", "Extraction", "Text", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),

        // Files and directories that only we may change.
        .target(name: "Files", dependencies: ["CProcess", "Extraction", "Text"]),

        // Where rows come from.
        .target(name: "ODBC", dependencies: ["CODBC", "Rows", "Text", "Threads"]),
        .target(name: "ODBCSource", dependencies: ["ODBC", "Rows", "Extraction", "Text", "Threads"]),

        .target(
            name: "SuiteAnalytics",
            dependencies: [
                "ODBC", "ODBCSource", "Rows", "Extraction", "Files", "HTTPS", "Text",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]
        ),

        // Where rows wait, and where they go.
        .target(name: "SQLite", dependencies: ["CSQLite", "Rows", "Extraction", "Files", "Text"]),
        .target(name: "Staging", dependencies: ["CSQLite", "SQLite", "Rows", "Extraction", "Files", "Text"]),
        .target(
            name: "SQLiteDestination",
            dependencies: ["SQLite", "Staging", "Rows", "Extraction", "Files", "Text"]),

        .target(
            name: "PostgresDestination", dependencies: ["CPostgres", "Staging", "Rows", "Extraction", "Files", "Text"]),

        // The program.
        .executableTarget(
            name: "KleeneNS",
            dependencies: [
                "CBuild", "CProcess", "Threads", "Rows", "Extraction", "Files", "HTTPS", "Masks", "ODBC",
                "ODBCSource", "SuiteAnalytics", "PostgresDestination", "SQLite", "SQLiteDestination", "Staging", "Text",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // What several test targets share: fixtures, never claims.
        .target(
            name: "TestSupport", dependencies: ["Rows", "Extraction", "ODBCSource", "Staging", "Text"],
            path: "Tests/TestSupport"),

        .testTarget(
            name: "EndToEndTests", dependencies: ["Extraction", "ODBCSource", "TestSupport"], exclude: ["Screens"]),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
        .testTarget(name: "TextTests", dependencies: ["Text"]),
        .testTarget(name: "RowsTests", dependencies: ["Rows"]),
        .testTarget(name: "MasksTests", dependencies: ["Masks", "Extraction", "Rows", "TestSupport", "Text"]),
        .testTarget(name: "StagingTests", dependencies: ["Staging", "SQLite", "Rows", "Extraction", "TestSupport"]),
        .testTarget(name: "ExtractionTests", dependencies: ["Extraction", "Rows", "Staging", "TestSupport"]),
        .testTarget(name: "ODBCTests", dependencies: ["CODBC", "ODBC", "Rows", "Text", "Threads"]),
        .testTarget(
            name: "SuiteAnalyticsTests",
            dependencies: [
                "SuiteAnalytics", "ODBCSource", "ODBC", "Extraction", "HTTPS", "Rows", "KleeneNS",
                "MockSuiteAnalytics", "TestSupport", "Text",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "ODBCSourceTests", dependencies: ["ODBC", "ODBCSource", "Extraction", "Rows", "TestSupport", "Text"]),
        .testTarget(
            name: "SQLiteDestinationTests",
            dependencies: ["SQLiteDestination", "Staging", "SQLite", "Rows", "Extraction", "TestSupport"],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "PostgresDestinationTests",
            dependencies: ["PostgresDestination", "Staging", "Rows", "Extraction", "TestSupport", "Text"]),
        .testTarget(
            name: "KleeneNSTests",
            dependencies: [
                "KleeneNS", "Extraction", "ODBC", "ODBCSource", "SuiteAnalytics", "TestSupport", "Text",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Fixtures"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// The mock of SuiteAnalytics Connect: a server of its own, never linked into kleene-ns.
package.products.append(.executable(name: "kleene-ns-mock", targets: ["kleene-ns-mock"]))
package.dependencies += [
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
]
package.targets += [
    .target(
        name: "MockSuiteAnalytics",
        dependencies: [
            "CSQLite", "Text",
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "CryptoExtras", package: "swift-crypto"),
            .product(name: "SwiftASN1", package: "swift-asn1"),
        ]
    ),
    .executableTarget(
        name: "kleene-ns-mock",
        dependencies: [
            "MockSuiteAnalytics",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]
    ),
    // The Python is run from where it lies, by the system's Python.
    .testTarget(
        name: "MockSuiteAnalyticsTests", dependencies: ["MockSuiteAnalytics"], exclude: ["driver.py", "hostile.py"]),
]

for target in package.targets
where target.type != .system && !["CBuild", "CProcess", "CPostgres", "CCurl"].contains(target.name) {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}

# With its Swift libraries in it, a program starts faster and runs where no Swift is; without symbols it is less than half as large.
# It exports none of them, or a driver that has functions of the same names would call ours. Generic types are found by calls and not by
# their mangled names (Swift 6.3): for each of those the runtime looks through all conformances, a sixth of the time of a run of one row.
# Functions of the same code, of which generic types make many, are in it once. It looks for libraries where the system has them, and not
# beside itself, which SwiftPM would have it do.
RELEASE = -c release --static-swift-stdlib --disable-local-rpath -Xlinker -s -Xlinker --no-export-dynamic -Xlinker --icf=safe \
  -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors

# Where `make install` puts things, below DESTDIR where that is given.
PREFIX ?= /usr/local

# Every target is one line that calls Swift or a script of Scripts/. `make` alone prints the list.
.PHONY: help deps test-deps build release install uninstall deb demo test test-cuts test-drivers test-mock test-large test-report test-kill test-packages torture year bench bench-quick lint lint-container format clean year-postgres demo-postgres torture-postgres

help: ## prints this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

deps: ## installs what building and the demo need, by apt-get
	@Scripts/deps.sh

test-deps: ## installs what the tests need besides: database servers, their drivers, modules of Python
	@Scripts/deps.sh tests

build: deps ## builds for debugging
	swift build

release: deps ## builds .build/release/kleene-ns and kleene-ns-mock
	KLEENE_NS_COMMIT=$$(Scripts/commit.sh) swift build $(RELEASE)

install: ## copies what `make release` built, with manual pages, completions and examples, to PREFIX (/usr/local), below DESTDIR
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' Scripts/install.sh install

uninstall: ## takes all of that out again
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' Scripts/install.sh uninstall

deb: release ## makes packages for Debian of both programs, in .build/packages
	@Scripts/deps.sh packages && Scripts/package.sh

demo: release ## extracts config.example.json from the mock server into demo/netsuite.db and shows the rows
	@Scripts/demo.sh

demo-postgres: test-deps release ## extracts the same into a throw-away PostgreSQL server
	@Scripts/demo-postgres.sh

test: test-deps release ## runs all tests of the Swift package, those of the program with what `make release` builds
	@KLEENE_NS_BINARY='$(CURDIR)/.build/release/kleene-ns' Scripts/test.sh

test-cuts: test-deps ## cuts messages with a secret in them at every offset, where `make test` takes a dozen; takes five minutes, and as long for an optimized build
	KLEENE_TEST_EVERY_CUT=1 KLEENE_TEST_OPTIMIZED=1 Scripts/test.sh --filter 'RedactionTests|CutSecretsTests'

test-drivers: test-deps release ## runs the conformance suite: PostgreSQL, MariaDB and SQLite through their ODBC drivers
	@Scripts/test-drivers.sh

test-mock: release ## extracts every table of the mock server and compares it with what the mock holds; measures help and first signs; lives through some nights with and without what keeps them right
	/usr/bin/python3 -B Tests/Timing/timing.py
	/usr/bin/python3 -B Tests/Mock/selftest.py && /usr/bin/python3 Tests/Mock/compare.py --lines 50000
	/usr/bin/python3 -B Tests/Year/selftest.py

test-large: release ## the same with a million lines
	/usr/bin/python3 Tests/Mock/compare.py --lines 1000000

test-report: release ## looks at the page of `report` in Chromium, which it installs (400 MB): first, that a fault of a page is found
	@Scripts/deps.sh report
	/usr/bin/python3 -B Tests/Report/selftest.py && /usr/bin/python3 -B Tests/Report/look.py

test-kill: test-deps release ## kills extracts of a changing source some hundred times and checks every row; first, that the checks can fail
	/usr/bin/python3 -B Tests/Torture/selftest.py && /usr/bin/python3 -B Tests/Torture/torture.py --kills 40 --seconds 220
	Scripts/with-postgres.sh /bin/sh -c '/usr/bin/python3 -B Tests/Torture/selftest.py --destination postgresql && \
	    /usr/bin/python3 -B Tests/Torture/torture.py --destination postgresql --kills 15 --seconds 80'

test-packages: release ## installs, runs, upgrades and purges both packages in a Debian of their own, and tries every page and completion; takes root
	@Scripts/deps.sh test-packages && /usr/bin/python3 -B Tests/Packages/packages.py

torture: release ## kills as `make test-kill` does, some thousand times, each failpoint on the way of each method twenty times at least; takes some twenty minutes
	/usr/bin/python3 -B Tests/Torture/torture.py --kills 400 --least 20

torture-postgres: test-deps release ## the same into a PostgreSQL server, 400 kills with readers of two isolation levels and pg_dump beside them
	Scripts/with-postgres.sh /usr/bin/python3 -B Tests/Torture/torture.py --destination postgresql --kills 40 --least 1

year: release ## lives through a year of a company's NetSuite, night by night, and compares every table; takes some ten minutes
	/usr/bin/python3 -B Tests/Year/selftest.py && /usr/bin/python3 -B Tests/Year/year.py

year-postgres: test-deps release ## the same year into a PostgreSQL server
	Scripts/with-postgres.sh /usr/bin/python3 -B Tests/Year/year.py --destination postgresql

bench: test-deps release ## measures whole runs against floors in C and other tools; Benchmarks/README.md tells how
	@Benchmarks/prepare.sh && Scripts/with-postgres.sh Benchmarks/all.sh

bench-quick: test-deps release ## the same with 20,000 rows
	@Benchmarks/prepare.sh && Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/run.py --quick

lint: ## checks the format of the Swift sources
	swift format lint --strict -r Sources Tests Package.swift

lint-container: test-deps ## checks the files of Examples/container, by tools from PyPI
	@Scripts/lint-container.sh

format: ## formats the Swift sources
	swift format -i -r Sources Tests Package.swift

clean: ## removes what was built, and the demo's result
	rm -rf .build demo

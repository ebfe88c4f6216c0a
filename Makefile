# Zyphos: everyday commands. `make` lists them.

SWIFT ?= swift
# Tests look behind doors (@testable) and run optimised: the corpus is examined with every cut.
TEST_FLAGS = -c release -Xswiftc -enable-testing --scratch-path .build-tests
ZYPARSE = .build/release/zyparse
# The fuzzers are built in their own folder: SwiftPM keeps an old plan of a package that is named by path.
FUZZ_BUILD = cd Sources/Fuzz && ZYPHOS_CHECKS=1 $(SWIFT) build -c release --sanitize=fuzzer

.PHONY: help demo test build bench bench-peers bench-server bench-engines soak slow clients sanitize fuzz fuzz-programs fuzz-smoke kill coverage format lint clean packages

help:
	@echo "make demo     install what is missing, build in release, compare all parsers on the corpus"
	@echo "make test     install what is missing, build, run all tests"
	@echo "make build    build everything in release"
	@echo "make bench    time every parser; writes Reports/bench.json, bench.svg, bench.md"
	@echo "make bench-peers   time libzyparsers beside http_parser (Debian's libhttp-parser-dev)"
	@echo "make bench-engines  the server's engines beside each other, driven by wrk; writes Reports/engines.json, engines.svg, engines.md"
	@echo "make bench-server  the server beside nginx, driven by wrk; writes Reports/server.json, server.svg, server.md"
	@echo "make soak     ten minutes of good and bad load on every engine, with an eye on memory and descriptors"
	@echo "make slow     slowhttptest in each mode on every engine while good clients ask; writes Reports/slow.md"
	@echo "make clients  curl, wrk, ab, siege, Python, Node and Chromium against every engine; writes Reports/clients.md"
	@echo "make sanitize the server under ThreadSanitizer and AddressSanitizer, with the load of make soak"
	@echo "make fuzz     build the libFuzzer programs; fuzz every protocol for a minute"
	@echo "make fuzz-smoke    run every fuzzer briefly from a fixed seed, and the canary, which must be found"
	@echo "make kill     which cases, and which fuzzer in what time, see each quirk; writes Reports/kill.md"
	@echo "make coverage what of the parsers the corpus runs; writes Reports/coverage.md"
	@echo "make format   format the sources;   make lint   say what is not formatted"
	@echo "make clean    remove build folders"

packages:
	@./scripts/packages

build: packages
	@echo "== building zyparse, libzyparsers.so and zyphos in release (a few minutes the first time)"
	$(SWIFT) build -c release --product zyparse
	$(SWIFT) build -c release --product zyparsers
	$(SWIFT) build -c release --product zyphos

demo: build
	@echo "== comparing four independent parsers of each protocol, bit for bit, on every case under Corpus"
	$(ZYPARSE) diff Corpus

test: packages
	@echo "== building and running all tests (a few minutes the first time)"
	ZYPHOS_CHECKS=1 $(SWIFT) build $(TEST_FLAGS) --build-tests
	@$(MAKE) --no-print-directory fuzz-smoke ZYPARSE=.build-tests/release/zyparse
	ZYPHOS_CHECKS=1 $(SWIFT) test $(TEST_FLAGS) --skip-build

fuzz-programs: packages
	@echo "== building the libFuzzer programs (a few minutes the first time)"
	$(FUZZ_BUILD)

fuzz: build fuzz-programs
	@echo "== fuzzing every protocol for a minute; corpora and finds are kept in .fuzz"
	$(ZYPARSE) fuzz run --seconds 60

fuzz-smoke: fuzz-programs
	@echo "== every fuzzer from a fixed seed, and the canary"
	$(ZYPARSE) fuzz smoke

kill: build fuzz-programs
	@echo "== hunting every quirk from an empty corpus, three times"
	-$(ZYPARSE) fuzz kill --output .fuzz/kill.jsonl
	$(ZYPARSE) kill Corpus --fuzz .fuzz/kill.jsonl --format markdown --output Reports/kill.md

coverage: packages
	@echo "== building with coverage, and running the corpus"
	./scripts/coverage

bench: build
	@echo "== timing every parser; other work on this machine disturbs the figures"
	ZYPHOS_COMMIT=$$(git rev-parse --short HEAD) $(ZYPARSE) bench --json Reports/bench.json \
		--svg Reports/bench.svg --markdown Reports/bench.md

bench-peers: build
	@test -e /usr/include/http_parser.h || ./scripts/packages libhttp-parser-dev
	cc -O3 -ISources/CZyParsers/include Benchmarks/peers/http_parser.c -o .build/bench-peers \
		-L.build/release -lzyparsers -lhttp_parser -Wl,-rpath,$(CURDIR)/.build/release
	.build/bench-peers

bench-server: build
	@command -v wrk >/dev/null && test -x "$$(command -v nginx || echo /usr/sbin/nginx)" || ./scripts/packages wrk nginx-light
	@echo "== the server beside nginx; other work on this machine disturbs the figures"
	.build/release/zyphos bench-server --engine reuseport --engine uring --json Reports/server.json \
		--svg Reports/server.svg --markdown Reports/server.md

slow: build
	@command -v slowhttptest >/dev/null || ./scripts/packages slowhttptest
	@echo "== slow clients of each kind on every engine (about ten minutes)"
	./scripts/slow --markdown Reports/slow.md

clients:
	@echo "== installing the clients that are missing, building the tests, running them"
	./scripts/clients --install --markdown Reports/clients.md

bench-engines: build
	@command -v wrk >/dev/null || ./scripts/packages wrk
	@echo "== the engines by turns; other work on this machine disturbs the figures"
	.build/release/zyphos bench-engines --json Reports/engines.json --svg Reports/engines.svg \
		--markdown Reports/engines.md

SOAK_SECONDS = 600
soak: build
	@for engine in threads pool epoll reuseport uring; do \
		./scripts/soak --seconds $(SOAK_SECONDS) --engine $$engine || exit 1; done

# ThreadSanitizer needs addresses that are not random in all bits (setarch -R).
sanitize: packages
	@for kind in thread address; do \
		ZYPHOS_CHECKS=$$kind $(SWIFT) build -c release --sanitize=$$kind --scratch-path .build-$$kind --product zyphos || exit 1; \
		for engine in threads pool epoll reuseport uring; do \
			setarch -R ./scripts/soak --seconds 20 --engine $$engine \
				--program .build-$$kind/release/zyphos || exit 1; done; done

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

clean:
	rm -rf .build .build-tests .build-coverage .fuzz Sources/Fuzz/.build

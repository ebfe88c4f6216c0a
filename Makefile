# Zyphos: everyday commands. `make` lists them.

SWIFT ?= swift
# Tests look behind doors (@testable) and run optimised: the corpus is examined with every cut.
TEST_FLAGS = -c release -Xswiftc -enable-testing --scratch-path .build-tests
ZYPARSE = .build/release/zyparse

.PHONY: help demo test build bench bench-peers kill format lint clean packages

help:
	@echo "make demo     install what is missing, build in release, compare all parsers on the corpus"
	@echo "make test     install what is missing, build, run all tests"
	@echo "make build    build everything in release"
	@echo "make bench    time every parser; writes Reports/bench.json, bench.svg, bench.md"
	@echo "make bench-peers   time libzyparsers beside http_parser (Debian's libhttp-parser-dev)"
	@echo "make kill     which cases tell each quirk from the reference; writes Reports/kill.md"
	@echo "make format   format the sources;   make lint   say what is not formatted"
	@echo "make clean    remove build folders"

packages:
	@./scripts/packages

build: packages
	@echo "== building zyparse and libzyparsers.so in release (a few minutes the first time)"
	$(SWIFT) build -c release --product zyparse
	$(SWIFT) build -c release --product zyparsers

demo: build
	@echo "== comparing four independent parsers of each protocol, bit for bit, on every case under Corpus"
	$(ZYPARSE) diff Corpus

test: packages
	@echo "== building and running all tests (a few minutes the first time)"
	$(SWIFT) build $(TEST_FLAGS) --build-tests
	$(SWIFT) test $(TEST_FLAGS) --skip-build

bench: build
	@echo "== timing every parser; other work on this machine disturbs the figures"
	ZYPHOS_COMMIT=$$(git rev-parse --short HEAD) $(ZYPARSE) bench --json Reports/bench.json \
		--svg Reports/bench.svg --markdown Reports/bench.md

bench-peers: build
	@test -e /usr/include/http_parser.h || ./scripts/packages libhttp-parser-dev
	cc -O3 -ISources/CZyParsers/include Benchmarks/peers/http_parser.c -o .build/bench-peers \
		-L.build/release -lzyparsers -lhttp_parser -Wl,-rpath,$(CURDIR)/.build/release
	.build/bench-peers

kill: build
	@echo "== holding the corpus against every quirk of the personas"
	$(ZYPARSE) kill --format markdown --output Reports/kill.md Corpus

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

clean:
	rm -rf .build .build-tests

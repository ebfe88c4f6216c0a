#!/bin/bash -eu
# Builds the fuzzers for ClusterFuzzLite and OSS-Fuzz: programs, options, and a seed corpus for each from the cases.
#
# In the image, `precompile_swift` sets SWIFTFLAGS after SANITIZER. Elsewhere the script builds plain fuzzers, so that it can be
# tried: OUT=/tmp/out .clusterfuzzlite/build.sh
if [ -d "${SRC:-/nowhere}/zyphos" ]; then cd "$SRC/zyphos"; else cd "$(dirname "$0")/.."; fi
if command -v precompile_swift >/dev/null 2>&1; then
    # shellcheck disable=SC1091
    . precompile_swift
fi
flags=${SWIFTFLAGS:-"--static-swift-stdlib --sanitize=fuzzer"}
mkdir -p "$OUT"

# The package's folder is entered: SwiftPM keeps an old plan of a package named by path when its dependency changes.
# shellcheck disable=SC2086
(cd Sources/Fuzz && swift build -c release --scratch-path .build-cluster $flags)

# The corpus as inputs of the fuzzers, written by a tool that is built without a sanitizer.
swift build -c release --product zyparse
seeds=$(mktemp -d)
.build/release/zyparse fuzz seeds Corpus --output "$seeds"

for folder in "$seeds"/*; do
    protocol=$(basename "$folder")
    program=fuzz-$protocol
    cp "Sources/Fuzz/.build-cluster/release/$program" "$OUT/"
    (cd "$folder" && zip -q -r "$OUT/${program}_seed_corpus.zip" .)
    # Swift's own crash reports would keep libFuzzer from writing its files.
    cat >"$OUT/$program.options" <<'OPTIONS'
[libfuzzer]
max_len = 1024
len_control = 0
entropic = 0

[environment]
SWIFT_BACKTRACE = enable=no
OPTIONS
done
rm -rf "$seeds"

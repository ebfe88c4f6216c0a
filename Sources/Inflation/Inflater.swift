/// zlib behind a Swift value: bounded, resumable inflation. No parser code.
public enum Inflation {}

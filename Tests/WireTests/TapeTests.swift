import Testing
import Wire

@Suite struct TapeTests {
    @Test func onlyCommittedTokensCount() {
        var tape = Tape(tokenCapacity: 4)
        tape.append(Token(kind: 1, offset: 0, length: 3))
        let seen0 = tape.count
        #expect(seen0 == 0)
        let early = tape.snapshot()
        #expect(early.tokens.isEmpty)
        tape.commit()
        tape.append(Token(kind: 2, offset: 3, length: 1))
        let late = tape.snapshot()
        #expect(late.tokens == [Token(kind: 1, offset: 0, length: 3)])
        let seen1 = tape.appendedCount
        #expect(seen1 == 2)
        tape.rollback()
        let seen2 = tape.appendedCount
        #expect(seen2 == 1)
    }

    @Test func growsAndKeepsItsTokens() {
        var tape = Tape(tokenCapacity: 4)
        for index in 0..<1_000 { tape.append(Token(kind: 7, offset: index, length: index * 2)) }
        for index in 0..<100 { tape.appendToArena(UInt8(index)) }
        tape.commit()
        let snapshot = tape.snapshot()
        #expect(snapshot.tokens.count == 1_000)
        #expect(snapshot.tokens[999] == Token(kind: 7, offset: 999, length: 1_998))
        #expect(snapshot.arena == (0..<100).map { UInt8($0) })
    }

    @Test func tokensKeepWhatTheyWereGiven() {
        let token = Token(kind: 255, detail: 65_535, offset: Token.offsetMax, length: Int.max)
        #expect(token.kind == 255)
        #expect(token.detail == 65_535)
        #expect(token.offset == Token.offsetMax)
        #expect(token.length == UInt64(Int.max))
    }

    @Test func equalityIsBitForBit() {
        var left = Tape()
        var right = Tape(tokenCapacity: 500)
        for kind: UInt8 in 1...9 {
            left.append(Token(kind: kind, offset: 1, length: 1))
            right.append(Token(kind: kind, offset: 1, length: 1))
        }
        left.commit()
        right.commit()
        let areSame1 = same(left, right)
        #expect(areSame1)
        right.append(Token(kind: 9, offset: 1, length: 1))
        let areSame2 = same(left, right)
        #expect(areSame2)
        right.commit()
        let areSame3 = same(left, right)
        #expect(!areSame3)
        let leftBegins = left.isPrefix(of: right)
        #expect(leftBegins)
        let rightBegins = right.isPrefix(of: left)
        #expect(!rightBegins)
    }

    // `#expect` copies its operands; a tape cannot be copied.
    private func same(_ left: borrowing Tape, _ right: borrowing Tape) -> Bool { left == right }

    @Test func borrowedStorageNeverGrows() {
        let tokens = UnsafeMutableBufferPointer<Token>.allocate(capacity: 2)
        defer { tokens.deallocate() }
        var tape = unsafe Tape(
            borrowing: tokens, arena: UnsafeMutableBufferPointer(start: nil, count: 0))
        for index in 0..<3 { tape.append(Token(kind: 1, offset: index, length: 0)) }
        tape.appendToArena(1)
        tape.commit()
        let seen3 = tape.count
        #expect(seen3 == 2)
        let seen4 = tape.arenaCount
        #expect(seen4 == 0)
        let overflowed = tape.overflowed
        #expect(overflowed)
    }
}

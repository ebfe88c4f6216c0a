"""Reads what `llvm-cov export` says of the parsers, and writes the report: for each variant how many regions the corpus
reaches, and for each region that it does not reach why.

A region is a stretch of code that runs as a whole (clang's source-based coverage). Reasons are data (coverage-reasons.txt):
one line each, `path pattern | pattern of the line or function | reason`; the first that fits holds. A region without a reason,
and a reason that fits nothing, end with exit code 1.
"""

import json
import os
import re
import sys

VARIANTS = ("Reference", "Scalar", "Table", "SIMD")


def regions(export):
    """Counts by file and place: generic code is compiled often, and reached where one copy is."""
    found = {}
    for function in export["data"][0]["functions"]:
        for start, column, end, last, count, file, _, kind in function["regions"]:
            path = function["filenames"][file]
            if kind != 0 or "/Sources/Parsers/" not in path:
                continue
            name = path.split("/Sources/Parsers/")[1]
            if len(name.split("/")) < 3 or name.split("/")[1] not in VARIANTS:
                continue
            place = (start, column, end, last)
            entry = found.setdefault((name, path), {})
            entry[place] = max(entry.get(place, 0), count)
    return found


def outermost(places):
    """Of unreached regions that hold each other only the outer ones: the others follow."""
    kept = []
    for place in sorted(places, key=lambda p: (p[0], p[1], -p[2], -p[3])):
        inside = any(k[:2] <= place[:2] and place[2:] <= k[2:] for k in kept)
        if not inside:
            kept.append(place)
    return kept


def function_at(lines, line):
    """The declaration that a line stands in."""
    for index in range(line - 1, -1, -1):
        match = re.match(r"\s*(?:@\S+\s+)*(?:[a-z]+(?:\(set\))? )*(?:func (\w+)|(init)\b|(subscript)|var (\w+)[^=]*\{)", lines[index])
        if match:
            return next(part for part in match.groups() if part)
    return ""


def path_pattern(text):
    """`*` for any characters, `{a,b}` for either, everything else as it stands."""
    pieces = re.split(r"(\*|\{[^}]*\})", text)
    def expression(piece):
        if piece == "*":
            return ".*"
        if piece.startswith("{"):
            return "(?:" + "|".join(re.escape(part) for part in piece[1:-1].split(",")) + ")"
        return re.escape(piece)
    return re.compile("".join(expression(piece) for piece in pieces))


def read_reasons(path):
    reasons = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                parts = [part.strip() for part in line.rstrip("\n").split(" | ")]
                reasons.append({"path": path_pattern(parts[0]), "text": re.compile(parts[1]), "why": parts[2], "used": 0})
    return reasons


def main(export_path, reasons_path, report_path):
    with open(export_path, encoding="utf-8") as file:
        found = regions(json.load(file))
    reasons = read_reasons(reasons_path)
    table, rows, bare = {}, {}, []
    for (name, path), places in sorted(found.items()):
        module, variant = name.split("/")[:2]
        cell = table.setdefault((module, variant), [0, 0])
        cell[0] += len(places)
        missing = [place for place, count in places.items() if count == 0]
        cell[1] += len(missing)
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for place in outermost(missing):
            text = lines[place[0] - 1].strip()
            function = function_at(lines, place[0])
            subject = f"{function}: {text}"
            reason = next((r for r in reasons if r["path"].fullmatch(name) and r["text"].search(subject)), None)
            if reason is None:
                bare.append(f"{name}:{place[0]}: {subject}")
                continue
            reason["used"] += 1
            rows.setdefault(reason["why"], []).append(f"`{name}:{place[0]}` {function}")
    write(report_path, table, rows, bare)
    idle = [r for r in reasons if r["used"] == 0]
    for line in bare:
        print("no reason:", line, file=sys.stderr)
    for reason in idle:
        print("fits nothing:", reason["path"].pattern, reason["text"].pattern, file=sys.stderr)
    return 1 if bare or idle else 0


def write(path, table, rows, bare):
    modules = sorted({module for module, _ in table})
    with open(path, "w", encoding="utf-8") as file:
        file.write("# What of the parsers the corpus reaches\n\n")
        file.write("Made by `make coverage`: `zyparse diff Corpus`, compiled with clang's source-based coverage. A cell says how many\n")
        file.write("regions of a variant's code ran, of how many; regions that did not run stand below, each with the reason.\n\n")
        file.write("| protocol | " + " | ".join(VARIANTS) + " |\n|---|" + "--:|" * len(VARIANTS) + "\n")
        total = missing = 0
        for module in modules:
            cells = []
            for variant in VARIANTS:
                count, lost = table.get((module, variant), (0, 0))
                total, missing = total + count, missing + lost
                cells.append(f"{count - lost} of {count} ({100 * (count - lost) / max(count, 1):.1f} %)")
            file.write(f"| {module} | " + " | ".join(cells) + " |\n")
        file.write(f"\n{total - missing} of {total} regions ran ({100 * (total - missing) / max(total, 1):.1f} %); ")
        file.write(f"{len(bare)} of the others have no reason.\n")
        for why in sorted(rows, key=lambda w: -len(rows[w])):
            file.write(f"\n## {why}\n\n")
            for row in rows[why]:
                file.write(f"- {row}\n")
        if bare:
            file.write("\n## Without a reason\n\n")
            for row in bare:
                file.write(f"- {row}\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))

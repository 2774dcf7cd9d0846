#!/usr/bin/env python3
"""Counts the instructions of a warm call under valgrind, where neither the clock nor other programs
count: the difference between two runs with different numbers of calls, so that set-up cancels.

  instructions.py PROGRAM            prints the counts
  instructions.py PROGRAM --record   writes them to instructions.json beside this file
  instructions.py PROGRAM --check    fails if one has grown by more than 5 % over the recorded

PROGRAM is instructions_bench. The counts belong to one compiler and its libraries.
"""
import json
import pathlib
import re
import subprocess
import sys

RECORD = pathlib.Path(__file__).with_name("instructions.json")
FEW, MANY = 2_560, 12_800  # multiples of a chunk
TOLERANCE = 1.05


def count(program, what, calls):
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, what,
         str(calls)],
        capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not found:
        sys.exit(f"instructions.py: {what} failed under valgrind:\n{run.stderr[-2000:]}")
    return int(found.group(1))


def per_call(program, what):
    # Making the fixture is not counted: the first run of all makes it.
    return (count(program, what, MANY) - count(program, what, FEW)) / (MANY - FEW)


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--record"], ["--check"]):
        sys.exit(__doc__)
    program = sys.argv[1]
    subprocess.run([program, "check", "256"], check=True)
    counts = {what: round(per_call(program, what), 1) for what in ("check", "authorize", "naive")}
    for what, instructions in counts.items():
        print(f"instructions {what} = {instructions}")
    if sys.argv[2:] == ["--record"]:
        RECORD.write_text(json.dumps(counts, indent=1) + "\n")
    if sys.argv[2:] == ["--check"]:
        recorded = json.loads(RECORD.read_text())
        grown = {what: (recorded[what], now) for what, now in counts.items()
                 if what != "naive" and now > recorded[what] * TOLERANCE}
        if grown:
            sys.exit(f"instructions.py: more than recorded (recorded, now): {grown}")
        print("instructions: none has grown by more than 5 %")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Plants each one-line fault of tests/mutants/*.mutant in a copy of the tree and runs the tests
that must notice it. A fault that no test notices has survived: the tests prove less than they seem
to.

A mutant file has five lines:
    file: engine/kv/env.cc                                the source that is changed
    find: if (stale) return Refuse();                     occurs in it exactly once
    replace: if (false && stale) return Refuse();         still compiles
    tests: kv_tests --gtest_filter=Env.RefusesStale*      must fail
    why: hazard C60                                       the rule that would be broken

Killed means: at least one test ran, and it failed, crashed or hung. What does not apply or does not
compile, what runs no test, and tests that fail without the fault are errors, not kills.
"""

import argparse
import dataclasses
import itertools
import os
import pathlib
import queue
import re
import shlex
import shutil
import subprocess
import sys
import threading

FIELDS = ("file", "find", "replace", "tests", "why")
SLOWEST_SECONDS = 300  # a test still running then hangs


class MutantError(Exception):
    """The mutant says nothing about the tests: it is wrong itself."""


@dataclasses.dataclass
class Mutant:
    name: str
    file: str
    find: str
    replace: str
    tests: str
    why: str

    @property
    def program(self):
        return shlex.split(self.tests)[0]


def parse(path):
    fields = {}
    for line in path.read_text().splitlines():
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        if not colon or key not in FIELDS or key in fields or not value.strip():
            raise MutantError(f"not a line of a mutant file: {line}")
        fields[key] = value.strip()
    missing = [key for key in FIELDS if key not in fields]
    if missing:
        raise MutantError(f"lacks {', '.join(missing)}")
    return Mutant(name=path.stem, **fields)


def git_files(root):
    """What a clone would hold after a commit of everything that is not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True).stdout
    names = (os.fsdecode(name) for name in listed.split(b"\0") if name)
    return [name for name in names if (root / name).is_file()]


def sync(root, files, copy):
    """Makes `copy` equal to `root`. Unchanged files keep their time, so that builds stay small."""
    for name in files:
        content = (root / name).read_bytes()
        target = copy / name
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            shutil.copymode(root / name, target)
    wanted = {copy / name for name in files}
    for path in [path for path in copy.rglob("*") if path.is_file()]:
        if path not in wanted:
            path.unlink()


def verdict(returncode, output):
    """Killed or survived, from how a GoogleTest program ended; None for a hang."""
    started = re.findall(r"^\[ RUN      \] (\S+)", output, re.M)
    passed = re.findall(r"^\[       OK \] (\S+)", output, re.M)
    if not started:
        raise MutantError("no test ran: look at the filter")
    if returncode == 0:
        return "survived"
    if returncode is not None and len(passed) == len(started):
        raise MutantError(f"every test passed, yet the program ended with {returncode}")
    return "killed"


class Bench:
    """A copy of the tree and its build, in which one fault at a time is planted."""

    def __init__(self, root, files, work, configure):
        self.root, self.files = root, files
        self.tree, self.build_dir = work / "tree", work / "build"
        self.configure_arguments = configure
        # Two benches compile the same files at different paths: let ccache see them as one.
        self.environment = os.environ | {"CCACHE_BASEDIR": str(work), "CCACHE_NOHASHDIR": "1"}

    def configure(self):
        sync(self.root, self.files, self.tree)
        command = ["cmake", "-S", self.tree, "-B", self.build_dir, "-G", "Ninja",
                   *self.configure_arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env=self.environment)
        if done.returncode != 0:
            raise MutantError(f"cmake fails:\n{done.stdout}{done.stderr}")

    def build(self, program, jobs=1):
        command = ["cmake", "--build", self.build_dir, "-j", str(jobs), "--target", program]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env=self.environment)
        if done.returncode != 0:
            raise MutantError(f"does not compile:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")

    def run_tests(self, tests):
        program, *arguments = shlex.split(tests)
        found = [path for path in self.build_dir.rglob(program) if path.is_file()]
        if len(found) != 1:
            raise MutantError(f"{program}: built {len(found)} times")
        try:
            done = subprocess.run([found[0], *arguments], capture_output=True, check=False,
                                  cwd=self.build_dir, timeout=SLOWEST_SECONDS,
                                  env=self.environment | {"GTEST_FAIL_FAST": "1"})
            return verdict(done.returncode, done.stdout.decode(errors="replace"))
        except subprocess.TimeoutExpired as hung:
            return verdict(None, (hung.stdout or b"").decode(errors="replace"))

    def baseline(self, tests, jobs):
        """Why the tests say nothing even without a fault; empty when they pass."""
        try:
            self.build(shlex.split(tests)[0], jobs)
            return "" if self.run_tests(tests) == "survived" else "fails without the fault too"
        except MutantError as error:
            return str(error)

    def judge(self, mutant):
        path = self.tree / mutant.file
        if not path.is_file():
            raise MutantError(f"there is no {mutant.file}")
        original = path.read_text()
        count = original.count(mutant.find)
        if count != 1:
            raise MutantError(f"its text occurs {count} times in {mutant.file}")
        try:
            path.write_text(original.replace(mutant.find, mutant.replace))
            self.build(mutant.program)
            return self.run_tests(mutant.tests)
        finally:
            path.write_text(original)  # with a new time: the next build sees the repair


class Runner:
    def __init__(self, root, files, work, jobs, configure, say=print):
        self.benches = [Bench(root, files, work / str(number), configure)
                        for number in range(jobs)]
        self.baselines = {}  # tests -> what Bench.baseline said
        self.counts = {"killed": 0, "survived": 0, "error": 0}
        self.say, self.saying = say, threading.Lock()

    def record(self, result, name, note=""):
        with self.saying:
            self.counts[result] += 1
            self.say(f"{result:9} {name}{note}")

    def judge(self, bench, mutant):
        try:
            if self.baselines[mutant.tests]:
                raise MutantError(self.baselines[mutant.tests])
            result = bench.judge(mutant)
            lives = f": {mutant.tests} ({mutant.why})" if result == "survived" else ""
            self.record(result, mutant.name, lives)
        except MutantError as error:
            self.record("error", mutant.name, f": {error}")

    def work_off(self, bench, groups):
        while True:
            try:
                group = groups.get_nowait()
            except queue.Empty:
                return
            for mutant in group:
                self.judge(bench, mutant)

    def run(self, paths):
        """Returns the mutants killed, survived and in error, and says each verdict."""
        mutants = []
        for path in paths:
            try:
                mutants.append(parse(path))
            except MutantError as error:
                self.record("error", path.stem, f": {error}")
        mutants.sort(key=lambda mutant: (mutant.program, mutant.file, mutant.name))
        for bench in self.benches:
            bench.configure()
        for mutant in mutants:  # all before the first fault, so that each fault costs one build
            if mutant.tests not in self.baselines:
                found = self.benches[0].baseline(mutant.tests, len(self.benches))
                self.baselines[mutant.tests] = found
        groups = queue.SimpleQueue()  # mutants of one file on one bench: one compilation for each
        for _, group in itertools.groupby(mutants, key=lambda each: (each.program, each.file)):
            groups.put(list(group))
        threads = [threading.Thread(target=self.work_off, args=(bench, groups))
                   for bench in self.benches]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.counts


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description="plant faults; the named tests must notice them")
    parser.add_argument("filter", nargs="?", default="", help="only mutants with this in the name")
    parser.add_argument("--list", action="store_true", help="only name them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(),
                        help="mutants at once, each in a copy of the tree of its own")
    arguments = parser.parse_args()

    folder = root / "tests" / "mutants"
    paths = [path for path in sorted(folder.glob("*.mutant")) if arguments.filter in path.stem]
    if arguments.list:
        for path in paths:
            print(path.stem)
        return 0
    if not paths:
        print(f"no mutant has `{arguments.filter}` in its name", file=sys.stderr)
        return 2
    configure = ["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O1"]
    runner = Runner(root, git_files(root), root / "build" / "mutants", arguments.jobs, configure,
                    say=lambda text: print(text, flush=True))
    try:
        counts = runner.run(paths)
    except MutantError as error:
        print(f"mutants: {error}", file=sys.stderr)
        return 2
    print("mutants: {killed} killed, {survived} survived, {error} errors".format(**counts))
    return 0 if counts["killed"] == len(paths) else 1


if __name__ == "__main__":
    sys.exit(main())

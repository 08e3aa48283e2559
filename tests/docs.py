#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs.py CHECK SOURCE [LNGEN CC [PAGE]] - checks README.md and the pages of docs/.

  links     every link to a file or a heading of this project leads somewhere
  readme    README.md has at most 150 lines and 8 KB, and no sentence of it has more than 30 words; the guide to
            performance has at most 150 lines
  sizes     sizes of pairs that docs/vendoring.md and README.md give are about those that emit writes
  counts    how many proofs and planted faults README.md and docs/testing.md tell: the sum of those of each test, and
            the lines of faults.tsv
  options   every command of lngen that a page shows exists, with the options shown
  api       docs/api.md is what scripts/api.py writes now, and every public function is described
  cli       docs/cli.md is what scripts/cli.py writes now, from the manual pages and --help
  picture   docs/architecture.svg is what scripts/picture.py draws from docs/architecture.tsv, whose files exist
  run PAGE  what the page shows, works: ```sh blocks are run, ```console blocks are run and their output compared, and
            ```c blocks are compiled

Before a block a comment may say: <!-- file: NAME --> the block is written to NAME first; <!-- part of: FILE --> its
lines are lines of that file of the project; <!-- not run: REASON -->. Blocks of a page run in one directory, with
lngen and cc on the PATH. A copy of the project's examples/ and links to its other parts lie there, too. In console
blocks `...` stands for any text, alone on its line for any lines. Exit status 77 when something that is needed is missing."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

failures = 0
PARTS = ["CMakeLists.txt", "CMakePresets.json", "bench", "cmake", "generated", "generator", "plans", "reference",
         "runtime", "scripts", "templates", "tests"]


def fail(text):
    global failures
    failures += 1
    print("FAILED: " + text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def pages(source):
    found = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "bench/README.md"]
    for directory in ("docs", "docs/lab"):
        found += sorted(directory + "/" + name for name in os.listdir(os.path.join(source, directory))
                        if name.endswith(".md"))
    return [page for page in found if os.path.exists(os.path.join(source, page))]


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))


def anchors(text):
    names = set()
    for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), flags=re.M):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        names.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return names


def links(source):
    count = 0
    for page in pages(source):
        text = read(os.path.join(source, page))
        for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
            if re.match(r"[a-z]+:", target):
                continue
            count += 1
            path, _, anchor = target.partition("#")
            full = os.path.normpath(os.path.join(source, os.path.dirname(page), path)) if path else \
                os.path.join(source, page)
            if not os.path.exists(full):
                fail(f"{page}: {target}: no such file")
            elif anchor and full.endswith(".md") and anchor not in anchors(read(full)):
                fail(f"{page}: {target}: no such heading")
    if count < 50:
        fail(f"only {count} links were found")


def readme(source):
    text = read(os.path.join(source, "README.md"))
    lines, size = text.count("\n"), len(text.encode())
    if lines > 150 or size > 8192:
        fail(f"README.md has {lines} lines and {size} bytes; 150 and 8192 are allowed")
    guide = read(os.path.join(source, "docs/performance.md")).count("\n")
    if guide > 150:
        fail(f"docs/performance.md has {guide} lines and 150 are allowed; tables go into docs/lab/")
    prose = without_code(re.sub(r"<!--.*?-->", "", text, flags=re.S))
    blocks = re.split(r"\n\s*\n|\n(?=[-*|#] ?)|\|", prose)
    count = 0
    for block in blocks:
        block = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", block)
        for sentence in re.split(r"(?<=[.!?:;])\s+", " ".join(block.split())):
            count += 1
            words = re.findall(r"[\w/'+-]*\w[\w/'+-]*", sentence)
            if len(words) > 30:
                fail(f"README.md: {len(words)} words: {sentence}")
    if count < 30:
        fail(f"only {count} sentences were found")


def size_of(lngen, words):
    with tempfile.TemporaryDirectory() as work:
        said = subprocess.run([lngen, "emit", "--single-file", "--prefix", "gpt2", "-o", work, *words.split()],
                              capture_output=True, text=True).stdout
    written = re.search(r": (\d+) bytes", said)
    return int(written.group(1)) if written else 0


def sizes(source, lngen):
    text = read(os.path.join(source, "docs/vendoring.md"))
    rows = re.findall(r"^\| .*<!-- emit (.*?) --> \| (\d+) \|", text, flags=re.M)
    for words, bytes_told in rows:
        size = size_of(lngen, words)
        if abs(size - int(bytes_told)) > int(bytes_told) / 20:
            fail(f"docs/vendoring.md: emit {words}: {bytes_told} bytes told, emit says {size}")
    if len(rows) < 5:
        fail(f"only {len(rows)} sizes were found")
    told = re.search(r"A pair of one norm has (\d+) to (\d+) KB", read(os.path.join(source, "README.md")))
    for words in ("--width 64", "--width 190", "--width 300", "--width 2048 --op rmsnorm"):
        size = size_of(lngen, words)
        if not told or not int(told.group(1)) - 2 <= size / 1000 <= int(told.group(2)) + 2:
            fail(f"README.md: {told.group() if told else 'no size of a pair'}; emit {words}: {size} bytes")


def counts(source):
    testing = " ".join(read(os.path.join(source, "docs/testing.md")).split())
    readme_text = " ".join(read(os.path.join(source, "README.md")).split())
    lines = read(os.path.join(source, "tests/prove/faults.tsv")).splitlines()
    faults = sum(1 for line in lines if line and not line.startswith("#"))
    proofs = sum(int(number) for number in re.findall(r"(\d+) in `prove\.\w+`", testing))
    for name, text, pattern, true in (
            ("README.md", readme_text, r"(\d+) proofs run in CI", proofs),
            ("docs/testing.md", testing, r"in CI: (\d+) proofs", proofs),
            ("README.md", readme_text, r"each of (\d+) planted faults", faults),
            ("docs/testing.md", testing, r"plants (\d+) faults in kernels", faults),
            ("docs/testing.md", testing, r"(\d+) of \d+ planted faults found", faults),
            ("docs/testing.md", testing, r"\d+ of (\d+) planted faults found", faults)):
        told = re.search(pattern, text)
        if not told or int(told.group(1)) != true:
            fail(f"{name}: {told.group() if told else 'nothing like ' + pattern}; there are {true}")

    changes = read(os.path.join(source, "CHANGELOG.md"))
    unreleased = re.search(r"\(not released yet\)\n(.*?)(?:\n## |\Z)", changes, flags=re.S)
    names = {line.split("\t")[0] for line in read(os.path.join(source, "tests/model/families.tsv")).splitlines()[1:]}
    for told in re.findall(r"(\d+) model families", unreleased.group(1) if unreleased else ""):
        if int(told) != len(names):
            fail(f"CHANGELOG.md: {told} model families; there are {len(names)}")


def options(source, lngen):
    helps = {}
    count = 0
    for page in pages(source):
        text = read(os.path.join(source, page))
        text = text.replace("\\\n", " ")
        for command in re.findall(r"(?:^ {4}|^\$ |^|`|&& )(?:build/generator/)?lngen ([a-z][^`\n|#;&>]*)", text,
                                  flags=re.M):
            words = command.split()
            if not re.fullmatch(r"[a-z]+", words[0]) or not (len(words) > 1 and words[1].startswith("-")):
                continue
            name = words[0]
            if name not in helps:
                shown = subprocess.run([lngen, name, "--help"], capture_output=True, text=True)
                helps[name] = shown.stdout if shown.returncode == 0 else None
            if helps[name] is None:
                fail(f"{page}: lngen {name}: no such command")
                continue
            for word in words[1:]:
                option = re.match(r"--?[a-z][a-z-]*", word)
                if option:
                    count += 1
                    if not re.search(r"(^|[\s\[(])" + re.escape(option.group()) + r"\b", helps[name]):
                        fail(f"{page}: lngen {name} has no option {option.group()}")
    if count < 40:
        fail(f"only {count} options were found")


def same(script, source, out, *arguments):
    made = subprocess.run([sys.executable, os.path.join(source, "scripts", script), source, *arguments],
                          capture_output=True, text=True)
    if made.returncode != 0:
        fail(f"scripts/{script}: {made.stderr.strip()}")
    elif made.stdout != read(os.path.join(source, out)):
        words = " ".join(["scripts/" + script, ".", *arguments])
        fail(f"{out} is not what it should be; run: python3 {words} >{out}")


def matches(shown, printed):
    if not shown:
        return not printed
    pattern = ""
    for line in shown.split("\n"):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ \t]*\n"
    return re.fullmatch(pattern, printed if printed.endswith("\n") or not printed else printed + "\n") is not None


def run(source, lngen, compiler, page):
    text = read(os.path.join(source, page))
    work = tempfile.mkdtemp(prefix="lngen-docs")
    try:
        tools, place = os.path.join(work, "tools"), os.path.join(work, "place")
        os.mkdir(tools)
        os.mkdir(place)
        os.symlink(os.path.abspath(lngen), os.path.join(tools, "lngen"))
        os.symlink(shutil.which(compiler), os.path.join(tools, "cc"))
        shutil.copytree(os.path.join(source, "examples"), os.path.join(place, "examples"))
        for part in PARTS:
            os.symlink(os.path.abspath(os.path.join(source, part)), os.path.join(place, part))
        environment = dict(os.environ, PATH=tools + ":" + os.environ["PATH"], LC_ALL="C.UTF-8",
                           LNGEN_SOURCE=os.path.abspath(source), OMP_WAIT_POLICY="passive")
        counts = {"run": 0}
        previous = ""
        for match in re.finditer(r"((?:^<!--[^\n]*-->\n)*)^```(\w*)\n(.*?)^```$", text, flags=re.M | re.S):
            notes, kind, block = match.groups()
            where = f"{page}:{text.count(chr(10), 0, match.start(2)) + 1}"
            if re.search(r"<!-- not run: \S", notes):
                continue
            file, part = (re.search(r"<!-- %s: (\S+) -->" % what, notes) for what in ("file", "part of"))
            if part:
                whole = read(os.path.join(source, part.group(1)))
                lines = set(line.strip() for line in whole.split("\n"))
                for line in block.split("\n"):
                    if line.strip() not in ("", "...") and line.strip() not in lines:
                        fail(f"{where}: not in {part.group(1)}: {line}")
                counts["run"] += 1
                continue
            if file:
                path = os.path.join(place, file.group(1))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as out:
                    out.write(block)
                counts["run"] += 1
                continue
            if kind == "sh":
                done = subprocess.run(["sh", "-euc", block], cwd=place, env=environment, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
                previous = done.stdout
                counts["run"] += 1
                if done.returncode != 0:
                    fail(f"{where}: status {done.returncode}: {done.stdout}")
            elif kind == "console":
                for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.M):
                    done = subprocess.run(["sh", "-c", command], cwd=place, env=environment, text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
                    counts["run"] += 1
                    if not matches(shown.rstrip("\n"), done.stdout):
                        fail(f"{where}: {command}\n--- shown\n{shown}--- printed\n{done.stdout}")
            elif kind == "text":
                if not matches(block.rstrip("\n"), previous):
                    fail(f"{where}: the commands before print\n{previous}--- shown\n{block}")
            else:
                fail(f"{where}: a block of '{kind}' without a comment that says what becomes of it")
        print(f"{page}: {counts['run']} blocks were run")
        if counts["run"] < 2:
            fail(f"{page}: only {counts['run']} blocks")
    finally:
        shutil.rmtree(work)


def main(check, source, *rest):
    if check == "links":
        links(source)
    elif check == "readme":
        readme(source)
    elif check == "sizes":
        sizes(source, rest[0])
    elif check == "counts":
        counts(source)
    elif check == "options":
        options(source, rest[0])
    elif check == "api":
        same("api.py", source, "docs/api.md", rest[0])
    elif check == "cli":
        same("cli.py", source, "docs/cli.md", rest[0])
    elif check == "picture":
        same("picture.py", source, "docs/architecture.svg")
    elif check == "run":
        run(source, *rest)
    else:
        fail(f"no check of '{check}'")
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:]))

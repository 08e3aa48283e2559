#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cli.py SOURCE LNGEN - prints docs/cli.md: every command and option of lngen, from its manual pages and --help, and
examples, which a test runs. SOURCE is not used; it is there since all such scripts take it."""
import re
import subprocess
import sys
import textwrap

if len(sys.argv) != 3:
    sys.exit("cli.py: usage: cli.py SOURCE LNGEN")
_, lngen = sys.argv[1:]
HELP = "-h, --help"
SHARED = ["emit", "list", "report", "tune"] # the commands that are told which kernels are meant

INTRODUCTION = """\
This page is the reference of the command line: every command with its options, then exit statuses, environment
variables and files. `scripts/cli.py` writes it from what `lngen help COMMAND` and `man lngen-COMMAND` print, and tests
compare the page with them and run its examples. The [tutorial](tutorial.md) shows the commands in use, the
[recipes](recipes.md) say which options serve which purpose, and the [glossary](glossary.md) explains the words.

`lngen COMMAND --help`, or `-h`, prints the options of a command, and `lngen --version` the version. An option and its
value may be written `--width 768` or `--width=768`. In a synopsis, brackets stand around what may be left out. Where
the column "values" says *several*, separate values by commas or repeat the option. Examples are run in the root of a
clone of lngen; `...` stands for text that is left out, or that differs between machines."""

WHICH = """\
`emit`, `list`, `report` and `tune` take these options, which say what kernels are meant; their synopses write WHICH
for them. Name widths with `--width`, or a model with `--config`, `--gguf` or `--model`, or both. A model gives its
widths, op and affine, and its rounding where `--dtype` is a 16-bit type and `--rounding` is not given; the type stays
f32 unless `--dtype` says otherwise. `--op` and `--affine` speak of the widths of `--width` alone, and are refused
beside a model without one. A width without `--op` is LayerNorm, beside a model of RMSNorms too. Where options have
several values, lngen takes all combinations, but for those that make no sense. Without `--plan` and `--unroll`,
schedules come from the plan that lngen ships and from rules."""

# Before the options of a command: what the help does not say.
NOTES = {
    "emit": "`--prefix`, `--self-test` and `--abi` need a pair of files, `--single-file` or `--for`; "
            "`--only` does not go with one, and `--force` not with `--check`. What emit writes with `--for` is in "
            "[vendoring.md](vendoring.md#engines). Files that other options once wrote into the directory stay there.",
    "list": "The three columns, separated by tabs, are the kernel's name, its schedules, and where these come from: a "
            "plan file, with the kernel that it was measured for if that is another one, or `rule`, one of lngen's "
            "rules. `any` in a name is for the kernel that serves every width; it has no third column.",
    "tune": "tune has no `--plan` and no `--unroll`, since it measures schedules itself. [design.md](design.md#tuning) says "
            "how it chooses.",
    "model": "[models.md](models.md) explains the columns, and how lngen reads the files of a model.",
    "explain": "[story.md](story.md) uses it to follow a row through a kernel.",
    "completion": "For bash, write `eval \"$(lngen completion bash)\"` into `~/.bashrc`. An installed lngen has "
                  "installed its completion for all three shells.",
}

# Blocks as a page has them; the test docs.run.cli runs them in this order.
EXAMPLES = {
    "emit": """\
A pair of files for a project, and a look whether it is what the same command would write:

```console
$ lngen emit --model gpt2 --single-file -o vendor
vendor: 2 files, 2 written; layernorm_f32 of width 768; for avx512, avx2, scalar
gpt2.h and gpt2.c: ... bytes, about ... s to compile at -O2
$ lngen emit --model gpt2 --single-file -o vendor --check
$ lngen emit --model gpt2 --single-file --isa avx2 -o vendor --check
vendor/gpt2.h: stale: written by another command
vendor/gpt2.c: stale: written by another command
```

A directory of kernels for the library:

```console
$ lngen emit --width 768 --op rmsnorm --dtype f32,bf16 -o kernels
kernels: 28 files, 28 written; rmsnorm_bf16 of width 768, rmsnorm_f32 of width 768; for avx512, avx2, scalar
```""",
    "list": """\
```console
$ lngen list --model llama-3.2-1b --isa avx2 | cut -f 1,3
ln_rmsnorm_f32_2048_avx2	plans/default.lua
ln_rmsnorm_f32_any_avx2
$ lngen list --width 64 --isa scalar
ln_layernorm_f32_64_scalar	one row or few: loops of 2 x 4 registers, ...; many rows: ...	rule
ln_layernorm_f32_any_scalar	any width: loops, 1 row at a time
```""",
    "show": """\
```console
$ lngen show ln_rmsnorm_f32_64_scalar --part write
ln_rmsnorm_f32_64_scalar: one row or few: loops of 2 x 4 registers, 1 row in flight, cached stores
many rows: loops of 2 x 4 registers, 1 row in flight, cached stores

kernel/write.c:... | /* Sums and writes one row. Returns 0 if it needs the accurate path. */
kernel/write.c:... | NOINLINE int write_one(const ln_args *a, size_t row)
kernel/write.c:... | {
...
```""",
    "explain": """\
```console
$ lngen explain ln_rmsnorm_f32_768_avx2 --rows 256 --cpu zen4
kernel       ln_rmsnorm_f32_768_avx2
formula      y = (x*rstd)*gamma, rstd = 1/sqrt(mean of squares + eps)
plan         one row: all unrolled, 1 row in flight, cached stores
...
bytes        3072 read and 3072 written for each row, 3072 shared by all rows
batch        786432 bytes read, 786432 written
...
floor        AMD Zen 4: ... cycles a row, ...
...
```""",
    "model": """\
```console
$ lngen model --quiet gpt2
component	site	op	affine	width	eps	dtype	count
.	block+final	layernorm	full	768	1e-05	f32	25
$ lngen model gpt2 --json
[
  {"component": ".", "site": "block+final", "op": "layernorm", "affine": "full", "width": 768, "eps": 1e-05, ...}
]
lngen: note: layer_norm_epsilon: not in the file; 1e-05 is the default of gpt2
```""",
    "models": """\
```console
$ lngen models llama-3.2
name	type	widths
llama-3.2-1b	llama	2048
llama-3.2-3b	llama	3072
$ lngen models --families mamba2
family	source
mamba2	transformers 5: Mamba2Model
```""",
    "doctor": """\
```console
$ lngen doctor
lngen        0.2.0
processor    ...
...
compiler     ...
kernels      ...
...
threads      ...
...
```""",
    "report": """\
<!-- not run: it takes half a minute, and needs gnuplot -->
```console
$ lngen report --model gpt2 --isa avx2 -o report.html
report.html: 1 kernel measured
```""",
    "tune": """\
<!-- not run: it takes half a minute, and times differ between machines -->
```console
$ lngen tune --width 64 --op rmsnorm --isa avx2 -o plan.lua
[1/1] ln_rmsnorm_f32_64_avx2: one 21.1 ns/row (rule 21.2), few 9.1 ns/row (the rule's), many 61.4 ns/row (rule 63.0)
$ lngen tune --width 64 --op rmsnorm --isa avx2 -o plan.lua --missing
plan.lua: holds the kernel
```""",
    "help": """\
```console
$ lngen help doctor
Usage: lngen doctor [-h]

Say what processor, operating system and compiler ($CC, or cc) offer: which kernels would run,
...
```""",
    "completion": """\
```console
$ lngen completion ksh
lngen: argument 'shell' must be one of 'bash', 'zsh', 'fish'; try 'lngen completion --help'
```""",
    "man": """\
```console
$ lngen man emit | head -n 3
.TH "LNGEN-EMIT" "1" "" "lngen 0.2.0" "lngen"
.SH NAME
lngen\\\\-emit \\\\- Write kernels as C
```""".replace("\\\\", "\\"),
}

STATUS_EXAMPLE = """\
What goes wrong is said in one line on standard error: what is wrong, where, and what would be right. What `emit
--check` and `doctor` find is their output. To a fault lngen adds where in its code it was.

```console
$ lngen emit --width 768; echo $?
lngen: -o DIR is missing; it names the directory to write to: lngen emit --width 768 -o kernels
2
$ lngen model nosuch.json; echo $?
lngen: nosuch.json: No such file or directory
3
```"""

FILES = """\
lngen writes all files under temporary names and then renames them; if one cannot be renamed, the former files are put
back. It does not overwrite a file that it did not write, or that was edited since, unless you give emit
`--force`."""


def printed(*words):
    return subprocess.run([lngen, *words], check=True, capture_output=True, text=True).stdout


def plain(roff):
    """text without the requests of roff that man.lua prints"""
    return re.sub(r"\\f[BIR]", "", roff).replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")


def sections(page):
    """{title of a section: its lines}"""
    parts = re.split(r"^\.SH (.*)$", page, flags=re.M)
    return {title: body.strip("\n").split("\n") for title, body in zip(parts[1::2], parts[2::2])}


def entries(lines):
    """[(label, text)] of a section that holds .TP entries"""
    found = "\n".join(lines).split(".TP\n")[1:]
    return [(plain(entry.split("\n")[0]), plain(" ".join(entry.strip("\n").split("\n")[1:]))) for entry in found]


def of_help(text, title):
    """the same of a section of --help"""
    body = re.search(rf"^{title}:\n((?:   .*\n)*)", text, flags=re.M)
    found = []
    for line in (body.group(1) if body else "").split("\n"):
        entry = re.match(r"   (\S.*?)(?:  +(.*))?$", line)
        if entry:
            found.append([entry.group(1), entry.group(2) or ""])
        elif line.strip():
            found[-1][1] += " " + line.strip()
    return [tuple(entry) for entry in found]


def cell(text):
    return re.sub(r"(?<![\w`'-])(--[a-z][a-z-]*)", r"`\1`", text).replace("|", "\\|")


def option(label, text):
    """a line of a table: the option, its values, its default, what it means"""
    names = [part.split(" ")[0] for part in label.split(", ") if part.startswith("-")]
    takes = label.split(", " if label.endswith(names[-1]) else names[-1] + " ")[-1]
    values = ""
    if takes not in names:
        several = takes.endswith(",...")
        words = re.split(r"[|,]", takes[:-4] if several else takes)
        values = ", ".join(f"`{word}`" for word in words) + ("; several" if several or len(words) > 1 and "," in takes
                                                             else "")
    default = ""
    for form in (r" Default: (.*)\.$", r" \(default: (.*)\)$", r"; default ([^;]*)\.$"):
        told = re.search(form, text)
        if told:
            default, text = told.group(1), text[:told.start()]
            text += "" if text.endswith(".") else "."
            break
    return f"| {', '.join(f'`{name}`' for name in names)} | {values} | {default} | {cell(text)} |"


def table(options):
    return ["| option | values | default | meaning |", "|---|---|---|---|", *(option(*o) for o in options), ""]


def wrapped(text):
    return textwrap.wrap(text, 120, break_long_words=False, break_on_hyphens=False)


def synopsis(usage, shared):
    """usage in lines, with WHICH for the options that say which kernels"""
    words = re.findall(r"\[[^\]]*\]|\S+", usage)
    hidden = {re.match(r"(--[a-z-]+)", label).group(1) for label, _ in shared}
    kept = []
    for word in words:
        name = re.match(r"\[(--[a-z-]+)", word)
        if name and name.group(1) in hidden:
            word = "WHICH"
        if word not in ("WHICH", "[-h]") or word == "WHICH" and "WHICH" not in kept:
            kept.append(word.replace(" ", "\0"))
    lines = textwrap.wrap(" ".join(kept), 100, subsequent_indent=" " * 6, break_long_words=False,
                          break_on_hyphens=False)
    return ["    " + line.replace("\0", " ") for line in lines]


def manual():
    """the tasks of lngen --help, [(title, [(command, summary)])], and the manual pages of those that have one"""
    told = printed("--help")
    tasks = [(title, of_help(told, title)) for title in re.findall(r"^(\w.*):$", told, flags=re.M)
             if title not in ("Options", "For instance")]
    names = [name for _, commands in tasks for name, _ in commands]
    with_page = re.findall(r"^\\fBlngen\\-(\w+)\\fR\(1\)", printed("man"), flags=re.M)
    unknown = sorted(set(names) ^ set(EXAMPLES)) + sorted(set(with_page) - set(names))
    if unknown or len(names) < 12:
        sys.exit(f"scripts/cli.py: commands of lngen --help and those with an example differ: {' '.join(unknown)}")
    return tasks, {name: sections(printed("man", name)) for name in with_page}


def command(name, page, shared):
    out = [f"### {name}", ""]
    if page:
        told = "\n".join(line for line in page["DESCRIPTION"] if line != ".PP")
        usage, description = plain(" ".join(page["SYNOPSIS"])), plain(told)
        arguments, options = entries(page.get("ARGUMENTS", [])), entries(page["OPTIONS"])
    else:
        text = printed(name, "--help")
        usage = re.match(r"Usage: (.*)", text).group(1)
        description = re.search(r"\n\n(.*?)\n\n", text, flags=re.S).group(1)
        arguments, options = of_help(text, "Arguments"), of_help(text, "Options")
    out += [*synopsis(usage, shared if name in SHARED else []), ""]
    out += [*wrapped(cell(" ".join(description.split())).replace("\\|", "|")), ""]
    if name in NOTES:
        out += [*wrapped(NOTES[name]), ""]
    for label, text in arguments:
        out += [*wrapped(f"`{label}`: {text}"), ""]
    own = [o for o in options if o[0] != HELP and not (name in SHARED and o in shared)]
    if own:
        out += table(own)
    out += [EXAMPLES[name], ""]
    if page:
        statuses = ", ".join(label for label, _ in entries(page["EXIT STATUS"]))
        variables = ", ".join(f"`{label}`" for label, _ in entries(page.get("ENVIRONMENT", [])))
        text = f"[Exit statuses](#exit-statuses): {statuses}."
        if variables:
            text += f" [Environment variables](#environment-variables): {variables}."
        out += [*wrapped(text), ""]
    return out


def main():
    tasks, pages = manual()
    shared = [o for o in entries(pages["list"]["OPTIONS"]) if o[0] != HELP
              and all(o in entries(pages[name]["OPTIONS"]) for name in SHARED if name != "tune")]
    if len(shared) < 15:
        sys.exit(f"scripts/cli.py: only {len(shared)} options are shared by {', '.join(SHARED)}")
    out = ["<!-- SPDX-License-Identifier: MIT -->", "# Commands and options", "", INTRODUCTION, ""]
    out += ["| to | command | |", "|---|---|---|"]
    for title, commands in tasks:
        for i, (name, summary) in enumerate(commands):
            out.append(f"| {title.lower() if i == 0 else ''} | [{name}](#{name}) | {cell(summary)} |")
    out += ["", "## Options that say which kernels", "", WHICH, "", *table(shared)]
    for title, commands in tasks:
        out += [f"## {title}", ""]
        for name, _ in commands:
            out += command(name, pages.get(name), shared)
    whole, after = sections(printed("man")), {"EXIT STATUS": STATUS_EXAMPLE, "FILES": FILES}
    for title, section in (("Exit statuses", "EXIT STATUS"), ("Environment variables", "ENVIRONMENT"),
                           ("Files", "FILES")):
        out += [f"## {title}", "", "| | |", "|---|---|"]
        out += [f"| {label if section == 'EXIT STATUS' else f'`{label}`'} | {cell(text)} |"
                for label, text in entries(whole[section])]
        out += ["", after[section], ""] if section in after else [""]
    print("\n".join(out).rstrip())


main()

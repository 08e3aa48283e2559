#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""api.py SOURCE LNGEN - prints docs/api.md: every public function of ln.h, ln_arena.h and of a pair of files, from the
comments of the headers. Fails when a function has none."""
import os
import re
import subprocess
import sys
import tempfile

FUNCTION = re.compile(r"^(?:LN_API )?((?:const )?(?:void|int|float|double|size_t|char|ln_\w+)\b[\w ]*[ *]+(\w+)"
                      r"\([^;{}]*\));(?:[ \t]*/\*(.*?)\*/)?", re.M | re.S)
PASS = re.compile(r" The \w+ pass(?=: )") # begins a comment about several functions


def comment_text(comment):
    lines = [re.sub(r"^ ?\*? ?", "", line.rstrip()) for line in comment.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def functions(header, what):
    """[(description, [declaration])]; functions that stand together share the comment above them"""
    groups, described = [], set()
    declared = re.sub(r"^ *#.*$", "", re.sub(r"/\*.*?\*/", "", header, flags=re.S), flags=re.M)
    # a comment that begins a line, and the declarations up to the next one
    pieces = re.split(r"^/\*(.*?)\*/\n", header, flags=re.M | re.S)
    for comment, body in zip(pieces[1::2], pieces[2::2]):
        body = re.sub(r"\Atypedef struct .*?^\} \w+;\n", "", body, flags=re.M | re.S) # which the comment is about, too
        if body.startswith("\n"):
            if PASS.match(comment):
                groups.append((comment_text(comment), []))
            continue
        body = re.split(r"^typedef|^#if|\n\n", body, maxsplit=1, flags=re.M)[0] + "\n"
        found = list(FUNCTION.finditer(body))
        for own in (f for f in found if f.group(3)):
            groups.append((comment_text(own.group(3)), [own]))
        shared = [f for f in found if not f.group(3)]
        if shared:
            groups.append((comment_text(comment), shared))
        described.update(f.group(2) for f in found)
    for match in FUNCTION.finditer(header): # a declaration may have its comment behind it alone
        if match.group(2) not in described and match.group(3):
            groups.append((comment_text(match.group(3)), [match]))
            described.add(match.group(2))
    for name in re.findall(r"\b(\w+)\([^;{}()]*(?:\([^()]*\)[^;{}()]*)*\);", declared):
        if name not in described and name != "defined":
            sys.exit(f"{what}: {name} has no comment above it")
    return groups


def section(title, header, what, text):
    out = [f"## {title}", "", text, ""]
    groups = functions(header, what)
    if len(groups) < 5:
        sys.exit(f"{what}: only {len(groups)} functions were found")
    for description, declarations in groups:
        names = ", ".join(f.group(2) for f in declarations) or PASS.match(" " + description).group().strip()
        out += [f"### {names}", ""]
        if declarations:
            out += ["```c", *(f.group(1) + ";" for f in declarations), "```", ""]
        out += ["```text", description, "```", ""]
    return out


if len(sys.argv) != 3 or not os.path.isdir(sys.argv[1]):
    sys.exit("api.py: usage: api.py SOURCE LNGEN, SOURCE being the project's directory")
source, lngen = sys.argv[1:]
out = ["<!-- SPDX-License-Identifier: MIT -->", "# Functions", "",
       "Every public function, with the comment of its header. `scripts/api.py` writes this page, and a test compares it",
       "with the headers. Members of structs and the meaning of each argument are in the headers themselves:",
       "[ln.h](../runtime/ln.h), [ln_arena.h](../runtime/ln_arena.h), [ln_kernel.h](../generated/ln_kernel.h),",
       "[ln_spec.h](../generated/ln_spec.h), [ln_status.h](../generated/ln_status.h). The commonest mistake, an argument",
       "that is wrong, gives a status; `ln_status_message` and `PREFIX_message` say in a line what is wrong. A status of",
       "the library names the argument; one of a pair stands for several, as `PREFIX_NULL` does for all that may be NULL.",
       ""]
for title, file, text in (
        ("The library: ln.h", "runtime/ln.h", "Find a kernel once, run it on as many batches as you like."),
        ("The arena: ln_arena.h", "runtime/ln_arena.h", "One block of memory for everything that a norm touches.")):
    with open(os.path.join(source, file), encoding="utf-8") as header:
        out += section(title, header.read(), file, text)
with tempfile.TemporaryDirectory() as work:
    subprocess.run([lngen, "emit", "--width", "64", "--op", "layernorm", "--pass", "forward,backward,stats,apply",
                    "--single-file", "--prefix", "norms", "--abi", "llmc,ggml-row", "-o", work], check=True,
                   stdout=subprocess.DEVNULL)
    with open(os.path.join(work, "norms.h"), encoding="utf-8") as header:
        out += section("A pair of files: PREFIX.h", header.read(), "norms.h",
                       "Here the prefix is `norms`, the norm LayerNorm in f32 and the width 64, with gradients, statistics "
                       "and both\n`--abi`. Your pair has the functions of its own norms and widths.")
print("\n".join(out).rstrip())

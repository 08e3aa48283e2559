#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""picture.py SOURCE - prints docs/architecture.svg from docs/architecture.tsv. Fails when a path of the list does not
exist, or when the tree has a directory that no box names."""
import os
import sys
from xml.sax.saxutils import escape

if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
    sys.exit("picture.py: usage: picture.py SOURCE, SOURCE being the project's directory")
source = sys.argv[1]
layers, named = [], []
with open(os.path.join(source, "docs/architecture.tsv"), encoding="utf-8") as file:
    for line in file:
        if line.startswith("#"):
            continue
        layer, box, paths, text = line.rstrip("\n").split("\t")
        if not layers or layers[-1][0] != layer:
            layers.append((layer, []))
        layers[-1][1].append((box, paths.split(","), text))
        named += paths.split(",")

for path in named:
    if not os.path.exists(os.path.join(source, path)):
        sys.exit(f"docs/architecture.tsv: {path}: no such file or directory")
APART = {"docs", "scripts", "cmake", "examples"} # what the picture is not about
for top in ("", "generator/lua", "templates"):
    for name in sorted(os.listdir(os.path.join(source, top))):
        path = os.path.join(top, name) if top else name
        if not os.path.isdir(os.path.join(source, path)) or name.startswith((".", "build", "out")) or path in APART:
            continue
        if not any(n == path or n.startswith(path + "/") for n in named):
            sys.exit(f"docs/architecture.tsv: the directory {path} is in no box")

WIDE, LEFT, BOX, GAP, HIGH, STEP = 1000, 150, 64, 14, 30, 96
height = len(layers) * STEP + HIGH
out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{height}" viewBox="0 0 {WIDE} {height}" '
       'font-family="sans-serif" font-size="13">',
       "<title>The parts of lngen, from the command line to a running kernel</title>",
       "<defs><marker id=\"tip\" markerWidth=\"8\" markerHeight=\"8\" refX=\"6\" refY=\"4\" orient=\"auto\">"
       "<path d=\"M0 0L8 4L0 8z\" fill=\"#667\"/></marker></defs>",
       f'<rect width="{WIDE}" height="{height}" fill="#fff"/>']
for i, (layer, boxes) in enumerate(layers):
    y = HIGH / 2 + i * STEP
    out.append(f'<text x="10" y="{y + BOX / 2 + 4:g}" fill="#445" font-weight="bold">{escape(layer)}</text>')
    wide = (WIDE - LEFT - 10 - GAP * (len(boxes) - 1)) / len(boxes)
    for k, (box, paths, text) in enumerate(boxes):
        x = LEFT + k * (wide + GAP)
        fill = "#eef3e6" if layer == "what checks it" else "#e8eef8"
        out.append(f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{BOX}" rx="6" fill="{fill}" stroke="#89a"/>')
        out.append(f'<text x="{x + 10:g}" y="{y + 20:g}" font-weight="bold">{escape(box)}</text>')
        out.append(f'<text x="{x + 10:g}" y="{y + 37:g}">{escape(text)}</text>')
        shown = ", ".join(p.replace("generator/lua/", "").replace("templates/", "t/") for p in paths)
        out.append(f'<text x="{x + 10:g}" y="{y + 54:g}" font-size="11" font-family="monospace" fill="#556">'
                   f"{escape(shown)}</text>")
    if i + 1 < len(layers) and layers[i + 1][0] != "what checks it":
        x = LEFT + (WIDE - LEFT) / 2
        out.append(f'<path d="M{x:g} {y + BOX + 4:g}V{y + STEP - 6:g}" stroke="#667" stroke-width="2" '
                   'marker-end="url(#tip)"/>')
out.append("</svg>")
print("\n".join(out))

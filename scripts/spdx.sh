#!/bin/sh
# SPDX-License-Identifier: MIT
# spdx.sh [--check] - gives every file of the project that has none the line that names its licence, by SPDX; with
# --check lists these files, and exits 1 if there are any. Files that can hold no comment, data and what lngen wrote are
# in REUSE.toml instead. Where there is no repository of git it looks at all files outside build directories.
set -eu
case $#${1-} in
0 | 1--check) ;;
*)
    echo "spdx.sh: '$*': usage: spdx.sh [--check]" >&2
    exit 2
    ;;
esac
cd "$(dirname "$0")/.."
{ # read as a whole, since this file may get the line, too
LINE='SPDX-License-Identifier: MIT'
files() {
    if [ -e .git ]; then
        git -c safe.directory='*' ls-files -co --exclude-standard
    else
        find . -type f ! -path './build*' ! -path './out/*' ! -path '*/.git/*' | sed 's/^\.\///'
    fi
}
found=$(files)
missing=0
for file in $found; do
    case $file in
    LICENSE | docs/sbom.spdx | generated/* | examples/vendored/gpt2* | examples/story/alice.txt | plans/* | \
        tests/data/* | *.json | *.svg | *.tsv | *.expected | *.kernels | *.txt | *.css) # in REUSE.toml
        case $file in *CMakeLists.txt) line="# $LINE" ;; *) continue ;; esac
        ;;
    templates/* | tests/tutorial/*.h) line="% -- $LINE" ;;
    *.c | *.h | *.cpp | *.hpp | *.inc | *.map.in) line="/* $LINE */" ;;
    *.rs) line="// $LINE" ;;
    *.lua | .luacheckrc) line="-- $LINE" ;;
    *.md) line="<!-- $LINE -->" ;;
    *) line="# $LINE" ;;
    esac
    [ -f "$file" ] && ! head -n 12 "$file" | grep -q 'SPDX-License-Identifier:' || continue
    missing=$((missing + 1))
    if [ $# -eq 1 ]; then
        echo "$file: no line '$line'"
        continue
    fi
    # behind the line that names an interpreter
    awk -v line="$line" 'NR == 1 && /^#!/ { print; print line; next } NR == 1 { print line } { print }' \
        "$file" >"$file.spdx"
    cat "$file.spdx" >"$file" # keeps its mode
    rm "$file.spdx"
done
[ $# -eq 0 ] || [ $missing -eq 0 ]
exit
}

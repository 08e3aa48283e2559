#!/bin/sh
# release.sh [--untested] VERSION [DIRECTORY] - makes lngen-VERSION.tar.gz and SHA256SUMS in DIRECTORY (build-release).
# The tarball holds the files of the last commit, and nothing else; two runs on one commit write the same bytes.
#
# VERSION must be the one in CMakeLists.txt, and the checkout must have no changes. The tarball is unpacked into an
# empty directory, where scripts/test.sh runs all tests as in CI, and gets its name only when they have passed.
# --untested: none is run, for trying this script.
# `gzip -dc lngen-VERSION.tar.gz | git get-tar-commit-id` prints the commit of a tarball.
set -eu
say() { echo "release.sh: $*" >&2; }
tested='all tests passed'
if [ "${1-}" = --untested ]; then
    tested='not tested'
    shift
fi
version=${1-}
case $#${2-} in
1) out=build-release ;;
2/*) out=$2 ;;
2[!-]*) out=$PWD/$2 ;;
*) version= ;;
esac
case $version in
'' | *[!0-9.]*)
    say "'$*': usage: release.sh [--untested] VERSION [DIRECTORY], VERSION being like 1.2.3"
    exit 2
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")/.."
for tool in git gzip sha256sum; do
    command -v "$tool" >/dev/null || { say "$tool: not found"; exit 2; }
done
git() { command git -c safe.directory='*' -c core.autocrlf=false -c tar.umask=0022 "$@"; }
git rev-parse -q --verify HEAD >/dev/null 2>&1 ||
    { say "$PWD: no checkout of git; releases are made of commits"; exit 2; }
[ -z "$(git status --porcelain)" ] || { say "$PWD: has changes that are not committed; commit or remove them"; exit 2; }
stated=$(sed -n 's/^project(lngen VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ "$stated" = "$version" ] || { say "$version: CMakeLists.txt says $stated; change one of the two"; exit 2; }

name=lngen-$version
mkdir -p "$out" || { say "$out: no directory can be made there"; exit 3; }
out=$(cd "$out" && pwd)
work=$(mktemp -d "$out/.release.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
# git archive sorts files, and gives all of them the time of the commit and no owner.
git archive --format=tar --prefix="$name/" -o "$work/$name.tar" HEAD
gzip -9n "$work/$name.tar"

if [ "$tested" != 'not tested' ]; then
    mkdir "$work/unpacked"
    gzip -dc "$work/$name.tar.gz" | tar -xf - -C "$work/unpacked"
    if ! sh "$work/unpacked/$name/scripts/test.sh" "$work/build" >"$out/$name.log" 2>&1; then
        tail -n 30 "$out/$name.log" >&2
        say "$name failed its tests, no tarball was made; $out/$name.log has all of their output"
        exit 1
    fi
fi
mv "$work/$name.tar.gz" "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" >SHA256SUMS)
echo "$out/$name.tar.gz, commit $(git rev-parse --short HEAD), $tested"
cat "$out/SHA256SUMS"

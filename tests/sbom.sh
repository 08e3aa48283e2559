#!/bin/sh
# sbom.sh SOURCE - docs/sbom.spdx is well-formed, and lists the packages that scripts/deps.sh installs.
set -eu
cd "$1"
file=docs/sbom.spdx
awk -v file=$file '
    function wrong(what) { printf "%s:%d: %s\n", file, NR, what; bad = 1 }
    function ends_package(   i) {
        for (i = 1; package != "" && i <= split("SPDXID PackageDownloadLocation FilesAnalyzed " \
            "PackageLicenseConcluded PackageLicenseDeclared PackageCopyrightText", needed, " "); i++)
            if (!((package, needed[i]) in has))
                wrong("package " package " has no " needed[i])
    }
    intext { intext = !/<\/text>$/; next }
    /^$/ { next }
    !/^[A-Za-z]+: [^ ]/ { wrong("not a tag and a value: " $0); next }
    /: <text>/ { intext = !/<\/text>$/ }
    { tag = $1; sub(/:$/, "", tag); value = substr($0, length($1) + 2) }
    tag == "PackageName" { ends_package(); package = value; packages++ }
    package == "" { document[tag] }
    { has[package, tag] }
    tag == "SPDXID" {
        if (value !~ /^SPDXRef-[A-Za-z0-9.-]+$/ || value in ids)
            wrong(value " is no identifier, or is there twice")
        ids[value]
    }
    tag == "Relationship" { from[++relations] = $2; to[relations] = $4; if (NF != 4) wrong("not A RELATION B: " value) }
    END {
        ends_package()
        n = split("SPDXVersion DataLicense SPDXID DocumentName DocumentNamespace Creator Created", needed, " ")
        for (i = 1; i <= n; i++)
            if (!(needed[i] in document))
                wrong("the document has no " needed[i])
        for (i = 1; i <= relations; i++)
            if (!(from[i] in ids) || !(to[i] in ids))
                wrong("a relation between " from[i] " and " to[i] ", of which one is not there")
        if (intext || packages < 10)
            wrong("it ends too early")
        exit bad
    }' $file
version=$(sed -n 's/^project(lngen VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
grep -q "^PackageVersion: $version\$" $file ||
    { echo "$file: PackageVersion is not $version, as CMakeLists.txt says"; exit 1; }

# Where a package has several names, deps.sh lists them as a|b and the file has the first.
listed=$(sed -n 's/^ExternalRef: PACKAGE-MANAGER purl pkg:deb\/debian\///p' $file | sed 's/%2B/+/g' | sort)
installed=$(DEPS_LIST=yes sh scripts/deps.sh tests fuzz bench story matrix | sed 's/|.*//' | sort -u)
# shellcheck disable=SC2086 # a name each
alone=$(printf '%s\n' $listed $installed | sort | uniq -u)
for package in $alone; do
    echo "$package: in one of scripts/deps.sh and $file, but not in the other"
done
[ -z "$alone" ] || exit 1
echo "$(echo "$listed" | wc -l) packages"

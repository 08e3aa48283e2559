#!/bin/sh
# SPDX-License-Identifier: MIT
# completion.sh LNGEN PREFIX - completion and manual pages installed under PREFIX are what lngen prints.
set -eu
lngen=$1 prefix=$2
for pair in bash=share/bash-completion/completions/lngen zsh=share/zsh/site-functions/_lngen \
    fish=share/fish/vendor_completions.d/lngen.fish; do
    "$lngen" completion "${pair%%=*}" | cmp - "$prefix/${pair#*=}"
done
for page in lngen= lngen-emit=emit lngen-report=report; do
    # shellcheck disable=SC2086 # a word or none
    "$lngen" man ${page#*=} | cmp - "$prefix/share/man/man1/${page%%=*}.1"
done

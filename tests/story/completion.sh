#!/bin/sh
# completion.sh LNGEN PREFIX - the completion installed under PREFIX is what lngen prints.
set -eu
lngen=$1 prefix=$2
for pair in bash=share/bash-completion/completions/lngen zsh=share/zsh/site-functions/_lngen \
    fish=share/fish/vendor_completions.d/lngen.fish; do
    "$lngen" completion "${pair%%=*}" | cmp - "$prefix/${pair#*=}"
done

#!/bin/sh
# SPDX-License-Identifier: MIT
# options_of.sh KIND - prints the options of lngen that emit a norm kind, such as ln_layernorm_bf16_pre.
set -eu
# shellcheck disable=SC2046 # words
for word in $(echo "$1" | tr _ ' '); do
    case $word in
    layernorm | rmsnorm) echo "--op $word" ;;
    backward | stats | apply) echo "--pass $word" ;;
    f32 | bf16 | f16) echo "--dtype $word" ;;
    params32) echo "--params f32" ;;
    full1 | gamma | gamma1 | none | full) echo "--affine $word" ;;
    rounded) echo "--rounding before_gain" ;;
    pre | post) echo "--residual $word" ;;
    bias) echo "--bias add" ;;
    int8 | int8static) echo "--quant $word" ;;
    two) echo "--norms two" ;;
    ln) ;;
    *) echo "options_of.sh: $1: no option for $word" >&2 && exit 1 ;;
    esac
done | tr '\n' ' '

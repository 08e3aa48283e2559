#!/bin/sh
# SPDX-License-Identifier: MIT
# words.sh LNGEN WORK - the header of a pair speaks of what the pair has, and of nothing else: every word of a feature
# that it has is there, and none of a feature that it lacks.
set -u
lngen=$1 work=$2
rm -rf "$work" && mkdir -p "$work" || exit 1
words() { # FEATURE: words that stand for it in headers
    case $1 in
    layernorm) echo "LayerNorm mean" ;;
    variance) echo "variance" ;; # to which eps is added
    rmsnorm) echo "RMSNorm" ;;
    gamma) echo "gamma" ;;
    one_more) echo "gamma1 full1" ;;
    beta) echo "beta" ;;
    y) echo "y y_stride rstd" ;;
    residual) echo "residual residual_stride" ;;
    sum) echo "sum_stride" ;;
    bias) echo "bias" ;;
    int8) echo "int8 int8_t 127" ;;
    scale) echo "magnitude" ;;
    static_scale) echo "static_scale FLT_MIN VEND_SCALE" ;;
    two) echo "y2 y2_stride gamma2" ;;
    beta2) echo "beta2" ;;
    heads) echo "heads head token tokens x_head y_head gamma_head vend_heads" ;;
    backward) echo "backward gradients dy dx dy_stride dx_stride accumulate reduce_rows xhat VEND_ACCUMULATE VEND_ADD_DX
        VEND_ADD_PARAMS VEND_BACKWARD_BLOCK" ;;
    dgamma) echo "aligned dgamma workspace workspace_bytes VEND_WORKSPACE" ;;
    dbeta) echo "dbeta" ;;
    stats) echo "mean_b statistics stats m2 pieces vend_stats vend_stats_merge" ;;
    apply) echo "whole_width" ;;
    bf16) echo "bfloat16" ;;
    f16) echo "half" ;;
    vectors) echo "AVX2 FMA AVX caps" ;;
    zen4) echo "Zen" ;;
    esac
}
all='layernorm variance rmsnorm gamma one_more beta y residual sum bias int8 scale static_scale two beta2 heads backward
    dgamma dbeta stats apply bf16 f16 vectors zen4'
failures=0
pair() { # "FEATURES" OPTIONS...
    features=$1
    case " $features " in *" layernorm "*" y "* | *" layernorm y "*) features="$features variance" ;; esac
    shift
    "$lngen" emit --single-file --prefix vend -o "$work" "$@" >/dev/null || exit 1
    sed '1,/Content: /d' "$work/vend.h" >"$work/header" # without the banner, which repeats the command
    for feature in $all; do
        expected=1
        for one in $features; do [ "$one" != "$feature" ] || expected=0; done
        for word in $(words "$feature"); do
            grep -qw "$word" "$work/header"
            got=$?
            [ $got = $expected ] && continue
            [ $got = 0 ] && what="speaks of" || what="does not speak of"
            echo "FAILED: $*: the header $what '$word' ($feature)"
            failures=$((failures + 1))
        done
    done
}
pair "layernorm gamma beta y vectors" --width 768
pair "rmsnorm gamma y heads bf16 vectors" --width 96 --op rmsnorm --dtype bf16
pair "layernorm gamma beta y heads f16 vectors" --width 64 --dtype f16
pair "layernorm gamma beta y heads f16 vectors zen4" --width 64,256 --dtype f16
pair "layernorm gamma beta y heads vectors" --width 512
pair "layernorm gamma beta y vectors" --width 513 # no head is so wide
pair "layernorm y vectors" --width 768 --affine none
pair "layernorm y heads vectors" --width 64 --affine none
pair "rmsnorm gamma y" --width 768 --op rmsnorm --isa scalar
pair "rmsnorm gamma y int8 scale vectors" --width 96 --op rmsnorm --quant int8
pair "rmsnorm gamma one_more y heads vectors" --width 96 --op rmsnorm --affine gamma1
pair "layernorm gamma beta y int8 static_scale vectors" --width 96 --quant int8static
pair "layernorm gamma beta y residual vectors" --width 96 --residual post
pair "rmsnorm gamma y residual sum bias bf16 vectors" --width 96 --op rmsnorm --dtype bf16 --residual pre --bias add
pair "layernorm gamma beta y two beta2 vectors" --width 96 --norms two
pair "rmsnorm gamma y two vectors" --width 96 --op rmsnorm --norms two
pair "rmsnorm gamma y two vectors zen4" --width 768 --op rmsnorm --norms two
pair "layernorm gamma beta y backward dgamma dbeta vectors" --width 768 --pass forward,backward
pair "rmsnorm gamma y backward dgamma vectors zen4" --width 768 --op rmsnorm --pass forward,backward
pair "rmsnorm y backward vectors zen4" --width 768 --op rmsnorm --affine none --pass forward,backward
pair "layernorm gamma beta y stats apply vectors" --width 768 --pass stats,apply
pair "layernorm stats vectors" --width 768 --pass stats
pair "layernorm rmsnorm gamma beta y heads residual sum vectors" --width 96 --op layernorm,rmsnorm --residual none,pre
[ $failures = 0 ] && echo "every header speaks of what its pair has, and of nothing else"
[ $failures = 0 ]

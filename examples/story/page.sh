#!/bin/sh
# SPDX-License-Identifier: MIT
# page.sh DIRECTORY - prints the page of the story, with the pictures and tables that scripts/story.sh has left in
# DIRECTORY. The page needs no network and no other file.
set -eu
[ $# -eq 1 ] && [ -d "$1" ] || { echo "page.sh: '$*': usage: page.sh DIRECTORY" >&2; exit 2; }
export LC_ALL=C # mawk would take 2.5 for 2 where numbers have a comma
dir=$1
here=$(dirname "$0")
text() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' "$1"; }
picture() { # NAME ALTERNATIVE CAPTION
    printf '<figure class="paper">\n<img alt="%s" src="data:image/svg+xml;base64,%s">\n' "$2" \
        "$(base64 <"$dir/$1.svg" | tr -d '\n')"
    printf '<figcaption>%s</figcaption>\n</figure>\n' "$3"
}
cells() { # a table of a file separated by tabs
    awk -F'\t' '{ cell = NR == 1 ? "<th scope=\"col\">%s</th>" : "<td>%s</td>"; printf "<tr>"
        for (i = 1; i <= NF; i++) printf cell, $i
        print "</tr>" }' "$1"
}
last() { # FORM WARM: the mean loss of the last ten steps
    awk -F'\t' -v form="$1" -v warm="$2" 'NR > 1 && $1 == form && ($2 > 0) == warm { loss[++n] = $4 }
        END { for (i = n > 10 ? n - 9 : 1; i <= n; i++) { sum += loss[i]; count++ }
            printf "%.2f", sum / count }' "$dir/train.tsv"
}

cat <<END
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LayerNorm in four acts</title>
<link rel="icon" href="data:,">
<style>
$(cat "$here/../../templates/report/style.css")
</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<h1>LayerNorm in four acts</h1>
<p>Every number and picture on this page was measured when <code>scripts/story.sh</code> ran, by programs that call
lngen's kernels. The tables behind acts I and II depend on a seed alone: another machine gives the same bytes.</p>
<nav aria-label="Contents"><ul>
<li><a href="#why">Act I: why</a></li>
<li><a href="#where">Act II: where</a></li>
<li><a href="#how">Act III: how</a></li>
<li><a href="#code">Act IV: the code</a></li>
</ul></nav>
</header>
<main id="main">
<section aria-labelledby="why">
<h2 id="why">Act I: why</h2>
<p>A row of numbers passes through many layers, each a matrix and a ReLU. When the weights are a little too small, the
numbers fade to nothing; when they are a little too large, they grow without bound. Only weights of exactly the right
size keep them in range, and training changes weights all the time. LayerNorm gives every row mean 0 and deviation 1
again after each layer. Then the size of the weights no longer matters: the three broken lines below lie on each
other.</p>
END
picture drift "Deviation and largest magnitude of activations by layer, with and without LayerNorm" \
    "The same random matrices, with weights half as large, right, and twice as large."
cat <<END
</section>
<section aria-labelledby="where">
<h2 id="where">Act II: where</h2>
<p>A transformer adds the result of each attention and each MLP to a stream. BERT normalises the stream itself after
each addition (Post-LN). GPT-2 leaves the stream alone, and normalises the copy that the next sublayer reads (Pre-LN).
Both have the same weights and the same number of norms. Before training, the gradients of Post-LN's last blocks are
as large in a deep stack as in a shallow one, while those of Pre-LN become smaller with depth: the stream carries
gradients past all blocks unchanged, and each block takes a share.</p>
END
picture gradients "Norms of gradients by block, for Pre-LN and Post-LN and several depths" \
    "Equal weights in both forms. Lines end at the last block; in Pre-LN they end lower the deeper the stack is."
cat <<END
<p>So the first steps of Post-LN at the full rate are too large. Here both forms learn to predict the characters of
<cite>Alice's Adventures in Wonderland</cite>. Pre-LN learns with and without warm-up: its last ten steps have a loss
of $(last pre 1) and $(last pre 0) nats a character. Post-LN needs the warm-up, in which the rate grows from zero:
$(last post 1) with it, $(last post 0) without.</p>
END
picture train "Loss against steps of training, for both forms, with and without warm-up" \
    "Adam at the same rate in all four runs. Lines without warm-up are broken."
cat <<END
<p>How much of a training step norms take, on one thread of this machine:</p>
<div class="wide" tabindex="0" role="region" aria-label="Share of the norms"><table>
$(cells "$dir/shares.tsv")
</table></div>
</section>
<section aria-labelledby="how">
<h2 id="how">Act III: how</h2>
<p>This is the journey of one row of 768 floats: where it lies in the arena, which cache its bytes come from, and what
the registers do with it. The statistics pass reads the row once for both sums; the write pass reads it again from the
first-level cache, normalises, scales, shifts and writes it. <code>lngen explain</code> prints the same as text.</p>
END
picture journey "The journey of a row from the arena through the caches to registers and back" \
    "Drawn by lngen explain --svg. Bytes and cycles follow from a model, which docs/story.md describes."
cat <<END
<details><summary>The same as text</summary><pre tabindex="0"><code>$(text "$dir/journey.txt")</code></pre></details>
</section>
<section aria-labelledby="code">
<h2 id="code">Act IV: the code</h2>
<p>This is the part of the kernel that writes two rows while it sums the next two, as <code>lngen show</code> prints
it: beside each line stands the line of the template that made it.</p>
<pre tabindex="0"><code>$(text "$dir/code.txt")</code></pre>
</section>
</main>
</body>
</html>
END

#!/bin/sh
# SPDX-License-Identifier: MIT
# browser.sh PAGE WORK FIGURES - opens a page in headless Chromium: no error in the console, nothing loaded from
# elsewhere, at least FIGURES pictures with a size, no page wider than a narrow or a wide window, everything that opens
# or scrolls takes the keyboard's focus, dark and light differ and can be read, and it prints to PDF. Exit status 77
# without Chromium.
set -eu
page=$1 work=$2 figures=$3
browser=
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || ! command -v $name >/dev/null || browser=$name
done
[ -n "$browser" ] || { echo "skipped: no Chromium"; exit 77; }
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}
chromium() { timeout 100 "$browser" --headless --no-sandbox --disable-gpu --no-first-run \
    --user-data-dir="$work/profile" \
    --disable-dev-shm-usage "$@"; }

# The page itself, as it is: what it says on the console.
chromium --enable-logging=stderr --v=0 --window-size=1200,900 --dump-dom "file://$page" >"$work/dom" \
    2>"$work/console" ||
    fail "the browser ended with status $?: $(tail -n 3 "$work/console")"
grep -q '</html>' "$work/dom" || fail "the page was not loaded"
if grep ':CONSOLE' "$work/console"; then fail "the console says something"; fi
if grep -oE '(src|href)="(https?:)?//[^"]*"' "$page"; then fail "the page loads something from elsewhere"; fi
grep -q '<script' "$page" && fail "the page has a script"

# The same page with a script behind it, which measures it and writes what it finds.
cat >"$work/measure" <<'END'
<script>
addEventListener("load", function () {
  var found = [], root = document.documentElement;
  var shown = Array.from(document.querySelectorAll("figure svg, figure img")).filter(function (e) {
    var box = e.getBoundingClientRect();
    return box.width > 100 && box.height > 50 && (e.tagName !== "IMG" || e.naturalWidth > 0);
  });
  found.push("figures=" + shown.length, "window=" + innerWidth, "page=" + root.scrollWidth);
  document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  found.push("opened=" + root.scrollWidth);
  var keys = document.querySelectorAll("a[href], summary, [tabindex]"), lost = 0;
  keys.forEach(function (e) { e.focus(); if (document.activeElement !== e) lost++; });
  found.push("keys=" + keys.length, "lost=" + lost);
  function light(color) {
    var v = color.match(/[\d.]+/g).slice(0, 3).map(function (c) {
      c /= 255;
      return c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
  }
  function contrast(color, behind) {
    var a = light(color), b = light(behind);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }
  var style = getComputedStyle(document.body), least = 21;
  document.querySelectorAll("figure svg text").forEach(function (t) {
    var behind = getComputedStyle(t.closest("figure")).backgroundColor;
    least = Math.min(least, contrast(getComputedStyle(t).fill, behind));
  });
  found.push("background=" + style.backgroundColor.replace(/ /g, ""));
  found.push("contrast=" + contrast(style.color, style.backgroundColor).toFixed(1), "charts=" + least.toFixed(1));
  document.body.setAttribute("data-found", found.join(" "));
});
</script>
END
cat "$page" "$work/measure" >"$work/measured.html"
found=
value() { echo "$found" | tr ' ' '\n' | sed -n "s/^$1=//p"; }
backgrounds=
for window in 500,800 1400,900; do
    for scheme in 0 1; do # dark, light
        chromium --window-size=$window --blink-settings=preferredColorScheme=$scheme --dump-dom \
            "file://$work/measured.html" >"$work/dom" 2>/dev/null || fail "the browser ended with status $?"
        found=$(sed -n 's/.*data-found="\([^"]*\)".*/\1/p' "$work/dom" | head -n 1)
        echo "window $window, scheme $scheme: $found"
        [ -n "$found" ] || { fail "nothing was measured"; continue; }
        [ "$(value figures)" -ge "$figures" ] || fail "$(value figures) figures, $figures wanted"
        [ "$(value page)" -le "$(value window)" ] || fail "the page is wider than its window"
        [ "$(value opened)" -le "$(value window)" ] || fail "with its parts open the page is wider than its window"
        [ "$(value keys)" -gt 3 ] || fail "nothing takes the focus"
        [ "$(value lost)" -eq 0 ] || fail "$(value lost) elements do not take the keyboard's focus"
        LC_ALL=C awk -v c="$(value contrast)" 'BEGIN { exit !(c >= 7) }' ||
            fail "contrast $(value contrast), at least 7 wanted"
        LC_ALL=C awk -v c="$(value charts)" 'BEGIN { exit !(c >= 4.5) }' ||
            fail "contrast of charts $(value charts), at least 4.5 wanted"
        backgrounds="$backgrounds $(value background)"
    done
done
[ "$(echo "$backgrounds" | tr ' ' '\n' | sed '/^$/d' | sort -u | wc -l)" -eq 2 ] ||
    fail "dark and light look alike:$backgrounds"
chromium --print-to-pdf="$work/page.pdf" --no-pdf-header-footer "file://$page" >/dev/null 2>&1 ||
    fail "it does not print"
[ "$(head -c 5 "$work/page.pdf" 2>/dev/null)" = "%PDF-" ] && [ "$(wc -c <"$work/page.pdf")" -gt 10000 ] ||
    fail "no PDF came out"
[ $failed -eq 0 ]

-- SPDX-License-Identifier: MIT
-- chart.lua: charts as SVG that stands in a page: gnuplot draws them, and their black becomes the colour of the page's
-- text, so that they can be read on dark pages, too.
local fail = require "fail"
local shell = require "shell"

local chart = {}

-- for white and for dark pages
local COLORS = { "#e8590c", "#1098ad", "#9775fa", "#37b24d", "#f06595", "#4dabf7", "#868e96", "#f59f00" }

local function program() return shell.program("GNUPLOT", "gnuplot") end

-- Fails with one line when gnuplot is not there.
function chart.check()
  if not shell.succeeds(program() .. " --version >/dev/null 2>&1") then
    fail.check("%s: does not run; charts need gnuplot (Debian: gnuplot-nox), GNUPLOT may name it", program())
  end
end

-- A title as gnuplot's quoted text.
local function quoted(text) return "'" .. text:gsub("'", "''") .. "'" end

-- An SVG of gnuplot, to stand in a page under `id`, a word: without a head, as wide as there is room, with names of its
-- own.
local function inlined(svg, id, title)
  svg = svg:gsub("^.-<svg", "<svg", 1)
  svg = svg:gsub('(%sid=["\'])', "%1" .. id .. "-")
  svg = svg:gsub("(href=[\"'])#", "%1#" .. id .. "-"):gsub("url%(#", "url(#" .. id .. "-")
  svg = svg:gsub("<svg.->", function(tag)
    return ('<svg viewBox="%s" role="img" aria-labelledby="%s-title" xmlns="http://www.w3.org/2000/svg" '
      .. 'xmlns:xlink="http://www.w3.org/1999/xlink">'):format(tag:match('viewBox="([^"]*)"') or "0 0 860 460", id)
  end, 1)
  svg = svg:gsub("<title>.-</title>", function() return ('<title id="%s-title">%s</title>'):format(id, title) end, 1)
  svg = svg:gsub("<desc>.-</desc>", "", 1)
  for _, name in ipairs { "fill", "stroke", "color" } do
    svg = svg:gsub(name .. '=(["\'])black%1', name .. '="currentColor"')
  end
  return (svg:gsub("rgb%(%s*0,%s*0,%s*0%)", "currentColor"))
end

-- The colours of series by title: charts of one page give a title one colour.
local color_of, colors_used = {}, 0

local function color_for(title)
  if not color_of[title] then
    color_of[title], colors_used = COLORS[colors_used % #COLORS + 1], colors_used + 1
  end
  return color_of[title]
end

-- chart.svg(id, c) -> text. id: a word of letters, digits and _. c: title, xlabel, ylabel, series = { { title, points =
-- { { x, y }, ... } }, ... }, and what gnuplot is told besides, `set`. With c.boxes the series are bars beside each
-- other, whose places are texts.
function chart.svg(id, c)
  local files, plots = {}, {}
  for i, series in ipairs(c.series) do
    local lines = {}
    for _, point in ipairs(series.points) do lines[#lines + 1] = ("%s %s"):format(point[1], point[2]) end
    files[#files + 1] = { ("data%d"):format(i), table.concat(lines, "\n") .. "\n" }
    local color = color_for(series.title)
    plots[#plots + 1] = c.boxes
      and ("'data%d' using 2:xtic(1) title %s with histograms lc rgb '%s' fs solid 0.85"):format(i,
        quoted(series.title), color)
      or ("'data%d' using 1:2 title %s with linespoints lw 2 pt %d ps 0.6 lc rgb '%s'"):format(i, quoted(series.title),
        i + 3, color)
  end
  local script = { "set terminal svg size 860,460 font 'sans-serif,13' noenhanced",
    "set output 'chart.svg'", "set grid ytics lt 1 lc rgb '#9aa2ad' lw 0.4", "set border 3", "set tics nomirror",
    "set key outside top center horizontal maxcols 4", "set title " .. quoted(c.title),
    "set xlabel " .. quoted(c.xlabel),
    "set ylabel " .. quoted(c.ylabel), c.set or "", "plot " .. table.concat(plots, ", ") }
  files[#files + 1] = { "script.gp", table.concat(script, "\n") .. "\n" }
  local drawn, svg, said = shell.in_temporary(function(directory)
    shell.write(directory, files)
    local done = shell.run(program() .. " script.gp >said 2>&1", directory)
    local text, words = host.read(directory .. "/chart.svg"), host.read(directory .. "/said") or ""
    local whole = done and text and text:find("</svg>", 1, true)
    if not whole then shell.check_failure(directory) end
    return whole, text, words
  end)
  if not drawn then
    fail.check("%s: could not draw a chart: %s", program(), said:match("line %d+: ([^\n]*)")
      or said:match("[^%s][^\n]*") or "it said nothing")
  end
  return inlined(svg, id, c.title)
end

return chart

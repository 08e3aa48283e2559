-- SPDX-License-Identifier: MIT
-- sections.lua: what the page of `lngen report` says of kernels that were measured.
--
-- results: list of { k, times, errors, names, worst }, plans with what compare:kernel() says of them; rows: of the
-- batches that were timed; titles: of the contenders. A section is { id, title, parts }, the parts being HTML.
local chart = require "report.chart"
local compare = require "report.compare"
local kernel = require "output.kernel"
local machine = require "report.machine"
local names = require "spec.name"
local page = require "report.page"
local plan = require "plan.plan"
local render = require "output.render"
local words = require "report.words"

local sections = {}

-- The results of a norm kind.
local function of_kind(results, kind)
  local list = {}
  for _, r in ipairs(results) do
    if names.kind(r.k.spec) == kind then list[#list + 1] = r end
  end
  return list
end

-- A chart of times. places: list of { x, r, rows }, the results that stand at each x.
local function times_chart(id, title, xlabel, places, titles)
  local series, order, ticks = {}, {}, {}
  for _, place in ipairs(places) do
    local r = place.r
    ticks[#ticks + 1] = ("%d"):format(place.x)
    for _, name in ipairs(r.names) do
      if not series[name] then
        series[name] = { title = titles[name], points = {} }
        order[#order + 1] = series[name]
      end
      table.insert(series[name].points, { place.x,
        ("%.4f"):format(r.times[name][place.rows] / r.times.floor[place.rows]) })
    end
  end
  local svg = chart.svg(id, { title = title, xlabel = xlabel, ylabel = "time / time of a copy", series = order,
    set = ("set logscale xy; set xrange [%g:%g]; set yrange [0.8:*]; set xtics (%s); "
      .. "set ytics (1, 1.5, 2, 3, 5, 8, 12, 20, 30, 50, 80, 150, 300, 600)"):format(places[1].x * 0.8,
      places[#places].x * 1.25, table.concat(ticks, ", ")) })
  return page.figure(svg, title .. ". Lower is faster; 1 is reading x and writing y without a norm, which "
    .. "a norm can undercut where its stores go past the caches.")
end

-- Charts of the times of a norm kind: over the widths for each number of rows, or over the rows where there is one
-- width.
local function times_of(results, kind, rows, titles)
  local list, figures = of_kind(results, kind), {}
  local function add(id, of, xlabel, places)
    figures[#figures + 1] = times_chart(id, ("%s, %s: time as a multiple of a copy"):format(kind, of), xlabel, places,
      titles)
  end
  if #list == 1 then
    local places = {}
    for i, count in ipairs(rows) do places[i] = { x = count, r = list[1], rows = count } end
    add("time_" .. kind, ("width %d"):format(list[1].k.spec.width), "rows", places)
    return figures
  end
  for _, count in ipairs(rows) do
    local places = {}
    for i, r in ipairs(list) do places[i] = { x = r.k.spec.width, r = r, rows = count } end
    add(("time_%s_%d"):format(kind, count), ("%d row%s"):format(count, count == 1 and "" or "s"), "width", places)
  end
  return figures
end

-- Every time, for a table.
local function cells_of(results, rows, titles)
  local cells = {}
  for _, r in ipairs(results) do
    for _, count in ipairs(rows) do
      for _, name in ipairs(r.names) do
        cells[#cells + 1] = { names.kind(r.k.spec), r.k.spec.width, count, titles[name],
          ("%.1f"):format(r.times[name][count]), ("%.2f"):format(r.times[name][count] / r.times.floor[count]) }
      end
    end
  end
  return cells
end

-- A chart of the errors of a kernel and its competitors, and a table of them.
local function errors_of(r, titles, index)
  local shown, least, most = {}, 1000, -1000
  for _, name in ipairs(r.names) do
    if r.errors[name] and name ~= "any" then
      shown[#shown + 1] = name
      for bucket in pairs(r.errors[name]) do least, most = math.min(least, bucket), math.max(most, bucket) end
    end
  end
  local function label(bucket)
    if bucket == compare.LAST_BUCKET then return "more" end
    return bucket < 1 and ("%g"):format(2.0 ^ bucket) or ("%d"):format(1 << bucket)
  end
  local series, rows = {}, {}
  for _, name in ipairs(shown) do
    local all, points = 0, {}
    for _, count in pairs(r.errors[name]) do all = all + count end
    for bucket = least, most do
      points[#points + 1] = { label(bucket), ("%.6f"):format(100 * (r.errors[name][bucket] or 0) / all) }
    end
    series[#series + 1] = { title = titles[name], points = points }
    rows[#rows + 1] = { titles[name], ("%d"):format(all), r.worst[name] }
  end
  local title = ("%s: errors in units of the last place"):format(r.k.name)
  return page.figure(chart.svg("error_" .. index, { title = title, xlabel = "error up to, units of the last place",
    ylabel = "share of results in %", series = series, boxes = true,
    set = "set style data histograms; set style histogram clustered gap 1; set xtics rotate by 40 right; "
      .. "set yrange [0:*]" }),
    title .. ". Rows around 0, 10, 1000 and 100000."),
    page.table({ "contender", "results", "largest error" }, rows, title)
end

-- `comparison` is what compare.open() gave.
function sections.machine(comparison)
  local title = "Machine and compiler"
  return { id = "machine", title = title, parts = { page.table({ "what", "here" }, {
    { "processor", machine.processor() }, { "online", host.processors() .. " processors; one thread was used" },
    { "caches", words.caches(machine.caches()) }, { "system", machine.system() },
    { "compiler", comparison.trial.compiler_name }, { "lngen", "version " .. host.version },
    { "oneDNN", comparison.onednn and "found" or "not found" } }, title) } }
end

function sections.norms(results)
  local norms, title = {}, "The norms"
  for i, r in ipairs(results) do
    local s = r.k.spec
    norms[i] = { s.op, s.width, s.affine, s.dtype, r.k.name }
  end
  return { id = "norms", title = title,
    parts = { page.table({ "op", "width", "affine", "dtype", "kernel" }, norms, title) } }
end

function sections.speed(results, rows, titles)
  local parts, seen = {
    "<p>Each time is a median, divided by the time of the fastest way found to copy the same rows in the "
    .. "same process; one thread. Loops are plain C, <q>fast</q> is -march=native -ffast-math. Compare times of one "
    .. "chart only.</p>" }, {}
  for _, r in ipairs(results) do
    local kind = names.kind(r.k.spec)
    if not seen[kind] then
      for _, figure in ipairs(times_of(results, kind, rows, titles)) do parts[#parts + 1] = figure end
    end
    seen[kind] = true
  end
  parts[#parts + 1] = "<details>\n<summary>All times as a table</summary>\n" .. page.table({ "norms", "width", "rows",
    "contender", "ns a row", "time / copy" }, cells_of(results, rows, titles), "All times") .. "\n</details>"
  return { id = "speed", title = "Speed", parts = parts }
end

function sections.accuracy(results, titles)
  local parts = { "<p>An error is the distance to the result in long double, in units of the last place at the scale "
    .. "of its row. lngen's kernels stay within 3 units for rows like these.</p>" }
  for i, r in ipairs(results) do
    local figure, numbers = errors_of(r, titles, i)
    parts[#parts + 1] = figure
    parts[#parts + 1] = numbers
  end
  return { id = "accuracy", title = "Accuracy", parts = parts }
end

function sections.plan(results, rows)
  local parts = {}
  for _, r in ipairs(results) do
    parts[#parts + 1] = ('<h3>%s</h3>\n<p class="soft">Schedules from %s</p>\n<ul>'):format(
      words.escaped(r.k.name), words.escaped(r.k.source))
    for _, line in ipairs(plan.describe(r.k)) do parts[#parts + 1] = "<li>" .. words.escaped(line) .. "</li>" end
    parts[#parts + 1] = "</ul>"
    local figures = {}
    for i, count in ipairs(rows) do
      figures[i] = { count, ("%.1f"):format(r.times.lngen[count]), ("%.1f"):format(r.times.any[count]),
        ("%.1f"):format(r.times.floor[count]) }
    end
    parts[#parts + 1] = page.table({ "rows", "ns a row", "any width", "copy" }, figures, r.k.name .. ": figures")
  end
  return { id = "plan", title = "Plan, with figures", parts = parts }
end

function sections.code(results)
  local parts = {
    "<p>The whole C of each kernel. <code>lngen show</code> prints it with the templates that made it.</p>" }
  for _, r in ipairs(results) do
    parts[#parts + 1] = page.folded(r.k.name .. ".c", render.joined(kernel.items(r.k)))
  end
  return { id = "code", title = "The kernels", parts = parts }
end

return sections

-- SPDX-License-Identifier: MIT
-- command/report.lua: `lngen report -o FILE` measures the norms of a model on this machine and writes one page about
-- them.
local fail = require "fail"
local kernels = require "request.kernels"
local names = require "spec.name"
local options = require "request.options"
local save = require "save"
local words = require "report.words"

local MARK = "<p>Written by <code>lngen report" -- in every page
local ROWS = { 1, 16, 256, 4096 }
local MOST_BYTES = 1 << 30 -- of a batch

local function rows_of(args)
  if not args.rows then return ROWS end
  local list = {}
  for _, text in ipairs(args.rows) do list[#list + 1] = options.whole(text, "--rows", 1, 65536) end
  table.sort(list)
  return list
end

-- The kernels that would run here: of each spec the one of the best target this processor has.
local function chosen(list, runs)
  local best, order = {}, {}
  for _, k in ipairs(list) do
    if k.spec.width ~= "any" and runs[k.target.name] then
      local name = names.of(k.spec)
      if not best[name] then
        best[name] = k
        order[#order + 1] = k
      end
    end
  end
  return order
end

-- The results of a norm kind.
local function of_kind(results, kind)
  local list = {}
  for _, r in ipairs(results) do
    if names.kind(r.k.spec) == kind then list[#list + 1] = r end
  end
  return list
end

-- A chart of times. places: list of { x, r, rows }, the results that stand at each x.
local function times_chart(id, title, xlabel, places, compare, chart, page)
  local series, order, ticks = {}, {}, {}
  for _, place in ipairs(places) do
    local r = place.r
    ticks[#ticks + 1] = ("%d"):format(place.x)
    for _, name in ipairs(r.names) do
      if not series[name] then
        series[name] = { title = compare.titles[name], points = {} }
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
  return page.figure(svg, title .. ". Lower is faster; 1 is reading x and writing y without a norm.")
end

-- Charts of the times of a norm kind: over the widths for each number of rows, or over the rows where there is one
-- width.
local function times_of(results, kind, rows, compare, chart, page)
  local list, figures = of_kind(results, kind), {}
  local function add(id, of, xlabel, places)
    figures[#figures + 1] = times_chart(id, ("%s, %s: time as a multiple of a copy"):format(kind, of), xlabel, places,
      compare, chart, page)
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
local function cells_of(results, rows, compare)
  local cells = {}
  for _, r in ipairs(results) do
    for _, count in ipairs(rows) do
      for _, name in ipairs(r.names) do
        cells[#cells + 1] = { names.kind(r.k.spec), r.k.spec.width, count, compare.titles[name],
          ("%.1f"):format(r.times[name][count]), ("%.2f"):format(r.times[name][count] / r.times.floor[count]) }
      end
    end
  end
  return cells
end

local function errors_of(r, compare, chart, page, index)
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
    series[#series + 1] = { title = compare.titles[name], points = points }
    rows[#rows + 1] = { compare.titles[name], ("%d"):format(all), r.worst[name] }
  end
  local title = ("%s: errors in units of the last place"):format(r.k.name)
  return page.figure(chart.svg("error_" .. index, { title = title, xlabel = "error up to, units of the last place",
    ylabel = "share of results in %", series = series, boxes = true,
    set = "set style data histograms; set style histogram clustered gap 1; set xtics rotate by 40 right; "
      .. "set yrange [0:*]" }),
    title .. ". Rows around 0, 10, 1000 and 100000."),
    page.table({ "contender", "results", "largest error" }, rows, title)
end

return {
  name = "report",
  summary = "Measure the norms of a model here, and write one page about speed, accuracy, plans and code.",
  description = "Compile the kernels with $CC (or cc), time and check them beside plain loops and the libraries "
    .. "that are found, and write one page of HTML. The page needs no network; gnuplot draws its charts.",
  declare = function(command)
    options.declare_output(command, "FILE", "The page to write.")
    options.declare(command)
    command:option("--rows"):argname("N,..."):action(options.collect):count("*"):init(nil)
      :description("Rows of the batches that are timed, 1 to 65536; default 1, 16, 256, 4096.")
    command:option("--rounds"):argname("N"):default("21")
      :description("How often each is timed, 3 to 1000; the median counts.")
  end,
  run = function(args)
    if not args.output or args.output == "" then fail.input("-o FILE is missing; it names the page to write") end
    save.check(args.output, MARK)
    local rounds = options.whole(args.rounds, "--rounds", 3, 1000)
    local rows = rows_of(args)
    local list = kernels.only(args, kernels.of(args))
    local chart, compare_module = require "report.chart", require "report.compare"
    local machine, page, plan = require "report.machine", require "report.page", require "plan.plan"
    chart.check()
    local runs = {}
    for _, entry in ipairs(machine.targets()) do runs[entry.target.name] = #entry.lacks == 0 end
    local wanted = chosen(list, runs)
    if #wanted == 0 then fail.input("no kernel of these options runs on this processor; see 'lngen doctor'") end
    for _, k in ipairs(wanted) do
      compare_module.check(k.spec, k.name)
      local bytes = k.spec.width * rows[#rows] * 8
      if bytes > MOST_BYTES then
        fail.input("--rows: %d rows of %d elements are %d bytes; at most %d", rows[#rows], k.spec.width, bytes,
          MOST_BYTES)
      end
    end

    local compare
    local progress = require("report.progress").of(#wanted)
    local results = {}
    local ok, problem = fail.try(function()
      compare = compare_module.open()
      for i, k in ipairs(wanted) do
        progress.at(i - 1, k.name)
        local times, errors, order, worst = compare:kernel(k, rows, rounds, 4)
        if times then
          results[#results + 1] = { k = k, times = times, errors = errors, names = order, worst = worst }
        end
      end
    end)
    if compare then compare:close() end
    progress.finish()
    if not ok then
      if problem.interrupted then problem.message = "interrupted: nothing was written" end
      error(problem, 0)
    end
    if #results == 0 then fail.check("no kernel could be measured: the processor lacks what they need") end

    local sections = {}
    local function section(id, title, parts) sections[#sections + 1] = { id = id, title = title, parts = parts } end
    local caches = {}
    for _, cache in ipairs(machine.caches()) do
      caches[#caches + 1] = ("L%d %s"):format(cache.level, words.size(cache.bytes))
    end
    section("machine", "Machine and compiler", { page.table({ "what", "here" }, {
      { "processor", machine.processor() }, { "online", host.processors() .. " processors; one thread was used" },
      { "caches", table.concat(caches, ", ") }, { "system", machine.system() },
      { "compiler", compare.trial.compiler_name }, { "lngen", "version " .. host.version },
      { "oneDNN", compare.onednn and "found" or "not found" } }, "Machine and compiler") })

    local norms = {}
    for _, r in ipairs(results) do
      local s = r.k.spec
      norms[#norms + 1] = { s.op, s.width, s.affine, s.dtype, r.k.name }
    end
    section("norms", "The norms", { page.table({ "op", "width", "affine", "dtype", "kernel" }, norms, "The norms") })

    local kinds, seen = {}, {}
    for _, r in ipairs(results) do
      local kind = names.kind(r.k.spec)
      if not seen[kind] then kinds[#kinds + 1] = kind end
      seen[kind] = true
    end
    local parts = {
      "<p>Each time is a median, divided by the time of the fastest way found to copy the same rows in the "
      .. "same process; one thread. Loops are plain C, <q>fast</q> is -march=native -ffast-math. Compare times of one "
      .. "chart only.</p>" }
    for _, kind in ipairs(kinds) do
      for _, figure in ipairs(times_of(results, kind, rows, compare, chart, page)) do parts[#parts + 1] = figure end
    end
    parts[#parts + 1] = "<details>\n<summary>All times as a table</summary>\n" .. page.table({ "norms", "width", "rows",
      "contender", "ns a row", "time / copy" }, cells_of(results, rows, compare), "All times") .. "\n</details>"
    section("speed", "Speed", parts)

    parts = { "<p>An error is the distance to the result in long double, in units of the last place at the scale of "
      .. "its row. lngen's kernels stay within 3 units for every row.</p>" }
    for i, r in ipairs(results) do
      local figure, numbers = errors_of(r, compare, chart, page, i)
      parts[#parts + 1] = figure
      parts[#parts + 1] = numbers
    end
    section("accuracy", "Accuracy", parts)

    parts = {}
    for _, r in ipairs(results) do
      parts[#parts + 1] = ("<h3>%s</h3>\n<p class=\"soft\">Schedules from %s</p>\n<ul>"):format(words.escaped(r.k.name),
        words.escaped(r.k.source))
      for _, line in ipairs(plan.describe(r.k)) do parts[#parts + 1] = "<li>" .. words.escaped(line) .. "</li>" end
      parts[#parts + 1] = "</ul>"
      local figures = {}
      for _, count in ipairs(rows) do
        figures[#figures + 1] = { count, ("%.1f"):format(r.times.lngen[count]), ("%.1f"):format(r.times.any[count]),
          ("%.1f"):format(r.times.floor[count]) }
      end
      parts[#parts + 1] = page.table({ "rows", "ns a row", "any width", "copy" }, figures, r.k.name .. ": figures")
    end
    section("plan", "Plan, with figures", parts)

    parts = { "<p>The whole C of each kernel. <code>lngen show</code> prints it with the templates that made it.</p>" }
    for _, r in ipairs(results) do
      local text = require("output.render").joined(require("output.kernel").items(r.k))
      parts[#parts + 1] = page.folded(r.k.name .. ".c", text)
    end
    section("code", "The kernels", parts)

    local what = options.command_line(args)
    local html = page.html("Norms on this machine", ("%s %s</code>.</p>"):format(MARK,
      words.escaped(what)), sections)
    save.file(args.output, html)
    fail.say("%s: %d kernel%s measured", args.output, #results, #results == 1 and "" or "s")
  end,
}

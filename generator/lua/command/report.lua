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
local ROUNDS = 21
local MOST_BYTES = 1 << 30 -- of a batch

local function rows_of(args)
  if not args.rows then return ROWS end
  local list, seen = {}, {}
  for _, text in ipairs(args.rows) do
    local rows = options.whole(text, "--rows", 1, 65536)
    if not seen[rows] then list[#list + 1] = rows end
    seen[rows] = true
  end
  table.sort(list)
  return list
end

-- The kernels that would run here: of each spec the one of the best target this processor has.
local function chosen(list)
  local best, order, runs = {}, {}, {}
  for _, entry in ipairs(require("report.machine").targets()) do runs[entry.target.name] = #entry.lacks == 0 end
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

-- Fails where there is nothing to measure, or something that cannot be measured.
local function check_wanted(list, wanted, rows)
  if #list == 1 and list[1].spec.width == "any" then -- of --only
    fail.input("--only: '%s': a kernel for any width is not measured; name one of a width", list[1].name)
  end
  if #wanted == 0 then fail.input("no kernel of these options runs on this processor; see 'lngen doctor'") end
  for _, k in ipairs(wanted) do
    require("report.compare").check(k.spec, k.name)
    local bytes = k.spec.width * rows[#rows] * 8
    if bytes > MOST_BYTES then
      fail.input("--rows: %d rows of %d elements are %d bytes; at most %d", rows[#rows], k.spec.width, bytes,
        MOST_BYTES)
    end
  end
end

-- The results of kernels, as report/sections.lua takes them, and what was opened for them.
local function measured(wanted, rows, rounds)
  local comparison, results = nil, {}
  local progress = require("report.progress").of(#wanted)
  local ok, problem = fail.try(function()
    comparison = require("report.compare").open()
    for i, k in ipairs(wanted) do
      progress.at(i - 1, k.name)
      local times, errors, order, worst = comparison:kernel(k, rows, rounds, 4)
      if times then
        results[#results + 1] = { k = k, times = times, errors = errors, names = order, worst = worst }
      end
    end
  end)
  if comparison then comparison:close() end
  progress.finish()
  if not ok then
    if problem.interrupted then problem.message = "interrupted: nothing was written" end
    error(problem, 0)
  end
  if #results == 0 then fail.check("no kernel could be measured: the processor lacks what they need") end
  return results, comparison
end

-- The paragraph that says by which command the page was written, but for -o.
local function origin(args, rounds)
  local what = options.command_line(args)
  return MARK .. words.escaped((what == "" and "" or " " .. what) .. options.repeated(args, { "only", "rows" })
    .. (rounds == ROUNDS and "" or " --rounds " .. rounds)) .. "</code>.</p>"
end

return {
  name = "report",
  summary = "Measure the norms of a model here, and write one page about speed, accuracy, plans and code.",
  description = "Compile the kernels with $CC (or cc), time and check them beside plain loops and the libraries "
    .. "that are found, and write one page of HTML. The page needs no network; gnuplot draws its charts. report takes "
    .. "forward norms of f32 alone: no gradients, 16-bit types, residuals, biases, int8 or second outputs.",
  declare = function(command)
    options.declare_output(command, "FILE", "The page to write. Its directory is created if it does not exist.")
    options.declare(command)
    command:option("--rows"):argname("N,..."):action(options.collect):count("*"):init(nil)
      :description("Rows of the batches that are timed, 1 to 65536; default 1, 16, 256, 4096.")
    command:option("--rounds"):argname("N"):default(tostring(ROUNDS))
      :description("How often each is timed, 3 to 1000; the median counts.")
  end,
  run = function(args)
    if not args.output or args.output == "" then fail.input("-o FILE is missing; it names the page to write") end
    save.check(args.output, MARK)
    local rounds = options.whole(args.rounds, "--rounds", 3, 1000)
    local rows = rows_of(args)
    local list = kernels.only(args, kernels.of(args))
    require("report.chart").check()
    local wanted = chosen(list)
    check_wanted(list, wanted, rows)
    local results, comparison = measured(wanted, rows, rounds)
    local sections = require "report.sections"
    local html = require("report.page").html("Norms on this machine", origin(args, rounds), {
      sections.machine(comparison), sections.norms(results), sections.speed(results, rows, comparison.titles),
      sections.accuracy(results, comparison.titles), sections.plan(results, rows), sections.code(results) })
    save.file(args.output, html)
    fail.say("%s: %d kernel%s measured", args.output, #results, #results == 1 and "" or "s")
  end,
}

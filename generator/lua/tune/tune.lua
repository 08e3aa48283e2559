-- SPDX-License-Identifier: MIT
-- tune.lua: decides which schedules are measured, in which order, and which are kept.
--
-- The statistics pass of all situations is unrolled as `few` says. So the schedule for `few` is chosen first, and those
-- for the other situations after it. The choice is then compiled as one kernel and compared with the kernel of the
-- rules; in a situation where it is slower, the schedule of the rules stays.
local candidates = require "tune.candidates"
local codesize = require "plan.codesize"
local fail = require "fail"
local kernel = require "output.kernel"
local machine = require "report.machine"
local planfile = require "plan.planfile"
local progress = require "report.progress"
local save = require "save"
local schedule = require "plan.schedule"
local trial = require "tune.trial"

local tune = {}

local LOOP_GAIN = 0.97 -- a loop replaces full unroll if it needs at most this share of the time
local NOISE = 0.01     -- times repeat to this share; a schedule that gains less does not replace that of the rules

local function is_full(s) return schedule.unrolls_all(s.unroll) end

-- Returns the choice from a list, and the best schedule of the other kind (loop or full; nil if there is one kind
-- only).
local function choose(list, times)
  local full, loop
  for i, s in ipairs(list) do
    if is_full(s) then
      if not full or times[i] < times[full] then full = i end
    elseif not loop or times[i] < times[loop] then
      loop = i
    end
  end
  local best, other = full or loop, full and loop
  if other and times[loop] < LOOP_GAIN * times[full] then best, other = loop, full end
  local rule = list.rule
  if is_full(list[rule]) == is_full(list[best]) then
    if times[best] > (1 - NOISE) * times[rule] then best = rule end
  elseif times[rule] < times[best] then
    best, other = rule, best
  end
  return list[best], list[other]
end

local function plain(unroll, rows)
  return schedule.complete { unroll = unroll, rows = rows, ahead = 0, store = "cached", prefetch = 0 }
end

-- Times the candidates for each situation in `parts`, with kernels that hold one candidate for each. make(i) -> the
-- schedules of kernel i. Returns the times for each situation, or nil when the processor lacks the target.
local function timed(t, k, lists, parts, make, rounds)
  local count, choices, jobs = 0, {}, {}
  local runs = { loops = {}, kept = {} }
  for _, part in ipairs(parts) do
    count = math.max(count, #lists[part])
    jobs[#jobs + 1] = { part = part, count = #lists[part] }
    runs.kept[lists[part].rule] = true
  end
  for i = 1, count do
    choices[i] = make(i)
    -- loops compete among themselves, and so does full unroll, if each kernel holds one candidate only
    runs.loops[i] = #parts == 1 and not is_full(lists[parts[1]][i])
  end
  runs.names = t:build(k.spec, k.target, choices)
  return t:time(k.spec, k.target, runs, jobs, rounds)
end

local function part_names(spec)
  if spec.pass == "stats" then return { "few" } end
  local names = {}
  for i, part in ipairs(schedule.parts) do names[i] = part.name end
  return names
end

-- Whether the schedule for `few` handles every row, one at a time, so that `one` has no rows left.
local function takes_all(s) return s.few.rows == 1 and s.few.ahead == 0 end

-- Whether two schedules give the same code in a situation.
local function same(a, b, part)
  local function used(s) return part == "one" and takes_all(s) and s.few or s[part] end
  return schedule.same(used(a), used(b)) and a.few.unroll == b.few.unroll
end

-- Compiles whole kernels, to be timed in all situations, with the kernel for any width as the last. Returns their names
-- and a function that times them and returns figures[i][situation], the least time of all its calls so far.
local function whole_kernels(t, k, choices, rounds)
  local names = t:build(k.spec, k.target, choices)
  local runs = { names = { table.unpack(names) }, loops = {}, kept = {} }
  runs.names[#names + 1] = kernel.any_name(k.spec, k.target)
  for i in ipairs(runs.names) do runs.kept[i] = true end
  local jobs, figures = {}, {}
  for _, part in ipairs(part_names(k.spec)) do jobs[#jobs + 1] = { part = part, count = #runs.names } end
  return names, function()
    for part, list in pairs(t:time(k.spec, k.target, runs, jobs, rounds)) do
      for i, ns in ipairs(list) do
        figures[i] = figures[i] or {}
        figures[i][part] = math.min(ns, figures[i][part] or ns)
      end
    end
    return figures
  end
end

-- The kernels that are timed in the end, as indices of figures: with the choice, with the rules' schedules, with the
-- best of the other kind, with that for `few`, and the kernel for any width.
local CHOICE, RULE, OTHER, OTHER_FEW, ANY = 1, 2, 3, 4, 5

-- Times the candidates. Returns for each situation the choice and the best schedule of the other kind, and the times of
-- the candidates for `few`; nil when the processor lacks the target.
local function chosen(t, k, lists, rounds, progress)
  local choice, other = {}, {}
  progress(0, "few rows")
  local times = timed(t, k, lists, { "few" }, function(i)
    local s = lists.few[i]
    return { one = plain(s.unroll, 1), few = s, many = s }
  end, rounds)
  if not times then return nil end
  choice.few, other.few = choose(lists.few, times.few)
  local few_times, sums = times.few, choice.few.unroll
  if k.spec.pass == "stats" then
    choice.one, choice.many = plain(sums, 1), plain(sums, 1)
    return choice, other, few_times
  end
  progress(0.5, "one row and many rows")
  times = timed(t, k, lists, { "one", "many" }, function(i)
    return { one = lists.one[math.min(i, #lists.one)], few = plain(sums, 2),
      many = lists.many[math.min(i, #lists.many)] }
  end, rounds)
  for _, part in ipairs { "one", "many" } do choice[part], other[part] = choose(lists[part], times[part]) end
  -- if `few` handles every row, `one` has no schedule of its own
  if takes_all(choice) then choice.one = plain(sums, 1) end
  return choice, other, few_times
end

-- What a plan says of the times of each situation.
local function notes_of(parts, choice, other, rule, figures)
  local notes = {}
  for _, part in ipairs(parts) do
    local words = { ("%.1f ns/row"):format(figures[CHOICE][part]) }
    if other[part] and is_full(other[part]) ~= is_full(choice[part]) then
      words[#words + 1] = ("%s: %.1f"):format(schedule.text(other[part]),
        figures[part == "few" and OTHER_FEW or OTHER][part])
    end
    if not same(choice, rule, part) then words[#words + 1] = ("rule: %.1f"):format(figures[RULE][part]) end
    words[#words + 1] = ("any width: %.1f"):format(figures[ANY][part])
    notes[part] = table.concat(words, "; ")
  end
  return notes
end

-- The times of each situation, for the line that ends a kernel.
local function told(parts, choice, rule, figures)
  local texts = {}
  for _, part in ipairs(parts) do
    texts[#texts + 1] = ("%s %.1f ns/row (%s)"):format(part, figures[CHOICE][part],
      same(choice, rule, part) and "the rule's" or ("rule %.1f"):format(figures[RULE][part]))
  end
  return table.concat(texts, ", ")
end

-- Tunes one kernel. Returns an entry for the plan file and a text with its times; nil when the processor lacks the
-- target.
local function tuned(t, k, rounds, progress)
  local lists, rule = candidates.of(k.spec, k.target)
  local choice, other, few_times = chosen(t, k, lists, rounds, progress)
  if not choice then return nil end
  local sums = choice.few.unroll

  progress(0.85, "the choice and the rule")
  local parts = part_names(k.spec)
  local names, time, figures
  local function measure()
    local few = other.few or choice.few
    names, time = whole_kernels(t, k, { [CHOICE] = choice, [RULE] = rule,
      [OTHER] = { one = other.one or choice.one, few = plain(sums, 2), many = other.many or choice.many },
      [OTHER_FEW] = { one = plain(few.unroll, 1), few = few, many = few } }, rounds)
    figures = time()
  end
  -- The situations in which the choice is slower than the rules, even when both are timed again; nil for none.
  local function slower_parts()
    for attempt = 1, 3 do
      local list = {}
      for _, part in ipairs(parts) do
        if not same(choice, rule, part) and figures[CHOICE][part] > (1 + NOISE) * figures[RULE][part] then
          list[#list + 1] = part
        end
      end
      if #list == 0 then return nil end
      if attempt == 3 then return list end
      figures = time()
    end
  end
  local function swap(part) choice[part], other[part] = other[part], choice[part] end
  measure()
  -- a loop that gains enough only now, when it is timed with fewer other kernels
  local swapped
  for _, part in ipairs { "one", "many" } do
    if other[part] and is_full(choice[part]) and not is_full(other[part])
      and figures[OTHER][part] < LOOP_GAIN * figures[CHOICE][part] then
      swap(part)
      swapped = true
    end
  end
  if swapped then measure() end
  -- if the kernel has too much code, replace full unroll by loops, first where it matters least
  for _, part in ipairs { "many", "one", "few" } do
    if (t:size(names[CHOICE]) or 0) > codesize.MOST and other[part] and is_full(choice[part]) then
      swap(part)
      measure()
    end
  end
  -- If the choice is slower than the rules in some situations, these take the rules' schedules. If that does not help,
  -- all situations but `few` do, and `few` unrolls its sums as the rules do. If that does not help either, all
  -- situations do.
  local function replace(parts_of_rule, few)
    choice = schedule.copy(choice)
    choice.few = few or choice.few
    for _, part in ipairs(parts_of_rule) do choice[part] = schedule.copy(rule[part]) end
    measure()
    return slower_parts()
  end
  local slower = slower_parts()
  if slower and replace(slower) then
    local best = lists.few.rule
    for i, s in ipairs(lists.few) do
      if s.unroll == rule.few.unroll and few_times[i] < (1 - NOISE) * few_times[best] then best = i end
    end
    if replace({ "one", "many" }, lists.few[best]) then choice, figures[CHOICE] = rule, figures[RULE] end
  end

  t:clean()
  return { one = choice.one, few = choice.few, many = choice.many,
    notes = notes_of(parts, choice, other, rule, figures) }, told(parts, choice, rule, figures)
end

-- Reports progress, by the share of work done: a line for each kernel and, on a terminal, a line that is overwritten.
local function reporter(wanted)
  local works, total, done, begun = {}, 0, 0, os.time()
  for i, k in ipairs(wanted) do
    works[i] = candidates.work(k.spec, k.target)
    total = total + works[i]
  end
  local terminal = host.on_terminal()
  local report = {}
  function report.at(i, share, what)
    if not terminal then return end
    local work = done + share * works[i]
    io.stderr:write(("\r\27[K[%d/%d] %s: %s; %d %% done%s"):format(i, #wanted, wanted[i].name, what,
      100 * work // total, progress.left(begun, work, total)))
  end
  function report.finished(i, text)
    done = done + works[i]
    io.stderr:write(terminal and "\r\27[K" or "", ("[%d/%d] %s: %s%s\n"):format(i, #wanted, wanted[i].name, text,
      i < #wanted and progress.left(begun, done, total) or ""))
  end
  function report.broken_off() io.stderr:write(terminal and "\r\27[K" or "") end
  return report
end

local function load_plans(path) return host.exists(path) and planfile.load(path, true) or planfile.new(path) end

-- Puts the entry of a kernel into the plan file, as it is now: others may have written to it since it was read.
local function keep(path, kernel_name, entry, here)
  save.file(path, function()
    local plans = load_plans(path)
    for field, value in pairs(here) do entry[field], plans.head[field] = value, value end
    planfile.put(plans, kernel_name, entry)
    return planfile.text(plans)
  end)
end

-- How an interrupt is told: how many of the kernels are measured, and whether --missing goes on from there. It does not
-- where the file held the others before.
local function broken_off(path, finished, wanted, at, holds)
  local file = fail.on_one_line(path)
  if finished == 0 then
    return ("interrupted: no kernel was measured; %s %s"):format(file,
      host.exists(path) and "is as it was" or "was not written")
  end
  local said = ("interrupted: %d of %d kernels are in %s; "):format(finished, #wanted, file)
  for i = at, #wanted do
    if holds(wanted[i]) then return said .. "those not measured keep their former entries, which --missing leaves" end
  end
  return said .. "continue with the same command and --missing"
end

-- Tunes every kernel that has a choice of schedules. what.rounds: how often candidates are timed; what.missing: leave
-- out kernels that the plan file holds.
function tune.run(kernels, path, what)
  save.check(path)
  local plans, wanted = load_plans(path), {}
  for _, k in ipairs(kernels) do
    if k.spec.width ~= "any" and #k.target.needs > 0 then wanted[#wanted + 1] = k end
  end
  if #wanted == 0 then
    fail.input("nothing to tune: kernels in plain C and those for any width are not tuned; "
      .. "name others, as with --isa avx2,avx512")
  end

  local t = trial.open()
  local here = { version = host.version, machine = machine.processor(), compiler = t.compiler_name }
  if what.missing then
    local all = #wanted
    for i = all, 1, -1 do
      if planfile.holds(plans, wanted[i].name, here) then table.remove(wanted, i) end
    end
    if #wanted == 0 then
      t:close()
      local kernels = all == 1 and "the kernel" or ("all %d kernels"):format(all)
      io.stderr:write(("%s: holds %s\n"):format(fail.on_one_line(path), kernels))
      return 0
    end
  end

  local report, lacking, finished, failed, at = reporter(wanted), {}, 0, 0, 1
  local ok, problem = fail.try(function()
    for i, k in ipairs(wanted) do
      at = i
      local entry, text
      if not lacking[k.target] then
        entry, text = tuned(t, k, what.rounds, function(share, doing) report.at(i, share, doing) end)
      end
      if entry then
        keep(path, k.name, entry, here)
        finished = finished + 1
        report.finished(i, text)
      else
        lacking[k.target] = true
        failed = failed + 1
        report.finished(i, "could not be timed, this processor lacks " .. k.target.name)
      end
    end
  end)
  t:close()
  if not ok then
    report.broken_off()
    if problem.interrupted then
      problem.message = broken_off(path, finished, wanted, at,
        function(k) return planfile.holds(plans, k.name, here) end)
    end
    error(problem, 0)
  end
  return failed > 0 and 1 or 0
end

return tune

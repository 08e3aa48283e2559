-- tune.lua: which schedules are measured, in which order, and which are kept.
--
-- The sums of all situations are unrolled as `few` says, so `few` is chosen first and the others with its sums. What
-- comes of it is compiled as one kernel and measured against the rule's; where it is slower the rule's stays.
local candidates = require "tune.candidates"
local codesize = require "plan.codesize"
local fail = require "fail"
local planfile = require "plan.planfile"
local schedule = require "plan.schedule"
local trial = require "tune.trial"

local tune = {}

local LOOP_GAIN = 0.97 -- a loop is taken over full unroll when it needs at most this share of the time
local NOISE = 0.01     -- timings repeat to this share; what gains less than it over the rule's schedule is not taken

local function machine()
  return (host.read("/proc/cpuinfo") or ""):match("model name%s*:%s*([^\n]*)") or "unknown processor"
end

local function is_full(s) return not math.type(s.unroll) end

-- Of a list, the choice and the best of the other kind (loop or full; nil where there is one kind).
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

local function range(n)
  local list = {}
  for i = 1, n do list[i] = i end
  return list
end

-- One list of candidates for each of `parts`, timed by kernels that hold one of each. make(i) -> the schedules of kernel
-- i. Returns the times of each part; nil when the processor lacks the target.
local function compare(t, k, lists, parts, make, rounds)
  local count, choices, jobs = 0, {}, {}
  local runs = { loops = {}, kept = {} }
  for _, part in ipairs(parts) do
    count = math.max(count, #lists[part])
    jobs[#jobs + 1] = { part = part, indices = range(#lists[part]) }
    runs.kept[lists[part].rule] = true
  end
  for i = 1, count do
    choices[i] = make(i)
    -- kinds are compared where a kernel has one candidate alone
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

-- Whether `few` takes every row, one by one.
local function takes_all(s) return s.few.rows == 1 and s.few.ahead == 0 end

-- Whether a situation of two schedules is the same code.
local function same(a, b, part)
  local function used(s) return part == "one" and takes_all(s) and s.few or s[part] end
  return schedule.same(used(a), used(b)) and a.few.unroll == b.few.unroll
end

-- Whole kernels, and the one for any width last, made to be timed in all situations. Returns their names and a function
-- that times them: figures[i][part], the least of all its calls.
local function whole_kernels(t, k, choices, rounds)
  local names = t:build(k.spec, k.target, choices)
  local runs = { names = { table.unpack(names) }, loops = {}, kept = {} }
  runs.names[#names + 1] = k.any
  for i in ipairs(runs.names) do runs.kept[i] = true end
  local jobs, figures = {}, {}
  for _, part in ipairs(part_names(k.spec)) do jobs[#jobs + 1] = { part = part, indices = range(#runs.names) } end
  return names, function()
    for part, list in pairs((t:time(k.spec, k.target, runs, jobs, rounds))) do
      for i, ns in ipairs(list) do
        figures[i] = figures[i] or {}
        figures[i][part] = math.min(ns, figures[i][part] or ns)
      end
    end
    return figures
  end
end

-- The schedules of one kernel: an entry of a plan, its times and those of the rule; nil when the processor lacks the
-- target.
local function tuned(t, k, rounds, progress)
  local lists, rule = candidates.of(k.spec, k.target)
  local choice, other = {}, {} -- of each part, and the best of the other kind

  progress(0, "few rows")
  local times = compare(t, k, lists, { "few" }, function(i)
    local s = lists.few[i]
    return { one = plain(s.unroll, 1), few = s, many = s }
  end, rounds)
  if not times then return nil end
  choice.few, other.few = choose(lists.few, times.few)
  local few_times = times.few

  local sums = choice.few.unroll
  local function beside(one, many) return { one = one, few = plain(sums, 2), many = many } end
  if k.spec.pass == "stats" then
    choice.one, choice.many = plain(sums, 1), plain(sums, 1)
  else
    progress(0.5, "one row and many rows")
    times = compare(t, k, lists, { "one", "many" }, function(i)
      return beside(lists.one[math.min(i, #lists.one)], lists.many[math.min(i, #lists.many)])
    end, rounds)
    for _, part in ipairs { "one", "many" } do choice[part], other[part] = choose(lists[part], times[part]) end
    -- every row goes the way of `few` when that takes them one by one
    if takes_all(choice) then choice.one = plain(sums, 1) end
  end

  progress(0.85, "the choice and the rule")
  local parts = part_names(k.spec)
  local names, time, figures
  local function measure()
    local few = other.few or choice.few
    names, time = whole_kernels(t, k, { choice, rule, beside(other.one or choice.one, other.many or choice.many),
      { one = plain(few.unroll, 1), few = few, many = few } }, rounds)
    figures = time()
  end
  -- The situations in which the choice stays slower than the rule when both are timed again; nil for none.
  local function slower_parts()
    for attempt = 1, 3 do
      local list = {}
      for _, part in ipairs(parts) do
        if not same(choice, rule, part) and figures[1][part] > (1 + NOISE) * figures[2][part] then
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
  -- a loop that gains enough only now, timed beside fewer others
  local swapped
  for _, part in ipairs { "one", "many" } do
    if other[part] and is_full(choice[part]) and not is_full(other[part])
      and figures[3][part] < LOOP_GAIN * figures[1][part] then
      swap(part)
      swapped = true
    end
  end
  if swapped then measure() end
  -- too much code: give up full unroll where it matters least
  for _, part in ipairs { "many", "one", "few" } do
    if (t:size(names[1]) or 0) > codesize.MOST and other[part] and is_full(choice[part]) then
      swap(part)
      measure()
    end
  end
  -- Slower than the rule somewhere: the rule there; else all but `few`, which keeps the rule's sums; else everywhere.
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
    if replace({ "one", "many" }, lists.few[best]) then choice, figures[1] = rule, figures[2] end
  end

  local entry = { one = choice.one, few = choice.few, many = choice.many, notes = {} }
  for _, part in ipairs(parts) do
    local notes = { ("%.1f ns/row"):format(figures[1][part]) }
    if other[part] and is_full(other[part]) ~= is_full(choice[part]) then
      notes[#notes + 1] = ("%s: %.1f"):format(schedule.text(other[part]), figures[part == "few" and 4 or 3][part])
    end
    if not same(choice, rule, part) then notes[#notes + 1] = ("rule: %.1f"):format(figures[2][part]) end
    notes[#notes + 1] = ("any width: %.1f"):format(figures[5][part])
    entry.notes[part] = table.concat(notes, "; ")
  end
  t:clean()
  return entry, figures[1], figures[2]
end

-- Progress by work done: a line for each kernel, on a terminal also one that is written over.
local function reporter(wanted)
  local total, done, begun = 0, 0, os.time()
  for _, k in ipairs(wanted) do total = total + candidates.work(k.spec, k.target) end
  local terminal = host.on_terminal()
  local function left(part)
    local work = done + part
    if work <= 0 then return "" end
    local seconds = (os.time() - begun) / work * (total - work)
    if seconds < 90 then return (", about %d s left"):format(math.ceil(seconds)) end
    return (", about %d min left"):format((seconds + 30) // 60)
  end
  local report = {}
  function report.at(i, share, what)
    if not terminal then return end
    local k = wanted[i]
    local work = share * candidates.work(k.spec, k.target)
    io.stderr:write(("\r\27[K[%d/%d] %s: %s; %d %% done%s"):format(i, #wanted, k.name, what,
      100 * (done + work) // total, left(work)))
  end
  function report.finished(i, text)
    local k = wanted[i]
    done = done + candidates.work(k.spec, k.target)
    io.stderr:write(terminal and "\r\27[K" or "", ("[%d/%d] %s: %s%s\n"):format(i, #wanted, k.name, text,
      i < #wanted and left(0) or ""))
  end
  function report.broken_off() io.stderr:write(terminal and "\r\27[K" or "") end
  return report
end

local function save(plans, path)
  local parent, name = path:match("^(.*)/([^/]*)$")
  local ok, problem = host.write_set(parent == "" and "/" or parent or ".", { { name or path, planfile.text(plans) } })
  if not ok then fail.io("%s", problem) end
end

-- Tunes every kernel that has a choice. what: rounds, missing (leave out what the plan holds), only (a name or nil).
function tune.run(kernels, path, what)
  host.watch_signals()
  local plans = host.exists(path) and planfile.load(path) or planfile.new(path)
  local t = trial.open()
  local here = { version = host.version, machine = machine(), compiler = t.compiler_name }

  local wanted, held = {}, 0
  for _, k in ipairs(kernels) do
    if k.spec.width ~= "any" and #k.target.needs > 0 and (not what.only or k.name == what.only) then
      if what.missing and planfile.holds(plans, k.name, here) then held = held + 1 else wanted[#wanted + 1] = k end
    end
  end
  if #wanted == 0 then
    t:close()
    if held == 0 then fail.input("nothing to tune: kernels in plain C have no schedules worth measuring") end
    io.stderr:write(("%s: holds all %d kernels\n"):format(path, held))
    return 0
  end

  local report, lacking, finished, failed = reporter(wanted), {}, 0, 0
  local ok, problem = xpcall(function()
    for i, k in ipairs(wanted) do
      local entry, chosen, rule
      if not lacking[k.target] then
        entry, chosen, rule = tuned(t, k, what.rounds, function(share, text) report.at(i, share, text) end)
      end
      if entry then
        for field, value in pairs(here) do entry[field], plans.head[field] = value, value end
        planfile.put(plans, k.name, entry)
        save(plans, path)
        finished = finished + 1
        local texts = {}
        for _, part in ipairs(part_names(k.spec)) do
          texts[#texts + 1] = ("%s %.1f ns/row (rule %.1f)"):format(part, chosen[part], rule[part])
        end
        report.finished(i, table.concat(texts, ", "))
      else
        lacking[k.target] = true
        failed = failed + 1
        report.finished(i, "could not be timed, this processor lacks " .. k.target.name)
      end
    end
  end, function(e) return type(e) == "table" and e or { status = 2, message = debug.traceback(tostring(e), 2) } end)
  t:close()
  if not ok then
    report.broken_off()
    if problem.interrupted then
      problem.message = ("interrupted: %d of %d kernels are in %s; the same command with --missing goes on")
        :format(finished, #wanted, path)
    end
    error(problem, 0)
  end
  return failed > 0 and 1 or 0
end

return tune

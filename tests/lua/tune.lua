-- SPDX-License-Identifier: MIT
-- tune.lua: which of the timed schedules tune keeps, and what it notes of them. In place of compiler and clock stands a
-- function that says how long a kernel takes with some schedules.
local check = require "check"
local codesize = require "plan.codesize"
local names = require "spec.name"
local planfile = require "plan.planfile"
local plan = require "plan.plan"
local schedule = require "plan.schedule"
local spec = require "spec.spec"
local target = require "spec.target"

-- takes(part, schedules) -> ns/row of a kernel in a situation, nil where the processor lacks the target; whole: whether
-- it is among the whole kernels that are timed last. size(schedules) -> bytes of its code.
local takes, size
local ANY = 143.2 -- ns/row of the kernel for any width

local trial = {}
trial.__index = trial
package.loaded["tune.trial"] = trial

function trial.open() return setmetatable({ compiler_name = "cc of this test", of = {} }, trial) end
function trial.close() end
function trial.clean() end
function trial:size(name) return size(self.of[name]) end

function trial:build(_, _, choices)
  local built = {}
  for i, choice in ipairs(choices) do
    built[i] = "kernel" .. #self.of + 1
    self.of[built[i]], self.of[#self.of + 1] = choice, choice
  end
  return built
end

function trial:time(_, _, runs, jobs)
  local times, whole = {}, not self.of[runs.names[#runs.names]]
  for _, job in ipairs(jobs) do
    times[job.part] = {}
    for index = 1, job.count do
      local schedules = self.of[runs.names[index]]
      local ns = ANY
      if schedules then ns = takes(job.part, schedules, whole and index) end
      if not ns then return nil end
      times[job.part][index] = ns
    end
  end
  return times
end

local tune = require "tune.tune"

local avx2 = target.named "avx2"
local place = host.temporary_directory()
local path = place .. "/plan.lua"

-- What tune makes of the kernel of a spec: its entry, the exit status, the plan file, and the schedules of the rule.
local function tuned(values, missing)
  local s = spec.new(values, "test")
  local kernels = plan.kernels({ s }, { avx2 }, { schedule = function(...) return schedule.default(...), "rule" end })
  local status = tune.run(kernels, path, { rounds = 3, missing = missing })
  local plans = host.exists(path) and planfile.load(path) or planfile.new(path)
  return plans.entries[names.kernel(s, avx2)], status, plans, schedule.default(s, avx2)
end

local function is_loop(s) return not schedule.unrolls_all(s.unroll) end
local function small() return 4096 end
size = small

local WIDTH = { width = 768 }

-- A loop has to gain three hundredths; between schedules of one kind the rule's stays unless another gains one.
takes = function(part, s) return is_loop(s[part]) and 97.5 or 100 end
local entry, status, plans, rule = tuned(WIDTH)
check.equal(status, 0, "status")
check.equal(plans.head.compiler, "cc of this test", "the compiler")
for _, part in ipairs { "one", "few" } do
  check.that(schedule.same(entry[part], rule[part]), part .. ": a loop that gains too little")
  check.that(entry.notes[part]:find("^100%.0 ns/row; loop .*: 97%.5; any width: 143%.2$"), part .. ": "
    .. entry.notes[part])
end
check.that(is_loop(rule.many) and schedule.same(entry.many, rule.many), "many: the rule has a loop")

takes = function(part, s) return is_loop(s[part]) and 96.5 or 100 end
entry = tuned(WIDTH)
for _, part in ipairs { "one", "few", "many" } do
  check.that(is_loop(entry[part]), part .. ": a loop that gains enough")
end
check.that(entry.notes.few:find("^96%.5 ns/row; full, .*: 100%.0; rule: 100%.0; any width: 143%.2$"), entry.notes.few)

local better
takes = function(part, s)
  return is_loop(s[part]) and 200 or part == "few" and s.few.rows == 2 and s.few.ahead == 0 and better or 100
end
better = 99.5
check.that(schedule.same(tuned(WIDTH).few, rule.few), "few: half a hundredth is no gain")
better = 98
entry = tuned(WIDTH)
check.that(entry.few.rows == 2 and entry.few.ahead == 0 and entry.few.unroll == "full", "few: two hundredths are")
check.that(entry.notes.few:find("^98%.0 ns/row; .*; rule: 100%.0; "), entry.notes.few)

-- What turns out slower than the rule's when the whole kernel is timed gives way to it, in that situation alone.
takes = function(part, s, whole)
  if is_loop(s[part]) then return 200 end
  if part ~= "few" then return 100 end
  return whole == 1 and s.few.rows == 2 and 102 or s.few.rows == 2 and 98 or 100
end
check.that(schedule.same(tuned(WIDTH).few, rule.few), "few: slower as a whole")

-- A kernel with too much code takes loops, for many rows first.
takes = function(part, s) return is_loop(s[part]) and 99 or 100 end
size = function(s)
  local full = 0
  for _, part in ipairs { "one", "few", "many" } do full = full + (is_loop(s[part]) and 0 or codesize.MOST // 2) end
  return full + 1
end
local RESIDUAL = { width = 768, residual = "pre" }
entry = tuned(RESIDUAL)
check.that(is_loop(entry.many) and is_loop(entry.one) and not is_loop(entry.few), "too much code: " .. ("%s %s %s")
  :format(entry.one.unroll, entry.few.unroll, entry.many.unroll))
size = small

-- Statistics have one situation; what a processor lacks is told and not kept; entries that are there are left out.
takes = function(_, s) return s.few.unroll == 2 and 50 or 100 end
entry = tuned { width = 1024, pass = "stats", affine = "none" }
check.that(entry.one.unroll == 2 and entry.few.unroll == 2 and entry.many.unroll == 2, "statistics")
check.that(entry.notes.few and not entry.notes.one and not entry.notes.many, "notes of statistics")
local function never() check.that(false, "a kernel that is there was timed") end
takes = never
check.equal(select(2, tuned({ width = 1024, pass = "stats", affine = "none" }, true)), 0, "--missing")
takes = function() return nil end
entry, status = tuned { width = 96 }
check.that(entry == nil and status == 1, "a processor that lacks the target")

host.remove_tree(place)
return check.status()

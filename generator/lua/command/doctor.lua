-- SPDX-License-Identifier: MIT
-- command/doctor.lua: `lngen doctor` prints what processor, operating system and compiler offer, and which kernels
-- would run here.
local color = require "report.color"
local fail = require "fail"
local shell = require "shell"
local target = require "spec.target"
local words = require "report.words"

local machine -- report.machine, loaded when the command runs

local say = words.say

-- The value of an environment variable as it may be printed; nil without it.
local function setting(variable)
  local value = os.getenv(variable)
  return value and fail.on_one_line(fail.shown(value))
end

-- What LN_ISA caps, and a line about it.
local function capped()
  local value = setting "LN_ISA"
  if not value or value == "" then return nil, "LN_ISA is not set: the best instruction set runs" end
  local name = value:lower()
  if not target.named(name) then
    return nil, ("LN_ISA=%s is unknown and ignored; it may be %s"):format(value, table.concat(target.names, ", "))
  end
  return name, ("LN_ISA=%s: nothing above it runs"):format(value)
end

local function say_targets(found)
  local cap, note = capped()
  local below, best = cap == nil, nil
  for i, entry in ipairs(machine.targets(found)) do
    local name = entry.target.name
    below = below or name == cap
    local state
    if #entry.lacks > 0 then
      state = color.bad("cannot run") .. ": lacks " .. table.concat(entry.lacks, ", ")
    elseif not below then
      state = "could run, but LN_ISA forbids it"
    elseif best then
      state = color.good("can run") .. ", for specs that have no kernel above it"
    else
      best = name
      state = color.good("runs") .. ": the best here"
    end
    say(i == 1 and "kernels" or "", "ln_..._%s %s (%s)", name, state, entry.target.title)
  end
  say("", "%s", note)
  if best == "avx512" and not cap and machine.zen4(found) then
    say("", "this is a Zen 4: some kernels of AVX2, most of f16 among them, run in place of those of AVX-512")
  end
end

-- Whether OpenMP works and how many threads it gives; found: what a program with OpenMP printed.
local function say_threads(found)
  local value, note = setting "OMP_NUM_THREADS", ""
  local asked = value and math.tointeger(tonumber((value .. ","):match("^%s*(%d+)%s*,")))
  if asked and asked > 0 then
    note = asked == found.team and " as OMP_NUM_THREADS says" or (", though OMP_NUM_THREADS says %s"):format(value)
  elseif value then
    note = ("; OMP_NUM_THREADS=%s is no number of threads and ignored"):format(value)
  end
  if found.team then
    say("threads", "%s: OpenMP %d, teams of %d%s", color.good "on", found.openmp, found.team, note)
  else
    say("threads", "%s: OpenMP %d ends programs that use threads%s", color.bad "fail", found.openmp,
      asked and ("; OMP_NUM_THREADS=%s may be too many"):format(value) or note)
  end
end

return {
  name = "doctor",
  summary = "Say what processor, system and compiler offer, and which kernels would run here.",
  description = "Say what processor, operating system and compiler ($CC, or cc) offer: which kernels would run, "
    .. "whether threads, huge pages and flush-to-zero are on. Exit status 1 when no C compiler works.",
  declare = function() end,
  run = function()
    machine = require "report.machine"
    local found, threads, fast, why = shell.in_temporary(function(directory)
      local plain, problem = machine.probe(directory, "")
      return plain, plain and machine.probe(directory, "-fopenmp"),
        plain and machine.probe(directory, "-ffast-math") or nil, problem
    end)

    say("lngen", "%s", host.version)
    say("processor", "%s, %d online", machine.processor(), host.processors())
    local caches = words.caches(machine.caches())
    say("caches", "%s", caches ~= "" and caches or "the system does not tell their sizes")
    if found then say("", "batches are written past them from %s of results on", words.size(found.stream)) end
    say("system", "%s", machine.system())
    local version = shell.output(shell.compiler() .. " --version"):match("^[^\n]+")
    local compiler = fail.on_one_line(shell.compiler())
    say("compiler", "%s", found and ("%s (%s)"):format(compiler, version or "no version")
      or ("%s %s; set CC to a C11 compiler"):format(compiler, why))
    say_targets(found)
    if not found then say("", "asked of the system's list of flags, since no compiler works") end
    if threads and threads.openmp then
      say_threads(threads)
    else
      say("threads", "%s", found and "off: the compiler has no OpenMP" or "not known without a compiler")
    end
    local huge = machine.huge_pages()
    local HUGE = { always = "on: for every block from 2 MiB", madvise = "on: for blocks that ask, as the arena does",
      never = "off: the system gives none" }
    say("huge pages", "%s", HUGE[huge] or "not known: the system does not tell")
    say("denormals", "%s", not found and "not known without a compiler" or found.flush == nil and "kept"
      or found.flush == 1 and "flushed to zero in a new process" or "kept in a new process: flush-to-zero is off")
    if fast and fast.flush == 1 then
      say("", "programs linked with -ffast-math flush them; kernels set and restore this themselves")
    end
    return found and 0 or 1
  end,
}

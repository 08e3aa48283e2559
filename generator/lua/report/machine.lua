-- SPDX-License-Identifier: MIT
-- machine.lua: what this machine and its compiler offer, for doctor, explain, report and tune.
local layout = require "print.layout"
local render = require "output.render"
local schedule = require "plan.schedule"
local shell = require "shell"
local target = require "spec.target"

local machine = {}

local function first_line(path)
  local text = host.read(path)
  return text and text:match("^[^\n]*")
end

-- What the system tells of its processors.
local function cpuinfo() return host.read("/proc/cpuinfo") or "" end

function machine.processor() return cpuinfo():match("model name%s*:%s*([^\n]*)") or "unknown processor" end

-- Whether the processor is one of AMD's, as on_amd() of templates/isa/x86.h asks.
function machine.amd() return cpuinfo():find("AuthenticAMD", 1, true) ~= nil end

-- Whether the system's list of flags has one.
local function lists(flag)
  local flags = " " .. (cpuinfo():match("\nflags%s*:%s*([^\n]*)") or "") .. " "
  return flags:find(" " .. flag .. " ", 1, true) ~= nil
end

-- Whether it is a Zen 4, as ln_cpu_zen4() of templates/caller/ln_cpu.h asks. `found`: of machine.probe, or nil to ask
-- the system's list of flags instead.
function machine.zen4(found)
  if found then return found.zen4 == 1 end
  return machine.amd() and lists "avx512f" and not lists "avx512_vp2intersect"
end

-- The clock in MHz as the system tells it, or nil.
function machine.clock() return tonumber(cpuinfo():match("cpu MHz%s*:%s*([%d.]+)")) end

function machine.system()
  local release = host.read("/etc/os-release") or ""
  local name = release:match('PRETTY_NAME="([^"\n]*)"')
  local kernel = shell.output("uname -sr"):match("^[^\n]+")
  return table.concat({ name or "unknown system", kernel }, ", ")
end

-- The data caches of processor 0: list of { level, bytes }.
function machine.caches()
  local list = {}
  for i = 0, 9 do
    local path = ("/sys/devices/system/cpu/cpu0/cache/index%d/"):format(i)
    local size, unit = (first_line(path .. "size") or ""):match("^(%d+)([KM])")
    if not size then break end
    if first_line(path .. "type") ~= "Instruction" then
      list[#list + 1] = { level = tonumber(first_line(path .. "level")),
        bytes = math.tointeger(tonumber(size)) * (unit == "K" and 1024 or 1024 * 1024) }
    end
  end
  return list
end

-- "always", "madvise", "never", or nil where the system does not tell.
function machine.huge_pages()
  return (first_line("/sys/kernel/mm/transparent_hugepage/enabled") or ""):match("%[(%a+)%]")
end

-- The features that targets need, each once: list of { name, ask }, the latter in C.
local function features()
  local list, seen = {}, {}
  for _, t in ipairs(target.list) do
    for i, feature in ipairs(t.needs) do
      if not seen[feature] then
        seen[feature] = true
        list[#list + 1] = { name = feature, ask = t.asks[i] }
      end
    end
  end
  return list
end

-- Compiles and runs the program of templates/report/doctor.c with some flags; returns its lines as a table, or nil and
-- what is wrong with the compiler.
function machine.probe(directory, flags)
  local text = render.text("report/doctor.c", { features = features(), targets = target.list, pair = false,
    cache_most = schedule.CACHE_MOST, columns = layout.COLUMNS, static = "static inline" })
  shell.write(directory, { { "doctor.c", text } })
  local command = ("%s %s %s doctor.c -o doctor >/dev/null 2>&1"):format(shell.compiler(), shell.FLAGS, flags)
  if not shell.run(command, directory) then
    shell.check_failure(directory)
    return nil, "does not work"
  end
  local found = {}
  for key, value in shell.output(shell.quote(directory .. "/doctor")):gmatch("(%S+) (%d+)\n") do
    found[key] = math.tointeger(tonumber(value))
  end
  if not next(found) then
    shell.check_runs(directory)
    return nil, "makes no program that runs here"
  end
  return found
end

-- For each target the features it lacks: list of { target, lacks }. `found`: of machine.probe, or nil to ask the
-- system's list of flags instead.
function machine.targets(found)
  local list = {}
  for _, t in ipairs(target.list) do
    local lacks = {}
    for _, feature in ipairs(t.needs) do
      local there
      if found then there = found[feature] == 1 else there = lists(feature) end
      if not there then lacks[#lacks + 1] = feature end
    end
    list[#list + 1] = { target = t, lacks = lacks }
  end
  return list
end

return machine

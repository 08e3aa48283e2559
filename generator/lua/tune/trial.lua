-- SPDX-License-Identifier: MIT
-- trial.lua: emits the candidates for a kernel, compiles them with the user's compiler, and times them in turns in one
-- process. Kernels for any width, which several kernels share, are compiled once.
local directory = require "output.directory"
local render = require "output.render"
local fail = require "fail"
local kernel = require "output.kernel"
local names = require "spec.name"
local plan = require "plan.plan"
local shell = require "shell"
local spell = require "print.spell"

local trial = {}
trial.__index = trial

trial.LACKS_TARGET = 77 -- exit status of a runner on a processor without the kernels' instruction set

-- Makes a temporary directory for trials; `close` removes it.
function trial.open()
  local compiler = shell.compiler()
  local _, _, status = host.run({ compiler .. " --version >/dev/null 2>&1" }, 1)
  if status == 127 then fail.check("%s: no such command; set CC to a C11 compiler", compiler) end
  local directory = shell.temporary()
  local ok, problem = fail.try(shell.check_runs, directory)
  if not ok then
    host.remove_tree(directory)
    error(problem, 0)
  end
  local version = shell.output(compiler .. " --version")
  return setmetatable({ directory = directory, compiler = compiler, built = {}, jobs = host.processors(),
    compiler_name = version:match("^[^\n]+") or compiler, precompiles = version:find("Free Software", 1, true) }, trial)
end

function trial:close() host.remove_tree(self.directory) end

-- Runs commands in the directory; returns true, or nil, the exit status of one that failed, and that command with why
-- it failed.
function trial:run(commands)
  shell.check_interrupt()
  local replacing = {}
  for i, command in ipairs(commands) do replacing[i] = shell.replacing(command) end
  local ok, number, status, why = host.run(replacing, self.jobs, self.directory)
  shell.check_interrupt()
  return ok, status, not ok and ("'%s': %s"):format(commands[number], why or "status " .. status)
end

-- Runs compilers in the directory. made: optional, a file that is there afterwards.
function trial:compile(name, commands, made)
  local ok, _, why = self:run(commands)
  if not ok then shell.check_room(self.directory) end
  if ok and made and not host.exists(self.directory .. "/" .. made) then
    ok, why = false, self.compiler .. " makes no program"
  end
  if not ok then fail.check("%s: could not compile the candidates: %s; set CC to a C11 compiler", name, why) end
end

function trial:write(files) shell.write(self.directory, files) end

-- Compiles the kernel once for each of `choices`, which are schedules for all situations. Returns the names of the
-- kernels.
function trial:build(spec, target, choices)
  local kernels, kinds = plan.kernels({ spec }, { target }, {})
  local fixed = kernels[1].name
  local names = {}
  table.remove(kernels, 1)
  for _, choice in ipairs(choices) do
    self.count = (self.count or 0) + 1
    local k = plan.kernel(spec, target, { schedule = function() return choice, "" end })
    k.name = ("%s_c%d"):format(fixed, self.count)
    names[#names + 1] = k.name
    kernels[#kernels + 1] = k
  end
  local wanted, headers = {}, {}
  for _, file in ipairs(directory.files(kernels, kinds, { command = "", extra = "" })) do
    local name = file[1]
    if not self.built[name] then
      self.built[name] = true
      wanted[#wanted + 1] = file
      if self.precompiles and name == ("ln_%s.h"):format(target.name) then
        headers[1] = ("%s %s -x c-header %s -o %s.gch"):format(self.compiler, shell.FLAGS, name, name)
      end
    end
  end
  self:write(wanted)
  self:compile(fixed, headers)
  local commands = {}
  for _, file in ipairs(wanted) do
    local stem = file[1]:match("^(.*)%.c$")
    if stem then commands[#commands + 1] = ("%s %s -c %s.c -o %s.o"):format(self.compiler, shell.FLAGS, stem, stem) end
  end
  self:compile(fixed, commands)
  self.shared = {}
  for _, k in ipairs(kernels) do
    if k.spec.width == "any" then table.insert(self.shared, k.name .. ".o") end
  end
  for _, kind in ipairs(kinds) do
    if kind.pass ~= "backward" then table.insert(self.shared, kernel.slow_name(kind) .. ".o") end
  end
  return names
end

-- Times the kernels that `build` compiled last. runs: their names, and for each whether it is in loops and whether it
-- is timed to the end. jobs: a list of { part, count }: how many kernels, the first ones, are timed in which situation.
-- Returns times[part][index] in ns per row, or nil when the processor lacks the target.
function trial:time(spec, target, runs, jobs, rounds)
  local any = kernel.any_name(spec, target)
  self:write { { "runner.c", render.text("tune/runner.c", { names = runs.names, loops = runs.loops, kept = runs.kept,
    any = any, width = spec.width, rounds = rounds, jobs = jobs, spec = spec, target = target,
    spell = spell.of(spec, target), lacks_target = trial.LACKS_TARGET }) } }
  local objects = {}
  for _, name in ipairs(runs.names) do
    if name ~= any then objects[#objects + 1] = name .. ".o" end
  end
  self:compile(names.of(spec), { ("%s %s runner.c %s %s -lm -o runner"):format(self.compiler, shell.FLAGS,
    table.concat(objects, " "), table.concat(self.shared, " ")) }, "runner")
  local ok, status = self:run { "./runner >times" }
  if status == trial.LACKS_TARGET then return nil end
  if not ok then fail.check("ln_%s_%s: timing failed with status %d", names.of(spec), target.name, status) end
  local times = {}
  for part, index, ns in (host.read(self.directory .. "/times") or ""):gmatch("(%w+) (%d+) ([%d.]+)\n") do
    times[part] = times[part] or {}
    times[part][tonumber(index)] = tonumber(ns)
  end
  for _, job in ipairs(jobs) do
    for index = 1, job.count do
      if not (times[job.part] and times[job.part][index]) then
        fail.check("ln_%s_%s: no time of candidate %d in situation %s", names.of(spec), target.name, index,
          job.part)
      end
    end
  end
  return times
end

-- The bytes of code of a compiled kernel; nil when there is no `size` command.
function trial:size(name) return shell.code_bytes(("%s/%s.o"):format(self.directory, name)) end

-- Removes the candidates of a kernel, and keeps what other kernels share.
function trial:clean()
  self:run { "rm -f ./*_c[0-9]*.[co]" }
end

return trial

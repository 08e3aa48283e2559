-- SPDX-License-Identifier: MIT
-- mca.lua: the static throughput that llvm-mca computes for a kernel's compiled code, when it is installed. It reads
-- code without loops only, and takes every load from the first-level cache.
local directory = require "output.directory"
local fail = require "fail"
local shell = require "shell"

local mca = {}

-- The lines of a function in a compiler's assembly, without directives; nil where it has none of that name.
local function function_of(text, name)
  local body = text:match("\n" .. name:gsub("%p", "%%%0") .. "[%w.]*:\n(.-)\n%s*%.size")
  if not body then return nil end
  local lines, seen, loops = {}, {}, false
  for line in (body .. "\n"):gmatch("(.-)\n") do
    local label = line:match("^(%.L%w+):")
    if label then seen[label] = true end
    local target = line:match("^%s+j%a+%s+(%.L%w+)")
    if target and seen[target] then loops = true end
    if line:match("^%s+%a") and not line:match("^%s+%.") then lines[#lines + 1] = line end
  end
  return table.concat(lines, "\n") .. "\n", loops
end

-- Cycles that llvm-mca gives for one turn of some code, or nil and why not.
local function cycles_of(place, code, cpu)
  if not host.write_set(place, { { "code.s", code } }) then return nil, "the code could not be written" end
  local tool, file = shell.program("LLVM_MCA", "llvm-mca"), shell.quote(place)
  local command = ("{ %s -mtriple=x86_64 -mcpu=%s -iterations=20 %s/code.s 2>%s/said; }"):format(tool, cpu, file, file)
  local text = shell.output(command)
  local said = host.read(place .. "/said") or ""
  if said:find("not a recognized processor", 1, true) then
    return nil, ("this llvm-mca does not know %s"):format(cpu)
  end
  local turns, cycles = text:match("Iterations:%s*(%d+)"), text:match("Total Cycles:%s*(%d+)")
  if not (turns and cycles) then return nil, "llvm-mca says: " .. (said:match("[^\n]+") or "nothing") end
  return tonumber(cycles) / tonumber(turns)
end

-- The functions that a row of a situation passes through, in a compiler's assembly: list of { name, how many rows it
-- handles }.
local function functions_of(k, situation, text)
  local of = k[situation] or k.few or k.one
  local way = of.way
  local sums, write = text:find("\nsum_row[%w.]*:\n") and { "sum_row", 1 }, "write_" .. way.name
  if way.fused then return sums and { sums, { write, 1 } } or { { write, 1 } } end
  if way.sums_before then return { { of.name, way.rows } } end
  if way.ahead > 0 then return { { write .. "_sum", way.rows } } end
  return { sums or { "sum_rows_" .. way.rows, way.rows }, { write, way.rows } } -- without sum_row they are in line
end

-- The functions of a situation as lists of name, rows and code, or nil and why they have no static throughput.
local function code_of(k, situation, text)
  local parts = functions_of(k, situation, text)
  for _, part in ipairs(parts) do
    local code, loops = function_of(text, part[1])
    if not code then return nil, ("the compiler made no function %s"):format(part[1]) end
    if loops then return nil, ("%s has loops"):format(part[1]) end
    part[3] = code
  end
  return parts
end

-- Compiles the kernel in a directory: an object with `cycles(core, situation)` and `functions(situation)`, or nil and
-- why not. situations: those that are asked for, each once or more.
local function compiled(k, situations, place)
  if not host.write_set(place, directory.files({ k }, {}, { command = "", extra = "" })) then
    return nil, "the kernel could not be written"
  end
  local assembly = ("%s/%s.s"):format(place, k.name)
  local command = ("%s %s -S %s.c -o %s.s >/dev/null 2>&1"):format(shell.compiler(), shell.FLAGS, k.name, k.name)
  if not shell.run(command, place) then
    local ok, problem = fail.try(shell.check_room, place)
    return nil, ok and "no C compiler found; set CC" or problem.message
  end
  local text = host.read(assembly) or ""
  local parts_of = {}
  for _, situation in ipairs(situations) do
    local parts, why = code_of(k, situation, text)
    if not parts then return nil, why end
    parts_of[situation] = parts
  end
  local self = {}
  function self.cycles(core, situation)
    local sum = 0
    for _, part in ipairs(parts_of[situation]) do
      local cycles, why = cycles_of(place, part[3], core.mca)
      if not cycles then return nil, why end
      sum = sum + cycles / part[2]
    end
    return sum
  end
  function self.functions(situation)
    local list = {}
    for i, part in ipairs(parts_of[situation]) do list[i] = part[1] end
    return list
  end
  return self
end

-- Calls f(tool, why), where tool is an object with `cycles(core, situation)` and `functions(situation)` of a kernel
-- that is compiled once, or nil, and why it is. Returns what f returns.
function mca.with(k, situations, f)
  if not shell.succeeds(shell.program("LLVM_MCA", "llvm-mca") .. " --version >/dev/null 2>&1") then
    return f(nil, "llvm-mca is not installed")
  end
  if k.spec.pass ~= "forward" then return f(nil, "llvm-mca is asked for the forward pass only") end
  local ok, place = fail.try(shell.temporary)
  if not ok then return f(nil, place.message) end
  return shell.removing(place, function() return f(compiled(k, situations, place)) end)
end

return mca

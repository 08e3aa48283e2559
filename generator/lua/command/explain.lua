-- SPDX-License-Identifier: MIT
-- command/explain.lua: `lngen explain NAME` prints a kernel's plan and follows a row from memory to registers and back:
-- where its arrays lie in an arena, which level of memory its bytes come from, its loads, stores and operations, the
-- size of the compiled code, and how few cycles a core needs for it.
local cores = require "report.cores"
local fail = require "fail"
local names = require "spec.name"
local kernels = require "request.kernels"
local options = require "request.options"
local plan = require "plan.plan"
local schedule = require "plan.schedule"
local save = require "save"
local shell = require "shell"
local words = require "report.words"
local zen4 = require "plan.zen4"

local arena, journey, machine -- of report, loaded when the command runs

local say = words.say

-- Compiles the kernel with the user's compiler; returns the bytes of code and the number of vector registers used, or
-- nil and why not.
local function compiled(k)
  local files = require("output.directory").files({ k }, {}, { command = "", extra = "" })
  local compiler = shell.compiler()
  local function measured(directory)
    shell.write(directory, files)
    local command = ("%s %s -c %s.c -o kernel.o >/dev/null 2>&1"):format(compiler, shell.FLAGS, k.name)
    local object = directory .. "/kernel.o"
    if not shell.run(command, directory) or not host.exists(object) then
      shell.check_failure(directory)
      return nil, compiler .. " compiles no C; set CC"
    end
    local size = shell.code_bytes(object)
    if not size then return nil, "size is not installed (Debian: binutils)" end
    local seen, registers = {}, 0
    for kind, number in shell.output("objdump -d " .. shell.quote(object)):gmatch("%%([xyz])mm(%d+)") do
      if (kind == "z" or k.target.lanes < 16) and not seen[number] then
        seen[number], registers = true, registers + 1
      end
    end
    return size, registers
  end
  local ok, size, registers = fail.try(shell.in_temporary, measured)
  if not ok and size.status ~= 3 then error(size, 0) end -- a fault of lngen
  if not ok then return nil, size.message end
  return size, registers, compiler
end

-- Which kernel a Zen 4 calls where that of AVX2 takes less time there; by the target of the one that is explained.
local ON_ZEN4 = {
  [zen4.wide] = "the kernel of AVX2 is called in its place", [zen4.narrow] = "it is called in place of that of AVX-512",
}

local function say_plan(k)
  local n, W = k.spec.width, k.target.lanes
  for i, line in ipairs(plan.describe(k)) do say(i == 1 and "plan" or "", "%s", line) end
  say("", "from %s", fail.on_one_line(k.source))
  local called = ON_ZEN4[k.target.name]
  local when = called and zen4.narrower(k.spec)
  if when then
    say("", "on a Zen 4 %s%s and takes less time, unless LN_ISA names a set", called,
      when == "cached" and " for rows that are not written past the caches" or "")
  end
  say("registers", "a row fills %d registers of %d elements%s", (n + W - 1) // W, W,
    n % W > 0 and (", the last one with a tail of %d"):format(n % W) or "")
end

local function say_formula(k, spell)
  if k.spec.pass == "backward" then
    say("formula", "%s", spell.gradient_description)
    say("", "slope = -rstd*average(g*xhat)%s", spell.centred and ", shift = -rstd*average(g)" or "")
  elseif k.spec.pass == "stats" then
    say("formula", spell.centred and "mean, m2 = sum of (x - mean)^2" or "m2 = sum of x^2")
  else
    say("formula", "y = %s, %s", spell.formula, not spell.centred and "rstd = 1/sqrt(mean of squares + eps)"
      or (spell.split and "high + low = mean, shift = -low*rstd" or "shift = -mean*rstd")
        .. ", rstd = 1/sqrt(variance + eps)")
  end
end

local ROWS_MAX = 1 << 20

-- The cores that --cpu names, each once and in the order of the list.
local function cores_of(args)
  local wanted, list = {}, {}
  for _, name in ipairs(args.cpu or {}) do
    if name ~= "all" and not cores[name] then
      fail.input("--cpu: unknown core '%s'%s; one of all, %s", fail.shown(name), fail.nearest(name, cores.names),
        table.concat(cores.names, ", "))
    end
    wanted[name] = true
  end
  for _, core in ipairs(cores.list) do
    if wanted.all or wanted[core.name] then list[#list + 1] = core end
  end
  return list
end

-- The caches that the bytes are followed through, and whose they are: of the first core of --cpu, else of this machine.
local function caches_of(list)
  if list[1] then return list[1].caches, "of " .. list[1].title end
  local own = {}
  for _, cache in ipairs(machine.caches()) do own[cache.level] = cache.bytes end
  own.most, own.amd = host.processors() * (schedule.CACHE_MOST << 20), machine.amd()
  if own[1] and own[2] and own[3] then return own, "of this machine" end
  return cores.zen4.caches, "of Zen 4, since the system does not tell its own"
end

local function say_arena(spec, rows)
  local list, total = arena.layout(spec, rows)
  say("arena", "%d bytes for %d row%s, 64-byte aligned; offset, bytes and name of each part", total, rows,
    rows == 1 and "" or "s")
  for _, part in ipairs(list) do
    say("", "%#10x %12d  %s%s", part.offset, part.bytes, part.name,
      part.row_bytes and (", a row every %d bytes"):format(part.row_bytes) or "")
  end
end

local function bytes_by_level(by)
  local parts = {}
  for i = 4, 1, -1 do
    if by[i] > 0 then parts[#parts + 1] = ("%d %s"):format(by[i], journey.LEVELS[i]) end
  end
  return #parts > 0 and table.concat(parts, ", ") or "none"
end

local function say_journey(j, caches, whose)
  say("journey", "in a batch of %d row%s, situation %s; caches %s: L1 %s, L2 %s, L3 %s", j.rows,
    j.rows == 1 and "" or "s", j.situation, whose, words.size(caches[1]), words.size(caches[2]), words.size(caches[3]))
  for _, read in ipairs(j.reads) do
    say("", "%6d bytes of %s from %s, in %s", read.bytes, read.name, journey.LEVELS[read.level], read.pass)
  end
  for _, write in ipairs(j.writes) do
    say("", "%6d bytes of %s to %s, %s", write.bytes, write.name, journey.LEVELS[write.level],
      write.past and "past the caches" or "through the caches")
  end
  if j.fetched > 0 then
    say("", "%6d bytes fetched from %s, the lines that y is written to", j.fetched, journey.LEVELS[j.fetched_level])
  end
  say("from", "%s: bytes a row", bytes_by_level(j.from))
  say("to", "%s: bytes a row", bytes_by_level(j.to))
  say("bytes", "%d read and %d written for each row, %d shared by all rows", j.read, j.written, j.shared)
  say("batch", "%d bytes read, %d written", j.read * j.rows, j.written * j.rows)
  local passes, by_pass = {}, {}
  for _, read in ipairs(j.reads) do
    if not by_pass[read.pass] then passes[#passes + 1] = read.pass end
    by_pass[read.pass] = (by_pass[read.pass] or 0) + read.loads
  end
  for i, pass in ipairs(passes) do passes[i] = ("%.6g in %s"):format(by_pass[pass], pass) end
  say("loads", "%.6g registers a row: %s", j.loads, table.concat(passes, ", "))
  say("stores", "%.6g registers a row", j.stores)
  local kinds = {}
  for _, o in ipairs(j.operations) do kinds[#kinds + 1] = ("%.6g %s"):format(o.count, o.name) end
  say("operations", "%s a row", table.concat(kinds, ", "))
end

-- Returns the floors, for the drawing: list of { core, cycles, what, static }.
local function say_floors(k, rows, list)
  local found = {}
  if #list == 0 then return found end
  local floors, situations = {}, {} -- { floor, journey } of each core; of those that have the kernel's registers
  for i, core in ipairs(list) do
    local floor, j = journey.floor(k, rows, core)
    floors[i] = { floor, j }
    if floor then situations[#situations + 1] = j.situation end
  end
  local function say_floor(i, core, tool)
    local what = i == 1 and "floor" or ""
    local floor, j = table.unpack(floors[i])
    if not floor then return say(what, "%s: has no %s", core.title, k.target.title) end
    local behind = {}
    for r = 2, 3 do
      if floor[r].cycles >= 0.5 then behind[#behind + 1] = ("%s %.0f"):format(floor[r].what, floor[r].cycles) end
    end
    say(what, "%s: %.0f cycles a row, for %s%s%s", core.title, floor[1].cycles, floor[1].what,
      #behind > 0 and "; " .. table.concat(behind, ", ") or "",
      j.from[4] + j.to[4] > 0 and ("; memory adds %d bytes, which no core's cycles count"):format(j.from[4] + j.to[4])
        or "")
    local static, because
    if tool then static, because = tool.cycles(core, j.situation) end
    if static then
      say("", "%s: %.0f cycles a row by llvm-mca: static throughput of %s, all loads from L1", core.title, static,
        table.concat(tool.functions(j.situation), " and "))
    elseif because then
      say("", "%s: no static throughput: %s", core.title, because)
    end
    found[#found + 1] = { core = core, cycles = floor[1].cycles, what = floor[1].what, static = static }
  end
  require("report.mca").with(k, situations, function(tool, why)
    for i, core in ipairs(list) do say_floor(i, core, tool) end
    if not tool then say("", "no static throughput by llvm-mca: %s", why) end
  end)
  return found
end

local function check_measurable(j)
  local MOST = 1 << 30
  if j.rows * (j.read + j.written) > MOST then
    fail.input("--rows: a batch of %d bytes is too large to measure; at most %d", j.rows * (j.read + j.written), MOST)
  end
end

-- Times the kernel with the batch on this machine; returns ns a row, or nil where the processor lacks the target.
local function measured(k, j)
  local t = (require "tune.trial").open()
  local ok, ns = fail.try(function()
    local names_built = t:build(k.spec, k.target, { k.schedule })
    local jobs = { { part = "batch", count = 1, rows = j.rows, stream = j.situation:find "^many" ~= nil } }
    local times = t:time(k.spec, k.target, { names = names_built, loops = {}, kept = { true } }, jobs, 31)
    return times and times.batch[1]
  end)
  t:close()
  if not ok then
    if ns.interrupted then ns.message = "interrupted while measuring" end
    error(ns, 0)
  end
  return ns
end

local function say_measured(k, j)
  local ns = measured(k, j)
  if not ns then
    say("measured", "nothing: this processor lacks %s", k.target.name)
    return nil
  end
  local clock = machine.clock()
  say("measured", "%.1f ns a row on %s, %.1f GB/s read and written%s", ns, machine.processor(),
    (j.read + j.written) / ns,
    clock and ("; %.0f cycles of the %.0f MHz that the system tells"):format(ns * clock / 1000, clock) or "")
  return ns
end

return {
  name = "explain",
  summary = "Print a kernel's plan, and follow a row from memory to registers and back: bytes, operations, cycles.",
  declare = function(command)
    command:argument("name", "The name of a kernel, as 'lngen list' prints it.")
    options.declare_schedule(command)
    command:option("--rows"):argname("N"):default("256")
      :description(("How many rows the batch has, 1 to %d."):format(ROWS_MAX))
    command:option("--cpu"):argname("CORE,..."):count("*"):init(nil) -- cores_of refuses what is none
      :action(options.collect_values("cpu", { "all", table.unpack(cores.names) }, function(word) return word end))
      :description("Also print the fewest cycles that a row takes on these cores: all, "
        .. table.concat(cores.names, ", ") .. ".")
    command:flag("--measure"):description("Also time the kernel here.")
    command:option("--svg"):argname("FILE")
      :description("Also draw the row's journey into FILE, as SVG. Its directory is created if it does not exist.")
  end,
  run = function(args)
    arena, journey, machine = require "report.arena", require "report.journey", require "report.machine"
    local spec, isa = names.parse(args.name, "explain", true)
    if spec.width == "any" then
      fail.input("explain: '%s': a kernel for any width has no plan of its own; 'lngen show %s' prints it", args.name,
        args.name)
    end
    local rows = options.whole(args.rows, "--rows", 1, ROWS_MAX)
    local wanted = cores_of(args)
    if args.svg == "" then fail.input("--svg: '' is no file; name the file to write") end
    if args.svg then save.check(args.svg, require("report.drawing").MARK) end
    local k = plan.kernel(spec, isa, { unroll = options.unroll(args), schedule = kernels.schedules(args) })
    local caches, whose = caches_of(wanted)
    local j = journey.of(k, rows, caches)
    if args.measure then check_measurable(j) end
    say("kernel", "%s", k.name)
    say_formula(k, (require "print.spell").of(spec))
    say_plan(k)
    local size, used, compiler = compiled(k)
    if size then
      say("code", "%d bytes with %s -O2", size, compiler)
      if used and used > 0 and isa.lanes > 1 then say("", "%d of %d vector registers used", used, isa.registers) end
    else
      say("code", "not known: %s", used)
    end
    say_arena(spec, rows)
    say_journey(j, caches, whose)
    local floors = say_floors(k, rows, wanted)
    local ns = args.measure and say_measured(k, j)
    if args.svg then
      local text = require("report.drawing").svg(k, j, { caches = caches, whose = whose, floors = floors, ns = ns })
      save.file(args.svg, text)
    end
  end,
}

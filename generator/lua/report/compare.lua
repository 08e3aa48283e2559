-- SPDX-License-Identifier: MIT
-- compare.lua: times and checks kernels beside the competitors that this machine offers: plain loops of the compilers
-- found, and oneDNN. Built on what tune compiles its candidates with.
local fail = require "fail"
local kernel = require "output.kernel"
local render = require "output.render"
local shell = require "shell"
local spell_module = require "print.spell"
local trial_module = require "tune.trial"

local compare = {}

-- Errors are counted in buckets: the first is up to 2^LEAST units in the last place, each next one up to twice as many;
-- what is beyond all others, or no number, is in the last one.
local LEAST, BUCKETS = -3, 28
compare.LAST_BUCKET = LEAST + BUCKETS - 1

-- Flags that one family of compilers takes for "all this machine has, and liberties with floating point".
local FAST = "-O3 -march=native -ffast-math"

-- The ways in which plain loops are compiled: what is added to the name of the compiler's family, and flags.
local KINDS = { { "", "-O3" }, { "-fast", FAST } }

-- The compilers for plain loops: $CC, and clang or gcc beside it, where they compile a file with all of their flags.
-- List of { command, title }.
local function compilers(t)
  local list, seen = {}, {}
  t:write { { "none.c", "int main(void) { return 0; }\n" } }
  for _, command in ipairs { shell.compiler(), "gcc", "clang" } do
    local version = shell.output(command .. " --version"):match("^[^\n]+")
    local family = version and (version:find("clang", 1, true) and "clang" or "gcc")
    if family and not seen[family] then
      local commands = {}
      for i, kind in ipairs(KINDS) do
        commands[i] = ("%s -std=c11 %s -c none.c -o none%d.o >/dev/null 2>&1"):format(command, kind[2], i)
      end
      seen[family] = t:run(commands)
      if seen[family] then list[#list + 1] = { command = command, title = family } end
    end
  end
  return list
end

-- What this module can measure; fails with one line for anything else.
function compare.check(spec, name)
  for _, wanted in ipairs { { "pass", "forward" }, { "dtype", "f32" }, { "residual", "none" }, { "bias", "none" },
    { "quant", "none" }, { "norms", "one" }, { "rounding", "once" } } do
    local field, value = wanted[1], wanted[2]
    if spec[field] ~= value then
      fail.input("%s: report compares rows of %s %s only, this is %s", name, field, value, spec[field])
    end
  end
end

-- Opens a place to compile in, and finds the competitors. `close` ends it.
function compare.open()
  local self = setmetatable({ trial = trial_module.open() }, { __index = compare })
  local ok, problem = fail.try(function()
    self.compilers = compilers(self.trial)
    self.trial:write { { "have.c", "#include <dnnl.h>\nint main(void) { return dnnl_version() == NULL; }\n" } }
    self.onednn = self.trial:run { self.trial.compiler .. " have.c -ldnnl -o have >/dev/null 2>&1" } or false
  end)
  if not ok then
    self:close()
    error(problem, 0)
  end
  self.titles = { floor = "copy", ["floor-past"] = "copy past the caches", lngen = "lngen", any = "lngen, any width",
    onednn = "oneDNN" }
  return self
end

function compare:close() self.trial:close() end

-- Writes the sources of the plain loops and of oneDNN. Returns who is timed, list of { name, symbol, kernel }; the
-- commands that compile those sources; and the object files of all.
local function contenders_of(self, k, spell)
  local t, spec = self.trial, k.spec
  local built = t:build(spec, k.target, { k.schedule })
  local list = { { name = "lngen", symbol = built[1], kernel = true },
    { name = "any", symbol = kernel.any_name(spec, k.target), kernel = true } }
  local commands, objects = {}, { built[1] .. ".o", table.unpack(t.shared) }
  local loop = spell.plain("(x[i] - mean) * rstd", spell.plain_gain("gamma[i]"), "beta[i]")
  t:write { { "loop.c", render.text("report/loop.c", { width = spec.width, centred = spell.centred, y = loop }) } }
  for _, compiler in ipairs(self.compilers) do
    for _, kind in ipairs(KINDS) do
      local name = compiler.title .. kind[1]
      local symbol = "loop_" .. name:gsub("-", "_")
      commands[#commands + 1] = ("%s -std=c11 %s -DLOOP=%s -c loop.c -o %s.o"):format(compiler.command, kind[2], symbol,
        symbol)
      objects[#objects + 1] = symbol .. ".o"
      list[#list + 1] = { name = name, symbol = symbol }
      self.titles[name] = ("loop, %s -O3%s"):format(compiler.title, kind[1] == "" and "" or ", fast")
    end
  end
  if self.onednn and spec.op == "layernorm" and spec.affine == "full" then
    t:write { { "onednn.c", render.text("report/onednn.c", {}) } }
    commands[#commands + 1] = ("%s %s -c onednn.c -o onednn.o"):format(t.compiler, shell.FLAGS)
    objects[#objects + 1] = "onednn.o"
    list[#list + 1] = { name = "onednn", symbol = "onednn_run" }
  end
  return list, commands, objects
end

-- What the runner has printed: times, errors and worst, as compare:kernel() returns them.
local function results_in(text)
  local times, errors, worst = {}, {}, {}
  local function put(by, name, key, value)
    by[name] = by[name] or {}
    by[name][math.tointeger(tonumber(key))] = tonumber(value)
  end
  for name, count, ns in text:gmatch("time (%S+) (%d+) ([%d.]+)\n") do put(times, name, count, ns) end
  for name, bucket, count in text:gmatch("error (%S+) (-?%d+) (%d+)\n") do put(errors, name, bucket, count) end
  for name, units in text:gmatch("worst (%S+) (%S+)\n") do worst[name] = units end
  -- the floor is the fastest way to copy
  for count, ns in pairs(times["floor-past"]) do times.floor[count] = math.min(times.floor[count], ns) end
  times["floor-past"] = nil
  return times, errors, worst
end

-- Measures a kernel, a plan `k`, with batches of each of `rows`. Returns times[name][rows] in ns a row with the floor
-- as `floor`, errors[name] = { [bucket] = count }, the names in order, and the largest error of each as text; nil where
-- the processor lacks the target.
function compare:kernel(k, rows, rounds, repeats)
  local t, spec, spell = self.trial, k.spec, spell_module.of(k.spec, k.target)
  local contenders, commands, objects = contenders_of(self, k, spell)
  local names = {}
  for i, contender in ipairs(contenders) do names[i] = contender.name end
  local onednn = names[#names] == "onednn"
  local gain = spell.rounds_gain and "(long double)(float)(1 + gamma[i])" or spell.plain_gain("(long double)gamma[i]")
  local exact = spell.plain("t", gain, "(long double)beta[i]")
  t:write { { "runner.c", render.text("report/runner.c", { width = spec.width, rounds = rounds, repeats = repeats,
    contenders = contenders, onednn = onednn, target = k.target, rows_list = rows,
    most_rows = math.max(table.unpack(rows)),
    centred = spell.centred, exact = exact, least = LEAST, buckets = BUCKETS,
    lacks_target = trial_module.LACKS_TARGET }) } }
  t:compile(k.name, commands)
  t:compile(k.name, { ("%s %s runner.c %s%s -lm -o runner"):format(t.compiler, shell.FLAGS,
    table.concat(objects, " "), onednn and " -ldnnl" or "") }, "runner")
  local ok, status = t:run { "env OMP_NUM_THREADS=1 ./runner >found" }
  if status == trial_module.LACKS_TARGET then return nil end
  if not ok then fail.check("%s: measuring failed with status %d", k.name, status) end
  local times, errors, worst = results_in(host.read(t.directory .. "/found") or "")
  t:clean()
  return times, errors, names, worst
end

return compare

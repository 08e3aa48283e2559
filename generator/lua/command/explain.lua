-- command/explain.lua: `lngen explain NAME` prints a kernel's plan, the bytes, loads, stores and operations of a row,
-- and the size of its compiled code.
local fail = require "fail"
local names = require "spec.name"
local kernels = require "request.kernels"
local options = require "request.options"
local plan = require "plan.plan"
local shell = require "shell"
local spec_module = require "spec.spec"

local function say(what, ...) print(("%-12s "):format(what) .. string.format(...)) end

-- Compiles the kernel with the user's compiler; returns the bytes of code and the number of vector registers used, or
-- nil without a compiler.
local function compiled(k)
  local files = require "output.directory"
  local directory = host.temporary_directory()
  if not directory then return end
  if not host.write_set(directory, files.files({ k }, {}, { command = "", extra = "" })) then return end
  local object = directory .. "/kernel.o"
  local compiler = os.getenv("CC") or "cc"
  local command = ("%s -std=c11 -O2 -c %s/%s.c -o %s >/dev/null 2>&1"):format(compiler, directory, k.name, object)
  local built = os.execute(command)
  local size, registers
  if built then
    size = tonumber(shell.output("size " .. object):match("\n%s*(%d+)"))
    local seen = {}
    for kind, number in shell.output("objdump -d " .. object):gmatch("%%([xyz])mm(%d+)") do
      if kind == "z" or k.target.lanes < 16 then seen[number] = true end
    end
    registers = 0
    for _ in pairs(seen) do registers = registers + 1 end
  end
  os.execute("rm -rf " .. shell.quote(directory))
  return size, registers, compiler
end

local function say_plan(k, registers, n)
  local W = k.target.lanes
  for i, line in ipairs(plan.describe(k)) do say(i == 1 and "plan" or "", "%s", line) end
  say("", "from %s", k.source)
  say("registers", "a row fills %d registers of %d elements%s", registers, W,
    n % W > 0 and (", the last one with a tail of %d"):format(n % W) or "")
end

local function explain_forward(k, words, n, registers, bytes)
  local stats = k.spec.pass == "stats"
  local inputs = words.adds and 2 or 1
  local outputs = stats and 0 or words.keeps_sum and 2 or 1
  local parameters = (words.gamma and 1 or 0) + (words.beta and 1 or 0)
  if stats then
    say("formula", words.centred and "mean, m2 = sum of (x - mean)^2" or "m2 = sum of x^2")
  else
    say("formula", "y = %s, %s", words.formula, not words.centred and "rstd = 1/sqrt(mean of squares + eps)"
      or (words.split and "high + low = mean, shift = -low*rstd" or "shift = -mean*rstd")
        .. ", rstd = 1/sqrt(variance + eps)")
  end
  say_plan(k, registers, n)
  say("bytes", "%d read and %d written for each row; %d of parameters, shared by rows in flight",
    n * bytes * inputs, n * bytes * outputs, n * bytes * parameters)
  local sums = k.spec.pass == "apply" and 0 or registers
  local second = stats and 0 or registers
  if stats or sums == 0 then say("", "statistics: 16 %s for each row", stats and "written" or "read") end
  say("loads", "%d in the statistics pass, %d in the write pass, %d of parameters for each group of rows",
    sums * inputs, second * (words.keeps_sum and 1 or inputs), registers * parameters)
  say("stores", "%d", stats and 1 or registers * outputs)
  local apply = (parameters > 0 and 2 or 1) + (words.split and 1 or 0)
  say("operations", "%d in the statistics pass (%s), %d in the write pass",
    sums * (#words.sums + (words.adds and 1 or 0)),
    words.centred and "an addition and an fma for each register" or "an fma for each register",
    second * (apply + (words.adds and not words.keeps_sum and 1 or 0)))
end

local function explain_backward(k, words, n, registers, bytes)
  local centred, params = words.centred, (words.gamma and 1 or 0) + (words.beta and 1 or 0)
  local rows = k.schedule.few.rows
  say("formula", "dx = xhat*slope + %s, xhat = %s, g = %s", centred and "(g*rstd + shift)" or "g*rstd",
    centred and "(x - mean)*rstd" or "x*rstd", words.gamma and words.gradient_formula or "dy")
  say("", "slope = -rstd*average(g*xhat)%s", centred and ", shift = -rstd*average(g)" or "")
  say_plan(k, registers, n)
  say("bytes", "%d read and %d written for each row; %d of gamma and %d of sums over rows, shared by %d row%s",
    2 * n * bytes, n * bytes, words.gamma and n * bytes or 0, 4 * params * n, rows, rows == 1 and "" or "s")
  say("loads", "%d in the statistics pass, %d in the write pass, %d of gamma and sums over rows for each group of rows",
    registers * (2 + (words.gamma and 1 or 0)), registers * 2, registers * (params + (words.gamma and 1 or 0)))
  say("stores", "%d, and %d of sums over rows for each group of rows", registers, registers * params)
  local each = (centred and 2 or 1) + (words.gamma and 1 or 0) -- xhat and g
  say("operations", "%d in the statistics pass, %d in the write pass, %d of these for the sums over rows",
    registers * (each + (centred and 2 or 1)), registers * (each + 2 + params), registers * params)
end

return {
  name = "explain",
  summary = "Print a kernel's plan, and what it does to a row: bytes, loads, stores, operations, code size, registers.",
  declare = function(command)
    command:argument("name", "The name of a kernel, as 'lngen list' prints it.")
    command:option("--plan"):argname("FILE"):description("A plan file, as 'lngen tune' writes it.")
    command:option("--unroll"):argname("full|K"):description("The same as for emit.")
  end,
  run = function(args)
    local spec, isa = names.parse(args.name, "explain")
    local k = plan.kernel(spec, isa, { unroll = options.unroll(args), schedule = kernels.schedules(args) })
    local words = (require "print.spell").of(spec)
    local n, W = spec.width, isa.lanes
    local bytes = spec_module.bytes(spec)
    local explain = spec.pass == "backward" and explain_backward or explain_forward
    say("kernel", "%s", k.name)
    explain(k, words, n, (n + W - 1) // W, bytes)
    local size, used, compiler = compiled(k)
    if size then
      say("code", "%d bytes with %s -O2", size, compiler)
      if used and used > 0 and W > 1 then say("", "%d of %d vector registers used", used, isa.registers) end
    else
      say("code", "not compiled: no C compiler found; set CC")
    end
  end,
}

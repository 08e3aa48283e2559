-- tune.lua: candidates, their measurement, the choice.
local emit = require "emit"
local fail = require "fail"
local plan = require "plan"
local planfile = require "planfile"
local shell = require "shell"

local tune = {}

local TEXT_MAX = 48 * 1024 -- bytes of code a kernel may have
local LOOP_GAIN = 0.97     -- a loop is taken over full unroll when it needs at most this share of the time

local function S(unroll, rows, ahead, store, prefetch)
  return { unroll = unroll, rows = rows, ahead = ahead, store = store or "cached", prefetch = prefetch or 0 }
end

-- The candidates of each situation. What cannot stay in registers is left out, not measured.
function tune.candidates(spec, target)
  local n, roomy = spec.width, target.registers >= 32
  local unrolls = n <= 4096 and { "full", 4 } or { 4 }
  local list = { one = {}, few = {}, many = {} }
  local function add(part, ...) table.insert(list[part], S(...)) end

  for _, unroll in ipairs(n <= 4096 and { "full", 1, 4 } or { 1, 2, 4, 8 }) do add("one", unroll, 1, 0) end
  for _, unroll in ipairs(unrolls) do
    for _, rows in ipairs { 1, 2, 3, 4, 8 } do
      if rows < 8 or n <= 512 then add("few", unroll, rows, 0) end
    end
  end
  for _, unroll in ipairs(n <= 512 and { "full" } or n <= 4096 and { "full", 8 } or { 8 }) do
    for _, rows in ipairs { 1, 2, 4, 8 } do
      -- more rows need registers for what scales each, or rows that are short
      if rows < 4 or n <= (rows == 4 and 640 or 256) and roomy then add("few", unroll, rows, 1) end
    end
    add("few", unroll, 1, 2)
  end
  if target.stream then
    for _, unroll in ipairs(unrolls) do
      for _, rows in ipairs(n <= 512 and { 1, 2, 4 } or { 1, 2 }) do
        add("many", unroll, rows, 0, "stream", 0)
        add("many", unroll, rows, 0, "stream", rows)
      end
    end
    add("many", unrolls[1], 1, 1, "stream", 0)
  else
    for _, unroll in ipairs(unrolls) do add("many", unroll, 1, 0) end
  end
  return list
end

local function machine()
  local name = (host.read("/proc/cpuinfo") or ""):match("model name%s*:%s*([^\n]*)") or "unknown processor"
  return name
end

-- One kernel: emits every candidate under its own name beside the kernels for any width, compiles, runs.
-- Returns { one = {ns, ...}, few = ..., many = ... } in the order of `list`, the objects' directory and names.
local function measure(k, list, directory, compiler, rounds)
  local count = math.max(#list.one, #list.few, #list.many)
  local kernels, names = {}, {}
  for i = 1, count do
    local choice = { one = list.one[math.min(i, #list.one)], few = list.few[math.min(i, #list.few)],
      many = list.many[math.min(i, #list.many)] }
    local c = plan.kernel(k.spec, k.target, { schedule = function() return choice end })
    c.name = c.name .. "_c" .. i
    names[i] = c.name
    kernels[i] = c
  end
  local any = plan.kernel((require "spec").any_width(k.spec), k.target, {})
  kernels[count + 1] = any
  local files = emit.files(kernels, { any.spec }, { command = "", extra = "" })
  local runner = emit.render("tune_runner.c", { names = names, any = any.name, width = k.spec.width, rounds = rounds,
    counts = { one = #list.one, few = #list.few, many = #list.many } })
  files[#files + 1] = { "runner.c", runner }
  local ok, problem = host.write_set(directory, files)
  if not ok then fail.io("%s", problem) end

  local built, _, code = os.execute(("cd %s && for f in *.c; do %s -std=c11 -O2 -c $f -o ${f%%.c}.o || exit 9; done && %s *.o -lm -o runner")
    :format(shell.quote(directory), compiler, compiler))
  if not built then
    fail.check("%s: %s could not compile the candidates (status %s); set CC to a C11 compiler", k.name, compiler, tostring(code))
  end
  local text = shell.output(shell.quote(directory) .. "/runner")
  local result = { one = {}, few = {}, many = {}, any = {} }
  for part, index, ns in text:gmatch("(%w+) (%d+) ([%d.]+)") do result[part][tonumber(index)] = tonumber(ns) end
  for _, part in ipairs { "one", "few", "many" } do
    if #result[part] ~= #list[part] then return nil end
  end
  result.any = { one = tonumber(text:match("any one ([%d.]+)")), few = tonumber(text:match("any few ([%d.]+)")),
    many = tonumber(text:match("any many ([%d.]+)")) }
  return result
end

local function describe(s)
  return ("%s, rows %d, ahead %d%s%s"):format(s.unroll == "full" and "full" or "loop " .. s.unroll, s.rows, s.ahead,
    s.store == "stream" and ", stream" or "", s.prefetch > 0 and ", prefetch " .. s.prefetch or "")
end

-- Index of the choice, and of the best candidate of the other kind (loop or full).
local function choose(list, times)
  local full, loop
  for i, s in ipairs(list) do
    if s.unroll == "full" then
      if not full or times[i] < times[full] then full = i end
    elseif not loop or times[i] < times[loop] then
      loop = i
    end
  end
  if not full then return loop end
  if loop and times[loop] < LOOP_GAIN * times[full] then return loop, full end
  return full, loop
end

local function text_size(k, choice, directory, compiler)
  local c = plan.kernel(k.spec, k.target, { schedule = function() return choice end })
  local files = emit.files({ c }, {}, { command = "", extra = "" })
  local ok, problem = host.write_set(directory, files)
  if not ok then fail.io("%s", problem) end
  os.execute(("cd %s && %s -std=c11 -O2 -c %s.c -o size.o"):format(shell.quote(directory), compiler, c.name))
  return tonumber(shell.output(("size %s/size.o"):format(shell.quote(directory))):match("\n%s*(%d+)")) or 0
end

function tune.run(kernels, path, rounds)
  local plans = host.exists(path) and planfile.load(path) or { head = {}, order = {} }
  local compiler = os.getenv("CC") or "cc"
  plans.head = { version = host.version, machine = machine(),
    compiler = shell.output(compiler .. " --version"):match("^[^\n]*") or compiler }

  local wanted = {}
  for _, k in ipairs(kernels) do
    if k.spec.pass == "backward" then fail.input("%s: tune times the forward pass only", k.name) end
    if k.spec.width ~= "any" and #k.target.needs > 0 then wanted[#wanted + 1] = k end
  end
  if #wanted == 0 then fail.input("nothing to tune: kernels in plain C have no schedules worth measuring") end

  for _, k in ipairs(wanted) do
    if k.spec.pass ~= "forward" then
      fail.input("%s: pass %s cannot be tuned; forward can, and a plan may be written by hand", k.name, k.spec.pass)
    end
  end

  local begun, failed = os.time(), 0
  for i, k in ipairs(wanted) do
    local left = i > 1 and (", about %d min left"):format(math.ceil((os.time() - begun) / (i - 1) * (#wanted - i + 1) / 60))
      or ""
    io.stderr:write(("[%d/%d] %s%s\n"):format(i, #wanted, k.name, left))
    local list = tune.candidates(k.spec, k.target)
    local directory = os.tmpname()
    os.remove(directory)
    local times = measure(k, list, directory, compiler, rounds)
    if not times then
      io.stderr:write(("lngen: %s: could not be timed, this processor lacks %s\n"):format(k.name, k.target.name))
      failed = failed + 1
    else
      local entry = { notes = {} }
      local index, other = {}, {}
      for _, part in ipairs { "one", "few", "many" } do
        index[part], other[part] = choose(list[part], times[part])
        entry[part] = list[part][index[part]]
      end
      -- too much code: give up full unroll where it matters least
      for _, part in ipairs { "many", "one", "few" } do
        if text_size(k, entry, directory, compiler) > TEXT_MAX and other[part] and entry[part].unroll == "full" then
          index[part], other[part] = other[part], index[part]
          entry[part] = list[part][index[part]]
        end
      end
      for _, part in ipairs { "one", "few", "many" } do
        entry.notes[part] = ("%.1f ns/row"):format(times[part][index[part]])
          .. (other[part] and ("; %s: %.1f"):format(describe(list[part][other[part]]), times[part][other[part]]) or "")
          .. (times.any[part] and ("; any width: %.1f"):format(times.any[part]) or "")
      end
      if not plans[k.name] then plans.order[#plans.order + 1] = k.name end
      plans[k.name] = entry
      local parent, name = path:match("^(.*)/([^/]*)$")
      local ok, problem = host.write_set(parent or ".", { { name or path, planfile.text(plans) } })
      if not ok then fail.io("%s", problem) end
    end
    os.execute("rm -rf " .. shell.quote(directory))
  end
  return failed > 0 and 1 or 0
end

return tune

-- planfile.lua: measured schedules as a file people read and review. A plan file is a Lua table, read as data: no
-- libraries, no loops without end. One entry a kernel:
--
--   { kernel = "ln_layernorm_f32_768_avx512",
--     one  = { unroll = "full", rows = 1, ahead = 0, store = "cached", prefetch = 0 }, -- 101.2 ns/row; ...
--     few  = ..., many = ... },
local fail = require "fail"
local schedule = require "schedule"
local target = require "target"

local planfile = {}

planfile.FORMAT = 1

local PARTS = { "one", "few", "many" }
local FIELDS = { "unroll", "rows", "ahead", "store", "prefetch" }

local function one_of(value, list)
  for _, v in ipairs(list) do
    if v == value then return true end
  end
  return false
end

local checks = {
  unroll = { function(v) return v == "full" or one_of(v, schedule.UNROLLS) end,
    '"full" or one of ' .. table.concat(schedule.UNROLLS, ", ") },
  rows = { function(v) return math.type(v) == "integer" and v >= 1 and v <= schedule.ROWS_MAX end,
    "1 to " .. schedule.ROWS_MAX },
  ahead = { function(v) return v == 0 or v == 1 or v == 2 end, "0, 1 or 2" },
  store = { function(v) return v == "cached" or v == "stream" end, '"cached" or "stream"' },
  prefetch = { function(v) return math.type(v) == "integer" and v >= 0 and v <= 64 end, "0 to 64" },
}

-- What only some situations can be given: a row left over has no others in flight, and non-temporal stores ask more of y
-- than rows that stay in the caches have.
local restricted = {
  one = { rows = 1, ahead = 0, store = "cached" },
  few = { store = "cached" },
  many = {},
}

local function check_part(s, where, restrictions)
  if type(s) ~= "table" then fail.input("%s: is missing; a schedule is { unroll, rows, ahead, store, prefetch }", where) end
  for key in pairs(s) do
    if not checks[key] then
      fail.input("%s: unknown field '%s'%s; fields are %s", where, tostring(key),
        fail.nearest(tostring(key), FIELDS), table.concat(FIELDS, ", "))
    end
  end
  local t = {}
  for _, field in ipairs(FIELDS) do
    local value = s[field]
    if value == nil then fail.input("%s: field '%s' is missing", where, field) end
    if not checks[field][1](value) then
      fail.input("%s: %s = %s; it must be %s", where, field, tostring(value), checks[field][2])
    end
    if restrictions[field] and restrictions[field] ~= value then
      fail.input("%s: %s = %s; here it must be %s", where, field, tostring(value), tostring(restrictions[field]))
    end
    t[field] = value
  end
  return t
end

-- The table a plan file's text evaluates to, run without libraries and for a bounded time.
local function evaluate(text, name)
  local chunk, problem = load(text, "@" .. name, "t", {})
  if not chunk then fail.input("%s", problem) end
  local thread = coroutine.create(chunk)
  debug.sethook(thread, function() error("runs too long for a table of plans", 2) end, "", 10000000)
  local ok, result = coroutine.resume(thread)
  if not ok then fail.input("%s", tostring(result)) end
  if type(result) ~= "table" then fail.input("%s: does not return a table of plans", name) end
  return result
end

-- parse(text, name) -> { head = {version, machine, compiler}, [kernel] = entry, order = {kernel, ...} }
function planfile.parse(text, name)
  local data = evaluate(text, name)
  if data.format ~= planfile.FORMAT then
    fail.input("%s: format %s; this lngen (%s) reads format %d: tune again", name, tostring(data.format), host.version,
      planfile.FORMAT)
  end
  local plans = { head = { version = data.version, machine = data.machine, compiler = data.compiler }, order = {} }
  for key in pairs(data) do
    if type(key) ~= "number" and not one_of(key, { "format", "version", "machine", "compiler" }) then
      fail.input("%s: unknown field '%s'; fields are format, version, machine, compiler", name, tostring(key))
    end
  end
  for i, entry in ipairs(data) do
    if type(entry) ~= "table" or type(entry.kernel) ~= "string" then
      fail.input("%s: entry %d has no kernel = \"ln_...\"", name, i)
    end
    local where = name .. ": " .. entry.kernel
    local isa = entry.kernel:match("_([^_]+)$")
    if not one_of(isa, target.names) then
      fail.input("%s: unknown target '%s'; one of %s", where, tostring(isa), table.concat(target.names, ", "))
    end
    if plans[entry.kernel] then fail.input("%s: stands twice", where) end
    for key in pairs(entry) do
      if key ~= "kernel" and not one_of(key, PARTS) and key ~= "notes" then
        fail.input("%s: unknown field '%s'; fields are kernel, notes, %s", where, tostring(key), table.concat(PARTS, ", "))
      end
    end
    local kept = { notes = entry.notes or {} }
    for _, part in ipairs(PARTS) do kept[part] = check_part(entry[part], where .. "." .. part, restricted[part]) end
    plans[entry.kernel] = kept
    plans.order[#plans.order + 1] = entry.kernel
  end
  return plans
end

function planfile.load(path)
  local text, problem = host.read(path, 16 << 20)
  if not text then fail.io("%s", problem) end
  return planfile.parse(text, path)
end

local function quoted(value)
  if type(value) == "string" then return ("%q"):format(value) end
  return tostring(value)
end

-- The text of a plan file.
function planfile.text(plans)
  local lines = {
    "-- A plan of lngen: how fast kernels are made, never which bits they give. `lngen emit --plan FILE` uses it,",
    "-- `lngen tune -o FILE` adds to it. The note beside each choice: its ns/row, then the best of the other candidates.",
    "return {",
    ("  format = %d,"):format(planfile.FORMAT),
    ("  version = %q,"):format(plans.head.version or host.version),
    ("  machine = %q,"):format(plans.head.machine or "unknown"),
    ("  compiler = %q,"):format(plans.head.compiler or "unknown"),
  }
  for _, name in ipairs(plans.order) do
    local entry = plans[name]
    lines[#lines + 1] = ("  { kernel = %q,"):format(name)
    for _, part in ipairs(PARTS) do
      local cells = {}
      for _, field in ipairs(FIELDS) do cells[#cells + 1] = field .. " = " .. quoted(entry[part][field]) end
      lines[#lines + 1] = ("    %-4s = { %s },"):format(part, table.concat(cells, ", "))
    end
    local notes = {}
    for _, part in ipairs(PARTS) do
      if entry.notes[part] then notes[#notes + 1] = ("%s = %q"):format(part, entry.notes[part]) end
    end
    lines[#lines + 1] = ("    notes = { %s } },"):format(table.concat(notes, ",\n              "))
  end
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end

local function copy(entry)
  local t = {}
  for _, part in ipairs(PARTS) do
    t[part] = {}
    for k, v in pairs(entry[part]) do t[part][k] = v end
  end
  return t
end

-- The schedule `plans` holds for a kernel: its own, or the one of the nearest width of the same family and target
-- within a factor of 1.35. Returns schedule, name of the entry it came from; nil when there is none.
function planfile.lookup(plans, name)
  if plans[name] then return copy(plans[name]), name end
  local head, width, isa = name:match("^(.*)_(%d+)_([^_]+)$")
  if not head then return end
  local best, distance = nil, math.log(1.35)
  for _, candidate in ipairs(plans.order) do
    local h, w, i = candidate:match("^(.*)_(%d+)_([^_]+)$")
    if h == head and i == isa then
      local d = math.abs(math.log(tonumber(w) / tonumber(width)))
      if d < distance then best, distance = candidate, d end
    end
  end
  if best then return copy(plans[best]), best end
end

return planfile

-- SPDX-License-Identifier: MIT
-- planfile.lua: measured schedules as a file people read and review. A plan file is a Lua table, read as data: no
-- libraries, no loops without end. One entry a kernel:
--
--   { kernel = "ln_layernorm_f32_768_avx512",
--     one  = { unroll = "full", rows = 1, ahead = 0, store = "cached", prefetch = 0 },
--     few  = ..., many = ...,
--     notes = { one = "101.2 ns/row; ...", ... } },
local fail = require "fail"
local input = require "input"
local names = require "spec.name"
local schedule = require "plan.schedule"
local target = require "spec.target"

local planfile = {}

local FORMAT = 1

-- Where entries were measured. The head of the file says it for all; an entry that comes from elsewhere says it itself.
local ORIGIN = { "version", "machine", "compiler" }

-- A version that suits every lngen, for plans written by hand.
local ANY_VERSION = "any"

local field_names, part_names = {}, {}
for i, field in ipairs(schedule.fields) do field_names[i] = field.name end
for i, part in ipairs(schedule.parts) do part_names[i] = part.name end

local head_names, entry_names = { "format", table.unpack(ORIGIN) }, { "kernel", "notes", table.unpack(part_names) }
table.move(ORIGIN, 1, #ORIGIN, #entry_names + 1, entry_names)

-- A value as a plan file has it.
local function quoted(value)
  if type(value) == "string" then return ("%q"):format(fail.shown(value)) end
  return fail.shown(value)
end

local function check_part(s, where, fixed)
  if type(s) ~= "table" then
    fail.input("%s: is %s; a schedule is { %s }", where, s == nil and "missing" or fail.shown(s),
      table.concat(field_names, ", "))
  end
  for key in pairs(s) do fail.if_unknown(where, "field", key, field_names) end
  local t = {}
  for _, field in ipairs(schedule.fields) do
    local name = field.name
    local value = s[name]
    if value == nil then value = field.default end
    if value == nil then fail.input("%s: field '%s' is missing", where, name) end
    if not field.ok(value) then
      fail.input("%s: %s = %s; it must be %s", where, name, quoted(value), field.range)
    end
    if fixed[name] ~= nil and fixed[name] ~= value then
      fail.input("%s: %s = %s; here it must be %s", where, name, quoted(value), quoted(fixed[name]))
    end
    t[name] = value
  end
  return t
end

-- The table a plan file's text evaluates to. replaced: whether the file will be written again, so that one of another
-- kind must not be there.
local function evaluate(text, name, replaced)
  local result, problem = host.data(input.without_mark(text), name)
  if problem and problem:find(": not enough memory$") then fail.memory("%s", problem) end
  if problem then fail.input("%s; a plan file is a table of Lua, as 'lngen tune' writes it", problem) end
  if replaced and (type(result) ~= "table" or result.format == nil) then
    fail.input("%s: no plan of lngen; name another file", name)
  end
  if type(result) ~= "table" then fail.input("%s: does not return a table of plans", name) end
  return result
end

local function check_text(value, where, what)
  if type(value) ~= "string" then fail.input("%s: %s = %s; it must be a text", where, what, fail.shown(value)) end
  return value
end

-- What a kernel's name says of rows of one width: the name without the width, and the width; nil for any width.
local function width_in(kernel)
  local head, width, isa = kernel:match("^(.*)_(%d+)_([^_]+)$")
  if head then return head .. "_" .. isa, math.tointeger(tonumber(width)) end
end

-- Adds an entry, or replaces the one of the same kernel. entry: { one, few, many, notes, version, machine, compiler }
function planfile.put(plans, kernel, entry)
  if not plans.entries[kernel] then
    plans.order[#plans.order + 1] = kernel
    local kind_on_isa, width = width_in(kernel)
    if kind_on_isa then
      plans.widths[kind_on_isa] = plans.widths[kind_on_isa] or {}
      table.insert(plans.widths[kind_on_isa], { width = width, kernel = kernel })
    end
  end
  plans.entries[kernel] = entry
end

function planfile.new(name) return { name = name, head = {}, entries = {}, order = {}, widths = {} } end

-- parse(text, name, replaced) -> plans: { name, head = {version, machine, compiler}, entries by kernel,
-- order = {kernel, ...} }
function planfile.parse(text, name, replaced)
  local data = evaluate(text, name, replaced)
  if type(data.format) == "string" then
    fail.input("%s: format = \"%s\"; it must be a number, without quotes", name, fail.shown(data.format))
  end
  if data.format == nil then
    fail.input("%s: no format = %d in it; a plan file is a table of Lua, as 'lngen tune' writes it", name, FORMAT)
  end
  if data.format ~= FORMAT then
    fail.input("%s: format %s; this lngen (%s) reads format %d: tune again", name, fail.shown(data.format),
      host.version, FORMAT)
  end
  local plans = planfile.new(name)
  for _, what in ipairs(ORIGIN) do plans.head[what] = check_text(data[what], name, what) end
  for key in pairs(data) do
    if type(key) ~= "number" then
      fail.if_unknown(name, "field", key, head_names)
    elseif key ~= 1 and data[key - 1] == nil then
      fail.input("%s: entry [%s]: entries have the numbers 1, 2, 3 and so on, or are written without", name, key)
    end
  end
  for i, entry in ipairs(data) do
    if type(entry) ~= "table" or type(entry.kernel) ~= "string" then
      fail.input("%s: entry %d has no kernel = \"ln_...\"", name, i)
    end
    local where = name .. ": " .. entry.kernel
    local isa = entry.kernel:match("_([^_]+)$")
    if isa then fail.if_unknown(where, "instruction set", isa, target.names) end
    names.parse(entry.kernel, ("%s: entry %d"):format(name, i))
    if plans.entries[entry.kernel] then fail.input("%s: stands twice; leave one out", where) end
    for key in pairs(entry) do fail.if_unknown(where, "field", key, entry_names) end
    local kept = { notes = entry.notes == nil and {} or entry.notes }
    if type(kept.notes) ~= "table" then
      fail.input("%s: notes = %s; they must be { one = \"...\", few = \"...\", many = \"...\" }", where,
        fail.shown(kept.notes))
    end
    for part, note in pairs(kept.notes) do
      fail.if_unknown(where .. ".notes", "field", part, part_names)
      check_text(note, where .. ".notes", part)
    end
    for _, what in ipairs(ORIGIN) do
      kept[what] = entry[what] == nil and plans.head[what] or check_text(entry[what], where, what)
    end
    for _, part in ipairs(schedule.parts) do
      kept[part.name] = check_part(entry[part.name], where .. "." .. part.name, part.fixed)
    end
    planfile.put(plans, entry.kernel, kept)
  end
  return plans
end

function planfile.load(path, replaced)
  local text, problem = input.read(path, 16 << 20)
  if not text then fail.io("%s", problem) end
  return planfile.parse(text, path, replaced)
end

-- Fails unless this version of lngen measured every entry: another one makes other code from the same schedule.
function planfile.check_version(plans)
  for _, kernel in ipairs(plans.order) do
    local version = plans.entries[kernel].version
    if version ~= host.version and version ~= ANY_VERSION then
      fail.input("%s: %s: was measured with lngen %s, this is %s; tune it again, with --missing, or write "
        .. "version = \"%s\"", plans.name, kernel, version, host.version, ANY_VERSION)
    end
  end
end

-- Whether the entry of a kernel comes from here: { version, machine, compiler }.
function planfile.holds(plans, kernel, here)
  local entry = plans.entries[kernel]
  if not entry then return false end
  for _, what in ipairs(ORIGIN) do
    if entry[what] ~= here[what] then return false end
  end
  return true
end

-- The text of a plan file.
function planfile.text(plans)
  local lines = {
    "-- A plan of lngen: how fast kernels are made, never which bits they give. `lngen emit --plan FILE` uses it,",
    "-- `lngen tune -o FILE` adds to it. The note beside each choice: its ns/row, then those of other kernels.",
    "-- Comments are not kept when tune writes the file again.",
    "return {",
    ("  format = %d,"):format(FORMAT),
  }
  for _, what in ipairs(ORIGIN) do lines[#lines + 1] = ("  %s = %q,"):format(what, plans.head[what]) end
  for _, name in ipairs(plans.order) do
    local entry = plans.entries[name]
    lines[#lines + 1] = ("  { kernel = %q,"):format(name)
    for _, what in ipairs(ORIGIN) do
      if entry[what] ~= plans.head[what] then lines[#lines + 1] = ("    %s = %q,"):format(what, entry[what]) end
    end
    local notes = {}
    for _, part in ipairs(part_names) do
      local cells = {}
      for _, field in ipairs(schedule.fields) do
        local value = entry[part][field.name]
        if value ~= field.default then cells[#cells + 1] = field.name .. " = " .. quoted(value) end
      end
      lines[#lines + 1] = ("    %-4s = { %s },"):format(part, table.concat(cells, ", "))
      if entry.notes[part] then notes[#notes + 1] = ("%s = %q"):format(part, entry.notes[part]) end
    end
    lines[#lines + 1] = ("    notes = { %s } },"):format(table.concat(notes, ",\n              "))
  end
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end

local NEAR = math.log(1.35) -- widths this far apart share a schedule

-- The schedule `plans` holds for a kernel: its own, or the one of the nearest width of the same norm kind and target.
-- Returns schedule, kernel it was measured for; nil when there is none.
function planfile.lookup(plans, name)
  local best, distance = plans.entries[name] and name, NEAR
  local kind_on_isa, width = width_in(name)
  if not best and kind_on_isa then
    for _, candidate in ipairs(plans.widths[kind_on_isa] or {}) do
      local d = math.abs(math.log(candidate.width / width))
      if d < distance then best, distance = candidate.kernel, d end
    end
  end
  if not best then return end
  local s = {}
  for _, part in ipairs(part_names) do s[part] = schedule.copy(plans.entries[best][part]) end
  return s, best
end

return planfile

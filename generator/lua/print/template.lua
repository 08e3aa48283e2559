-- SPDX-License-Identifier: MIT
-- template.lua: text templates. A line that starts with '%' is Lua, ${...} substitutes an expression. A ${...} alone on
-- its line whose value is a block (c.lua) stands for the block's lines, each indented as that line is.
-- `% item "NAME ..."` begins an item: text that defines these names, up to the next such line.
-- One template line becomes one line of Lua, so an error names the template's own file and line, and a name the
-- template was not given stops the run.
local c = require "print.c"
local fail = require "fail"
local frozen = require "frozen"

local template = {}

local LIBRARY = { ipairs = ipairs, pairs = pairs, tostring = tostring, select = select, assert = assert, error = error,
  string = frozen(string, "string"), table = frozen(table, "table"), math = frozen(math, "math") }

-- What rendering one template may take, with all that it includes; our own take 0.05 s and a few megabytes at most.
template.limits = { seconds = 10, megabytes = 512 }

local DEEPEST = 20 -- templates that include each other

-- Rewrites one line of template text, the line `number` of `file`, as one line of Lua.
local function compile_line(line, file, number)
  local where = ("%s:%d"):format(file, number)
  if line:sub(1, 1) == "%" then return line:sub(2) end
  local indent, alone = line:match("^( *)%${([^}]*)}$")
  if alone then return ("_block(%q, %q, %s);"):format(where, indent, alone) end
  local parts, at = {}, 1
  while true do
    local open, close = line:find("${", at, true)
    if not open then break end
    local finish = line:find("}", close, true)
    if not finish then fail.input("%s: '${' without '}'", where) end
    if open > at then parts[#parts + 1] = ("%q"):format(line:sub(at, open - 1)) end
    parts[#parts + 1] = ("_value(%s)"):format(line:sub(close + 1, finish - 1))
    at = finish + 1
  end
  parts[#parts + 1] = ("%q"):format(line:sub(at))
  return ("_line(%q, %s);"):format(where, table.concat(parts, ".."))
end

-- The kind of error that a problem of a template is: it is no fault of the template that there is too little memory.
local function raise_of(problem)
  return problem == "not enough memory" and not host.at_limit() and fail.memory or fail.input
end

-- The chunk of a template; each template is compiled once a run.
local chunks = {}

local function compiled(file, body)
  local known = chunks[file]
  if known and known.body == body then return known.chunk end
  local lines = {}
  for line in (body:gsub("\n$", "") .. "\n"):gmatch("(.-)\n") do
    lines[#lines + 1] = compile_line(line, file, #lines + 1)
  end
  local chunk, problem = load(table.concat(lines, "\n"), "@" .. file, "t", {})
  if not chunk then
    raise_of(problem)("%s%s", problem:sub(1, #file + 1) == file .. ":" and "" or file .. ": ", problem)
  end
  chunks[file] = { body = body, chunk = chunk }
  return chunk
end

-- "file:line: " of the template line that is running, for an error in a function that it has called; "" where the
-- message begins with a line of the template.
local function called_from(chunk, file, problem)
  if problem:sub(1, #file + 1) == file .. ":" then return "" end
  for level = 3, math.huge do
    local frame = debug.getinfo(level, "fl")
    if not frame then return "" end
    if frame.func == chunk then return ("%s:%d: "):format(file, frame.currentline) end
  end
end

-- The name of an included template is a path that goes down only.
local function check_part(part)
  local down = type(part) == "string" and part ~= "" and not part:find "[%c\\]"
  for step in (down and part .. "/" or "/"):gmatch("(.-)/") do
    down = down and step ~= "" and step ~= "." and step ~= ".."
  end
  if not down then
    error(("include '%s': it must name a file in the directory of templates, as in 'kernel/rows.c'"):format(
      fail.shown(part)), 0)
  end
end

-- render(name, text, values, fetch) -> list of items { names, text, lines, from }. `names` is a list, empty for text
-- before the first item; blank lines around an item's text are dropped; `lines`: how many it has with every unrolled
-- loop turned; `from`: for each line of `text` the "file:line" of the template that made it. `values` are the only
-- names that the template sees besides plain Lua's string, table and math, and include(part), which renders fetch(part)
-- -> text, name in its place.
function template.render(name, text, values, fetch)
  local items, out, from, further, env = {}, {}, {}, 0, nil -- further: lines that unrolled loops turn into
  local depth = 0

  local function run(file, body)
    local chunk = compiled(file, body)
    debug.setupvalue(chunk, 1, env) -- _ENV, the only upvalue of a chunk
    local ok, err = xpcall(chunk, function(problem)
      if fail.is(problem) then return problem end
      if type(problem) ~= "string" then problem = "the error is " .. fail.shown(problem) .. "; it must be a text" end
      return called_from(chunk, file, problem) .. problem
    end)
    if not ok then
      if fail.is(err) then error(err, 0) end
      if err == "not enough memory" then
        if not host.at_limit() then fail.memory("%s: %s", file, err) end
        err = ("%s: takes more than %d megabytes"):format(file, template.limits.megabytes)
      end
      fail.input("%s", err)
    end
  end

  local function close()
    local first, last = 1, #out
    while out[first] == "" do first = first + 1 end
    while last > 0 and out[last] == "" do last = last - 1 end
    local item = items[#items] or { names = {} }
    item.text, item.lines = table.concat(out, "\n", first, last), #out + further
    item.from = {}
    for i = first, last do
      item.from[#item.from + 1] = from[i]
      if out[i]:find("\n", 1, true) then -- a line that was given a text of several
        for _ in out[i]:gmatch("\n") do item.from[#item.from + 1] = from[i] end
      end
    end
    further = 0
    if item.text == "" then items[#items] = nil elseif not items[1] then items[1] = item end
    out, from = {}, {}
  end

  -- A substituted value as text.
  local function text_of(v)
    local kind = type(v)
    if kind == "string" then return v end
    if kind == "number" or kind == "boolean" then return tostring(v) end
    local hint = c.is_block(v) and "; a block stands alone on its line" or ""
    error(("substitution is %s%s"):format(kind == "nil" and kind or "a " .. kind, hint), 0)
  end

  env = setmetatable({
    _line = function(where, text) out[#out + 1], from[#out + 1] = text, where end,
    _value = text_of,
    _block = function(where, indent, v)
      if not c.is_block(v) then
        out[#out + 1], from[#out + 1] = indent .. text_of(v), where
        return
      end
      for _, line in ipairs(v) do out[#out + 1], from[#out + 1] = line == "" and "" or indent .. line, where end
      further = further + v.lines - #v
    end,
    item = function(names)
      if type(names) ~= "string" then error("item: it must be given a text of names", 2) end
      close()
      local list = {}
      for word in names:gmatch("%S+") do list[#list + 1] = word end
      items[#items + 1] = { names = list }
    end,
    include = function(part)
      check_part(part)
      if depth == DEEPEST then
        error(("include '%s': templates include each other %d deep, as where one includes itself"):format(part,
          depth), 0)
      end
      local body, file = fetch(part)
      depth = depth + 1
      run(file, body)
      depth = depth - 1
    end,
  }, {
    __index = function(_, key)
      local v = values[key]
      if v == nil then v = LIBRARY[key] end
      if v == nil then error(("unknown name '%s'"):format(tostring(key)), 2) end
      return v
    end,
    __newindex = function(_, key) error(("assignment to undeclared name '%s'"):format(tostring(key)), 2) end,
  })

  local ok, problem = host.limited(name, template.limits.seconds, template.limits.megabytes, run, name, text)
  if not ok then
    if fail.is(problem) then error(problem, 0) end
    raise_of(problem)("%s: %s", name, fail.shown(problem))
  end
  close()
  return items
end

return template

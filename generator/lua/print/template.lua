-- template.lua: text templates. A line that starts with '%' is Lua, ${...} substitutes an expression.
-- One template line becomes one line of Lua, so an error names the template's own file and line, and a name the
-- template was not given stops the run.
local fail = require "fail"

local template = {}

local LIBRARY = { ipairs = ipairs, pairs = pairs, string = string, table = table, math = math, tostring = tostring,
  select = select, assert = assert, error = error }

-- Rewrites one line of template text as one line of Lua.
local function compile_line(line, where)
  if line:sub(1, 1) == "%" then return line:sub(2) end
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
  return "_line(" .. table.concat(parts, "..") .. ")"
end

-- The chunk of a template; each template is compiled once a run.
local chunks = {}

local function compiled(file, body)
  local known = chunks[file]
  if known and known.body == body then return known.chunk end
  local lines = {}
  for line in (body:gsub("\n$", "") .. "\n"):gmatch("(.-)\n") do
    lines[#lines + 1] = compile_line(line, ("%s:%d"):format(file, #lines + 1))
  end
  local chunk, problem = load(table.concat(lines, "\n"), "@" .. file, "t", {})
  if not chunk then fail.input("%s", problem) end
  chunks[file] = { body = body, chunk = chunk }
  return chunk
end

-- render(name, text, values, fetch) -> text. `values` are the only names the template sees besides plain Lua's string,
-- table and math, and include(part), which renders fetch(part) -> text, name in its place.
function template.render(name, text, values, fetch)
  local out, env = {}, nil

  local function run(file, body)
    local chunk = compiled(file, body)
    debug.setupvalue(chunk, 1, env) -- _ENV, the only upvalue of a chunk
    local ok, err = pcall(chunk)
    if not ok then
      if type(err) == "table" then error(err, 0) end
      fail.input("%s", err)
    end
  end

  env = setmetatable({
    _line = function(text) out[#out + 1] = text end,
    _value = function(v)
      if type(v) == "string" then return v end
      if v == nil then error("substitution is nil", 2) end
      return tostring(v)
    end,
    include = function(part)
      local body, file = fetch(part)
      run(file, body)
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

  run(name, text)
  return table.concat(out, "\n") .. "\n"
end

return template

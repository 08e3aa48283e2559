-- SPDX-License-Identifier: MIT
-- check.lua: checks for tests of Lua modules. A check that does not hold prints the file and line where it stands and
-- the test goes on; `return check.status()` ends a test.
local check = {}

local count, failures = 0, 0
local PRINTED_MAX = 20 -- failures that are printed

-- "file:line" of the check: the first place on the stack outside this file. Checks that stand in a function of the test
-- also name the line of the main chunk that called it.
local function place()
  local here, list = debug.getinfo(1, "S").source, {}
  for level = 2, math.huge do
    local frame = debug.getinfo(level, "Sl")
    if not frame then break end
    if frame.what ~= "C" and frame.source ~= here and (#list == 0 or frame.what == "main") then
      list[#list + 1] = ("%s:%d"):format(frame.source:gsub("^@", ""), frame.currentline)
      if frame.what == "main" then break end
    end
  end
  return list[1] .. (list[2] and (" (from %s)"):format(list[2]) or "")
end

local function shown(value)
  if type(value) ~= "string" then return tostring(value) end
  local text = ("%q"):format(value):gsub("\\\n", "\\n")
  return #text > 300 and text:sub(1, 300) .. "..." or text
end

local function record(holds, message, ...)
  count = count + 1
  if holds then return true end
  failures = failures + 1
  if failures <= PRINTED_MAX then print(("%s: %s"):format(place(), message:format(...))) end
  return false
end

-- What a failure is about, in front of its message.
local function about(what) return what and what .. ": " or "" end

function check.that(holds, what) return record(holds, "%s", what) end

function check.equal(actual, expected, what)
  return record(rawequal(actual, expected) or actual == expected, "%sis %s, should be %s", about(what), shown(actual),
    shown(expected))
end

-- Where two values differ, as a path into them; nil where they are the same by contents.
function check.difference(a, b, path)
  path = path or "value"
  if type(a) ~= "table" or type(b) ~= "table" then
    return a ~= b and ("%s is %s, should be %s"):format(path, shown(a), shown(b)) or nil
  end
  if a == b then return end
  for key, value in pairs(a) do
    local found = check.difference(value, b[key], ("%s.%s"):format(path, tostring(key)))
    if found then return found end
  end
  for key in pairs(b) do
    if a[key] == nil then return ("%s.%s is missing"):format(path, tostring(key)) end
  end
end

-- Two values, tables by contents.
function check.same(actual, expected, what)
  local found = check.difference(actual, expected)
  return record(not found, "%s%s", about(what), found)
end

-- The first function, type or constant that a C file defines for itself and does not use; nil where there is none.
-- code: its text without comments. functions: a pattern of what begins the line of an inline function, or of another
-- one that other files do not see. among: a pattern of the names that count; without it all do.
function check.useless(code, functions, among)
  for _, pattern in ipairs { "\n" .. functions .. " [^\n(]-([%w_]+)%(", "\n} ([%w_]+);", "\nenum { ([%w_]+)",
    "\nstatic const [^\n=]-([%w_]+) =" } do
    for name in code:gmatch(pattern) do
      local _, uses = code:gsub(("%%f[%%w_]%s%%f[^%%w_]"):format(name), "")
      if uses < 2 and name:find(among or "") then return name end
    end
  end
end

-- What f(...) is stopped by, as text; nil where it returns.
function check.problem(f, ...)
  local ok, problem = pcall(f, ...)
  if ok then return nil end
  return type(problem) == "table" and problem.message or tostring(problem)
end

-- f(...) must be stopped by an error whose message holds `text`.
function check.raises(text, f, ...)
  local problem = check.problem(f, ...)
  if not problem then return record(false, "no error; should be one with %s", shown(text)) end
  return record(problem:find(text, 1, true), "the error is %s, should be one with %s", shown(problem), shown(text))
end

-- f(...) must be stopped by an error whose whole message is `text`.
function check.refuses(text, f, ...)
  local problem = check.problem(f, ...)
  return record(problem == text, "the error is %s, should be %s", shown(problem), shown(text))
end

-- A function that finds faults: it must find none, so it returns nil.
function check.sound(problem, what) return record(problem == nil, "%s%s", about(what), tostring(problem)) end

-- A function that finds faults was given something with a fault: it must not return nil.
function check.objects(problem, what) return record(problem ~= nil, "%s: the fault was not found", what) end

-- The exit status of a test: 0, or 1 when a check failed or there was none.
function check.status()
  if failures > PRINTED_MAX then print(("and %d more"):format(failures - PRINTED_MAX)) end
  print(("%d checks, %d failed"):format(count, failures))
  return (failures > 0 or count == 0) and 1 or 0
end

return check

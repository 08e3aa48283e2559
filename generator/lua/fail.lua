-- SPDX-License-Identifier: MIT
-- fail.lua: errors for the user, on one line: what is wrong, where, and what would be right.
-- fail.input  bad usage or bad input   exit status 2
-- fail.io     could not read or write  exit status 3
-- fail.check  a check failed           exit status 1
-- fail.memory there is too little      exit status 70, as for every other error, which is a fault of lngen
local fail = {}

local Problem = {} -- the metatable of errors that are raised here, and only of these

-- Text on one line, whatever a user's names hold.
function fail.on_one_line(text) return (text:gsub("[%c]", function(c) return ("\\%d"):format(c:byte()) end)) end

-- Prints such text to standard output.
function fail.say(...) print(fail.on_one_line(string.format(...))) end

local function raise(status)
  return function(...)
    error(setmetatable({ status = status, message = fail.on_one_line(string.format(...)) }, Problem), 0)
  end
end

-- Says something on standard error that is no error.
function fail.note(text) io.stderr:write("lngen: note: " .. fail.on_one_line(text) .. "\n") end

fail.check = raise(1)
fail.input = raise(2)
fail.io = raise(3)

local FAULT = 70 -- EX_SOFTWARE of sysexits.h
fail.memory = raise(FAULT)

-- How many letters have to be added, taken out or changed to make one word of the other; math.huge where the lengths
-- alone say that it is `least` or more.
function fail.distance(word, name, least)
  if math.abs(#word - #name) >= least then return math.huge end
  local row = {}
  for j = 0, #name do row[j] = j end
  for i = 1, #word do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #name do
      local cost = word:sub(i, i) == name:sub(j, j) and 0 or 1
      diagonal, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
    end
  end
  return row[#name]
end

-- Ends lngen with a status and no message; `interrupted` tells commands that a signal does.
function fail.leave(status, interrupted)
  error(setmetatable({ status = status, interrupted = interrupted }, Problem), 0)
end

-- Whether an error was raised here: { status, message or nil, interrupted or nil }.
function fail.is(problem) return getmetatable(problem) == Problem end

-- Calls f(...). Returns true and its results, or false and an error as above; every other error is a fault of lngen.
function fail.try(f, ...)
  local function internal(problem)
    if fail.is(problem) then return problem end
    local text = "internal error: " .. debug.traceback(type(problem) == "string" and problem or fail.shown(problem), 2)
    return setmetatable({ status = FAULT, message = text }, Problem)
  end
  local results = table.pack(xpcall(f, internal, ...))
  if not results[1] and not fail.is(results[2]) then -- without memory Lua calls no handler
    results[2] = setmetatable({ status = FAULT, message = fail.shown(results[2]) }, Problem)
  end
  return table.unpack(results, 1, results.n)
end

-- A value of the user as messages show it: text (cut where it is long) and numbers as they are, of others what they
-- are.
function fail.shown(value)
  local kind = type(value)
  if kind == "string" then return #value > 200 and value:sub(1, 200) .. "..." or value end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  return "a " .. kind
end

-- A hint that names the most similar of the names in the list `known`; "" when none is similar to `word`.
function fail.nearest(word, known)
  local best, least = nil, 3
  for _, name in ipairs(known) do
    local distance = fail.distance(word, name, least)
    if distance < least then best, least = name, distance end
  end
  return best and (" (did you mean '%s'?)"):format(best) or ""
end

-- Fails unless `word` is in the list `known`; where and what: where it was found, and what it should be the name of.
function fail.if_unknown(where, what, word, known)
  for _, name in ipairs(known) do
    if name == word then return end
  end
  local shown = fail.shown(word)
  fail.input("%s: unknown %s '%s'%s; one of %s", where, what, shown, fail.nearest(shown:lower(), known),
    table.concat(known, ", "))
end

return fail

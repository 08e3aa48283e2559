-- SPDX-License-Identifier: MIT
-- lngen.lua: gives one input of a fuzzer to lngen's command line: options, the text of a plan file, or of a template.
-- Nothing else is read, nothing is written, and no program is run.
--
-- Whatever the input, lngen ends with one of its statuses, and says what is wrong in one line that is meant for users.
local what = ...
local INPUT = "fuzz"

local input, said = "", {}

local function nothing(path) return nil, tostring(path) .. ": not here" end
for _, name in ipairs { "json", "gguf", "safetensors", "index", "head", "list", "temporary_directory" } do
  host[name] = nothing
end
function host.exists(path) return path == INPUT and "file" or nil end
function host.write_set(_, files)
  if type(files) == "function" then files() end
  return true
end
function host.run() return nil, 1, 1 end
function host.watch_signals() end
for _, name in ipairs { "execute", "remove", "rename", "tmpname" } do os[name] = function() return nil end end
io.open, io.popen, io.lines = nothing, nothing, nothing
local function sink()
  return { write = function(self) return self end, flush = function() end, close = function() end }
end
io.stdout, io.write, print = sink(), function() return io.stdout end, function() end
io.stderr = sink()
function io.stderr:write(...)
  said[#said + 1] = table.concat { ... }
  return self
end

function host.read(path) return path == INPUT and input or nothing(path) end

local main = require "cli"
local fail = require "fail"
local template = require "print.template"
template.limits.seconds, template.limits.megabytes = 1, 128

-- Whether a text that is meant for users tells of lngen's inside; what the input says does not count. A fault of lngen
-- is told by how its message begins, and by the lines of its traceback.
local function tells(text)
  if text:find "^lngen: internal error: " then return true end
  for _, part in ipairs { "table: 0x", "function: 0x", "stack traceback" } do
    if text:find(part, 1, true) and not input:find(part, 1, true) then return true end
  end
end

local function check(holds, why, status, text)
  if not holds then error(("%s: status %s: %s"):format(why, tostring(status), text), 0) end
end

local function run(...)
  said = {}
  local status = main { ... }
  local text, errors = table.concat(said), 0
  check(math.type(status) == "integer" and status >= 0 and status <= 3, "not a status", status, text)
  check(not tells(text), "not for users", status, text)
  for line in text:gmatch("[^\n]+") do
    check(line:find "^lngen: " or line:find "^%[%d+/%d+%]", "not a line of lngen", status, text)
    if not line:find "^lngen: note: " then errors = errors + 1 end
  end
  check(status < 2 or errors == 1, "not one error", status, text)
  return status
end

local ways = {}

-- Kernels are chosen, not printed: that takes most of the time, and options have no more to say there.
function ways.options()
  require("output.directory").files = function() return { { "kernels.inc", "" } } end
  require("output.single").files = function(_, _, context)
    return { { context.prefix .. ".h", "" }, { context.prefix .. ".c", "" } }, {}, 0
  end
  return function()
    local arguments = {}
    for argument in (input .. "\n"):gmatch("([^\n]*)\n") do
      arguments[#arguments + 1] = argument:gsub("%z.*", "") -- as the system passes them
    end
    run(table.unpack(arguments, 1, math.min(#arguments, 60)))
  end
end

function ways.plan()
  local count = 0
  return function()
    local status = run("list", "--width", "64,768", "--isa", "avx2", "--plan", INPUT)
    count = count + 1
    if status == 0 and count % 16 == 0 then
      run("emit", "-o", "nowhere", "--width", "64", "--isa", "avx2", "--plan", INPUT)
    end
  end
end

-- An input takes the place of one of lngen's templates, with the values that it is given; the first byte says of which.
function ways.template()
  local render, places = template.render, {}
  function template.render(name, text, values, fetch)
    places[#places + 1] = { name = name, values = values, fetch = fetch }
    return render(name, text, values, fetch)
  end
  run("emit", "-o", "nowhere", "--width", "64", "--isa", "avx2", "--pass", "forward,backward")
  run("emit", "-o", "nowhere", "--width", "64", "--single-file", "--prefix", "p")
  template.render = render
  return function()
    local place = places[1 + (input:byte() or 0) % #places]
    local ok, problem = fail.try(render, place.name, input:sub(2), place.values, place.fetch)
    if ok then return end
    local message = problem.message
    check(not message:find "^internal error: " and not message:find "\n", "not for users", problem.status, message)
    check(problem.status == 2 or problem.status == 3, "not a status", problem.status, message)
  end
end

local one = ways[what]()
return function(text)
  input = text
  one()
end

-- SPDX-License-Identifier: MIT
-- model/families.lua: the table of model families, by model_type. The entries stand in the files of model/families/;
-- family.lua says what they mean. A file is loaded when a name that stands in it is looked up, since loading all of
-- them takes longer than anything else that `lngen model` does.
local family = require "model.family"

local PREFIX, SUFFIX = "lua/model/families/", ".lua"

-- The files with the entries that are looked up most come first.
local FIRST = { decoders = 1, towers = 2, encoders = 3, nested = 4 }

local unread -- { name of a file, its content once it was searched }, for the files that are not loaded

local function list()
  if unread then return unread end
  unread = {}
  for _, name in ipairs(host.resource_names()) do
    if name:sub(1, #PREFIX) == PREFIX then
      unread[#unread + 1] = { name:sub(#PREFIX + 1, -#SUFFIX - 1) }
    end
  end
  table.sort(unread, function(a, b)
    local x, y = FIRST[a[1]] or 9, FIRST[b[1]] or 9
    if x ~= y then return x < y end
    return a[1] < b[1]
  end)
  return unread
end

local function load_file(i)
  local file = table.remove(list(), i)
  require("model.families." .. file[1])
end

-- A file can only have an entry if the name stands in it as a word, be it embedded as text or compiled.
local function lookup(_, name)
  if type(name) ~= "string" or not name:find("^[%w_%-%.]+$") then return nil end
  local word = "%f[%w_%-]" .. name:gsub("[%-%.]", "%%%0") .. "%f[^%w_%-]"
  local i = 1
  while i <= #list() do
    local file = unread[i]
    file[2] = file[2] or host.resource(PREFIX .. file[1] .. SUFFIX)
    local text = file[2]
    if text:find(name, 1, true) and text:find(word) then
      load_file(i)
      local found = rawget(family.table, name)
      if found then return found end
      i = 1 -- loading a file may have loaded others
    else
      i = i + 1
    end
  end
  return nil
end

setmetatable(family.table, { __index = lookup })

local families = {}

-- Every entry, by name; loads all files.
function families.all()
  while #list() > 0 do load_file(1) end
  return family.table
end

return setmetatable(families, { __index = family.table })

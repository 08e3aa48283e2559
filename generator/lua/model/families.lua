-- model/families.lua: the table of model families, by model_type. The entries stand in the files of model/families/;
-- family.lua says what they mean. A file is loaded when a name that stands in it is looked up, since compiling all of
-- them takes longer than anything else that `lngen model` does.
local family = require "model.family"

local PREFIX, SUFFIX = "lua/model/families/", ".lua"

local unread -- { name of a file, its text }, for the files that are not loaded

local function list()
  if unread then return unread end
  unread = {}
  for _, name in ipairs(host.resource_names()) do
    if name:sub(1, #PREFIX) == PREFIX then
      unread[#unread + 1] = { name:sub(#PREFIX + 1, -#SUFFIX - 1), host.resource(name) }
    end
  end
  return unread
end

local function load_file(i)
  local file = table.remove(list(), i)
  require("model.families." .. file[1])
end

-- Whether the text of a file has an entry of this name: F.name = ..., F["name"] = ..., or in a list of each_name.
local function defines(text, name)
  local plain = "F." .. name
  for _, form in ipairs { "\n" .. plain .. " ", "\n" .. plain .. ",", " " .. plain .. " =", '\nF["' .. name .. '"]' } do
    if text:find(form, 1, true) then return true end
  end
  local word, at = "%f[%w_%-]" .. name:gsub("[%-%.]", "%%%0") .. "%f[^%w_%-]", 1
  while true do
    local start = text:find("each_name(", at, true)
    if not start then return false end
    local list = text:match("^[^(]*(%b())", start)
    if list and list:find(word) then return true end
    at = start + 9
  end
end

local function lookup(_, name)
  if type(name) ~= "string" or not name:find("^[%w_%-%.]+$") then return nil end
  for i = 1, #list() do
    if defines(unread[i][2], name) then
      load_file(i)
      return rawget(family.table, name)
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

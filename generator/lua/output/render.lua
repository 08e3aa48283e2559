-- SPDX-License-Identifier: MIT
-- render.lua: templates by their names, embedded in lngen or from a directory on disk.
local fail = require "fail"
local input = require "input"
local rename = require "output.rename"
local template = require "print.template"

local render = {}

-- The text of a template and what messages call it.
local function source(name, directory)
  if directory then
    local text, problem = host.read(directory .. "/" .. name)
    if not text then fail.io("%s", problem) end
    return input.plain(text), directory .. "/" .. name
  end
  local text = host.resource("templates/" .. name)
  if not text then fail.input("templates/%s: no such template", name) end
  return text, "templates/" .. name
end

-- The items of a template; `directory` as --templates gave it.
function render.items(name, values, directory)
  local text, where = source(name, directory)
  return template.render(where, text, values, function(part) return source(part, directory) end)
end

-- All items as one text, a blank line between two, lines that are too long broken.
function render.joined(items)
  local texts = {}
  for i, item in ipairs(items) do texts[i] = rename.wrap(item.text) end
  return table.concat(texts, "\n\n") .. "\n"
end

function render.text(name, values, directory) return render.joined(render.items(name, values, directory)) end

return render

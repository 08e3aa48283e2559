-- SPDX-License-Identifier: MIT
-- prefix.lua: how the names in a pair of files begin where --prefix does not say so: as the model is called.
local fail = require "fail"
local input = require "input"
local reserved = require "output.reserved"

-- What a model is called, or nil: its name, the model_type of its config, or the name of its file. A file whose name
-- has no ending, such as a pipe, is taken as a config.
local function name_of(args)
  if args.model then return args.model:match("[^/]*$") end
  local path = args.config or args.gguf
  if not path then return nil end
  if host.exists(path) == "directory" then path = path .. "/config.json" end
  local file_name, ending = path:match("([^/]*)%.(%w+)$")
  if not file_name or ending == "json" then
    local text = input.again(path, input.CONFIG_LIMIT)
    local doc = text and host.json(text)
    return type(doc) == "table" and type(doc.model_type) == "string" and doc.model_type or nil
  end
  return file_name
end

-- The prefix for `args`. Where the user gives none and the model gives none, it is `otherwise`; without that, --for
-- names what is missing.
return function(args, otherwise)
  if args.prefix then return args.prefix end
  local name = name_of(args)
  name = name and name:lower():gsub("[^%w]+", "_"):gsub("^_+", ""):gsub("_+$", "")
  if name and not reserved(name) then return name end
  if not otherwise then
    fail.input("--for %s: --prefix is missing; names in the files begin with it, as in --prefix gpt2",
      table.concat(args["for"], ","))
  end
  return otherwise
end

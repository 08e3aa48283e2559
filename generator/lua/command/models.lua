-- command/models.lua: lngen models, the model families lngen knows.
local fail = require "fail"
return {
  name = "models",
  summary = "List the models lngen knows by name.",
  declare = function(command) end,
  run = function(args) fail.input("not built yet") end,
}

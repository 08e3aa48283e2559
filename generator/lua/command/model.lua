-- command/model.lua: lngen model FILE, the norms a model needs, as a tab-separated table.
local fail = require "fail"
return {
  name = "model",
  summary = "List the norms a model needs.",
  declare = function(command) command:argument("file", "config.json of the model.") end,
  run = function(args) fail.input("not built yet") end,
}

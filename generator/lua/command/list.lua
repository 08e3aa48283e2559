local fail = require "fail"
return {
  name = "list",
  summary = "(to come)",
  declare = function(command) end,
  run = function(args) fail.input("not built yet") end,
}

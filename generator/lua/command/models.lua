-- SPDX-License-Identifier: MIT
-- command/models.lua: `lngen models [TEXT]` prints the models that lngen knows by name.
local fail = require "fail"

return {
  name = "models",
  summary = "List the models that lngen knows by name.",
  description = "List the models that --model takes, separated by tabs, after a header line: the name, the model type, "
    .. "and the widths of the model's norms in the order of 'lngen model'.",
  declare = function(command)
    command:argument("pattern", "List only models whose name or type contains this text."):args("?")
    command:flag("--families", "List the model families instead: the model type, and where its norms were read.")
  end,
  run = function(args)
    local model = require "model.model"
    if args.families then
      local families = model.families(args.pattern)
      if #families == 0 then
        fail.input("no model family has '%s' in its type; 'lngen models --families' lists them all",
          fail.shown(args.pattern))
      end
      print("family\tsource")
      for _, family in ipairs(families) do print(family[1] .. "\t" .. family[2]) end
      return
    end
    local names = model.list(args.pattern)
    if #names == 0 then
      fail.input("no model's name or type has '%s' in it; 'lngen models' lists them all",
        fail.shown(args.pattern))
    end
    print("name\ttype\twidths")
    for _, name in ipairs(names) do
      local widths, seen = {}, {}
      for _, site in ipairs((model.named(name))) do
        if not seen[site.width] then
          seen[site.width] = true
          widths[#widths + 1] = tostring(site.width)
        end
      end
      print(table.concat({ name, model.type_of(name), table.concat(widths, ",") }, "\t"))
    end
  end,
}

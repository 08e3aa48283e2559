-- command/models.lua: lngen models [PATTERN], the models lngen knows by name.
local fail = require "fail"

return {
  name = "models",
  summary = "List the models lngen knows by name.",
  description = "List the models that --model takes, tab separated, with a header line: name, model type, and the "
    .. "widths of their norms in the order of lngen model.",
  declare = function(command)
    command:argument("pattern", "Only names or types with this text in them."):args("?")
  end,
  run = function(args)
    local model = require "model.model"
    local names = model.list(args.pattern)
    if #names == 0 then fail.input("no model's name or type has '%s' in it; 'lngen models' lists all", args.pattern) end
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

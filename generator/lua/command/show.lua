-- SPDX-License-Identifier: MIT
-- command/show.lua: `lngen show NAME` prints a kernel's C, and beside each line the template that made it.
local color = require "report.color"
local fail = require "fail"
local kernels = require "request.kernels"
local names = require "spec.name"
local options = require "request.options"
local plan = require "plan.plan"

local rename -- output.rename, loaded when the command runs

-- The lines of an item as they stand in the kernel's file, where long ones are broken: list of { text, from }.
local function lines_of(item)
  local list, before, whole = {}, "", rename.wrap(item.text)
  local finished = {}
  for line in (whole .. "\n"):gmatch("(.-)\n") do finished[#finished + 1] = line end
  local at = 0
  for line in (item.text .. "\n"):gmatch("(.-)\n") do
    at = at + 1
    before = before .. (at > 1 and "\n" or "") .. line
    local count = #list + 1
    if #line > rename.LINE_MAX then -- how many lines it has become
      count = select(2, rename.wrap(before):gsub("\n", "")) + 1
    end
    for i = #list + 1, count do list[i] = { finished[i], item.from[at] } end
  end
  return list
end

return {
  name = "show",
  summary = "Print a kernel's C, with the template that made each line beside it.",
  description = "Print a kernel's C. Each line begins with the template that made it, and the line in that template. "
    .. "One line of a template may make many lines of C. Paths begin at templates/.",
  declare = function(command)
    command:argument("name", "The name of a kernel, as 'lngen list' prints it.")
    options.declare_schedule(command)
    options.declare_templates(command)
    command:flag("--code"):description("Print the C alone.")
    command:option("--part"):argname("TEXT")
      :description("Print only the functions whose names contain TEXT, such as write_few.")
  end,
  run = function(args)
    rename = require "output.rename"
    local spec, isa = names.parse(args.name, "show", true)
    options.check_templates(args)
    local k = plan.kernel(spec, isa, { unroll = options.unroll(args), schedule = kernels.schedules(args) })
    local width, shown = 0, {}
    for _, item in ipairs(require("output.kernel").items(k, args.templates)) do
      local wanted = not args.part
      for _, name in ipairs(item.names) do wanted = wanted or name:find(args.part, 1, true) ~= nil end
      if wanted then
        local lines = lines_of(item)
        for _, line in ipairs(lines) do
          line[2] = line[2]:gsub("^templates/", "")
          width = math.max(width, #line[2])
        end
        shown[#shown + 1] = lines
      end
    end
    if #shown == 0 then
      fail.input("--part: no function of %s has '%s' in its name; show it without --part", k.name,
        fail.shown(args.part))
    end
    if not args.code then
      for i, line in ipairs(plan.describe(k)) do print((i == 1 and k.name .. ": " or "") .. line) end
      print()
    end
    for i, lines in ipairs(shown) do
      if i > 1 then print(args.code and "" or color.dim((" "):rep(width) .. " |")) end
      local before
      for _, line in ipairs(lines) do
        if args.code then
          print(line[1])
        else
          local from = line[2] == before and "" or line[2]
          before = line[2]
          print(color.dim(("%-" .. width .. "s |"):format(from)) .. (line[1] == "" and "" or " " .. line[1]))
        end
      end
    end
  end,
}

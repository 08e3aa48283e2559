-- SPDX-License-Identifier: MIT
-- command/list.lua: `lngen list` prints the kernels that emit would write, one on each line.
local fail = require "fail"
local kernels = require "request.kernels"
local options = require "request.options"
local plan = require "plan.plan"

return {
  name = "list",
  summary = "List the kernels that emit would write, with their schedules and where those come from.",
  declare = options.declare,
  run = function(args)
    for _, k in ipairs(kernels.only(args, kernels.of(args))) do
      print(k.name .. "\t" .. table.concat(plan.describe(k), "; ")
        .. (k.source and "\t" .. fail.on_one_line(k.source) or ""))
    end
  end,
}

-- SPDX-License-Identifier: MIT
-- lookup.lua: where a kernel's schedules come from: a plan file that the user gave, the shipped plan, or the rules.
local names = require "spec.name"
local planfile = require "plan.planfile"
local schedule = require "plan.schedule"

local lookup = {}

-- The plan shipped with this lngen, read when a schedule is first asked for; false where there is none.
local shipped
local function shipped_plans()
  if shipped == nil then
    local text = host.resource("plans/default.lua")
    shipped = text and planfile.parse(text, "plans/default.lua") or false
  end
  return shipped
end

-- lookup.of(given) -> function of spec and target that returns the schedules and where they come from, in words.
-- `given`: plans of planfile.lua, or nil.
function lookup.of(given)
  return function(spec, target)
    local kernel = names.kernel(spec, target)
    for _, plans in ipairs { given or shipped_plans(), given and shipped_plans() or nil } do
      local s, entry
      if plans then s, entry = planfile.lookup(plans, kernel) end
      if s then
        return s, entry == kernel and plans.name or ("%s, measured for %s"):format(plans.name, entry)
      end
    end
    return schedule.default(spec, target), "rule"
  end
end

return lookup

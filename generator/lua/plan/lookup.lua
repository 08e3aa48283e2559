-- SPDX-License-Identifier: MIT
-- lookup.lua: where a kernel's schedules come from: a plan file that the user gave, the shipped plan, or the rules.
local amd = require "plan.amd"
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
-- `given`: plans of planfile.lua, or nil. What it has was measured on the user's machine, so that it suits all.
function lookup.of(given)
  return function(spec, target)
    local kernel = names.kernel(spec, target)
    local function found(plans)
      local s, entry = planfile.lookup(plans, kernel)
      return s, entry == kernel and plans.name or s and ("%s, measured for %s"):format(plans.name, entry)
    end
    if given then
      local s, source = found(given)
      if s then return s, source end
    end
    local s, source
    if shipped_plans() then s, source = found(shipped_plans()) end
    if not s then s, source = schedule.default(spec, target), "rule" end
    amd.add(spec, target, s)
    return s, source
  end
end

return lookup

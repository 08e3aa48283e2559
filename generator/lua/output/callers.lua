-- SPDX-License-Identifier: MIT
-- callers.lua: what surrounds kernels: arguments, checks, the choice of an instruction set, shares of threads. Each is
-- one template of templates/caller. From it come a header of a directory, which serves all specs, and text of a pair,
-- which serves the specs of that pair.
local arguments = require "spec.arguments"
local check = require "print.check"
local layout = require "print.layout"
local numerics = require "spec.numerics"
local plan = require "plan.plan"
local rename = require "output.rename"
local render = require "output.render"
local schedule = require "plan.schedule"
local spec_module = require "spec.spec"
local status = require "spec.status"
local storage = require "spec.storage"
local target = require "spec.target"

local callers = {}

-- What the templates see. `specs` of a pair, none in a directory; has: what they have (arguments.of), and heads;
-- targets: best first; U: what the names of constants begin with; names: what names become.
local function values_of(specs, has, targets, U, names)
  local rows_checks, gradient_checks = check.of(specs, has.heads, function(name) return names[name] end)
  -- whether gradients tell norms with gamma and beta from others
  local sums_has = gradient_checks.ask.HAS_GAMMA or has.dbeta and gradient_checks.ask.HAS_BETA or false
  local bits = {} -- that tell norms apart
  for _, flag in ipairs(arguments.flags) do
    if rows_checks.ask[flag[1]] or gradient_checks.ask[flag[1]] then bits[#bits + 1] = flag[1] end
  end
  return { pair = specs ~= nil, static = specs and "static" or "static inline", has = has, targets = targets, U = U,
    bits = bits, flags = arguments.flags, members = arguments.members(has), head_width = plan.HEAD_WIDTH,
    numerics = numerics, cache_most = schedule.CACHE_MOST, spec = spec_module, storage = storage,
    statuses = status.list, columns = layout.COLUMNS,
    rows_checks = rows_checks, gradient_checks = gradient_checks, sums_has = sums_has,
    signature = function(head, ...)
      return layout.list(head, { ... }, "", function(text) return #rename.text(text, names) end)
    end, passed_has = sums_has and ", has" or "" }
end

local FILES = {
  { "ln_kernel.h" }, -- first: tests replace it
  { "ln_batch.h" },
  { "ln_check.h" },
  { "ln_cpu.h" },
  { "ln_split.h" },
  { "ln_numerics.h" },
  { "ln_spec.h" },
  { "ln_status.h" },
  { "spec.inc", "LN_FIELD(member, MEMBER, LAST): a field of ln_spec, and the last value of its enum, LN_MEMBER_LAST.",
    "LN_EXCLUDED(PAIR, a, some, b, others): values, as bits, that fields a and b do not have together; LN_PAIR_PAIR.",
    "LN_NEEDS(BIT, field, some): only specs with one of these values, as bits, have what LN_BIT stands for.",
    "LN_STORAGE(TYPE, bytes, digits): a storage type, LN_DTYPE_TYPE: bytes of an element, digits of its significand." },
  { "status.inc", "LN_STATUS(NAME, text): every status, in the order of ln_status, and what it says." },
}

-- The files of a directory: list of { name, lines of its banner, text }.
function callers.files(templates)
  local own_names = setmetatable({}, { __index = function(_, name) return name end })
  local values, list = values_of(nil, arguments.of(), target.list, "LN", own_names), {}
  for _, file in ipairs(FILES) do
    local text = render.text("caller/" .. file[1], values, templates)
    list[#list + 1] = { file[1], table.move(file, 2, #file, 1, {}), text }
  end
  return list
end

-- For a pair, returns three things: a function from the name of a template to its text, the values that the template
-- sees, and a function that puts the pair's names into a text. All names begin with the prefix P, and one status of a
-- pair stands for several of the runtime.
function callers.pair(specs, has, targets, P, templates)
  local U = P:upper()
  local names = { ln_status = "int" }
  for _, s in ipairs(status.list) do
    if s.pair then names["LN_" .. s.name] = U .. "_" .. s.pair end
  end
  setmetatable(names, { __index = function(_, name)
    local small, large = name:match("^ln(_.*)$"), name:match("^LN(_.*)$")
    return small and P .. small or large and U .. large
  end })
  local values = values_of(specs, has, targets, U, names)
  values.P = P
  return function(template)
    local texts = {}
    for i, item in ipairs(render.items("caller/" .. template, values, templates)) do
      texts[i] = rename.text(item.text, names)
    end
    return table.concat(texts, "\n\n")
  end, values, function(text) return rename.text(text, names) end
end

return callers

-- SPDX-License-Identifier: MIT
-- directory.lua: a set of kernels -> the files of a directory. Everything is rendered before anything is written.
local callers = require "output.callers"
local kernel = require "output.kernel"
local names = require "spec.name"
local plan = require "plan.plan"
local rename = require "output.rename"
local render = require "output.render"
local seal = require "output.seal"
local spec_module = require "spec.spec"
local target = require "spec.target"
local zen4 = require "plan.zen4"

local directory = {}

local COLUMNS = {}
for i, field in ipairs(spec_module.fields) do COLUMNS[i] = field.name end

-- A row of kernels.inc: a macro, what is given to it, and the fields of a spec.
local function inc_row(macro, cells, spec)
  for _, column in ipairs(COLUMNS) do cells[#cells + 1] = spec[column]:upper() end
  cells[#cells + 1] = spec.width == "any" and "0" or tostring(spec.width)
  return rename.wrap(macro .. "(" .. table.concat(cells, ", ") .. ")") .. "\n"
end

-- Rows of a macro that not all readers define, under a comment; nothing where there are none.
local function guarded(macro, comment, rows)
  if #rows == 0 then return "" end
  return ("\n/* %s */\n#ifdef %s\n%s#endif\n"):format(comment, macro, table.concat(rows))
end

-- The rows of kernels of AVX2 that a Zen 4 takes in place of those of AVX-512.
local function narrower_rows(kernels)
  local wide, always, cached = {}, {}, {}
  for _, k in ipairs(kernels) do
    if k.target.name == zen4.wide then wide[names.of(k.spec)] = true end
  end
  for _, k in ipairs(kernels) do
    local name = names.of(k.spec)
    local when = k.target.name == zen4.narrow and wide[name] and zen4.narrower(k.spec)
    if when == "always" then
      always[#always + 1] = ("LN_NARROWER(%s)\n"):format(k.name)
    elseif when == "cached" then
      cached[#cached + 1] = inc_row("LN_MIXED", { "ln_" .. name }, k.spec)
    end
  end
  return guarded("LN_NARROWER", "Which kernels of AVX2 take less time on a Zen 4 than those of AVX-512.", always)
    .. guarded("LN_MIXED", "For which norms that is so of rows that are not written past the caches. Their names, and"
      .. " what they compute.", cached)
end

-- Every file of a set of kernels: ordered list of { name, text }. `context`: command and extra, for banners; templates,
-- the directory of --templates or nil.
function directory.files(kernels, kinds, context)
  local files = {}
  local function add(name, lines, text) files[#files + 1] = { name, seal.sealed(name, lines, text) } end
  local remake = "Remake: lngen emit -o . " .. context.command

  local rows = {}
  for _, k in ipairs(kernels) do rows[#rows + 1] = inc_row("LN_KERNEL", { k.name, k.target.name:upper() }, k.spec) end
  add("kernels.inc", { remake, "",
    "Every kernel of this directory, best first. Define LN_KERNEL(name, isa, " .. table.concat(COLUMNS, ", ")
      .. ", width)", "before including; width 0 is any width." }, "\n" .. table.concat(rows) .. narrower_rows(kernels))

  for _, file in ipairs(callers.files(context.templates)) do
    add(file[1], { remake, table.unpack(file[2]) }, file[3])
  end
  local seen = {}
  local function vocabulary(t)
    if seen[t] then return end
    seen[t] = true
    add(("ln_%s.h"):format(t.name), { remake, "The vocabulary of " .. t.title .. "." },
      render.text("isa/target.h", { target = t, pair = false }, context.templates))
  end
  for _, k in ipairs(kernels) do vocabulary(k.target) end
  vocabulary(target.named "scalar")

  for _, k in ipairs(kernels) do
    local lines = { ("Remake: lngen emit -o . --only %s%s"):format(k.name, context.extra) }
    for _, line in ipairs(plan.describe(k)) do lines[#lines + 1] = line end
    add(k.name .. ".c", lines, render.joined(kernel.items(k, context.templates)))
  end
  for _, spec in ipairs(kinds) do
    if spec.pass ~= "backward" then -- gradients need no other way
      local name = kernel.slow_name(spec)
      add(name .. ".c",
        { remake, "The long way for rows that float cannot hold; called by the kernels for any width." },
        render.joined(kernel.slow_items(spec, context.templates)))
    end
  end
  return files
end

return directory

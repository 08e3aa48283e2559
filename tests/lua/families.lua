-- SPDX-License-Identifier: MIT
-- families.lua: entries of the table of model families consist of what model/family.lua says: a field of another name
-- would be overlooked, and a `rounding` that is spelt wrongly would be the usual one.
local check = require "check"
local families = require "model.families"
local family = require "model.family"
local spec = require "spec.spec"

local NUMBER = { number = true, string = true } -- or an expression
local TEXT, LIST, FLAG = { string = true }, { table = true }, { boolean = true }
local SITE = { site = TEXT, norm = TEXT, width = NUMBER, eps = NUMBER, count = NUMBER, when = TEXT, each = TEXT,
  gated = TEXT, modulated = FLAG, gain2d = FLAG, heads = NUMBER, groups = NUMBER, rounding = TEXT, guess = FLAG }
local ENTRY = { source = TEXT, default = LIST, alias = LIST, let = LIST, ignores = LIST, knows = LIST, expects = LIST,
  classes = LIST, parts = LIST, flat = TEXT, remark = TEXT, rounding = TEXT }
local PART = { fixed = FLAG, as = LIST, skip = TEXT, none = TEXT, times = NUMBER, guess = TEXT, when = TEXT,
  without = LIST }
local WORDS = { rounding = { before_gain = true, once = true, promoted = true },
  gated = { silu = true, sigmoid = true, silu_before = true }, norm = {} }
for _, op in ipairs(spec.field.op.values) do
  for _, affine in ipairs(spec.field.affine.values) do WORDS.norm[op .. " " .. affine] = true end
end

-- The first field of an entry, or of a site or a part of it, that is not what family.lua says; nil where there is none.
local function strange(t, fields)
  for name, value in pairs(t) do
    if math.type(name) ~= "integer" and not (fields[name] or {})[type(value)] then
      return ("field %s is a %s"):format(name, type(value))
    end
    if WORDS[name] and not WORDS[name][value] then return ("%s is %s"):format(name, value) end
  end
end

local function problem(entry)
  local found = strange(entry, ENTRY)
  for i, site in ipairs(entry) do
    found = found or strange(site, SITE)
    for _, name in ipairs { "site", "norm", "width", "eps", "count" } do
      found = found or not site[name] and ("site %d has no %s"):format(i, name) or nil
    end
    if (site.gain2d or false) ~= (site.heads ~= nil) then
      found = found or ("site %d: gain2d and heads go together"):format(i)
    end
  end
  for _, part in ipairs(entry.parts or {}) do found = found or strange(part, PART) end
  return found
end

local count = 0
for name, entry in pairs(families.all()) do
  check.sound(problem(entry), name)
  count = count + 1
end
check.that(count > 100, "there are families")

-- What must be found
local function site(fields)
  local one = { site = "norm", norm = family.RMS, width = "hidden_size", eps = 1e-6, count = 1 }
  for name, value in pairs(fields) do one[name] = value or nil end
  return one
end
check.sound(problem { source = "here", site {} }, "as it should be")
for what, entry in pairs { ["a field"] = { defaults = {}, site {} }, ["no count"] = { site { count = false } },
  ["a field of a site"] = { site { rouding = "once" } }, ["no norm"] = { site { norm = false } },
  ["a word"] = { site { rounding = "one" } },
  ["a norm"] = { site { norm = "layernorm beta" } }, ["another type"] = { site { each = 3 } },
  ["heads alone"] = { site { heads = 8 } },
  ["a field of a part"] = { parts = { { "text_config", "llama", fixd = true } } } } do
  check.objects(problem(entry), what)
end
return check.status()

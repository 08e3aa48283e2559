-- SPDX-License-Identifier: MIT
-- share.lua: the kernels of a pair of files, a section for each instruction set.
--
-- A pair holds the same items as the files of a directory, one after the other. Each item's names get the prefix of the
-- pair and whatever keeps them from clashing: `add` of the AVX2 vocabulary becomes `gpt2_add8`, `moments` of a kernel
-- becomes `gpt2_moments_768_x8`. A definition that several kernels share stands once. A definition that all vector sets
-- share stands in the section of the first one (`gpt2_radd`). A later set includes the instructions of the earlier
-- ones, so its kernels may inline such a function.
local kernel = require "output.kernel"
local layout = require "print.layout"
local names = require "spec.name"
local plan = require "plan.plan"
local rename = require "output.rename"
local render = require "output.render"

local share = {}

-- `map` with names of its own first, `parent` behind it.
function share.layer(parent) return setmetatable({}, { __index = parent }) end

-- Items that define something; the others are for files of a directory.
local function defining(items)
  local kept = {}
  for _, item in ipairs(items) do
    if #item.names > 0 then kept[#kept + 1] = item end
  end
  return kept
end

-- Removes names from `set` until the text of each remaining name uses only those names of `known` that are in the set.
local function settle(set, texts, known)
  local changed = true
  while changed do
    changed = false
    for name in pairs(set) do
      for word in pairs(rename.words(texts[name])) do
        if known[word] and not set[word] then set[name], changed = nil, true end
      end
    end
  end
end

-- The set of names that have the same text in all of `lists` (name -> text), and use only names of `known` of which
-- that is true as well.
local function in_common(lists, known)
  local set = {}
  for name, text in pairs(#lists > 1 and lists[1] or {}) do
    set[name] = true
    for i = 2, #lists do set[name] = set[name] and lists[i][name] == text or nil end
  end
  settle(set, lists[1] or {}, known)
  return set
end

-- Names of items with their texts.
local function texts_of(items)
  local texts = {}
  for _, item in ipairs(items) do
    for _, name in ipairs(item.names) do texts[name] = item.text end
  end
  return texts
end

-- A target's vocabulary: its items, their texts by name, and all names whose meaning depends on the target. FN and
-- NOINLINE are not among these, since a function for a lesser set can be inlined and called, too.
local function vocabulary(target, templates)
  local items = defining(render.items("isa/target.h", { target = target, pair = true }, templates))
  local texts = texts_of(items)
  local names = share.layer(texts)
  names.FN, names.NOINLINE = false, false
  return { items = items, texts = texts, names = names }
end

-- Every name of a vocabulary with the number of lanes, or the target's name where another has as many: `add` of AVX2 is
-- `gpt2_add8`; without it what is `common`. LANES is the number itself.
local function vocabulary_map(vocab, target, common, prefix)
  local own = target.label:gsub("^x(%d+)$", "%1")
  local map = share.layer({ fmaf = "__builtin_fmaf", FP_FAST_FMAF = "__FP_FAST_FMAF" })
  for from, to in pairs { LN_IEEE = "IEEE", LN_IEEE_ONLY = "IEEE_ONLY", ln_fma = "fma", sqrt = "root",
    UNROLL = "UNROLL" } do
    map[from] = rename.prefixed(to, prefix)
  end
  for _, item in ipairs(vocab.items) do
    for _, name in ipairs(item.names) do
      local digit = name:find("%d$") ~= nil
      local ending = common[name] and (digit and "_" .. target.arch or "")
        or (digit or own == target.name) and "_" .. own or own
      map[name] = rename.prefixed(name:gsub("^LN_.*", "TARGET") .. ending, prefix)
    end
  end
  map.LANES = tostring(target.lanes)
  return map
end

-- A comment that stands in the section of one target is not repeated in a later one: returns `text` without the comment
-- above it, if another section has the same. `told`: the comments so far, each with its target.
local function without_repetition(text, target, told)
  local comment, rest = text:match("^(/%*.-%*/)\n(.*)$")
  if not comment then return text end
  told[comment] = told[comment] or target
  return told[comment] == target and text or rest
end

-- The set of all words in `used` and in the functions of the vocabulary that `used` needs.
local function needed(vocab, used)
  local all, pending = {}, {}
  for word in pairs(used) do pending[#pending + 1] = word end
  while #pending > 0 do
    local word = table.remove(pending)
    if not all[word] then
      all[word] = true
      for more in pairs(rename.words(vocab.texts[word] or "")) do pending[#pending + 1] = more end
    end
  end
  return all
end

-- Texts one after the other, a blank line between two unless both are a line.
local function joined(texts)
  local out, before = {}, true
  for i, text in ipairs(texts) do
    local long = text:find("\n") ~= nil
    if i > 1 then out[#out + 1] = (long or before) and "\n\n" or "\n" end
    out[#out + 1], before = text, long
  end
  return table.concat(out)
end

-- The text of those items of a vocabulary that are in the set `all` and not in `elsewhere`, renamed by `map`.
local function vocabulary_text(vocab, map, all, elsewhere, target, told)
  local texts = {}
  for _, item in ipairs(vocab.items) do
    local keep = false
    for _, name in ipairs(item.names) do keep = keep or all[name] and not elsewhere[name] and name ~= "LANES" end
    if keep then
      local text = without_repetition(item.text, target, told)
      texts[#texts + 1] = rename.wrap(rename.text(text, map))
    end
  end
  return joined(texts)
end

-- Gives every name that a unit defines a label, so that equal definitions get one name and different ones get different
-- names. There is no label where several units have the name and all define it alike; otherwise it is the label of the
-- first unit with that definition. Two definitions are equal if their texts are, and all that the texts use. Names in a
-- unit's set `common` are compared only with each other, so their labels do not depend on what else the units of a
-- target define. `units`: list of { label, items, common }.
function share.label(units)
  local texts, words = {}, {}
  local function space(unit, name) return unit.common[name] and name .. " in common" or name end
  for i, unit in ipairs(units) do
    texts[i] = texts_of(unit.items)
    for _, text in pairs(texts[i]) do words[text] = words[text] or rename.words(text) end
  end
  local class, count = texts, 0
  while true do -- tells more apart each time, until what is used tells nothing new
    local numbers, finer, found = {}, {}, 0
    for i, unit in ipairs(units) do
      finer[i] = {}
      for name, text in pairs(texts[i]) do
        local key = {}
        for word in pairs(words[text]) do
          if texts[i][word] and word ~= name then key[#key + 1] = word .. "=" .. class[i][word] end
        end
        table.sort(key)
        key = space(unit, name) .. "\0" .. text .. "\0" .. table.concat(key, "\0")
        if not numbers[key] then found, numbers[key] = found + 1, found + 1 end
        finer[i][name] = numbers[key]
      end
    end
    class = finer
    if found == count then break end
    count = found
  end
  local first, variants, definitions = {}, {}, {}
  for i, unit in ipairs(units) do
    for name, number in pairs(class[i]) do
      local of = space(unit, name)
      if not first[number] then
        first[number] = unit.label
        variants[of] = (variants[of] or 0) + 1
      end
      definitions[of] = (definitions[of] or 0) + 1
    end
  end
  for i, unit in ipairs(units) do
    unit.labels = {}
    for name, number in pairs(class[i]) do
      local of = space(unit, name)
      unit.labels[name] = variants[of] == 1 and definitions[of] > 1 and "" or first[number]
    end
  end
end

-- Whether two definitions of one name are the same: { text, map }. FN and NOINLINE are the target's own, and mean the
-- same.
local function same_definition(a, b)
  if a.text ~= b.text then return false end
  for word in pairs(rename.words(a.text)) do
    if a.map[word] ~= b.map[word] and word ~= "FN" and word ~= "NOINLINE" then return false end
  end
  return true
end

-- The kernels of one target as text, and how many lines they are with all loops unrolled. `units`: list of
-- { labels, items, comment, map, common }, in the order of the file. `written`: the names that the file defines
-- already, with their definitions; `told`: what comments have said; both grow.
local function section_text(units, target, written, told, prefix)
  local out, lines = {}, 0
  for _, unit in ipairs(units) do
    local map = share.layer(unit.map)
    for name in pairs(texts_of(unit.items)) do
      if name == "WIDTH" then -- the number itself
        map[name] = tostring(unit.width)
      elseif not rawget(unit.map, name) then
        map[name] = rename.prefixed(
          name .. unit.labels[name] .. (unit.common[name] and "" or "_" .. target.label), prefix)
      end
    end
    local texts = { unit.comment }
    for _, item in ipairs(unit.items) do
      local name, definition = map[item.names[1]], { text = item.text, map = map }
      if item.names[1] ~= "WIDTH" and not written[name] then
        written[name] = definition
        lines = lines + item.lines
        local text = without_repetition(item.text, target, told)
        texts[#texts + 1] = rename.wrap(rename.text(text, map))
      elseif written[name] and not same_definition(written[name], definition) then
        error(("%s would have two definitions"):format(name))
      end
    end
    out[#out + 1] = table.concat(texts, "\n\n")
  end
  return table.concat(out, "\n\n"), lines
end

-- The kernels of a target that stand in its section, those for any width first.
local function kernels_of(kernels, target, left_out)
  local list = {}
  for pass = 1, 2 do
    for _, k in ipairs(kernels) do
      if k.target == target and (k.spec.width == "any") == (pass == 1) and not left_out(target, k.spec.width) then
        list[#list + 1] = k
      end
    end
  end
  return list
end

-- What a target's section is made of: list of { key, label, items, comment }; `key` is the same for every target.
local function units_of(target, left_out, from)
  local units, called = {}, {}
  for _, k in ipairs(kernels_of(from.kernels, target, left_out)) do
    local items = defining(kernel.items(k, from.templates, from.direct(k)))
    local lines = { ("/* %s"):format(names.of(k.spec)) }
    for _, line in ipairs(plan.describe(k)) do
      for _, part in ipairs(layout.filled(line, " *     ", " * ", #" */")) do lines[#lines + 1] = part end
    end
    units[#units + 1] = { key = names.of(k.spec), width = k.spec.width, items = items, label = from.label(k),
      comment = table.concat(lines, "\n") .. " */" }
    for _, name in ipairs(kernel.calls(k)) do called[name] = true end
  end
  if target.vector then return units end
  local slow = {}
  for _, spec in ipairs(from.kinds) do
    if called[kernel.slow_name(spec)] then
      slow[#slow + 1] = { label = "_" .. names.kind(spec), items = defining(kernel.slow_items(spec, from.templates)),
        comment = ("/* %s: rows that float cannot hold */"):format(names.kind(spec)) }
    end
  end
  return table.move(units, 1, #units, #slow + 1, slow)
end

-- For each key of units the set of names that the units of all `parts` define alike. `common`: names of the
-- vocabularies that mean the same to all.
local function common_units(parts, common)
  local by_key, sets = {}, {}
  for _, part in ipairs(parts) do
    for _, unit in ipairs(part.units) do
      by_key[unit.key] = by_key[unit.key] or {}
      table.insert(by_key[unit.key], texts_of(unit.items))
    end
  end
  for key, lists in pairs(by_key) do
    local known = setmetatable({}, { __index = function(_, name)
      return lists[1][name] or not common[name] and parts[1].vocabulary.names[name]
    end })
    sets[key] = in_common(lists, known)
  end
  return sets
end

-- The sections, the plainest target first: list of { name, title, vector, text, row }, and how many lines the kernels
-- are with all loops unrolled; `row`: names of the kernels in the table's columns. left_out(target, width) says which
-- kernels are not wanted. `from`: kernels, kinds, templates, prefix, names (of functions that stand in several
-- files), slots (columns of the table of kernels), label(kernel).
function share.sections(targets, left_out, from)
  local parts, vectors, lines = {}, {}, 0
  for i, target in ipairs(targets) do
    local units = units_of(target, left_out, from)
    parts[i] = { target = target, units = units, vocabulary = vocabulary(target, from.templates) }
    if target.vector then vectors[#vectors + 1] = parts[i] end
  end
  local lists = {}
  for i, part in ipairs(vectors) do lists[i] = part.vocabulary.texts end
  local common = in_common(lists, vectors[1] and vectors[1].vocabulary.names)
  local common_of = common_units(vectors, common)

  local used_by_all = {}
  for _, part in ipairs(parts) do
    local used = {}
    for _, unit in ipairs(part.units) do
      for _, item in ipairs(unit.items) do
        for word in pairs(rename.words(item.text)) do used[word] = true end
      end
    end
    part.used = needed(part.vocabulary, used)
    for word in pairs(part.used) do
      used_by_all[word] = used_by_all[word] or part.target.vector and common[word] or nil
    end
  end

  local list, written, told = {}, {}, {}
  for _, part in ipairs(parts) do
    local target, vector = part.target, part.target.vector
    local map = vocabulary_map(part.vocabulary, target, vector and common or {}, from.prefix)
    for name, to in pairs(from.names) do map[name] = to end
    for _, unit in ipairs(part.units) do
      unit.map, unit.common = map, vector and common_of[unit.key] or {}
    end
    share.label(part.units)
    local elsewhere = vector and part ~= vectors[1] and common or {}
    if part == vectors[1] then
      for word in pairs(used_by_all) do part.used[word] = true end
    end
    local words = vocabulary_text(part.vocabulary, map, part.used, elsewhere, target, told)
    local text, count = section_text(part.units, target, written, told, from.prefix)
    lines = lines + count
    local row = {}
    for i, slot in ipairs(from.slots) do
      local kernel_name = left_out(target) and slot.kind .. "_any" or slot.name
      row[i] = rename.prefixed(("%s_%s"):format(kernel_name, target.name), from.prefix)
    end
    for _, slot in ipairs(from.slots) do
      if slot.row then
        row[#row + 1] = from.has_row(slot.spec, target)
          and rename.prefixed(("%s_%s"):format(slot.row, target.name), from.prefix) or "NULL"
      end
    end
    list[#list + 1] = { name = target.name, title = target.title, vector = vector, needs = target.needs, row = row,
      text = words .. "\n\n" .. text .. "\n" }
  end
  return list, lines
end

return share

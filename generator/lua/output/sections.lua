-- sections.lua: the kernels of a single-file pair, a section for each instruction set.
--
-- The kernels are the files `emit` would write, put behind one another: includes dropped, whatever a file defines
-- renamed so that files do not clash (`add` of the AVX2 vocabulary becomes `add_x8`, `moments` of a kernel
-- `moments_768_avx2`), what several kernels define alike kept once, straight code rolled into unrolled loops. What all
-- vector sets say alike stands in the first of their sections (`radd_x86`); a later set includes the earlier one's
-- instructions, so that its kernels may inline it.
local ctext = require "output.ctext"
local plan = require "plan.plan"
local roll = require "output.roll"
local spec_module = require "spec.spec"

local sections = {}

sections.LINE_MAX = 120

-- `map` with names of its own first, `parent` behind it.
function sections.layer(parent) return setmetatable({}, { __index = parent }) end

-- Where to break a line that is too long: behind the last "; " that fits, else behind ", ", else before " && "; not in a
-- string.
local function break_of(line, indent)
  for _, mark in ipairs { "; ", ", ", " && " } do
    for at = sections.LINE_MAX, #indent + 20, -1 do
      if line:sub(at, at + #mark - 1) == mark and select(2, line:sub(1, at):gsub('"', "")) % 2 == 0 then
        return mark == " && " and at - 1 or at, mark ~= "; "
      end
    end
  end
end

-- Lines that renaming made too long are broken; a function that was one line gets its body on lines of its own.
local function wrap(text)
  return (text:gsub("[^\n]+", function(line)
    if #line <= sections.LINE_MAX or line:find("^%s*[/#]") then return end
    local code, comment = line:match("^(%a.-})%s+(/%*.*%*/)$")
    if code then return comment .. "\n" .. (#code <= sections.LINE_MAX and code or wrap(code)) end
    local head, body = line:match("^(%a.-%)) { (.*) }$")
    if head then return wrap(("%s\n{\n    %s\n}"):format(head, body)) end
    local indent = line:match("^%s*")
    local done = {}
    while #line > sections.LINE_MAX do
      local cut, inside = break_of(line, indent)
      if not cut then break end
      done[#done + 1] = line:sub(1, cut)
      line = indent .. (inside and "        " or "") .. line:sub(cut + 1):gsub("^ ", "")
    end
    done[#done + 1] = line
    return table.concat(done, "\n")
  end))
end

local function without_banner(text) return (text:gsub("^/%*.-%*/\n", "")) end

-- The items of an emitted file that matter here.
local function items_of(text)
  local kept = {}
  for _, item in ipairs(ctext.items(without_banner(text))) do
    local include = item.kind == "directive" and item.text:find("^#%s*include")
    -- declarations of kernels: all are defined before they are used; the comment above one is kept
    item.text = item.text:gsub("ln_kernel [%w_, \n]+;%s*$", "")
    if not include and item.text ~= "" and not item.text:find("_Static_assert%(") then
      if item.kind == "function" then
        item.statements = select(2, item.text:gsub(";", ""))
        item.text = roll.text(item.text)
      end
      kept[#kept + 1] = item
    end
  end
  return kept
end

-- Takes names out of `set` until the text of each uses no name of `known` but those of the set.
local function settle(set, texts, known)
  local changed = true
  while changed do
    changed = false
    for name in pairs(set) do
      for word in pairs(ctext.words(texts[name])) do
        if known[word] and not set[word] then set[name], changed = nil, true end
      end
    end
  end
end

-- The set of names of which all of `lists` (name -> text) say the same, as do all those of `known` that they use.
local function in_common(lists, known)
  local set = {}
  for name, text in pairs(#lists > 1 and lists[1] or {}) do
    set[name] = true
    for i = 2, #lists do set[name] = set[name] and lists[i][name] == text or nil end
  end
  settle(set, lists[1] or {}, known)
  return set
end

-- Names of the items of a file with their texts.
local function texts_of(items)
  local texts = {}
  for _, item in ipairs(items) do
    for _, name in ipairs(item.names) do texts[name] = (texts[name] or "") .. item.text end
  end
  return texts
end

-- A target's vocabulary: its items, their texts by name, and all names whose meaning is the target's own. FN is not
-- among those: a function for a lesser set is inlined all the same.
local function vocabulary(target, text)
  text = without_banner(text):gsub("^#ifndef LN_[^\n]*\n#define LN_[^\n]*\n", ""):gsub("\n#endif\n*$", "\n")
  text = text:gsub("#include \"[^\n]*\n", ""):gsub("\n#include <float.h>.-\n\n", "\n")
  text = text:gsub("enum { (LANES) = (%d+) };", "#define %1 %2 /* floats in a V */")
  text = text:gsub("#include <xmmintrin.h>\n", "")
  if #target.needs > 0 then -- its section is for gcc and clang alone
    text = text:gsub("#if defined%(__GNUC__%)\n(.-)#else\n.-#endif\n", "%1")
  end
  local items = ctext.items(text)
  local texts = texts_of(items)
  local names = sections.layer(texts)
  for macro in text:gmatch("\n#define ([%w_]+)") do names[macro] = macro ~= "FN" or nil end
  return { items = items, texts = texts, names = names }
end

-- Every name of a vocabulary with the number of lanes: `add` of AVX2 is `add_x8`; with x86 what is `common`.
local function vocabulary_map(vocab, target, common)
  local suffix = ("_x%d"):format(target.lanes)
  local map = sections.layer({ LN_IEEE = "IEEE", LN_IEEE_ONLY = "IEEE_ONLY", fma = "fma_once", sqrt = "root",
    fmaf = "__builtin_fmaf", FP_FAST_FMAF = "__FP_FAST_FMAF" })
  for _, item in ipairs(vocab.items) do
    for _, name in ipairs(item.names) do map[name] = name .. (common[name] and "_x86" or suffix) end
    local macro = item.kind == "directive" and item.text:match("^#define ([%w_]+)")
    if macro and not map[macro] then map[macro] = macro:gsub("^LN_.*", "TARGET") .. suffix end
  end
  return map
end

-- The set of words that `used` and what it needs of a vocabulary are made of.
local function needed(vocab, used)
  local all, pending = {}, {}
  for word in pairs(used) do pending[#pending + 1] = word end
  while #pending > 0 do
    local word = table.remove(pending)
    if not all[word] then
      all[word] = true
      for more in pairs(ctext.words(vocab.texts[word] or "")) do pending[#pending + 1] = more end
    end
  end
  return all
end

-- The text of a vocabulary as far as the set `all` goes, names after `map`, without the set `elsewhere`.
local function vocabulary_text(vocab, map, all, elsewhere)
  local out, last_long = {}, false
  for _, item in ipairs(vocab.items) do
    local keep = #item.names == 0
    for _, name in ipairs(item.names) do keep = keep or all[name] and not elsewhere[name] end
    if keep then
      local text = wrap((ctext.rename(item.text, map):gsub("\n+$", "")))
      local long = text:find("\n") and item.kind ~= "directive"
      if out[1] then out[#out + 1] = (long or last_long) and "\n\n" or "\n" end
      out[#out + 1], last_long = text, long and item.kind ~= "directive"
    end
  end
  return table.concat(out)
end

-- A function's text with `static` before its first word.
local function static(text)
  local out, done = {}, false
  for _, token in ipairs(ctext.tokens(text)) do
    if token[1] == "word" and not done then out[#out + 1], done = "static ", true end
    out[#out + 1] = token[2]
  end
  return table.concat(out)
end

-- Names of items that several units define, all of them alike, and so all that these use: name -> text. Second, the
-- texts of all names.
local function shared_of(units)
  local texts, counts, shared = {}, {}, {}
  for _, unit in ipairs(units) do
    for name, text in pairs(texts_of(unit.items)) do
      counts[name] = (not texts[name] or texts[name] == text and counts[name] > 0) and (counts[name] or 0) + 1 or 0
      texts[name] = text
    end
  end
  for name, count in pairs(counts) do shared[name] = count > 1 and texts[name] or nil end
  settle(shared, texts, texts)
  return shared, texts
end

-- The kernels of one target as text, and how many statements they are with all loops unrolled. `units`: list of
-- { label, items, comment, map, common }, in the order of the file. `shared` are their shared names. `written`: the set
-- of names that the file defines already; it grows.
local function section_text(units, shared, target, written)
  local out, statements = {}, 0
  for _, unit in ipairs(units) do
    local map = sections.layer(unit.map)
    for name in pairs(texts_of(unit.items)) do
      if not rawget(unit.map, name) then
        map[name] = name .. (shared[name] and "" or unit.label) .. "_" .. (unit.common[name] and "x86" or target.name)
      end
    end
    out[#out + 1] = unit.comment
    for _, item in ipairs(unit.items) do
      local name = item.names[1]
      if not name or not written[map[name]] then
        if name then written[map[name]] = true end
        statements = statements + (item.statements or 0)
        local text = ctext.rename(item.text, map)
        -- what other files called is now called from this one only
        if item.kind == "function" and name:find("^ln_") then
          text = static(text)
        end
        if item.kind == "variable" and out[#out]:find("^static const [^\n]*$") then
          out[#out] = out[#out] .. "\n" .. wrap(text)
        else
          out[#out + 1] = wrap(text)
        end
      end
    end
  end
  return table.concat(out, "\n\n"), statements
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
  local units, all = {}, {}
  local own = kernels_of(from.kernels, target, left_out)
  for i, k in ipairs(own) do all[i] = from.files[k.name .. ".c"] end
  all = table.concat(all)
  if #target.needs == 0 then
    for _, spec in ipairs(from.families) do
      local family = plan.family(spec)
      if all:find(("ln_%s_slow%%("):format(family)) then
        units[#units + 1] = { label = "_" .. family, items = items_of(from.files[("ln_%s_slow.c"):format(family)]),
          comment = ("/* %s: rows that float cannot hold */"):format(from.title(spec)) }
      end
    end
  end
  for _, k in ipairs(own) do
    local lines = { ("/* %s, %s: %s"):format(from.title(k.spec), k.spec.width == "any" and "any width"
      or "width " .. k.spec.width, target.title) }
    for _, line in ipairs(plan.describe(k)) do lines[#lines + 1] = " * " .. line end
    units[#units + 1] = { key = spec_module.name(k.spec), items = items_of(from.files[k.name .. ".c"]),
      label = from.label(k), comment = table.concat(lines, "\n") .. " */" }
  end
  return units
end

-- For each key of units the set of names that all targets of `parts` define alike; what a target's units share counts
-- once.
local function common_units(parts, common)
  local function outside(texts, set) -- names that mean something else to each target
    return setmetatable({}, { __index = function(_, name)
      return texts[name] and not set[name] or not common[name] and parts[1].vocabulary.names[name]
    end })
  end
  local lists, by_key, sets = {}, {}, {}
  for i, part in ipairs(parts) do lists[i] = part.shared end
  local shared = in_common(lists, outside(parts[1] and parts[1].texts, {}))
  for _, part in ipairs(parts) do
    for _, unit in ipairs(part.units) do
      local own = texts_of(unit.items)
      for name in pairs(part.shared) do own[name] = nil end
      by_key[unit.key] = by_key[unit.key] or {}
      table.insert(by_key[unit.key], own)
    end
  end
  for key, own in pairs(by_key) do
    sets[key] = in_common(own, outside(parts[1].texts, shared))
    for name in pairs(shared) do sets[key][name] = true end
  end
  return sets
end

-- The sections, the plainest target first: list of { name, title, vector, test, row, text }; and the number of
-- statements with all loops unrolled. left_out(target, width) says which kernels are not wanted. `from`: kernels,
-- families, files (text by name), names (of functions that stand in several files), slots (columns of the table of
-- kernels), title(spec), label(kernel).
function sections.of(targets, left_out, from)
  local parts, vectors, statements = {}, {}, 0
  for i, target in ipairs(targets) do
    local units = units_of(target, left_out, from)
    local shared, texts = shared_of(units)
    parts[i] = { target = target, units = units, shared = shared, texts = texts,
      vocabulary = vocabulary(target, from.files[("ln_%s.h"):format(target.name)]) }
    if #target.needs > 0 then vectors[#vectors + 1] = parts[i] end
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
        for word in pairs(ctext.words(item.text)) do used[word] = true end
      end
    end
    part.used = needed(part.vocabulary, used)
    for word in pairs(part.used) do
      used_by_all[word] = used_by_all[word] or #part.target.needs > 0 and common[word] or nil
    end
  end

  local list, written = {}, {}
  for _, part in ipairs(parts) do
    local target, vector = part.target, #part.target.needs > 0
    local map = vocabulary_map(part.vocabulary, target, vector and common or {})
    for name, to in pairs(from.names) do map[name] = to end
    for _, unit in ipairs(part.units) do
      unit.map, unit.common = map, vector and common_of[unit.key] or {}
    end
    local elsewhere = vector and part ~= vectors[1] and common or {}
    if part == vectors[1] then
      for word in pairs(used_by_all) do part.used[word] = true end
    end
    local text, count = section_text(part.units, part.shared, target, written)
    statements = statements + count
    local test, row = {}, { ('    {"%s"'):format(target.name) }
    for _, need in ipairs(target.needs) do
      test[#test + 1] = need == "f16c" and "f16c()" or ('__builtin_cpu_supports("%s")'):format(need)
    end
    for _, slot in ipairs(from.slots) do
      row[#row + 1] = ("%s_%s"):format(left_out(target) and slot.family .. "_any" or slot.name, target.name)
    end
    list[#list + 1] = { name = target.name, title = target.title, vector = vector,
      test = wrap("               " .. table.concat(test, " && ")):gsub("^%s+", ""),
      row = wrap(table.concat(row, ", ") .. "},"),
      text = vocabulary_text(part.vocabulary, map, part.used, elsewhere) .. "\n\n" .. text .. "\n" }
  end
  return list, statements
end

sections.wrap, sections.items_of = wrap, items_of

return sections

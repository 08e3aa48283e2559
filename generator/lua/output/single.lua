-- SPDX-License-Identifier: MIT
-- single.lua: every kernel in one pair of files, PREFIX.h and PREFIX.c.
--
-- Sections of kernels (share.lua) with a header, entries and a self-test around them.
local arguments = require "spec.arguments"
local callers = require "output.callers"
local engine = require "output.engine"
local render = require "output.render"
local seal = require "output.seal"
local fail = require "fail"
local input = require "input"
local layout = require "print.layout"
local numerics = require "spec.numerics"
local plan = require "plan.plan"
local prefix_of = require "output.prefix"
local kernel = require "output.kernel"
local names = require "spec.name"
local rename = require "output.rename"
local reserved = require "output.reserved"
local share = require "output.share"
local status = require "spec.status"
local spec_module = require "spec.spec"
local spell_module = require "print.spell"
local storage = require "spec.storage"
local target_list = require("spec.target").list
local zen4 = require "plan.zen4"

local single = {}

local HEAD_MAX = 512 -- elements; models have heads of 64 to 256

local OPS = spec_module.field.op.titles
local FORMS = spec_module.field.affine.titles
local TYPES = spec_module.field.dtype.titles
local RESIDUALS = { pre = ", of x + %sresidual, which is written to sum", post = ", of x + %sresidual" }
local QUANTS = { int8 = ", to int8 with a scale for each row", int8static = ", to int8 with a given scale" }

local PASSES = { forward = "forward", backward = "backward", stats = "statistics", apply = "with given statistics" }

local function title(spec)
  return ("%s %s of %s rows, %s%s%s%s%s%s"):format(OPS[spec.op], PASSES[spec.pass], TYPES[spec.dtype],
    FORMS[spec.affine], spec.params == "f32" and " of float" or "",
    spec.rounding == "before_gain" and ", rounded before gamma" or "",
    (RESIDUALS[spec.residual] or ""):format(spec.bias == "add" and "bias + " or ""), QUANTS[spec.quant] or "",
    spec.norms == "two" and ", two of each row" or "")
end

-- Parameters of a direct entry in order: list of { type, name, passed }; `passed` is passed on by name.
local function parameters(spec)
  local w, list = spell_module.of(spec), {}
  local function add(type, name, passed) list[#list + 1] = { type = type, name = name, passed = passed } end
  add(w.element .. " *", "y")
  if w.centred then add("float *", "mean", true) end
  add("float *", "rstd", true)
  add("const " .. w.element .. " *", "x")
  if w.gamma then add("const " .. w.parameter .. " *", "gamma", true) end
  if w.beta then add("const " .. w.parameter .. " *", "beta", true) end
  add("float ", "eps")
  add("size_t ", "rows")
  if spec.width == "any" then add("size_t ", "width") end
  return list
end

-- The same of a direct entry for gradients; `passed` are those that go into the struct as they are.
local function gradient_parameters(spec)
  local w, list = spell_module.of(spec), {}
  local function add(type, name, passed) list[#list + 1] = { type = type, name = name, passed = passed } end
  add(w.element .. " *", "dx")
  if w.gamma then add("float *", "dgamma", true) end
  if w.beta then add("float *", "dbeta", true) end
  add("const " .. w.element .. " *", "dy")
  add("const " .. w.element .. " *", "x")
  if w.centred then add("const float *", "mean") end
  add("const float *", "rstd")
  if w.gamma then add("const " .. w.parameter .. " *", "gamma", true) end
  add("size_t ", "rows")
  if spec.width == "any" then add("size_t ", "width") end
  if w.gamma then add("void *", "workspace") end
  return list
end

-- Of a list of parameters, or of some: "y, x", and "float *y, const float *x".
local function listed(list_of, typed)
  local list = {}
  for i, p in ipairs(list_of) do list[i] = (typed and p.type or "") .. p.name end
  return table.concat(list, ", ")
end

-- A parameter list behind `head`, in lines that fit.
local function declaration(head, list)
  local parameters = {}
  for i, p in ipairs(list) do parameters[i] = p.type .. p.name end
  return table.concat(layout.list(head, parameters), "\n")
end

-- llm.c's parameters
local LLMC_FORWARD = { "float *out", "float *mean", "float *rstd", "float *inp", "float *weight", "float *bias",
  "int B", "int T", "int C" }
local LLMC_BACKWARD = { "float *dinp", "float *dweight", "float *dbias", "float *dout", "float *inp", "float *weight",
  "float *mean", "float *rstd", "int B", "int T", "int C" }

-- Whether a norm gets a function for each width, which takes packed rows.
local has_direct = spec_module.is_plain

-- How direct entries make arguments for a kernel of their parameters, the number of rows and the workspace left aside;
-- and the function for one row, where there are vectors: its name and type.
local function direct_of(spec, P)
  local kind, list, optional = names.kind(spec), {}, {}
  for _, p in ipairs(spec.pass == "backward" and gradient_parameters(spec) or parameters(spec)) do
    if p.passed then optional[#optional + 1] = p.name end
    if p.name ~= "rows" and p.name ~= "width" and p.name ~= "workspace" then list[#list + 1] = p end
  end
  local of_row = {} -- of the entries for ggml: no statistics, the rest from a struct
  for i, p in ipairs(list) do
    of_row[i] = p.type == "float *" and p.passed and "NULL" or p.passed and ("(%s)params->%s"):format(p.type, p.name)
      or p.name == "eps" and "params->eps" or p.name
  end
  local each = {} -- what the function for one row is passed for row r of packed rows
  for i, p in ipairs(list) do
    each[i] = (p.name == "x" or p.name == "y") and p.name .. " + r * width"
      or (p.name == "mean" or p.name == "rstd") and ("%s ? %s + r : NULL"):format(p.name, p.name) or p.name
  end
  local of_each = { { type = ("ln_%s_direct *"):format(kind), name = "row" }, table.unpack(list) }
  for _, name in ipairs { "rows", "width" } do of_each[#of_each + 1] = { type = "size_t ", name = name } end
  local all = { { type = ("%s_args *"):format(P), name = "a" }, table.unpack(list) }
  all[#all + 1] = { type = "size_t ", name = "width" }
  return { pack = "ln_pack_" .. kind, packs = declaration("LN_INLINE void ln_pack_" .. kind, all),
    optional = optional, any = ("%s_%s_any"):format(P, kind),
    arguments = listed(list), parameters = listed(list, true),
    row_arguments = table.concat(of_row, ", "), row = names.of(spec) .. "_row", type = ("ln_%s_direct"):format(kind),
    types = declaration(("typedef void ln_%s_direct"):format(kind), list),
    each = ("ln_%s_each"):format(kind),
    each_declaration = declaration(("LN_NOINLINE void ln_%s_each"):format(kind), of_each),
    each_arguments = table.concat(each, ", ") }
end

-- The bits for what a spec has, those in `among` only, as an expression of C.
local function bits_of(spec, among)
  local has, names = arguments.of { spec }, {}
  for _, flag in ipairs(arguments.flags) do
    if has[flag[2]] and (not among or among[flag[1]]) then names[#names + 1] = "LN_" .. flag[1] end
  end
  return #names > 0 and table.concat(names, " | ") or "0"
end

local function names_of(slots)
  local names = {}
  for i, slot in ipairs(slots) do names[i] = slot.name end
  return names
end

-- Whether two norms differ only in their pass, and in where values are rounded, which does not matter to gradients.
local function same_norm(a, b)
  for _, field in ipairs(spec_module.fields) do
    if field.name ~= "pass" and field.name ~= "rounding" and a[field.name] ~= b[field.name] then return false end
  end
  return true
end

-- What a pair offers, for the templates of engines: list of { op, pass, dtype, ... (the fields of the spec), spec, name
-- ("layernorm_f32"), title, spell (spell.of), widths, direct: whether each width has a function for packed rows, heads:
-- whether there is PREFIX_NAME_heads, full: PREFIX_NAME, to which _batch, _rows, _any, _768 are added, backward: the
-- norm of its gradients or false }.
local function norms_of(P, kinds, backward)
  local function norm(f)
    local n = { spec = f.spec, name = f.name, full = P .. "_" .. f.name, title = f.title, spell = f.spell,
      widths = f.width_list, direct = has_direct(f.spec), heads = f.heads, backward = false }
    for _, field in ipairs(spec_module.fields) do n[field.name] = f.spec[field.name] end
    return n
  end
  local list = {}
  for i, f in ipairs(kinds) do
    list[i] = norm(f)
    for _, b in ipairs(backward) do
      if f.spec.pass == "forward" and same_norm(f.spec, b.spec) then list[i].backward = norm(b) end
    end
  end
  return list
end

local function check_prefix(prefix)
  local why = reserved(prefix)
  if why then fail.input("--prefix: '%s' %s; take another, as in --prefix gpt2", fail.shown(prefix), why) end
end

-- Fails where a pair lies in the directory whose prefix differs in case only: both would have the same macros.
local function check_neighbours(prefix, directory)
  for _, name in ipairs(host.list(directory) or {}) do
    local other = name:match("^(.*)%.h$")
    if other and other ~= prefix and other:lower() == prefix:lower() then
      fail.input("--prefix: '%s' and '%s' of %s/%s share macros, as in %s_OK; take another, or move that file away",
        prefix, fail.shown(other), directory, fail.shown(name), prefix:upper())
    end
  end
end

-- The targets of the kernels, the plainest first; the scalar one is always there.
local function targets_of(kernels)
  local used, list = {}, {}
  for _, k in ipairs(kernels) do used[k.target] = true end
  for i = #target_list, 1, -1 do
    if used[target_list[i]] then list[#list + 1] = target_list[i] end
  end
  return list
end

-- The norm kinds that were asked for, as specs, and the set of their names; the others are for kernels' own use.
local function public_of(kernels, kinds)
  local public, is_public = {}, {}
  for _, k in ipairs(kernels) do
    if k.spec.width ~= "any" then is_public[k.kind] = true end
  end
  for _, spec in ipairs(kinds) do
    if is_public[names.kind(spec)] then public[#public + 1] = spec end
  end
  return public, is_public
end

-- The names that the pair has for those of kernels and of what kernels share, a table. And a function that gives what
-- tells a kernel's static functions from those of others.
local function naming(P, kernels, kinds)
  local several, first = #kinds > 1, kernels[1].kind
  for _, k in ipairs(kernels) do several = several or k.kind ~= first end
  -- the pair has one norm, forward and backward, so names need not say which
  local one_norm = #kinds == 2 and kinds[1].pass ~= kinds[2].pass
    and (kinds[1].pass == "backward" or kinds[2].pass == "backward")
  local one_width = kernels[1].spec.width -- of all kernels that are not for any; names need not say that, either
  for _, k in ipairs(kernels) do
    local width = k.spec.width
    if width ~= "any" and width ~= one_width then one_width = one_width == "any" and width end
  end
  local global, U = {}, P:upper()
  for _, k in ipairs(kernels) do
    global[k.name] = k.name:gsub("^ln", P)
    for _, what in ipairs { "row", "accurate" } do
      global[k.name .. "_" .. what] = ("%s_%s_%s_%s"):format(P, names.of(k.spec), what, k.target.name)
    end
    global[kernel.row_name(k.spec, k.target)] = ("%s_write_row%s_%s"):format(P,
      several and not one_norm and "_" .. k.kind or "", k.target.label)
  end
  for _, spec in ipairs(kinds) do
    local name = kernel.slow_name(spec)
    global[name] = name:gsub("^ln", P)
    global["ln_pack_" .. names.kind(spec)] = ("%s_pack_%s"):format(P, names.kind(spec))
    global["ln_" .. names.kind(spec) .. "_direct"] = ("%s_%s_direct"):format(P, names.kind(spec))
  end
  for _, name in ipairs { "args", "kernel", "stats", "heads", "head_args" } do
    global["ln_" .. name] = P .. "_" .. name
  end
  for _, name in ipairs { "ADD_DX", "ADD_PARAMS", "BEGIN_PARAMS", "EACH_HEAD" } do
    global["LN_" .. name] = U .. "_" .. name
  end
  return global, function(k)
    if several and not one_norm then return "_" .. names.of(k.spec) end
    local width = k.spec.width ~= "any" and one_width and "" or "_" .. k.spec.width
    return (one_norm and k.spec.pass == "backward" and "_grad" or "") .. width
  end
end

-- A function that notes a public name and what it is, and fails where two are the same.
local function symbols_of(P)
  local symbols = {}
  local function symbol(name, what)
    name = P .. "_" .. name
    if symbols[name] then
      fail.input("--prefix %s: %s and %s would both be called %s", P, symbols[name], what, name)
    end
    symbols[name] = what
  end
  for _, name in ipairs { "args", "stats", "heads", "message", "isa", "isa_note" } do
    symbol(name, "lngen's own " .. name)
  end
  return symbol
end

-- The function of packed gradients, for one width or any.
local function gradient_of(spec, P, row)
  local kind, list, all = names.kind(spec), gradient_parameters(spec), {}
  for i, p in ipairs(list) do
    all[i] = p.name == "rows" and spec.width ~= "any" and ("rows, %d"):format(spec.width) or p.name
  end
  return { direct = direct_of(spec, P), row = row, name = P .. "_" .. names.of(spec), spec = spec,
    any = spec.width == "any", of_width = table.concat(all, ", "),
    declaration = declaration(("void %s_%s"):format(P, names.of(spec)), list),
    by_kernel = declaration(("LN_INLINE void ln_%s_by"):format(kind),
      table.move(list, 1, #list, 2, { { type = "ln_kernel *", name = "kernel" } })),
    spell = spell_module.of(spec), kind = kind,
    width = spec.width == "any" and "width" or tostring(spec.width), parameters = list }
end

-- The function of packed rows, for one width or any. norm: the number of its norm kind, for the self-test.
local function function_of(spec, P, norm, row)
  local list, test = parameters(spec), {}
  for _, p in ipairs(list) do
    -- how the self-test calls it
    local buffer = (p.type:find("%*") and not p.type:find("^float") or p.name == "y")
    test[#test + 1] = buffer and ("(%s)(void *)b.%s"):format(p.type, p.name) or p.type:find("%*") and "b." .. p.name
      or p.name == "eps" and "1e-6f" or p.name == "rows" and "rows" or "width"
  end
  local name, any = names.of(spec), spec.width == "any"
  return { direct = has_direct(spec) and direct_of(spec, P), row = row, name = P .. "_" .. name, spec = spec,
    declaration = declaration(("void %s_%s"):format(P, name), list),
    width = any and "width" or tostring(spec.width),
    alone = row and plan.one_by_one(spec),
    norm = norm, test_arguments = test,
    call = any and ("ln_%s_of(width)"):format(names.kind(spec)) or "ln_best()->" .. name }
end

-- The specs of a norm kind that have kernels of their own, in the order of the kernels, and their widths.
local function widths_of(kernels, kind)
  local specs, widths, seen = {}, {}, {}
  for _, k in ipairs(kernels) do
    local width = k.spec.width
    if k.kind == kind and width ~= "any" and not seen[width] then
      seen[width] = true
      specs[#specs + 1], widths[#widths + 1] = k.spec, width
    end
  end
  return specs, widths
end

-- A norm kind as templates see it.
local function kind_of(spec, P, widths)
  local w, direct = spell_module.of(spec), has_direct(spec)
  return { name = names.kind(spec), title = title(spec), width_list = widths, spec = spec, spell = w, rowed = false,
    -- norms over heads: the forward pass of one norm of x, where a width may be a head's
    heads = direct and widths[1] <= HEAD_MAX,
    direct = (direct or spec.pass == "backward") and direct_of(spec, P),
    plain = direct and spec.dtype == "f32", -- the self-test has a plain loop of it
    widths = #widths == 1 and ("Width %d has kernels of its own"):format(widths[1])
      or ("Widths %s have kernels of their own"):format(table.concat(widths, ", ")),
    has = bits_of(spec), element_size = w.element_bytes,
    sizes = ("%d, %d, %d"):format(w.element_bytes, w.output_bytes, w.parameter_bytes),
    written = w.counted_bytes }
end

-- What the header declares: functions and backward_functions (of packed rows), kinds and backward (norm kinds),
-- types (set of dtypes), has (what norms have), direct (whether any has packed rows), each (whether a few of these go
-- one by one), lines of the banner.
local function header_of(P, kernels, public, has_row, symbol)
  local h = { functions = {}, backward_functions = {}, kinds = {}, backward = {}, types = {}, direct = false,
    each = false, has = arguments.of(public), lines = {} }
  for _, spec in ipairs(public) do
    local kind = names.kind(spec)
    local specs, widths = widths_of(kernels, kind)
    local backward = spec.pass == "backward"
    local list = backward and h.backward_functions or h.functions
    local function add(of_width)
      list[#list + 1] = backward and gradient_of(of_width, P, has_row(of_width))
        or function_of(of_width, P, #h.kinds, has_row(of_width))
      symbol(names.of(of_width), title(of_width))
    end
    local f = kind_of(spec, P, widths)
    for _, of_width in ipairs(specs) do
      add(of_width)
      f.rowed = f.rowed or has_row(of_width)
      if not backward and has_row(of_width) and plan.one_by_one(of_width) then f.alone, h.each = true, true end
    end
    add(spec)
    local extra = backward and { "rows", "batch", "finish", "workspace" }
      or { "rows", "batch", f.heads and "heads" or nil }
    for _, what in ipairs(extra) do symbol(kind .. "_" .. what, f.title) end
    table.insert(backward and h.backward or h.kinds, f)
    h.types[spec.dtype] = true
    h.has.heads = h.has.heads or f.heads
    h.direct = h.direct or has_direct(spec)
    h.lines[#h.lines + 1] = ("%s: %s, width%s %s"):format(kind, f.title, #widths == 1 and "" or "s",
      table.concat(widths, ", "))
  end
  if #h.kinds == 0 then
    fail.input("--single-file: gradients go with the forward pass; say --pass forward,backward")
  end
  if h.has.stats then symbol("stats_merge", "lngen's own merge") end
  return h
end

-- Notes the functions of --abi, and fails where they lack their norms. Returns the norms that those for ggml serve.
local function note_shims(abi, kinds, is_public, symbol)
  local rows = {}
  for _, f in ipairs(kinds) do
    if f.direct then rows[#rows + 1] = f end
  end
  if abi.llmc then
    if not is_public.layernorm_f32 then
      fail.input("--abi llmc: needs a forward norm of x alone, with --op layernorm --affine full --dtype f32")
    end
    symbol("layernorm_forward", "llm.c's layernorm_forward")
    if is_public.layernorm_backward_f32 then symbol("layernorm_backward", "llm.c's layernorm_backward") end
  end
  if abi["ggml-row"] then
    if #rows == 0 then fail.input("--abi ggml-row: needs a forward norm of x alone, with one output of x's type") end
    symbol("row_params", "the parameters of a row")
    for _, f in ipairs(rows) do symbol(f.name .. "_row", f.title) end
  end
  return rows
end

local function reversed(list)
  local other = {}
  for i = #list, 1, -1 do other[#other + 1] = list[i] end
  return other
end

local function falsely(set) return setmetatable(set, { __index = function() return false end }) end

-- Whether a kernel has a function for one row of packed rows.
local function takes_row(k)
  if not k.target.vector or k.spec.width == "any" then return false end
  if k.spec.pass == "backward" then return k.gradients.alone end
  return has_direct(k.spec)
end

-- A function that says whether a spec has one, in a target if one is given.
local function rows_of(kernels)
  local has = {} -- by the name of a kernel, with its target or without
  for _, k in ipairs(kernels) do
    if takes_row(k) then has[k.name], has[names.of(k.spec)] = true, true end
  end
  return function(spec, target) return has[target and names.kernel(spec, target) or names.of(spec)] or false end
end

-- The columns of the table of kernels: the kernels' names without "ln_" and target, and those with functions for one
-- row, which have a name and a type of their own.
local function slots_of(kernels, target, has_row, P)
  local slots, row_slots = {}, {}
  for _, k in ipairs(kernels) do
    if k.target == target then
      local slot = { name = names.of(k.spec), kind = k.kind, spec = k.spec }
      slots[#slots + 1] = slot
      if has_row(k.spec) then
        local direct = direct_of(k.spec, P)
        slot.row, slot.row_type = direct.row, direct.type
        row_slots[#row_slots + 1] = slot
      end
    end
  end
  return slots, row_slots
end

-- Of sections: their titles, names and quoted names, each in order, and their texts by name.
local function told(sections)
  local titles, isa_names, quoted, texts = {}, {}, {}, {}
  for i, s in ipairs(sections) do
    s.row_text = rename.wrap(('    {"%s", %s},'):format(s.name, table.concat(s.row, ", ")))
    titles[i], isa_names[i], quoted[i], texts[s.name] = s.title, s.name, '"' .. s.name .. '"', s.text
  end
  return titles, isa_names, quoted, texts
end

-- The set of kernels for a processor that has AVX-512 and takes less time for some kernels of AVX2: its row, and the
-- slots whose functions choose one by `stream`, with both. False where the pair has none of these.
local function mixed_of(sections, slots, P)
  local wide, narrow
  for _, s in ipairs(sections) do
    if s.name == zen4.wide then wide = s elseif s.name == zen4.narrow then narrow = s end
  end
  if not wide or not narrow then return false end
  local row, rows, by_stream, any = {}, {}, {}, false
  for i, slot in ipairs(slots) do
    local when = zen4.narrower(slot.spec)
    row[i] = when == "always" and narrow.row[i] or wide.row[i]
    if when == "cached" then
      row[i] = ("%s_%s_zen4"):format(P, slot.name)
      by_stream[slot.name] = { name = row[i], wide = wide.row[i], narrow = narrow.row[i] }
      by_stream[#by_stream + 1] = by_stream[slot.name]
    end
    any = any or when ~= nil
    if slot.row then
      local narrower = zen4.narrower_row(slot.spec)
      rows[#rows + 1] = (narrower and narrow or wide).row[#slots + #rows + 1]
      any = any or narrower
    end
  end
  table.move(rows, 1, #rows, #row + 1, row)
  return any and { by_stream = by_stream,
    text = rename.wrap(('static const %s_set %s_mixed = {"%s", %s};'):format(P, P, wide.name,
      table.concat(row, ", "))) }
end

-- Gives each public function what initialises its kind, of which the pair knows the flags `bits`. Returns the flags
-- that it does not know.
local function initialise(functions, bits)
  local held, others = {}, {}
  for _, bit in ipairs(bits) do held[bit] = true end
  for _, flag in ipairs(arguments.flags) do
    if not held[flag[1]] then others[#others + 1] = flag[1] end
  end
  for _, f in ipairs(functions) do
    f.initialiser = ("%s%s, %d"):format(#bits > 0 and bits_of(f.spec, held) .. ", " or "", f.sizes, f.written)
  end
  return others
end

-- The text of the pair, and of the test when wanted: ordered list of { name, text } without banners. And what banners
-- say of its norms, and how many lines are unrolled.
function single.files(kernels, kinds, context)
  local P, U = context.prefix, context.prefix:upper()
  local targets = targets_of(kernels)
  local public, is_public = public_of(kernels, kinds)
  local global, label = naming(P, kernels, kinds)

  local has_row = rows_of(kernels)
  local slots, row_slots = slots_of(kernels, targets[1], has_row, P)
  -- Where vector kernels exist, plain C has only the loops for any width: they are as fast, and the file is shorter.
  local function left_out(target, width) return #targets > 1 and not target.vector and width ~= "any" end
  local sections, unrolled_lines = share.sections(targets, left_out, {
    direct = function(k) return takes_row(k) and direct_of(k.spec, P) end, has_row = has_row,
    kernels = kernels, kinds = kinds, templates = context.templates, names = global, slots = slots, prefix = P,
    label = label })
  local best_first = reversed(sections)
  local titles, isa_names, quoted, texts = told(best_first)

  local symbol = symbols_of(P)
  local h = header_of(P, kernels, public, has_row, symbol)
  local mixed = mixed_of(sections, slots, P)
  h.has.narrower = mixed ~= false
  local caller, around, renamed = callers.pair(public, h.has, reversed(targets), P, context.templates)
  local test_bits = initialise(h.kinds, around.bits)
  initialise(h.backward, around.bits)
  local abi = context.abi or {}
  local values = { P = P, U = U, numerics = numerics, layout = layout, abi = falsely(abi),
    rows = note_shims(abi, h.kinds, is_public, symbol),
    sections = sections, best_first = best_first, slots = names_of(slots), mixed = mixed,
    titles = titles, isa_names = isa_names, isa_quoted = quoted,
    functions = h.functions, backward_functions = h.backward_functions, kinds = h.kinds, backward = h.backward,
    has = h.has, each = h.each, parted = function(members) return arguments.parted(h.has, members) end,
    direct = h.direct, row_slots = row_slots, types = falsely(h.types), storage = storage,
    norms = norms_of(P, h.kinds, h.backward),
    caller = caller, around = around, precise = caller("precise.h"),
    float_control = caller("float_control.h"), statuses = status.of_pair(h.has, U),
    test_bits = test_bits,
    merge = { P .. "_stats *whole", ("const %s_stats *pieces"):format(P), "const size_t *widths", "size_t count",
      "size_t rows" },
    llmc_forward = LLMC_FORWARD, llmc_backward = is_public.layernorm_backward_f32 and LLMC_BACKWARD or false,
    -- the head of a public function, or its declaration where `tail` is ";"
    entry = function(name, tail, ...) return layout.list(("int %s_%s"):format(P, name), { ... }, tail) end,
    row_entry = function(f, tail)
      return layout.list(("void %s_%s_row"):format(P, f.name), { "int n", f.spell.element .. " *y",
        ("const %s *x"):format(f.spell.element), ("const %s_row_params *params"):format(P) }, tail)
    end }

  -- a template of the pair, with the pair's names; a name between @@ and @@ stands for a text in `parts`
  local function text_of(name, parts)
    local items = {}
    for i, item in ipairs(render.items(name, values, context.templates)) do items[i] = { text = renamed(item.text) } end
    return (render.joined(items):gsub("@@(%w+)@@", parts or {}))
  end
  local files = {
    { P .. ".h", render.text("single/single.h", values, context.templates) },
    { P .. ".c", rename.refilled(text_of("single/single.c", texts)) },
  }
  if context.self_test then
    files[#files + 1] = { P .. "_test.c", text_of("single/test.c") }
  end
  for _, file in ipairs(engine.files(context.engines or {}, values, context.templates)) do
    files[#files + 1] = file
  end
  return files, h.lines, unrolled_lines
end

-- The estimated time to compile a pair with gcc 12 at -O2 on a processor of 2023, from measured times of pairs of 70 to
-- 290 KB; docs/vendoring.md has the figures.
local function seconds(bytes, unrolled_lines) return 0.5 + bytes * 9e-6 + unrolled_lines * 1.3e-4 end

-- What `lngen emit --single-file` writes, ordered list of { name, text }, and the lines that it prints in the end.
-- `context` as of single.files, with what emit has not put there: command and extra, for banners.
function single.sealed(args, kernels, kinds, context)
  context.prefix = prefix_of(args, #context.engines == 0 and "norms")
  context.self_test = args.self_test
  context.abi = {}
  for _, name in ipairs(args.abi or {}) do context.abi[name] = true end
  for _, e in ipairs(context.engines) do
    for _, name in ipairs(e.abi or {}) do context.abi[name] = true end
  end
  check_prefix(context.prefix)
  check_neighbours(context.prefix, args.output)
  engine.check(context.engines, kernels, args)
  local files, norms, unrolled_lines = single.files(kernels, kinds, context)
  local remake = ("Remake: lngen emit --single-file --prefix %s%s%s %s -o ."):format(context.prefix,
    args.self_test and " --self-test" or "", context.pair_options, context.command)
  local inputs = {}
  for _, option in ipairs { "config", "gguf", "plan" } do
    -- directories and large models stand for themselves by name
    local text = args[option] and input.again(args[option])
    if text then inputs[#inputs + 1] = ("--%s %s"):format(option, host.hash(text)) end
  end
  for _, file in ipairs(files) do
    local lines = { remake }
    if #inputs > 0 then lines[#lines + 1] = "Inputs: " .. table.concat(inputs, ", ") end
    for _, norm in ipairs(norms) do
      for _, line in ipairs(layout.filled(norm, "    ", "", #" * ")) do lines[#lines + 1] = line end
    end
    file[2] = seal.sealed(file[1], lines, file[2])
  end
  local bytes = #files[1][2] + #files[2][2]
  return files, { ("%s.h and %s.c: %d bytes, about %.1f s to compile at -O2"):format(context.prefix, context.prefix,
    bytes, seconds(bytes, unrolled_lines)),
    table.unpack(engine.closing(context.engines, kernels, context.prefix, args.output)) }
end

return single

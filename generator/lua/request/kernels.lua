-- SPDX-License-Identifier: MIT
-- kernels.lua: which kernels the options ask for: widths and models -> specs -> plans.
local fail = require "fail"
local lookup = require "plan.lookup"
local names = require "spec.name"
local options = require "request.options"
local plan = require "plan.plan"
local planfile = require "plan.planfile"
local spec_module = require "spec.spec"
local target = require "spec.target"

local kernels = {}

local function whole_number(text, what)
  if not text:match("^%d+$") or #text > 9 then
    fail.input("%s: '%s' is not a width; widths are whole numbers from 1 to %d", what, fail.shown(text),
      spec_module.WIDTH_MAX)
  end
  return math.tointeger(tonumber(text))
end

local function targets_of(args)
  if not args.isa then return target.list end
  local wanted = {}
  for _, name in ipairs(args.isa) do wanted[name] = true end
  local list = {}
  for _, t in ipairs(target.list) do
    if wanted[t.name] then list[#list + 1] = t end
  end
  return list
end

-- The models named on the command line: list of { name, sites, notes, left }.
local function model_sources(args)
  local list = {}
  if not (args.config or args.gguf or args.model) then return list end
  local model = require "model.model"
  local function add(name, sites, notes, left)
    list[#list + 1] = { name = name, sites = sites, notes = notes or {}, left = left or {} }
  end
  if args.config then
    local known, _, problem = model.known_for_path(args.config)
    if known then fail.io("%s; --model %s is the model of this name", problem, known) end
    add(args.config, model.sites(args.config, {}))
  end
  if args.gguf then add(args.gguf, model.sites(args.gguf, { gguf = true })) end
  if args.model then add("--model " .. args.model, model.named(args.model, "--model ")) end
  return list
end

-- What notes need not say of kernels: callers give them eps, the last line of emit names their types, and any number of
-- layers may share them.
local NOT_OF_KERNELS = { eps = true, dtype = true, count = true }

local BEFORE = "multiply x by silu of the gate first"

-- What a kernel of the site's width does not do by itself, and what its caller must do; nil if it does all.
local function beyond(site)
  local told = {}
  if site.gated == "silu_before" then
    told[1] = "is gated; " .. BEFORE
  elseif site.gated then
    told[1] = ("is gated; multiply the kernel's result by %s of the gate"):format(site.gated)
  end
  if site.groups and site.groups > 1 then
    told[#told + 1] = ("has %d groups; call the kernel for each %d elements of a row, with their part of the gain")
      :format(site.groups, site.width)
  elseif site.gain2d then
    told[#told + 1] = ("has a gain for each of %s heads; call the kernel once for each head, with its gain")
      :format(site.heads or "its")
  end
  if site.modulated then
    told[#told + 1] = "is modulated; multiply the kernel's result by 1 + scale and add shift"
  end
  return #told > 0 and table.concat(told, ", and ") or nil
end

-- Where schedules come from, with the plan that --plan names.
function kernels.schedules(args)
  local given = args.plan and planfile.load(args.plan)
  if given then planfile.check_version(given) end
  return lookup.of(given)
end

-- Fails for values that exclude each other, of a conflict as spec.try gives it. `stated`: what a model says. Where one
-- of them comes from an engine, not from the user, the message says so.
local function refuse(args, stated, where, conflict)
  local added = args.added or {} -- as engine.with_defaults says
  for i = 1, 3, 2 do
    local field, value, other = conflict[i], conflict[i + 1], conflict[4 - i]
    local engine = added[field] and added[field][value]
    if engine and args[other] and not added[other] and not stated[other] then
      fail.input("--for %s: adds --%s %s, which excludes --%s %s: %s; leave --%s out", engine, field, value, other,
        conflict[5 - i], conflict[5], other)
    end
  end
  spec_module.refuse(where, conflict)
end

-- Fails unless each value that the user gave is in one of the specs that were made. `conflicts`: of the combinations
-- that make no sense, lists as spec.try gives them.
local function check_all_used(args, stated, made, conflicts, where)
  for _, conflict in ipairs(conflicts) do
    for i = 1, 3, 2 do
      local field, value, used = conflict[i], conflict[i + 1], false
      for _, s in ipairs(made) do used = used or s[field] == value end
      if not used and (args[field] and not stated[field] or #made == 0) then refuse(args, stated, where, conflict) end
    end
  end
end

-- What is asked for: specs, each once, and remarks, lines that say which combinations are not made and what the kernels
-- of a model's norms leave to their caller.
local function collection()
  local asked, seen = { specs = {}, remarks = {} }, {}
  function asked.add(spec)
    local of = names.of(spec)
    if not seen[of] then asked.specs[#asked.specs + 1] = spec end
    seen[of] = true
  end
  function asked.remark(format, ...) asked.remarks[#asked.remarks + 1] = format:format(...) end
  function asked.leave_out(conflict)
    local text = ("--%s %s is not made with --%s %s: %s"):format(table.unpack(conflict))
    if not seen[text] then asked.remark("%s", text) end
    seen[text] = true
  end
  return asked
end

-- Adds every combination of the field values given, together with the values of `stated`, to what is asked for; those
-- that make no sense are left out.
local function combine(args, stated, where, asked)
  local combinations = { {} }
  for _, field in ipairs(spec_module.fields) do
    local grown = {}
    for _, base in ipairs(combinations) do
      for _, value in ipairs(stated[field.name] and { stated[field.name] } or args[field.name] or { false }) do
        local copy = { [field.name] = value or nil }
        for k, v in pairs(base) do copy[k] = v end
        grown[#grown + 1] = copy
      end
    end
    combinations = grown
  end
  local made, conflicts = {}, {}
  for _, values in ipairs(combinations) do
    values.width = stated.width
    if stated.complete then stated.complete(values) end
    local s, conflict = spec_module.try(values, where)
    made[#made + 1], conflicts[#conflicts + 1] = s, conflict
  end
  check_all_used(args, stated, made, conflicts, where)
  for _, s in ipairs(made) do asked.add(s) end
  for _, conflict in ipairs(conflicts) do asked.leave_out(conflict) end
end

-- Fails where options say what a model says itself.
local function refuse_said_by_model(args)
  for _, name in ipairs { "op", "affine" } do
    if args[name] then
      fail.input("--%s %s: the model says itself what its norms are; leave --%s out, "
        .. "or say --width N instead of the model", name, table.concat(args[name], ","), name)
    end
  end
end

-- Adds the norms of a model's site; `where` names it in messages.
local function add_site(args, site, where, asked)
  if site.guess and not args.accept_guess then
    fail.input("%s: is a guess; say --accept-guess, or by hand --width %d --op %s --affine %s", where, site.width,
      site.op, site.affine)
  end
  local more = beyond(site)
  if more then asked.remark("%s: %s", where, more) end
  combine(args, { op = site.op, affine = site.affine, width = site.width, complete = function(values)
    -- 16-bit kernels round as the model does
    local rounds = site.rounding == "before_gain" or site.rounding == "promoted"
    if values.pass == "stats" then values.affine = "none" end
    if not args.rounding and rounds and spec_module.can_round(values) then values.rounding = "before_gain" end
  end }, where, asked)
end

-- The spec of the kernel that --only names where nothing else says what is asked for, and its instruction set.
local function named_by_only(args)
  for _, field in ipairs(spec_module.fields) do
    if args[field.name] then
      fail.input("--%s: does not go with --only, whose name says it; leave it out, or say --width", field.name)
    end
  end
  local spec, isa = names.parse(args.only, "--only", true)
  return spec, isa.name
end

-- What is asked for, as of collection(); the instruction set that --only names, if it says that.
local function collected(args)
  local asked = collection()
  local of_model = args.config or args.gguf or args.model
  if of_model and not args.width then refuse_said_by_model(args) end
  if args.accept_guess and not of_model then
    fail.input("--accept-guess: no model is named; leave it out, or name one with --config, --gguf or --model")
  end
  for _, text in ipairs(args.width or {}) do
    combine(args, { width = whole_number(text, "--width") }, "--width " .. text, asked)
  end
  for _, source in ipairs(model_sources(args)) do
    for _, note in ipairs(source.notes) do
      if not NOT_OF_KERNELS[note.topic] then asked.remark("%s: %s", source.name, note.text) end
    end
    for _, site in ipairs(source.sites) do
      add_site(args, site, ("%s, norm %s of component %s"):format(source.name, site.site, site.component), asked)
    end
    for _, text in ipairs(source.left) do asked.remark("%s: %s; no kernels are made for it", source.name, text) end
  end
  local isa
  if #asked.specs == 0 and args.only then asked.specs[1], isa = named_by_only(args) end
  return asked, isa
end

-- The kernels asked for: list of plans, list of norm kinds (specs of any width), and remarks. `args` as parsed.
function kernels.of(args)
  local asked, isa = collected(args)
  local specs = asked.specs
  if isa and not args.isa then args = setmetatable({ isa = { isa } }, { __index = args }) end
  if #specs == 0 then
    fail.input("no widths given; say which with --width, --config, --gguf or --model")
  end
  table.sort(specs, function(a, b)
    local x, y = names.kind(a), names.kind(b)
    if x ~= y then return x < y end
    return a.width < b.width
  end)

  local list, kinds = plan.kernels(specs, targets_of(args),
    { unroll = options.unroll(args), schedule = kernels.schedules(args) })
  return list, kinds, asked.remarks
end

-- Of a list of plans the one that --only names, all without that option.
function kernels.only(args, list)
  if not args.only then return list end
  local known = {}
  for i, k in ipairs(list) do
    if k.name == args.only then return { k } end
    known[i] = k.name
  end
  fail.input("--only: '%s' is none of the kernels of the other options%s; 'lngen list' lists them",
    fail.shown(args.only), fail.nearest(args.only, known))
end

-- What kernels compute, for the line that ends `emit`: their norm kinds with widths, and the instruction sets.
function kernels.described(list)
  local kinds, isas, seen = {}, {}, {}
  for _, k in ipairs(list) do
    local isa = k.target.name
    if not seen[isa] then
      seen[isa] = true
      isas[#isas + 1] = isa
    end
    if not seen[k.kind] then
      seen[k.kind] = { widths = {}, has = {} }
      kinds[#kinds + 1] = k.kind
    end
    local widths, has = seen[k.kind].widths, seen[k.kind].has
    if k.spec.width ~= "any" and not has[k.spec.width] then
      has[k.spec.width] = true
      widths[#widths + 1] = k.spec.width
    end
  end
  local parts = {}
  for _, kind in ipairs(kinds) do
    local widths = seen[kind].widths -- none: kernels for any width that those of another kind need
    parts[#parts + 1] = #widths > 0 and ("%s of width %s"):format(kind,
      table.concat(widths, ", ", 1, math.min(#widths, 8))
      .. (#widths > 8 and (" and %d more"):format(#widths - 8) or "")) or nil
  end
  if #parts == 0 then parts[1] = kinds[1] .. " of any width" end -- what --only names
  if #parts > 4 then parts = { parts[1], parts[2], parts[3], ("%d more kinds"):format(#parts - 3) } end
  return ("%s; for %s"):format(table.concat(parts, ", "), table.concat(isas, ", "))
end

return kernels

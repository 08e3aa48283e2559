-- options.lua: the options that say which kernels are meant, shared by emit, list, explain and tune.
local fail = require "fail"
local plan = require "plan.plan"
local schedule = require "plan.schedule"
local spec_module = require "spec.spec"
local target = require "spec.target"

local options = {}

-- Options that repeat or take commas collect into one list.
function options.collect(result, key, value)
  result[key] = result[key] or {}
  for part in (value .. ","):gmatch("([^,]*),") do table.insert(result[key], part) end
end

function options.declare(command)
  command:option("--width"):argname("N,..."):action(options.collect):count("*"):init(nil)
    :description(("Widths, 1 to %d."):format(spec_module.WIDTH_MAX))
  for _, field in ipairs(spec_module.fields) do
    command:option("--" .. field.name):argname(table.concat(field.values, "|")):action(options.collect):count("*"):init(nil)
      :description(field.help)
  end
  command:option("--isa"):argname("ISA,..."):action(options.collect):count("*"):init(nil)
    :description("Instruction sets: " .. table.concat(target.names, ", ") .. "; all without it.")
  command:option("--config"):argname("FILE"):description("Take the norms from a model's config.json, or its directory.")
  command:option("--gguf"):argname("FILE"):description("Take the norms from a GGUF file.")
  command:option("--model"):argname("NAME"):description("Take the norms of a well-known model; see 'lngen models'.")
  command:flag("--accept-guess"):description("Make kernels for norms that were guessed, too.")
  command:option("--plan"):argname("FILE"):description("Measured schedules, as written by 'lngen tune'.")
  command:option("--unroll"):argname("full|straight|K")
    :description("Unroll all, by loops that the compiler unrolls (full) or line by line (straight), or K groups of four "
      .. "registers a turn: " .. table.concat(schedule.UNROLLS, ", ") .. ".")
  command:option("--only"):argname("NAME"):description("Only the kernel of this name.")
end

local function whole_number(text, what)
  if not text:match("^%d+$") or #text > 9 then
    fail.input("%s: '%s' is not a width; widths are whole numbers from 1 to %d", what, text, spec_module.WIDTH_MAX)
  end
  return math.tointeger(tonumber(text))
end

local function targets_of(args)
  if not args.isa then return target.list end
  local wanted = {}
  for _, name in ipairs(args.isa) do
    if not target[name] or not target[name].needs then
      fail.input("--isa: unknown instruction set '%s'%s; one of %s", name, fail.nearest(name, target.names),
        table.concat(target.names, ", "))
    end
    wanted[name] = true
  end
  local list = {}
  for _, t in ipairs(target.list) do
    if wanted[t.name] then list[#list + 1] = t end
  end
  return list
end

-- A kernel's name is its address: "ln_rmsnorm_bf16_gamma1_pre_4096_avx512" -> spec, target
function options.parse_name(name, where)
  local middle, isa = name:match("^ln_(.*)_([^_]+)$")
  if not middle or not target[isa] or not target[isa].needs then
    fail.input("%s: '%s' is not a kernel's name; one is ln_layernorm_f32_768_avx512", where, name)
  end
  local words = {}
  for word in middle:gmatch("[^_]+") do words[#words + 1] = word end
  local values = { width = math.tointeger(tonumber(table.remove(words))) }
  if not values.width then
    fail.input("%s: '%s': '..._WIDTH_ISA' must end the name, with a number for WIDTH", where, name)
  end
  for _, word in ipairs(words) do
    local known = false
    for _, field in ipairs(spec_module.fields) do
      for _, value in ipairs(field.values) do
        if spec_module.word(field, value) == word and not values[field.name] and not known then
          values[field.name] = value
          known = true
        end
      end
    end
    if not known then fail.input("%s: '%s': '%s' is not part of a spec", where, name, word) end
  end
  local spec = spec_module.new(values, name)
  if "ln_" .. spec_module.name(spec) .. "_" .. isa ~= name then
    fail.input("%s: '%s': that kernel is called ln_%s_%s", where, name, spec_module.name(spec), isa)
  end
  return spec, target[isa]
end

-- The models named on the command line: list of { name, sites }.
local function model_sources(args)
  local list = {}
  if not (args.config or args.gguf or args.model) then return list end
  local model = require "model.model"
  local function add(name, sites) list[#list + 1] = { name = name, sites = sites } end
  if args.config then add(args.config, (model.sites(args.config, {}))) end
  if args.gguf then add(args.gguf, (model.sites(args.gguf, {}))) end
  if args.model then add("--model " .. args.model, (model.named(args.model))) end
  return list
end

-- The plan shipped with this lngen, read when a schedule is first asked for; false where there is none.
local shipped
local function shipped_plans()
  if shipped == nil then
    local text = host.resource("plans/default.lua")
    shipped = text and (require "plan.planfile").parse(text, "plans/default.lua") or false
  end
  return shipped
end

-- How schedules are found: the plan given, the plan shipped, the rules of schedule.lua. Returns a function of spec and
-- target that returns the schedules and where they come from, in words.
function options.schedules(args)
  local planfile = require "plan.planfile"
  local given = args.plan and planfile.load(args.plan)
  if given then planfile.check_version(given) end
  return function(spec, target)
    local name = "ln_" .. spec_module.name(spec) .. "_" .. target.name
    for _, plans in ipairs { given or shipped_plans(), given and shipped_plans() or nil } do
      local s, entry
      if plans then s, entry = planfile.lookup(plans, name) end
      if s then
        return s, entry == name and plans.name or ("%s, measured for %s"):format(plans.name, entry)
      end
    end
    return schedule.default(spec, target), "rule"
  end
end

-- Every combination of the field values given, with the values of `stated` as they are.
local function combine(args, stated, where, into)
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
  for _, values in ipairs(combinations) do
    values.width = stated.width
    if stated.complete then stated.complete(values) end
    into(spec_module.new(values, where), where)
  end
end

-- The kernels asked for: list of plans, list of families. `args` as parsed.
function options.kernels(args)
  local specs, seen = {}, {}
  local function into(s, where)
    local name = spec_module.name(s)
    if not seen[name] then
      seen[name] = true
      specs[#specs + 1] = s
    end
  end
  for _, text in ipairs(args.width or {}) do
    combine(args, { width = whole_number(text, "--width") }, "--width " .. text, into)
  end
  for _, source in ipairs(model_sources(args)) do
    for _, site in ipairs(source.sites) do
      local where = ("%s, norm %s of component %s"):format(source.name, site.site, site.component)
      if site.guess and not args.accept_guess then
        fail.input("%s: is a guess; say --accept-guess, or by hand --width %d --op %s --affine %s", where, site.width,
          site.op, site.affine)
      end
      combine(args, { op = site.op, affine = site.affine, width = site.width, complete = function(values)
        -- 16-bit kernels round as the model does
        local rounds = site.rounding == "before_gain" or site.rounding == "promoted"
        if values.pass == "stats" and not args.affine then values.affine = "none" end
        if not args.rounding and rounds and spec_module.can_round(values) then values.rounding = "before_gain" end
      end }, where, into)
    end
  end
  if #specs == 0 and args.only then
    local spec, isa = options.parse_name(args.only, "--only")
    into(spec, "--only " .. args.only)
    if not args.isa then args = setmetatable({ isa = { isa.name } }, { __index = args }) end
  end
  if #specs == 0 then
    fail.input("no widths given; say which with --width, --config, --gguf or --model")
  end
  table.sort(specs, function(a, b)
    local x, y = plan.family(a), plan.family(b)
    if x ~= y then return x < y end
    return a.width < b.width
  end)

  return plan.kernels(specs, targets_of(args), { unroll = options.unroll(args), schedule = options.schedules(args) })
end

-- The value of --unroll: "full", "straight", a number, or nil.
function options.unroll(args)
  local unroll
  if args.unroll then
    unroll = schedule.unrolls_all(args.unroll) and args.unroll or math.tointeger(tonumber(args.unroll))
    local known = schedule.unrolls_all(unroll)
    for _, k in ipairs(schedule.UNROLLS) do known = known or unroll == k end
    if not known then
      fail.input("--unroll: '%s' is neither full nor straight nor one of %s", args.unroll, table.concat(schedule.UNROLLS, ", "))
    end
  end
  return unroll
end

-- What to say in banners: the options that matter, in the order of their declaration.
function options.command_line(args)
  local words = {}
  local function say(name, value)
    if type(value) == "table" then value = table.concat(value, ",") end
    if value then
      if value:find("[^%w_./,=+-]") then value = "'" .. value:gsub("'", "'\\''") .. "'" end
      words[#words + 1] = ("--%s %s"):format(name, value)
    end
  end
  for _, name in ipairs { "config", "gguf", "model", "plan" } do say(name, args[name]) end
  say("width", args.width)
  for _, field in ipairs(spec_module.fields) do say(field.name, args[field.name]) end
  say("isa", args.isa)
  say("unroll", args.unroll)
  if args.accept_guess then words[#words + 1] = "--accept-guess" end
  return table.concat(words, " ")
end

return options

-- options.lua: the options that say which kernels are meant, shared by emit, list, explain and tune.
local fail = require "fail"
local plan = require "plan"
local schedule = require "schedule"
local spec_module = require "spec"
local target = require "target"

local options = {}

-- Options that repeat or take commas collect into one list.
local function collect(result, key, value)
  result[key] = result[key] or {}
  for part in (value .. ","):gmatch("([^,]*),") do table.insert(result[key], part) end
end

function options.declare(command)
  command:option("--width"):argname("N,..."):action(collect):count("*"):init(nil)
    :description(("Widths, 1 to %d."):format(spec_module.WIDTH_MAX))
  for _, field in ipairs(spec_module.fields) do
    command:option("--" .. field.name):argname(table.concat(field.values, "|")):action(collect):count("*"):init(nil)
      :description(field.help)
  end
  command:option("--isa"):argname("ISA,..."):action(collect):count("*"):init(nil)
    :description("Instruction sets: " .. table.concat(target.names, ", ") .. "; all without it.")
  command:option("--config"):argname("FILE"):description("Take the norms from a model's config.json.")
  command:option("--unroll"):argname("full|K")
    :description("Unroll all, or K groups of four registers a turn: " .. table.concat(schedule.UNROLLS, ", ") .. ".")
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

-- Every combination of the field values given, for one width.
local function combine(args, width, where, into)
  local combinations = { {} }
  for _, field in ipairs(spec_module.fields) do
    local grown = {}
    for _, base in ipairs(combinations) do
      for _, value in ipairs(args[field.name] or { false }) do
        local copy = { [field.name] = value or nil }
        for k, v in pairs(base) do copy[k] = v end
        grown[#grown + 1] = copy
      end
    end
    combinations = grown
  end
  for _, values in ipairs(combinations) do
    values.width = width
    into(spec_module.new(values, where), where)
  end
end

-- The kernels asked for: list of plans, list of families. `args` as parsed.
function options.kernels(args)
  local specs, seen = {}, {}
  local function into(s, where)
    local missing = spec_module.missing(s)
    if missing then fail.input("%s: %s", where, missing) end
    local name = spec_module.name(s)
    if not seen[name] then
      seen[name] = true
      specs[#specs + 1] = s
    end
  end
  for _, text in ipairs(args.width or {}) do
    combine(args, whole_number(text, "--width"), "--width " .. text, into)
  end
  if args.config then
    for _, site in ipairs((require "model").sites(args.config, args)) do
      into(spec_module.new(site, args.config), args.config .. ", " .. site.component .. " " .. site.site)
    end
  end
  if #specs == 0 then
    if args.width or args.config then fail.input("no kernels to make") end
    fail.input("no widths given; say which with --width or --config")
  end
  table.sort(specs, function(a, b)
    local x, y = plan.family(a), plan.family(b)
    if x ~= y then return x < y end
    return a.width < b.width
  end)

  local unroll
  if args.unroll then
    unroll = args.unroll == "full" and "full" or math.tointeger(tonumber(args.unroll))
    local known = unroll == "full"
    for _, k in ipairs(schedule.UNROLLS) do known = known or unroll == k end
    if not known then
      fail.input("--unroll: '%s' is neither full nor one of %s", args.unroll, table.concat(schedule.UNROLLS, ", "))
    end
  end
  return plan.kernels(specs, targets_of(args), { unroll = unroll })
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
  say("config", args.config)
  say("width", args.width)
  for _, field in ipairs(spec_module.fields) do say(field.name, args[field.name]) end
  say("isa", args.isa)
  say("unroll", args.unroll)
  return table.concat(words, " ")
end

return options

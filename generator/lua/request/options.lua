-- options.lua: the options that say which kernels are meant, shared by emit, list, explain and tune.
local fail = require "fail"
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

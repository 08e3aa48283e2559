-- command/tune.lua: lngen tune, measures schedules on this machine and writes the best into a plan file.
local fail = require "fail"
local options = require "request.options"

return {
  name = "tune",
  summary = "Measure schedules on this machine and keep the best in a plan file.",
  description = "Emits candidates for each kernel, compiles them with $CC (cc), times them in turns in one process and "
    .. "writes the fastest into a plan file. The file is written after every kernel: an interrupted run keeps what it "
    .. "has, and goes on with --missing. What the file holds for other kernels stays.",
  declare = function(command)
    command:option("-o --output"):argname("PLAN"):description("The plan file; merged with what it already holds.")
    options.declare(command)
    command:option("--rounds"):argname("N"):default("31"):description("Timings of each candidate, the median counts.")
    command:flag("--missing"):description("Leave out kernels measured by this lngen, machine and compiler.")
  end,
  run = function(args)
    if not args.output or args.output == "" then fail.input("say where to write with -o PLAN") end
    local rounds = math.tointeger(tonumber(args.rounds))
    if not rounds or rounds < 3 or rounds > 1000 then
      fail.input("--rounds: '%s' is not a whole number from 3 to 1000", args.rounds)
    end
    for _, option in ipairs { "plan", "unroll" } do
      if args[option] then fail.input("--%s: goes without tune, which finds schedules; -o PLAN is merged", option) end
    end
    return (require "tune.tune").run(options.kernels(args), args.output,
      { rounds = rounds, missing = args.missing, only = args.only })
  end,
}

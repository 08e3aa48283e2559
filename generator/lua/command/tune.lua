-- SPDX-License-Identifier: MIT
-- command/tune.lua: `lngen tune` measures schedules on this machine and writes the best ones into a plan file.
local kernels = require "request.kernels"
local options = require "request.options"

return {
  name = "tune",
  summary = "Measure schedules on this machine and write the best into a plan file.",
  description = "Write several candidates for each kernel, compile them with $CC (or cc), time them in turns in one "
    .. "process, and put the fastest into a plan file. The file is written after each kernel, so an interrupt loses "
    .. "only the kernel that is being measured; --missing goes on from there. Entries of other kernels stay in the "
    .. "file.",
  declare = function(command)
    options.declare_output(command, "PLAN", "The plan file; entries of other kernels stay in it, comments do not. Its "
      .. "directory is created if it does not exist.")
    options.declare(command, true)
    command:option("--rounds"):argname("N"):default("31")
      :description("How often each candidate is timed, 3 to 1000; the median counts.")
    command:flag("--missing"):description("Leave out kernels that the file holds for this lngen, machine and compiler.")
  end,
  run = function(args)
    options.need_output(args, "PLAN", "plan file to write", "plan.lua")
    local rounds = options.whole(args.rounds, "--rounds", 3, 1000)
    return (require "tune.tune").run(kernels.only(args, kernels.of(args)), args.output,
      { rounds = rounds, missing = args.missing })
  end,
}

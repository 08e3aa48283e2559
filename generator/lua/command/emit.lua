-- SPDX-License-Identifier: MIT
-- command/emit.lua: `lngen emit` writes kernels; with --check it compares them with the files that are there.
local fail = require "fail"
local options = require "request.options"
local asked_for = require "request.kernels"
local engine = require "output.engine"
local shell = require "shell"

local INTERRUPTED = "interrupted: nothing was written"
local ABI = { "llmc", "ggml-row" }

-- A pair of files always holds plain C kernels, whatever --isa says: they serve processors without the other sets.
local function with_scalar(args)
  if not args.isa then return args end
  local isa = { "scalar" }
  for _, name in ipairs(args.isa) do isa[#isa + 1] = name end
  return setmetatable({ isa = isa }, { __index = args })
end

-- Writes the files into the directory of -o; returns how many have changed. A signal leaves all files as they were, or
-- all of them written.
local function write(files, args)
  local said = INTERRUPTED
  local ok, result = fail.try(function()
    local changed = require("output.seal").write(files, args.output, args.force)
    said = "interrupted: all files had been written"
    shell.check_interrupt()
    return changed
  end)
  if ok then return result end
  if result.interrupted then result.message = said end
  error(result, 0)
end

return {
  name = "emit",
  summary = "Write kernels as C.",
  description = "Write kernels as C into a directory: for the library, or with --single-file as a pair of files for "
    .. "any project. The same options always write the same bytes.",
  declare = function(command)
    options.declare_output(command, "DIR", "The directory to write to; created if it does not exist.")
    options.declare(command)
    command:flag("--single-file"):description("Write a pair of files, PREFIX.h and PREFIX.c, which need no other file.")
    -- engine.chosen refuses what is none
    command:option("--for"):argname("ENGINE,..."):count("*"):init(nil)
      :action(options.collect_values("for", engine.names(), function(word) return word end))
      :description("Write a pair of files, and what fits it to an engine: "
        .. table.concat(engine.names(), ", ") .. ".")
    command:option("--prefix"):argname("P")
      :description("How all names in the pair of files begin; without it the name of the model, or norms. "
        .. "--for needs it where no model is named.")
    command:flag("--self-test"):description("Also write PREFIX_test.c, which checks and times every kernel.")
    command:option("--abi"):argname(table.concat(ABI, ",")):count("*"):init(nil)
      :action(options.collect_known("abi", ABI))
      :description("Add functions with the signatures of llm.c, or for custom operations that work row by row.")
    options.declare_templates(command)
    command:flag("--check"):description("Write nothing; list the files that differ, and exit 1 if there are any.")
    command:flag("--force"):description("Overwrite files that lngen did not write, or that were edited since.")
  end,
  run = function(args)
    local given = {} -- what the command line says beside the kernels, for the hint
    for _, name in ipairs { "single_file", "self_test", "check", "force" } do
      given[#given + 1] = args[name] and " --" .. name:gsub("_", "-") or nil
    end
    if args["for"] then given[#given + 1] = " --for " .. table.concat(args["for"], ",") end
    if args.prefix then given[#given + 1] = " --prefix " .. args.prefix end
    options.need_output(args, "DIR", "directory to write to",
      (args.single_file or args["for"]) and "vendor" or "kernels", table.concat(given))
    if not args.check then host.watch_signals(INTERRUPTED) end
    options.check_templates(args)
    local engines = engine.chosen(args["for"])
    args.single_file = args.single_file or #engines > 0
    if not args.single_file then
      for _, option in ipairs { "prefix", "self_test", "abi" } do
        if args[option] then fail.input("--%s: needs --single-file or --for", (option:gsub("_", "-"))) end
      end
    end
    if args.check and args.force then
      fail.input("--force: does not go with --check, which writes nothing; leave one of them out")
    end
    if args.single_file and args.only then
      fail.input("--only: does not go with --%s; choose kernels by --width and --isa",
        #engines > 0 and "for" or "single-file")
    end
    local wanted = engine.with_defaults(engines, args)
    local kernels, kinds, remarks = asked_for.of(args.single_file and with_scalar(wanted) or wanted)
    local context = {
      command = options.command_line(args),
      extra = options.repeated(args, { "plan", "unroll", "templates" }),
      pair_options = options.repeated(args, { "for", "abi" }),
      templates = args.templates, engines = engines, described = asked_for.described(asked_for.only(args, kernels)),
    }
    for _, text in ipairs(remarks) do fail.note(text) end
    -- loaded here, since the other commands do not need these modules, and compiling Lua takes most of a short run
    local files, closing
    if args.single_file then
      files, closing = require("output.single").sealed(args, kernels, kinds, context)
    else
      files, closing = require("output.directory").files(kernels, kinds, context), {}
    end
    if args.only then
      local kept = {}
      for _, file in ipairs(files) do
        if file[1] == args.only .. ".c" then kept[1] = file end
      end
      files = kept
    end
    if args.check then return require("output.seal").report(files, args.output) end
    local changed = write(files, args)
    fail.say("%s: %d file%s, %d written; %s", args.output, #files, #files == 1 and "" or "s", changed,
      context.described)
    for _, line in ipairs(closing) do fail.say("%s", line) end
  end,
}

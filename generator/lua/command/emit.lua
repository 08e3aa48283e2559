-- command/emit.lua: lngen emit, writes the kernels; with --check compares instead.
local directory = require "output.directory"
local seal = require "output.seal"
local fail = require "fail"
local options = require "request.options"

-- A single file holds plain C whatever --isa says: it is what a processor falls back to.
local function with_scalar(args)
  if not args.isa then return args end
  local isa = { "scalar" }
  for _, name in ipairs(args.isa) do isa[#isa + 1] = name end
  return setmetatable({ isa = isa }, { __index = args })
end

return {
  name = "emit",
  summary = "Write kernels as C.",
  description = "Write kernels as C into a directory: the files differ from run to run only where the options do.",
  declare = function(command)
    command:option("-o --output"):argname("DIR"):description("Where to write; made when it is not there.")
    options.declare(command)
    command:flag("--single-file"):description("Write PREFIX.h and PREFIX.c instead, which need nothing else.")
    command:option("--prefix"):argname("P"):description("What the single file's names begin with; ln without it.")
    command:flag("--self-test"):description("Write PREFIX_test.c too, which checks and times every kernel.")
    command:option("--abi"):argname("llmc,ggml-row"):action(options.collect):count("*"):init(nil)
      :description("Add functions with the signatures of llm.c, or for custom operations that go row by row.")
    command:option("--templates"):argname("DIR"):description("Read templates from DIR instead of the embedded ones.")
    command:flag("--check"):description("Write nothing; exit 1 and list what differs from what would be written.")
    command:flag("--force"):description("Overwrite files that lngen did not write.")
  end,
  run = function(args)
    if not args.output or args.output == "" then fail.input("say where to write with -o DIR") end
    if not args.single_file then
      for _, option in ipairs { "prefix", "self_test", "abi" } do
        if args[option] then fail.input("--%s: goes with --single-file", (option:gsub("_", "-"))) end
      end
    end
    if args.single_file and args.only then fail.input("--only: goes without --single-file; name its width and --isa") end
    local kernels, families = options.kernels(args.single_file and with_scalar(args) or args)
    local context = {
      command = options.command_line(args),
      extra = (args.plan and " --plan " .. args.plan or "") .. (args.unroll and " --unroll " .. args.unroll or ""),
      templates = args.templates,
    }
    if args.single_file then return require("output.single").run(args, kernels, families, context) end
    local files = directory.files(kernels, families, context)
    if args.only then
      local wanted = args.only .. ".c"
      local kept = {}
      for _, file in ipairs(files) do
        if file[1] == wanted then kept[1] = file end
      end
      if #kept == 0 then fail.input("--only: no kernel '%s' among those asked for; see 'lngen list'", args.only) end
      files = kept
    end
    if args.check then return seal.report(files, args.output) end
    local changed = seal.write(files, args.output, args.force)
    print(("%s: %d files, %d written"):format(args.output, #files, changed))
  end,
}

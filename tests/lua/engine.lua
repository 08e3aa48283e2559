-- SPDX-License-Identifier: MIT
-- engine.lua: engines of `emit --for`: their entries, and what is refused.
local check = require "check"
local engine = require "output.engine"
local prefix = require "output.prefix"
local reserved = require "output.reserved"
local spec = require "spec.spec"

local known = engine.names()
check.that(#known > 0, "there are engines")

-- Every entry has what output/engine.lua says, and nothing else; its templates exist.
local FIELDS = { title = "string", files = "table", defaults = "table", needs = "table", uses = "table",
  named = "boolean", abi = "table", reserved = "string", closing = "table", values = "function" }

-- What is wrong with a part of a spec, or with values of several options; nil where nothing is.
local function wrong_part(part, several)
  for name, value in pairs(part) do
    local field = spec.field[name]
    if not field then return ("%s is no field of a spec"):format(name) end
    for _, one in ipairs(several and value or { value }) do
      if not spec.among(one, field.values) then return ("%s is no %s"):format(one, name) end
    end
  end
end
check.objects(wrong_part { opp = "rmsnorm" }, "another field")
check.objects(wrong_part({ op = { "layernorm", "rms" } }, true), "another value")

for _, name in ipairs(known) do
  local entry = require("engine." .. name)
  check.that(entry.title and #entry.files > 0, name .. ": a title and files")
  for field, value in pairs(entry) do check.equal(type(value), FIELDS[field], name .. ": " .. field) end
  for _, file in ipairs(entry.files) do
    check.that(host.resource(("templates/engine/%s/%s"):format(name, file[2])), name .. ": " .. file[2])
  end
  check.sound(wrong_part(entry.defaults or {}, true), name .. ": defaults")
  for _, parts in ipairs { entry.needs or {}, entry.uses or {} } do
    for _, part in ipairs(parts) do
      check.sound(wrong_part(part), name .. ": needs or uses")
      check.that(part.dtype, name .. ": needs or uses norms of a type that it has")
    end
  end
  for _, line in ipairs(entry.closing or {}) do
    if type(line) == "table" then check.sound(wrong_part(line[2]), name .. ": closing") end
  end
  check.equal(reserved(name), ("is a name of %s's own"):format(entry.title))
end

check.same(engine.chosen(nil), {})
check.equal(#engine.chosen { "llmc", "llmc" }, 1, "each once")
check.refuses(("--for: unknown engine 'lmc' (did you mean 'llmc'?); one of %s"):format(table.concat(known, ", ")),
  engine.chosen, { "lmc" })

-- What a user gives counts for more than what an engine takes by itself.
local args = { width = { "768" } }
check.equal(engine.with_defaults({}, args), args)
local two = { { name = "a", defaults = { pass = { "forward", "backward" } } },
  { name = "b", defaults = { pass = { "backward", "stats" } } } }
check.same(engine.with_defaults(two, args).pass, { "forward", "backward", "stats" })
check.same(engine.with_defaults(two, args).added, { pass = { forward = "a", backward = "a", stats = "b" } })
check.equal(engine.with_defaults({ { name = "a", defaults = { op = { "rmsnorm" } } } }, { model = "gpt2" }).op, nil,
  "a model says what its norms are")

-- What an engine adds is told as that where it excludes what the user gives, and is no word of the user.
local asked_for = require "request.kernels"
local function asked(values)
  values.width = { "64" }
  return asked_for.of, engine.with_defaults(two, values)
end
check.refuses("--for a: adds --pass backward, which excludes --quant int8: only the forward pass quantises; "
  .. "leave --quant out", asked { quant = { "int8" } })
check.refuses("--for b: adds --pass stats, which excludes --affine full: statistics need no parameters; "
  .. "leave --affine out", asked { affine = { "full" } })
check.refuses("--width 64: quant int8 and pass backward exclude each other: only the forward pass quantises",
  asked { quant = { "int8" }, pass = { "backward" } })
check.refuses("--width 64: bias add and residual none exclude each other: the bias is added before a residual",
  asked { bias = { "add" } })
args.pass = { "forward" }
check.same(engine.with_defaults({ { name = "a", defaults = { pass = { "backward" } } } }, args).pass, { "forward" })

-- What a pair must offer.
local function kernels(op) return { { spec = { op = op, pass = "forward", width = 768 } } } end
local needy = { { name = "a", title = "A", needs = { { op = "layernorm", pass = "forward" } } } }
check.equal(engine.check(needy, kernels "layernorm", {}), nil)
check.refuses("--for a: A needs a norm of --op layernorm, and --op rmsnorm gives none; leave --op out", engine.check,
  needy, kernels "rmsnorm", { op = { "rmsnorm" } })
check.refuses("--for a: A needs a norm of --op layernorm, and --model x gives none", engine.check, needy,
  kernels "rmsnorm", { model = "x" })
local either = { { name = "b", title = "B", uses = { { op = "layernorm", dtype = "f32", affine = "full" },
  { op = "rmsnorm", dtype = "f32", affine = "gamma" } } } }
local function of_width(fields)
  fields.width = fields.width or 64
  return { { spec = fields } }
end
check.equal(engine.check(either, of_width { op = "rmsnorm", dtype = "f32", affine = "gamma" }, {}), nil)
check.refuses("--for b: B needs a norm of --affine gamma, and --affine none,full gives none; leave --affine out",
  engine.check, either, of_width { op = "rmsnorm", dtype = "f32", affine = "none" }, { affine = { "none", "full" } })
check.refuses("--for b: B needs a norm of --dtype f32, and --dtype f16 gives none; leave --dtype out",
  engine.check, either, of_width { op = "rmsnorm", dtype = "f16", affine = "gamma" }, { dtype = { "f16" } })
-- Kernels for any width are there for other norms, too.
local helped = { { spec = { op = "layernorm", pass = "forward", residual = "pre", width = 64 } },
  { spec = { op = "layernorm", pass = "forward", residual = "none", width = "any" } } }
local plainly = { { name = "c", title = "C", needs = { { pass = "forward", residual = "none" } } } }
check.refuses("--for c: C needs a norm of --residual none, and --residual pre gives none; leave --residual out",
  engine.check, plainly, helped, { residual = { "pre" } })
-- What an engine adds by itself is no word of the user.
local adding = { { name = "d", title = "D", defaults = { op = { "rmsnorm" } }, needs = { { op = "rmsnorm" } } } }
check.refuses("--for d: D needs a norm of --op rmsnorm", engine.check, adding, kernels "layernorm",
  { op = { "layernorm" }, added = { op = { layernorm = "a" } } })

check.same(engine.closing({ { title = "T", closing = { "add DIR/PREFIX.c", { "call PREFIX", { op = "layernorm" } },
  { "not PREFIX", { op = "rmsnorm" } } } } }, kernels "layernorm", "p", "d%1"), { "T: add d%1/p.c", "T: call p" })
check.same(engine.closing({ { title = "T", closing = { "DIR", '"PATH"' } } }, kernels "layernorm", "p", 'a"b//'),
  { 'T: a"b', 'T: "a\\"b"' })
-- As an argument of pip, a directory is nothing but a path, and one word.
for directory, folder in pairs { bert = "./bert", ["a/b"] = "./a/b", ["-b"] = "./-b", ["my bert/"] = "'./my bert'",
  [".b"] = "./.b", ["."] = ".", [".."] = "..", ["../b"] = "../b", ["./b"] = "./b", ["/b"] = "/b", ["/"] = "/" } do
  check.same(engine.closing({ { title = "T", closing = { "pip install FOLDER;" } } }, kernels "layernorm", "p",
    directory), { ("T: pip install %s;"):format(folder) })
end
local clash = { { name = "rust", files = { { "PREFIX.x", "Cargo.toml" } } }, { name = "b", files = { { "p.x", "" } } } }
check.refuses("--for: rust and b both have a file p.x; emit them into two directories", engine.files, clash,
  { P = "p" })

-- Prefixes that are words of another language.
local languages = require "output.languages"
check.equal(languages.check("gpt2", "Python"), nil)
check.refuses("--prefix: 'lambda' is Python's own word; take another, as in --prefix gpt2", languages.check, "lambda",
  "Python")
check.refuses("--prefix: 'lambda' is Python's own word; take another, as in --prefix gpt2", languages.check_module,
  "lambda")
for _, name in ipairs { "json", "setup", "setuptools", "pip" } do
  check.refuses(("--prefix: '%s' is a module that Python or its setuptools has; take another, as in --prefix gpt2")
    :format(name), languages.check_module, name)
end
languages.check_module("so")
languages.check("json", "Python")
for _, name in ipairs { "fn", "Self" } do
  check.refuses(("--prefix: '%s' is Rust's own word; take another, as in --prefix gpt2"):format(name), languages.check,
    name, "Rust")
end

-- Norms of one x: which of a pair's they are.
local plain = require "output.plain"
local function norm(fields)
  local n = { op = "layernorm", pass = "forward", dtype = "f32", params = "same", affine = "full", rounding = "once",
    residual = "none", bias = "none", quant = "none", norms = "one", widths = { 8, 4 } }
  for field, value in pairs(fields) do n[field] = value end
  return n
end
local list, forms, widths = plain.of({ norm {}, norm { op = "rmsnorm", affine = "gamma1", dtype = "bf16" },
  norm { op = "rmsnorm", affine = "gamma1", dtype = "bf16", params = "f32", widths = { 6 } }, norm { dtype = "f16" },
  norm { affine = "none" }, norm { residual = "pre" }, norm { quant = "int8" }, norm { norms = "two" },
  norm { op = "rmsnorm", affine = "full" } }, { f32 = true, bf16 = true })
local told = {}
for i, s in ipairs(list) do
  told[i] = ("%s %s %s %s %s"):format(s.form, s.dtype, s.params, s.gamma, s.beta)
end
check.same(told, { "layernorm f32 f32 true true", "rmsnorm1 bf16 bf16 true false", "rmsnorm1 bf16 f32 true false",
  "layernorm f32 nil false false" })
check.same({ forms.layernorm, forms.rmsnorm, forms.rmsnorm1 }, { true, false, true })
check.same(widths, { 4, 6, 8 })

-- How the names in a pair begin where --prefix is missing
local directory = host.temporary_directory()
local config = directory .. "/config.json"
for text, name in pairs { ['{"model_type": "GPT-2"}'] = "gpt_2", ['{"model_type": "-a.B-"}'] = "a_b",
  ['{"model_type": "int"}'] = "norms", ['{"model_type": 1}'] = "norms", ["no JSON"] = "norms" } do
  check.that(host.write_set(directory, { { "config.json", text } }))
  check.equal(prefix({ config = config }, "norms"), name, text)
  check.equal(prefix({ config = directory }, "norms"), name, text)
end
for name, why in pairs { Printf = "is a name of the C library", UINT8 = "is how macros of stdint.h begin",
  gpt2_ = "ends with '_', which would make '__' in every symbol", [("a"):rep(41)] = "is longer than 40 characters" } do
  check.equal(reserved(name), why, name)
end
check.equal(reserved(("a"):rep(40)), nil)
local file <close> = assert(io.open(config, "w"))
assert(file:seek("set", 65 << 20) and file:write(" "):flush())
check.equal(prefix({ config = config }, "norms"), "norms", "a file that is too large to read")
check.that(host.remove_tree(directory))

return check.status()

-- model/config.lua: finds the norm sites of a parsed config.json, by the entries of families.lua.
--
-- A scope is one model inside the file: the file itself, or a nested config (text_config, vision_config, ...). The
-- value of a key is the one in the file, else the value of the same key under another name, else the default of the
-- model family; a note says when a default is used.
local fail = require "fail"
local families = require "model.families"

local config = {}

local WIDEST, MOST = 65536, 1000000

local function shown(v)
  if v == host.null then return "null" end
  if type(v) == "table" then return v.n and "an array" or "an object" end
  if type(v) == "string" then return ("%q"):format(#v > 40 and v:sub(1, 40) .. "..." or v) end
  return tostring(v)
end

local function has(v) return v ~= nil and v ~= host.null end

-- The shortest decimal that reads back as the same number, as C and Python print it: 1e-05, 0.1, 1.5625e-07.
function config.number(v)
  if math.type(v) == "integer" then return ("%d"):format(v) end
  for digits = 1, 17 do
    local text = ("%%.%dg"):format(digits):format(v)
    if tonumber(text) == v then return text end
  end
  return ("%.17g"):format(v)
end

local function note(run, ...)
  local text = string.format(...)
  if not run.noted[text] then
    run.noted[text] = true
    run.notes[#run.notes + 1] = text
  end
end

local Scope = {}
Scope.__index = Scope

local function scope(doc, component, type_name, family, parent, run)
  return setmetatable({ doc = doc, component = component, type = type_name, family = family, parent = parent,
    run = run, defaults = {}, reads = {} }, Scope)
end

function Scope:key(name) return (self.component == "." and "" or self.component) .. name end

function Scope:bad(name, v, expected)
  fail.input("%s: key '%s' is %s, expected %s", self.run.path, self:key(name), shown(v), expected)
end

local ALIASES = {
  n_embd = { "hidden_size", "n_embed" }, hidden_size = { "n_embed", "n_embd", "d_model", "dim" },
  d_model = { "hidden_size" }, dim = { "hidden_size" }, emb_dim = { "hidden_size" },
  n_layer = { "num_hidden_layers", "n_layers", "num_layers" },
  n_layers = { "num_hidden_layers", "n_layer", "num_layers" },
  num_layers = { "num_hidden_layers", "n_layer", "n_layers" },
  num_hidden_layers = { "n_layer", "n_layers", "num_layers" },
  depth = { "num_hidden_layers" },
  encoder_layers = { "num_hidden_layers" },
  num_attention_heads = { "n_head", "n_heads", "num_heads" },
  n_heads = { "num_attention_heads", "n_head", "num_heads" },
  num_key_value_heads = { "num_kv_heads", "n_head_kv" },
}

-- The value that the file gives for `name` or for one of its other names, and the name that the file uses; or nil.
function Scope:in_file(name)
  if has(self.doc[name]) then return self.doc[name], name end
  local own = self.family.alias and self.family.alias[name]
  if own and has(self.doc[own]) then return self.doc[own], own end
  for _, other in ipairs(ALIASES[name] or {}) do
    if has(self.doc[other]) then return self.doc[other], other end
  end
end

-- The value of a key, from the file or the default of the family; nil when there is none. In a numeric expression it
-- refuses anything but a number or a boolean, so that Lua never turns text into a number.
function Scope:get(name, numeric)
  local v, under = self:in_file(name)
  if v ~= nil then
    if numeric and type(v) ~= "number" and type(v) ~= "boolean" then
      self:bad(under, v, "a number")
    end
    if type(v) == "number" then self.reads[#self.reads + 1] = under .. " " .. config.number(v) end
    return v
  end
  local default = self.family.default and self.family.default[name]
  if default == nil then
    self.missing = self.missing or name
    return nil
  end
  local origin = " is the default of " .. self.type
  if type(default) == "string" then
    origin = ", computed as " .. default
    default = self:evaluate(default, numeric)
  end
  if numeric and type(default) == "number" then
    self.defaults[#self.defaults + 1] = ("%s: not in the file; %s%s"):format(self:key(name), config.number(default),
      origin)
  end
  return default
end

-- Functions that the expressions of families.lua may call.
local helpers = {}

-- count("layer_types", "full_attention"): how often a list holds the value; nil when the file has no such list
function helpers.count(self, name, value)
  local list = self:in_file(name)
  if type(list) ~= "table" or not list.n then return nil end
  local n = 0
  for i = 1, list.n do
    if list[i] == value then n = n + 1 end
  end
  return n
end

-- len("list"): the length of a list, 0 when it is absent; sum("list"): the sum of its whole numbers; last("list"),
-- at("list", i): its last element, its element i
local function list_of(self, name)
  local list = self:in_file(name)
  if list == nil then list = self.family.default and self.family.default[name] end
  if list == nil then return { n = 0 } end
  if type(list) ~= "table" or not (list.n or #list > 0) then self:bad(name, list, "an array") end
  if (list.n or #list) > 1000 then self:bad(name, list, "at most 1000 elements") end
  return list, list.n or #list
end

function helpers.len(self, name)
  local list, n = list_of(self, name)
  return n or 0
end

function helpers.at(self, name, i)
  local list = list_of(self, name)
  if math.type(list[i]) ~= "integer" then self:bad(name, list[i], "whole numbers") end
  return list[i]
end

function helpers.last(self, name) return helpers.at(self, name, helpers.len(self, name)) end

function helpers.sum(self, name)
  local total = 0
  for i = 1, helpers.len(self, name) do total = total + helpers.at(self, name, i) end
  return total
end

-- is("norm_type", "rms", ...): whether the key's value is one of these words
function helpers.is(self, name, ...)
  local v = self:get(name)
  for _, word in ipairs { ... } do
    if v == word then return true end
  end
  return false
end

-- letters("hybrid_override_pattern", "M"): how often a text holds the letter
function helpers.letters(self, name, letter)
  local v = self:get(name)
  if type(v) ~= "string" then self:bad(name, v, "text") end
  return select(2, v:gsub(letter, ""))
end

-- every(n, period, offset): for how many i from 0 to n - 1 (i - offset) % period == 0
function helpers.every(_, n, period, offset)
  local total = 0
  if n > MOST or period < 1 then error("out of range") end
  for i = 0, n - 1 do
    if (i - (offset or 0)) % period == 0 then total = total + 1 end
  end
  return total
end

-- head("MaskedLM", ...): 1 when the name of the class in architectures contains one of these words, else 0
function helpers.head(self, ...)
  local top = self
  while top.parent do top = top.parent end
  local list = top.doc.architectures
  local class = type(list) == "table" and list[1]
  if type(class) == "string" then
    for _, word in ipairs { ... } do
      if class:find(word, 1, true) then return 1 end
    end
  end
  return 0
end

-- contains("key", "word"): whether the key's text contains the word
function helpers.contains(self, name, word)
  local v = self:get(name)
  return type(v) == "string" and v:find(word, 1, true) ~= nil
end

-- has("key"): whether the file gives the key. set("key"): whether the key has a value, and the file does not say null
function helpers.has(self, name) return (self:in_file(name)) ~= nil end

function helpers.set(self, name) return self.doc[name] ~= host.null and self:get(name) ~= nil end

-- number("key"): the key's value if it is a number; nil if it is absent, or a word such as "auto"
function helpers.number(self, name)
  local v = self:in_file(name)
  return type(v) == "number" and v or nil
end

-- sub("attn_config", "qk_ln"): a key of an object that is no model of its own
function helpers.sub(self, name, key)
  local t = self:in_file(name)
  if type(t) ~= "table" or not has(t[key]) then return nil end
  return t[key]
end

-- part("vision_config", "hidden_size"): a key of a nested config, with the defaults of that config's family
function helpers.part(self, name, key)
  local sub = self.doc[name]
  if not has(sub) then return nil end
  if type(sub) ~= "table" or sub.n then self:bad(name, sub, "an object") end
  local implied
  for _, p in ipairs(self.family.parts) do
    if p[1] == name then implied = p end
  end
  local type_name = not implied.fixed and families[sub.model_type] and sub.model_type or implied[2]
  local s = scope(sub, (self.component == "." and "" or self.component) .. name .. ".", type_name,
    families[type_name], self, self.run)
  local value = s:get(key, true)
  s:note_defaults()
  return value
end

-- layers_of("sliding_attention", first, last): how many of these layers have that type, according to layer_types. If
-- the file has no such list, the last of every `full_period` layers has full attention, and so has the last layer of
-- all.
function helpers.layers_of(self, kind, first, last)
  local list = self:in_file("layer_types")
  if list ~= nil and (type(list) ~= "table" or not list.n) then self:bad("layer_types", list, "an array") end
  local n = self:get("num_hidden_layers", true)
  if n > MOST then error("out of range") end
  local period, total = self.family.default.full_period, 0
  if not list then
    note(self.run, "%s: not in the file; every %dth layer and the last taken as full attention",
      self:key("layer_types"), period)
  end
  for i = first, last do
    local full = i % period == 0 or i == n
    local this = list and list[i] or (full and "full_attention" or "sliding_attention")
    if this == kind then total = total + 1 end
  end
  return total
end

local chunks = {}

-- " with n_layer -1, ...": the numbers from the file that the last expression used
function Scope:inputs() return #self.reads > 0 and " with " .. table.concat(self.reads, ", ") or "" end

-- The value of an expression of families.lua: a number is its own value, text is a Lua expression over this scope's
-- keys.
function Scope:evaluate(expression, numeric, extra)
  if type(expression) ~= "string" then return expression end
  local env = setmetatable({}, { __index = function(_, name)
    if extra and extra[name] ~= nil then return extra[name] end
    if name == "min" then return math.min end
    if name == "ceil" then return math.ceil end
    if name == "floor" then return math.floor end
    local helper = helpers[name]
    if helper then
      return function(...) return helper(self, ...) end
    end
    return self:get(name, numeric)
  end })
  local source = chunks[expression] or "return " .. expression
  chunks[expression] = source
  local chunk = assert(load(source, "=" .. expression, "t", env))
  self.missing = nil
  local ok, value = pcall(chunk)
  if ok then return value end
  if type(value) == "table" then error(value, 0) end
  if self.missing then
    fail.input("%s: key '%s' is missing, and %s has no default for it", self.run.path, self:key(self.missing),
      self.type)
  end
  fail.input("%s: %s'%s' has no value%s", self.run.path, self.component == "." and "" or self.component .. " ",
    expression, self:inputs())
end

-- Evaluates an expression that must give a whole number from lowest to highest; an error names the key or expression.
function Scope:whole(expression, lowest, highest, what, extra)
  self.reads = {}
  local v = self:evaluate(expression, true, extra)
  if type(v) == "number" and math.type(v) == "float" and v == math.floor(v) and math.abs(v) < 2 ^ 53 then
    v = math.tointeger(v)
  end
  if v == nil then
    fail.input("%s: key '%s' is missing, and %s has no default for it", self.run.path,
      self:key(self.missing or tostring(expression)), self.type)
  end
  if math.type(v) ~= "integer" or v < lowest or v > highest then
    local plain = type(expression) ~= "string" or expression:find("^[%w_]+$")
    fail.input("%s: %s '%s' is %s%s, expected a whole number from %d to %d", self.run.path, what,
      self:key(tostring(expression)), shown(v), plain and "" or self:inputs(), lowest, highest)
  end
  return v
end

function Scope:note_defaults()
  for _, text in ipairs(self.defaults) do note(self.run, "%s", text) end
  self.defaults = {}
end

local DTYPES = { float32 = "f32", float = "f32", bfloat16 = "bf16", float16 = "f16", half = "f16" }

local function own_dtype(self)
  for _, key in ipairs { "dtype", "torch_dtype", "model_dtype" } do
    local v = self.doc[key]
    if has(v) and v ~= "auto" then
      if type(v) ~= "string" then self:bad(key, v, "float32, bfloat16 or float16") end
      local known = DTYPES[v:gsub("^torch%.", "")]
      if not known then
        note(self.run, "%s: %s is not an element type of norms; f32 assumed", self:key(key), shown(v))
      end
      return known or "f32"
    end
  end
end

-- The element type: that of the scope itself, else of the scope around it, else of the first nested config that has
-- one.
local function dtype(self)
  local s, top = self, nil
  while s do
    local found = own_dtype(s)
    if found then return found end
    top, s = s, s.parent
  end
  for _, part in ipairs(top.family.parts or {}) do
    local sub = top.doc[part[1]]
    if type(sub) == "table" and not sub.n then
      local found = own_dtype(scope(sub, part[1] .. ".", part[2], {}, top, self.run))
      if found then
        note(self.run, "%s: not in the file; %s as in %s", self:key("dtype"), found, part[1])
        return found
      end
    end
  end
  note(self.run, "%s: not in the file; f32 assumed", self:key("dtype"))
  return "f32"
end

local ROUNDING = { layernorm = "once", rmsnorm = "before_gain" }

local function add_site(self, row, extra)
  if row.when and not self:evaluate(row.when, false, extra) then return end
  local kind = row[2]
  local op, affine = kind:match("^(%a+) ([%a%d]+)$")
  local eps = row[4]
  local label = extra and row[1]:gsub("%$i", extra.i) or row[1]
  local site = { component = self.component, site = label, op = op, affine = affine }
  site.width = self:whole(row[3], 1, WIDEST, "width", extra)
  if type(eps) ~= "number" then
    local v = self:evaluate(eps, true, extra)
    if type(v) ~= "number" or v ~= v or v < 0 or v >= 1 then
      local file_value, under = self:in_file(eps)
      self:bad(under or eps, v == nil and file_value or v, "a number from 0 to 1")
    end
    eps = v + 0.0
  end
  site.eps = eps
  site.count = self:whole(row[5], 0, MOST, "count", extra)
  if site.count == 0 then
    self.defaults = {}
    return
  end
  self:note_defaults()
  if type(row[4]) == "number" and not row.stated then
    note(self.run, "%s: eps %s is fixed in %s, not read from the file", self:key(label), config.number(eps), self.type)
  end
  site.dtype = dtype(self)
  site.rounding = row.rounding or self.family.rounding or ROUNDING[op]
  site.gated, site.gain2d = row.gated, row.gain2d
  if row.heads then site.heads = self:whole(row.heads, 1, WIDEST, "heads", extra) end
  if row.groups then site.groups = self:whole(row.groups, 1, WIDEST, "groups", extra) end
  if self.guess then site.guess = true end
  self.run.sites[#self.run.sites + 1] = site
end

local resolve

local function add_sites(self)
  for _, row in ipairs(self.family) do
    if row.each then
      for i = 1, helpers.len(self, row.each) do
        add_site(self, row, { i = i, item = helpers.at(self, row.each, i), items = helpers.len(self, row.each) })
      end
    else
      add_site(self, row)
    end
  end
  for _, key in ipairs(self.family.ignores or {}) do
    if has(self.doc[key]) then
      note(self.run, "%s: in the file, but %s does not use it", self:key(key), self.type)
    end
  end
end

-- BertForMaskedLM -> bert, Qwen2_5_VLForConditionalGeneration -> qwen2_5_vl: the longest name of a family with which
-- the name of the class begins, if a usual ending follows.
local function family_of_class(class)
  local word = class:lower():gsub("[_%-]", "")
  local best, best_length
  for name in pairs(families) do
    local plain = name:lower():gsub("[_%-]", "")
    if word:sub(1, #plain) == plain and #plain > (best_length or 0) then
      local rest = word:sub(#plain + 1)
      if rest == "" or rest:find("^for") or rest:find("^model") or rest:find("^lmhead") or rest:find("^lm$")
        or rest:find("^encoder") or rest:find("^textmodel") or rest:find("^visionmodel")
        or rest:find("^doubleheads") or rest:find("^withlmhead") then
        best, best_length = name, #plain
      end
    end
  end
  return best
end

local WIDTH_KEYS = { "hidden_size", "n_embd", "d_model", "dim", "embed_dim", "n_embed", "hidden_dim", "model_dim",
  "width", "emb_dim" }
local LAYER_KEYS = { "num_hidden_layers", "n_layer", "num_layers", "n_layers", "depth", "layers", "encoder_layers" }
local EPS_KINDS = {
  { "rms_norm_eps", "rmsnorm gamma" }, { "layer_norm_eps", "layernorm full" },
  { "layer_norm_epsilon", "layernorm full" }, { "layernorm_epsilon", "layernorm full" },
  { "norm_epsilon", "layernorm full" }, { "norm_eps", "rmsnorm gamma" },
}

local function first_key(doc, keys)
  for _, key in ipairs(keys) do
    if has(doc[key]) then return key end
  end
end

local BY_HAND = "give it by hand: --width N --op layernorm|rmsnorm --affine full|full1|gamma|gamma1|none"

-- Makes a family from usual keys, for a model type that families.lua does not have; options.op, .affine, .eps and
-- .width state what no key tells.
local function guess(run, doc, component, type_name, parent)
  local options = run.options
  local where = component == "." and "" or component
  local what = type_name and ("model_type %s is not known"):format(shown(type_name)) or "no model_type"
  local width = first_key(doc, WIDTH_KEYS)
  if not width and not options.width then return nil, what .. " and no key gives a width" end
  local kind, eps
  for _, k in ipairs(EPS_KINDS) do
    if has(doc[k[1]]) then
      eps, kind = k[1], k[2]
      break
    end
  end
  local stated = options.op and options.affine
  if not stated and not eps then
    return nil, ("%s; width %s from '%s', but no key tells the norm"):format(what, shown(doc[width]), where .. width)
  end
  if stated then
    kind = options.op .. " " .. options.affine
    eps = options.eps or eps
    if not eps then
      eps = options.op == "layernorm" and 1e-5 or 1e-6
      note(run, "%seps: not in the file; %s is usual for %s", where, config.number(eps), options.op)
    end
    note(run, "%s%s; norms as the options say", where, what)
  else
    note(run, "%s%s; a guess: %s from '%s', width from '%s'", where, what, kind:match("%a+"), eps, where .. width)
  end
  local layers = first_key(doc, LAYER_KEYS)
  if not layers then note(run, "%scount: not known; 1 means at least one", where) end
  local row = { "block+final", kind, options.width or width, eps, layers and "2*" .. layers .. "+1" or 1,
    stated = stated }
  local s = scope(doc, component, type_name or "unknown", { row }, parent, run)
  s.guess = not stated
  return s
end

-- Which family a config belongs to: its name, its entry, and whether this is a guess. `fallback` is the type that
-- follows from the place of a nested config; with `fixed` it is always the answer.
local function identify(run, doc, component, fallback, fixed)
  local where = component == "." and "" or component
  local model_type = doc.model_type
  if has(model_type) and type(model_type) ~= "string" then
    fail.input("%s: key '%smodel_type' is %s, expected text", run.path, where, shown(model_type))
  end
  if fixed and fallback then return fallback, families[fallback] end
  model_type = has(model_type) and model_type or nil
  if model_type and families[model_type] then return model_type, families[model_type] end
  local classes = doc.architectures
  local class = type(classes) == "table" and type(classes[1]) == "string" and classes[1] or nil
  local by_class = class and family_of_class(class)
  if by_class then
    note(run, "%s%s; taken as %s because architectures says %s", where,
      model_type and ("model_type %s is not known"):format(shown(model_type)) or "no model_type", by_class,
      shown(class))
    return by_class, families[by_class], model_type ~= nil and has(doc.auto_map)
  end
  if fallback then
    if model_type then
      note(run, "%smodel_type: %s is not known; taken as %s", where, shown(model_type), fallback)
    end
    return fallback, families[fallback], model_type ~= nil
  end
  return model_type
end

local function looks_like_models(doc)
  for _, v in pairs(doc) do
    if type(v) == "table" then
      local list = v.n and v[1] or v
      if type(list) == "table" and (has(list.model_type) or has(list.hidden_size) or has(list.model_name)) then
        return true
      end
    end
  end
end

-- Adds the sites of `doc`. Returns true, or nil and the reason why its norms are not known.
function resolve(run, doc, component, fallback, fixed, parent)
  if run.depth > 6 then return nil, "parts nested deeper than 6 levels" end
  local name, family, is_guess = identify(run, doc, component, fallback, fixed)
  if not family then
    local parts = {}
    for key, value in pairs(doc) do
      if type(key) == "string" and type(value) == "table" and not value.n
        and (key:find("_config$") or key:find("^text") or key:find("^vision") or key:find("^llm"))
        and (has(value.model_type) and families[value.model_type]) then
        parts[#parts + 1] = key
      end
    end
    table.sort(parts)
    local s, why = guess(run, doc, component, name, parent)
    if not s and #parts == 0 then return nil, why end
    if s then add_sites(s) end
    local holder = s or scope(doc, component, name or "unknown", {}, parent, run)
    for _, key in ipairs(parts) do
      run.depth = run.depth + 1
      assert(resolve(run, doc[key], (component == "." and "" or component) .. key .. ".", nil, nil, holder))
      run.depth = run.depth - 1
    end
    return true
  end
  local s = scope(doc, component, name, family, parent, run)
  s.guess = is_guess
  local prefix = component == "." and "" or component
  local found = false
  for _, part in ipairs(family.parts or {}) do
    found = found or has(doc[part[1]])
  end
  if family.flat and not has(doc[family.parts[1][1]]) then
    local flat = scope(doc, component, name, families[family.flat], parent, run)
    flat.guess = s.guess
    add_sites(flat)
  elseif family.parts and not found and #family == 0 then
    return nil, ("%s without '%s'"):format(name, prefix .. family.parts[1][1])
  end
  add_sites(s)
  for _, part in ipairs(family.parts or {}) do
    local key, sub = part[1], doc[part[1]]
    if has(sub) then
      if type(sub) ~= "table" or sub.n then s:bad(key, sub, "an object") end
      local why = part.skip
      if not why then
        run.depth = run.depth + 1
        why = select(2, resolve(run, sub, prefix .. key .. ".", part[2], part.fixed, s))
        run.depth = run.depth - 1
      end
      if why then note(run, "%s%s: %s; its norms are not listed", prefix, key, why) end
    end
  end
  return true
end

-- config.sites(doc, path, options) -> sites, notes. `doc` is a parsed config.json.
function config.sites(doc, path, options)
  local run = { path = path, options = options or {}, sites = {}, notes = {}, noted = {}, depth = 0 }
  if type(doc) ~= "table" or doc.n then
    fail.input("%s: holds %s, expected one JSON object with a model's configuration", path,
      type(doc) == "table" and "a list" or shown(doc))
  end
  local ok, why = resolve(run, doc, ".")
  if not ok then
    if not has(doc.model_type) and looks_like_models(doc) then
      fail.input("%s: holds many models, expected the config.json of one; cut out the one you want", path)
    end
    fail.input("%s: %s; %s", path, why, BY_HAND)
  end
  if #run.sites == 0 then
    fail.input("%s: %s has no LayerNorm or RMSNorm to generate", path, shown(doc.model_type))
  end
  return run.sites, run.notes
end

config.has = has
config.shown = shown
config.BY_HAND = BY_HAND
return config

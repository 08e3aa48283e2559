-- SPDX-License-Identifier: MIT
-- model/expressions.lua: the value of a key or of an expression of an entry (see family.lua), for one config.
--
-- A scope is one model inside the file: the file itself, or a nested config (text_config, vision_config, ...). The
-- value of a key is the one in the file, else the value of the same key under another name, else the default of the
-- model family; a note says when a default is used. `topic` of a scope is what such a note is on (see notes.lua).
local fail = require "fail"
local families = require "model.families"
local note_list = require "model.notes"

local expressions = {}

local MOST = 1000000

expressions.EPS = "a number of at least 0 and below 1"

function expressions.is_eps(v) return type(v) == "number" and v >= 0 and v < 1 end

local function shown(v)
  if v == host.null then return "null" end
  if type(v) == "table" then return v.n and "an array" or "an object" end
  if type(v) == "string" then return (("%q"):format(#v > 40 and v:sub(1, 40) .. "..." or v):gsub("\\\n", "\\n")) end
  return tostring(v)
end

local function has(v) return v ~= nil and v ~= host.null end

-- The shortest decimal that reads back as the same number, as C and Python print it: 1e-05, 0.1, 1.5625e-07.
function expressions.number(v)
  if math.type(v) == "integer" then return ("%d"):format(v) end
  for digits = 1, 17 do
    local text = ("%%.%dg"):format(digits):format(v)
    if tonumber(text) == v then return text end
  end
  return ("%.17g"):format(v)
end

-- An expression as an error names it: text_config.rms_norm_eps for part('text_config', 'rms_norm_eps').
function expressions.readable(expression)
  return (expression:gsub("part%('([%w_]+)', '([%w_]+)'%)", "%1.%2"))
end

local Scope = {}
Scope.__index = Scope

local function scope(doc, component, type_name, family, parent, run)
  return setmetatable({ doc = doc, component = component, type = type_name, family = family, parent = parent,
    run = run, defaults = note_list.new(), reads = {}, used = {} }, Scope)
end

-- What stands before the names in a component: "text_config.", "" for the file itself.
function expressions.prefix(component) return component == "." and "" or component end

-- What the user's file calls a key: a GGUF file has its own names.
local function called(run, name) return run.called and run.called[name] or name end

-- The same with the path of the key's nested config.
function Scope:key(name) return expressions.prefix(self.component) .. called(self.run, name) end

function Scope:bad(name, v, expected)
  fail.input("%s: key '%s' is %s, expected %s", self.run.path, self:key(name), v == nil and "missing" or shown(v),
    expected)
end

function Scope:lacks(name)
  fail.input("%s: key '%s' is missing, and %s has no default for it", self.run.path, self:key(name), self.type)
end

-- Other names of a key, in the order in which they count.
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

-- Keys that hold an eps, or look as if they did.
local EPS_KEYS = { "rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "layernorm_epsilon", "norm_epsilon",
  "norm_eps", "rms_norm_epsilon", "rmsnorm_eps", "layernorm_eps", "rms_eps", "ln_eps" }

-- The one key of the file that holds an eps where the file lacks the key that the family uses: its value is taken, and
-- what follows from it is a guess.
function Scope:other_eps(name)
  local found
  for _, key in ipairs(EPS_KEYS) do
    if key ~= name and type(self.doc[key]) == "number" and not self:mentions(key) then
      if found then return nil end
      found = key
    end
  end
  if found then
    self.run.notes:on("eps", "%s: not in the file; taken from '%s', which %s is not known to use", self:key(name),
      self:key(found), self.type)
    self.doubt = true
  end
  return found
end

local words_of = {} -- entry -> the words in it

-- Whether the entry of the family has this key anywhere: in an expression, a default, an alias or a list of keys.
function Scope:mentions(key)
  local words = words_of[self.family]
  if not words then
    words = {}
    local function collect(v)
      if type(v) == "string" then
        for word in v:gmatch("[%w_]+") do words[word] = true end
      elseif type(v) == "table" then
        for k, x in pairs(v) do
          collect(k)
          collect(x)
        end
      end
    end
    for k, v in pairs(self.family) do
      if k ~= "source" and k ~= "remark" then collect(v) end
    end
    words_of[self.family] = words
  end
  if words[key] then return true end
  for name, others in pairs(ALIASES) do
    if words[name] then
      for _, other in ipairs(others) do
        if other == key then return true end
      end
    end
  end
  return false
end

-- Makes the sites a guess: the file lacks a key of the family, but has another one that may be meant.
function Scope:doubtful(name, other)
  self.run.notes:add("%s: not in the file, but '%s' is, which %s is not known to use; a guess", self:key(name), other,
    self.type)
  self.doubt = true
end

-- A key of the file that nothing of the family reads and that is spelt nearly as `name` is; the first one by name.
-- type_of: what it holds: "number", or "table" for a list.
function Scope:nearly(name, type_of)
  local function plain(key) return (key:lower():gsub("_", "")) end
  local wanted, found = plain(name), nil
  local most = #wanted < 11 and 1 or 2
  for key, v in pairs(self.doc) do
    if type(v) == type_of and type(key) == "string" and not self:mentions(key) and not (found and found < key)
      and fail.distance(plain(key), wanted, most + 1) <= most then
      found = key
    end
  end
  return found
end

-- Notes that the default counts for a key that the file lacks; a guess where another key may be meant.
function Scope:takes_default(name, type_of, shown_as, origin)
  local near = self:nearly(name, type_of)
  if near then self:doubtful(name, near) end
  self.defaults:on(self.topic, "%s: not in the file; %s%s", self:key(name), shown_as, origin)
end

-- The value of a key, from the file or the default of the family; nil when there is none. In a numeric expression it
-- refuses anything but a number or a boolean, so that Lua never turns text into a number, and a boolean where the
-- default is a number.
function Scope:get(name, numeric)
  local v, under = self:in_file(name)
  local default = self.family.default and self.family.default[name]
  if v ~= nil then
    self.used[v] = true
    if type(default) == "boolean" and type(v) ~= "boolean" then self:bad(under, v, "true or false") end
    if numeric and type(v) ~= "number"
      and (type(v) ~= "boolean" or type(default) == "number" or type(default) == "string") then
      self:bad(under, v, self.topic == "eps" and expressions.EPS or "a number")
    end
    if not numeric and (v == "true" or v == "false") then self:bad(under, v, "true or false") end
    if type(v) == "number" or type(v) == "boolean" then self.reads[#self.reads + 1] = { under, v } end
    return v
  end
  local named = self.family.let and self.family.let[name]
  if named then return self:evaluate(named, numeric) end
  local other = name:find("eps") and self:other_eps(name)
  if other then return self.doc[other] end
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
    self:takes_default(name, "number", expressions.number(default), origin)
  end
  return default
end

-- Functions that the expressions of model families may call.
local helpers = {}

-- A list of the file that has an element for each layer at least, or nil.
local function of_layers(self, name)
  local list, layers = self:in_file(name), self:in_file("num_hidden_layers")
  if list == nil then return nil end
  if type(list) ~= "table" or not list.n then self:bad(name, list, "an array") end
  if math.type(layers) == "integer" and list.n < layers then
    fail.input("%s: key '%s' has %d elements, expected %d, one for each layer", self.run.path, self:key(name), list.n,
      layers)
  end
  return list
end

-- count("layer_types", "full_attention"): how many layers have this type; nil when the file has no such list
function helpers.count(self, name, value)
  local list = of_layers(self, name)
  if list == nil then return nil end
  local n = 0
  for i = 1, list.n do
    if list[i] == value then n = n + 1 end
  end
  return n
end

-- len("list"): the length of a list, 0 when it is absent; sum("list"): the sum of its whole numbers, sum("list",
-- "times"): each times the element of another list, if the file has it; last("list"), at("list", i): its last element,
-- its element i
local function list_of(self, name)
  local list, default = self:in_file(name), self.family.default and self.family.default[name]
  if list == nil and default == nil then return { n = 0 }, 0 end
  if list == nil then
    local elements = {}
    for i, element in ipairs(default) do elements[i] = tostring(element) end
    list = default
    self:takes_default(name, "table", ("[%s]"):format(table.concat(elements, ", ")), " is the default of " .. self.type)
  end
  if type(list) ~= "table" or not (list.n or #list > 0) then self:bad(name, list, "an array") end
  if list.n == 0 and default then
    fail.input("%s: key '%s' is an empty array, expected at least one element", self.run.path, self:key(name))
  end
  if (list.n or #list) > 1000 then self:bad(name, list, "at most 1000 elements") end
  return list, list.n or #list
end

function helpers.len(self, name)
  return select(2, list_of(self, name))
end

function helpers.at(self, name, i)
  local list, n = list_of(self, name)
  if i < 1 or i > n then
    fail.input("%s: key '%s' has %d elements, expected at least %d", self.run.path, self:key(name), n, math.max(i, 1))
  end
  if math.type(list[i]) ~= "integer" then self:bad(("%s[%d]"):format(name, i), list[i], "a whole number") end
  return list[i]
end

-- holds("patch_prenorm", i): whether element i of a list is true
function helpers.holds(self, name, i) return list_of(self, name)[i] == true end

function helpers.last(self, name) return helpers.at(self, name, helpers.len(self, name)) end

function helpers.sum(self, name, times)
  local total, repeated = 0, times and self:in_file(times) ~= nil
  for i = 1, helpers.len(self, name) do
    total = total + helpers.at(self, name, i) * (repeated and helpers.at(self, times, i) or 1)
  end
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
  if n > MOST or period < 1 or (offset or 0) >= period then error("out of range") end
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
  if t == nil then return nil end
  if type(t) ~= "table" or t.n then self:bad(name, t, "an object") end
  if has(t[key]) then return t[key] end
end

-- per_layer("head_dim"): the number that per_layer_config gives for a key in some layers; nil where it gives none
function helpers.per_layer(self, key)
  local layers, found = self:in_file("per_layer_config"), nil
  if layers == nil then return nil end
  if type(layers) ~= "table" or layers.n then self:bad("per_layer_config", layers, "an object") end
  for name, layer in pairs(layers) do
    local v = type(layer) == "table" and layer[key]
    if v and (math.type(v) ~= "integer" or found and found ~= v) then
      self:bad(("per_layer_config.%s.%s"):format(name, key), v, "the same whole number in each layer")
    end
    found = v or found
  end
  return found
end

-- unet_blocks(i): how many transformer blocks of a UNet have the i-th width. A number counts for all blocks, a list has
-- one for each.
function helpers.unet_blocks(self, i)
  local function list(name, default)
    local v = self:in_file(name)
    if v == nil then v = default end
    return v
  end
  local widths = helpers.len(self, "block_out_channels")
  local function of(name, j, default)
    local v = list(name, default)
    if type(v) == "table" then v = v[j] end
    if math.type(v) ~= "integer" or v < 0 or v > 1000 then self:bad(name, v, "whole numbers") end
    return v
  end
  local function attends(name, j, default)
    local v = list(name, default)
    local word = type(v) == "table" and v[j]
    if type(word) ~= "string" then self:bad(name, v, "names of blocks") end
    return word:find("CrossAttn") and not word:find("Simple")
  end
  local layers, depth, total = of("layers_per_block", i, 2), of("transformer_layers_per_block", i, 1), 0
  local DOWN = { "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D" }
  local UP = { "UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D" }
  if attends("down_block_types", i, DOWN) then total = total + layers * depth end
  if self.type == "UNet2DConditionModel" and attends("up_block_types", widths + 1 - i, UP) then
    total = total + (layers + 1) * depth
  end
  local middle = list("mid_block_type", "UNetMidBlock2DCrossAttn")
  if i == widths and middle == "UNetMidBlock2DCrossAttn" then total = total + depth end
  return total
end

-- sublen("linear_attn_config", "kda_layers"): the length of a list in an object that is no model of its own
function helpers.sublen(self, name, key)
  local list = helpers.sub(self, name, key)
  if type(list) ~= "table" or not list.n then self:bad(name .. "." .. key, list, "an array") end
  return list.n
end

-- subcount("linear_attn_config", "layers", 1): how many elements of such a list have this value, 0 where there is none
function helpers.subcount(self, name, key, value)
  local list, n = helpers.sub(self, name, key), 0
  if list == nil then return 0 end
  if type(list) ~= "table" or not list.n then self:bad(name .. "." .. key, list, "an array") end
  for i = 1, list.n do
    if list[i] == value then n = n + 1 end
  end
  return n
end

-- active("block_configs", "ffn"): how many objects of a list have a part that is not switched off by no_op
function helpers.active(self, name, part)
  local list, total = self:in_file(name), 0
  if type(list) ~= "table" or not list.n then self:bad(name, list, "an array") end
  for i = 1, list.n do
    local block = list[i]
    local sub = type(block) == "table" and block[part]
    if type(sub) ~= "table" then self:bad(("%s[%d].%s"):format(name, i, part), sub, "an object") end
    if sub.no_op ~= true then total = total + 1 end
  end
  return total
end

-- part("vision_config", "hidden_size"): a key or an expression of a nested config, with the defaults of that config's
-- family
function helpers.part(self, name, key)
  local sub = self.doc[name]
  if not has(sub) then return nil end
  if type(sub) ~= "table" or sub.n then self:bad(name, sub, "an object") end
  local implied
  for _, p in ipairs(self.family.parts) do
    if p[1] == name then implied = p end
  end
  local own = not implied.fixed and sub.model_type ~= self.type and families[sub.model_type]
  local type_name = own and sub.model_type or implied[2]
  local s = scope(sub, expressions.prefix(self.component) .. name .. ".", type_name, families[type_name] or {}, self,
    self.run)
  s.topic = self.topic
  local value = s:evaluate(key, true)
  if value == nil then s:lacks(s.missing or key) end
  if type(value) ~= "number" then s:bad(key, value, "a number") end
  s:note_defaults()
  self.doubt = self.doubt or s.doubt
  return value
end

-- layers_of("sliding_attention", first, last): how many of these layers have that type, according to layer_types. If
-- the file has no such list, the last of every `full_period` layers has full attention, and so has the last layer of
-- all.
function helpers.layers_of(self, kind, first, last)
  local list = of_layers(self, "layer_types")
  local n = self:get("num_hidden_layers", true)
  if n > MOST then error("out of range") end
  local period, total = self.family.default.full_period, 0
  if not list then
    self.run.notes:on(self.topic, "%s: not in the file; every %dth layer and the last taken as full attention",
      self:key("layer_types"), period)
  end
  for i = first, last do
    local full = i % period == 0 or i == n
    local this = list and list[i] or (full and "full_attention" or "sliding_attention")
    if this == kind then total = total + 1 end
  end
  return total
end

-- " with n_layer -1, ...": the numbers and booleans from the file that the last expression used
function Scope:inputs()
  local list = {}
  for i, read in ipairs(self.reads) do
    local name, v = read[1], read[2]
    list[i] = ("%s %s"):format(called(self.run, name), type(v) == "number" and expressions.number(v) or tostring(v))
  end
  return #list > 0 and " with " .. table.concat(list, ", ") or ""
end

-- Words in the names of keys whose numbers may have a fraction.
local FRACTIONS = { "ratio", "factor", "expan", "scale", "mult" }

local function may_have_fraction(name)
  for _, word in ipairs(FRACTIONS) do
    if name:find(word, 1, true) then return true end
  end
end

-- Refuses counts and sizes of the last expression that are none: 2.5 layers may give a whole number of norms.
function Scope:check_counts()
  for _, read in ipairs(self.reads) do
    local name, v = read[1], read[2]
    if type(v) == "number" and (v < 0 or v ~= math.floor(v) and not may_have_fraction(name)) then
      self:bad(name, v, "a whole number of at least 0")
    end
  end
end

-- The value of an expression of a model family: a number is its own value, text is a Lua expression over this scope's
-- keys.
function Scope:evaluate(expression, numeric, extra)
  if type(expression) ~= "string" then return expression end
  local env = setmetatable({}, { __index = function(_, name)
    if extra and extra[name] ~= nil then return extra[name] end
    if name == "min" then return math.min end
    if name == "max" then return math.max end
    if name == "ceil" then return math.ceil end
    if name == "floor" then return math.floor end
    local helper = helpers[name]
    if helper then
      return function(...) return helper(self, ...) end
    end
    return self:get(name, numeric)
  end })
  local chunk = assert(load("return " .. expression, "=" .. expression, "t", env))
  self.missing = nil
  local ok, value = pcall(chunk)
  if ok then return value end
  if type(value) == "table" then error(value, 0) end
  local v, under = self:in_file(value:match("on a boolean value %(global '([%w_]+)'%)"))
  if v ~= nil then self:bad(under, v, "a number") end
  if self.missing then self:lacks(self.missing) end
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
  if v == nil then self:lacks(self.missing or tostring(expression)) end
  if math.type(v) ~= "integer" or v < lowest or v > highest then
    expression = tostring(expression)
    local plain = expression:find("^[%w_]+$")
    local name = plain and select(2, self:in_file(expression)) or expressions.readable(expression)
    fail.input("%s: %s '%s' is %s%s, expected a whole number from %d to %d", self.run.path, what, self:key(name),
      shown(v), plain and "" or self:inputs(), lowest, highest)
  end
  self:check_counts()
  return v
end

function Scope:note_defaults()
  self.run.notes:append(self.defaults)
  self.defaults = note_list.new()
end

expressions.scope, expressions.has, expressions.shown = scope, has, shown
expressions.called = called
expressions.helpers, expressions.MOST = helpers, MOST
return expressions

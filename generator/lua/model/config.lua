-- SPDX-License-Identifier: MIT
-- model/config.lua: finds the norm sites of a parsed config.json, by the entries of the model families.
--
-- No part of a file is dropped in silence: every nested object that looks like a model ends in sites, in a guess, or in
-- a note that names it and says why its norms are not listed.
local expressions = require "model.expressions"
local fail = require "fail"
local families = require "model.families"
local note_list = require "model.notes"
local spec_module = require "spec.spec"

-- Loaded only when a file has something that needs it.
local guess = setmetatable({}, { __index = function(_, name) return require("model.guess")[name] end })

local config = {}

local WIDEST, MOST = spec_module.WIDTH_MAX, expressions.MOST

local has, helpers, scope, shown = expressions.has, expressions.helpers, expressions.scope, expressions.shown

config.number = expressions.number

local DTYPES = { float32 = "f32", float = "f32", bfloat16 = "bf16", float16 = "f16", half = "f16" }

local function own_dtype(self)
  for _, key in ipairs { "dtype", "torch_dtype", "model_dtype" } do
    local v = self.doc[key]
    if has(v) and v ~= "auto" then
      if type(v) ~= "string" then self:bad(key, v, "float32, bfloat16 or float16") end
      local known = DTYPES[v:gsub("^torch%.", "")]
      if not known then
        self.run.notes:on("dtype", "%s: %s is not an element type of norms; f32 assumed", self:key(key), shown(v))
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
        self.run.notes:on("dtype", "%s: not in the file; %s as in %s", self:key("dtype"), found, part[1])
        return found
      end
    end
  end
  self.run.notes:on("dtype", "%s: not in the file; f32 assumed", self:key("dtype"))
  return "f32"
end

local ROUNDING = { layernorm = "once", rmsnorm = "before_gain" }

-- Whether the condition of a row holds. A key that is one by itself must be true or false: Lua takes 0 as true.
local function holds(self, condition, extra)
  local v, under = self:in_file((condition:gsub("^not ", "")))
  if v ~= nil and type(v) ~= "boolean" then self:bad(under, v, "true or false") end
  return self:evaluate(condition, false, extra)
end

local function add_site(self, row, extra)
  if row.when and not holds(self, row.when, extra) then return end
  local op, affine = row.norm:match("^(%a+) ([%a%d]+)$")
  local eps = row.eps
  local label = extra and row.site:gsub("%$i", extra.i) or row.site
  local site = { component = self.component, site = label, op = op, affine = affine }
  site.width = self:whole(row.width, 1, WIDEST, "width", extra)
  if type(eps) ~= "number" then
    self.topic = "eps"
    local v = self:evaluate(eps, true, extra)
    self.topic = nil
    if not expressions.is_eps(v) then
      local file_value, under = self:in_file(eps)
      self:bad(under or expressions.readable(eps), v == nil and file_value or v, expressions.EPS)
    end
    eps = v + 0.0
  end
  site.eps = eps
  self.topic = "count"
  site.count = self:whole(row.count, 0, MOST, "count", extra)
  self.topic = nil
  if site.count == 0 then
    self.defaults = note_list.new()
    return
  end
  self:note_defaults()
  if type(row.eps) == "number" then
    -- an entry without a source is a guess
    self.run.notes:on("eps", self.family.source and "%s: eps %s is fixed in %s, not read from the file"
      or "%s: eps %s is usual, and not read from the file", self:key(label), config.number(eps), self.type)
  end
  site.dtype = dtype(self)
  site.rounding = row.rounding or self.family.rounding or ROUNDING[op]
  site.gated, site.gain2d, site.modulated = row.gated, row.gain2d, row.modulated
  if row.heads then site.heads = self:whole(row.heads, 1, WIDEST, "heads", extra) end
  if row.groups then site.groups = self:whole(row.groups, 1, WIDEST, "groups", extra) end
  if self.guess or self.doubt or row.guess then site.guess = true end
  self.run.sites[#self.run.sites + 1] = site
end

local function add_sites(self)
  local first = #self.run.sites + 1
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
      self.run.notes:add("%s: in the file, but %s does not use it", self:key(key), self.type)
    end
  end
  if self.family.remark then
    self.run.notes:add("%s%s", self.component == "." and "" or self.component .. " ", self.family.remark)
  end
  if self.doubt then
    for i = first, #self.run.sites do self.run.sites[i].guess = true end
  end
end

-- What may follow the name of a family in the name of a class: ForCausalLM, Model, ...
local ENDINGS = { "^$", "^for", "^model", "^lmhead", "^lm$", "^encoder", "^decoder", "^textmodel", "^visionmodel",
  "^doubleheads", "^withlmhead", "^chatmodel", "^moefor", "^textfor", "^preprojection", "^backbone", "^withprojection",
  "^textmodelwith", "^visionmodelwith" }

local function plain(name) return (name:lower():gsub("[_%-%.]", "")) end

local function ends_as_usual(rest)
  for _, pattern in ipairs(ENDINGS) do
    if rest:find(pattern) then return true end
  end
end

-- BertForMaskedLM -> bert, Qwen2_5_VLForConditionalGeneration -> qwen2_5_vl: the longest name of a family with which
-- the name of the class begins, if a usual ending follows.
local function family_of_class(class)
  local word = plain(class)
  local best, best_length
  for name in pairs(families.all()) do
    local short = plain(name)
    if word:sub(1, #short) == short and #short > (best_length or 0) and ends_as_usual(word:sub(#short + 1)) then
      best, best_length = name, #short
    end
  end
  return best
end

local function class_of(doc)
  local classes = doc.architectures
  return type(classes) == "table" and type(classes[1]) == "string" and classes[1] or nil
end

-- Whether a class is one of the family's, and the family that its name tells.
local function is_of(class, name, family)
  local word, short = plain(class), plain(name)
  if word:sub(1, #short) == short then return true end
  for _, known in ipairs(family.classes or {}) do
    if class:find(known) then return true end
  end
  local by_class = family_of_class(class)
  return by_class and (families[by_class] == family or short:find(plain(by_class), 1, true) == 1), by_class
end

-- The classes of the model's own code, in the order of their keys: "AutoModel": "modeling_new.NewModel".
local function own_classes(doc)
  local keys, list = {}, {}
  for key, value in pairs(type(doc.auto_map) == "table" and doc.auto_map or {}) do
    if type(key) == "string" and key:find("^AutoModel") and type(value) == "string" then keys[#keys + 1] = key end
  end
  table.sort(keys)
  for _, key in ipairs(keys) do list[#list + 1] = doc.auto_map[key]:match("([%w_]+)$") end
  return list
end

-- Whether a class that the file names is not one of the family's: another family's, or one of the model's own code.
-- Returns the reason.
local function other_class(doc, name, family)
  local own = "the class %s, whose code comes with the model, is not known to be of %s"
  local class = class_of(doc)
  if class then
    local known, by_class = is_of(class, name, family)
    if not known and has(doc.auto_map) then return own:format(shown(class), name) end
    if not known and by_class then return ("architectures says %s, which is of %s"):format(shown(class), by_class) end
  end
  for _, its in ipairs(own_classes(doc)) do
    if not is_of(its, name, family) then return own:format(shown(its), name) end
  end
end

-- Nested configs that any family may have, so that a value of another type is no key of something else.
local PART_KEYS = { "text_config", "vision_config", "audio_config", "language_config", "llm_config" }

-- Refuses what has another type than every reader of such a file expects. A single class is taken as a list of one.
local function check_types(run, doc, prefix)
  local function refuse(key, expected)
    fail.input("%s: key '%s%s' is %s, expected %s", run.path, prefix, key, shown(doc[key]), expected)
  end
  for _, key in ipairs { "model_type", "_class_name" } do
    if has(doc[key]) and type(doc[key]) ~= "string" then refuse(key, "text") end
  end
  for _, key in ipairs(PART_KEYS) do
    if has(doc[key]) and (type(doc[key]) ~= "table" or doc[key].n) then refuse(key, "an object") end
  end
  local classes = doc.architectures
  if type(classes) == "string" then
    doc.architectures = { classes, n = 1 }
  elseif has(classes) and (type(classes) ~= "table" or not classes.n
    or classes.n > 0 and type(classes[1]) ~= "string") then
    refuse("architectures", "a list of names of classes")
  end
end

local BY_HAND = "give it by hand: lngen emit --width N --op layernorm|rmsnorm --affine full|full1|gamma|gamma1|none"

-- Which family a config belongs to: its name, its entry, and why this is a guess, if it is one. `fallback` is the type
-- that follows from the place of a nested config; it is always the answer with `fixed`, and where the nested config
-- repeats the type of the model around it.
local function identify(run, doc, component, fallback, fixed, parent)
  local where = expressions.prefix(component)
  local model_type = doc.model_type
  local implied = fallback ~= "" and fallback or nil
  if fallback and (fixed or parent and model_type == parent.type) then return implied, families[fallback] end
  model_type = has(model_type) and model_type ~= "" and model_type or nil
  if model_type and families[model_type] then
    return model_type, families[model_type], other_class(doc, model_type, families[model_type])
  end
  local class = class_of(doc)
  local by_class = class and family_of_class(class)
  if by_class then
    run.notes:add("%s%s; taken as %s because architectures says %s", where,
      model_type and ("model_type %s is not known"):format(shown(model_type)) or "no model_type", by_class,
      shown(class))
    return by_class, families[by_class], model_type ~= nil and has(doc.auto_map) and "the model has code of its own"
      or other_class(doc, by_class, families[by_class])
  end
  if type(doc._class_name) == "string" and not model_type then
    local found = families[doc._class_name]
    if found then return doc._class_name, found end
    return nil
  end
  if type(doc.architecture) == "string" and (not model_type or model_type == "timm_wrapper") then
    local found, entry, why = require("model.timm").family(doc.architecture, doc.num_features)
    if found then return found, entry, why end
  end
  if not model_type and not class and type(doc.ssm_cfg) == "table" then return "mamba_ssm", families.ov_mamba end
  if not model_type and not class and has(doc.dim) and has(doc.n_layers) and has(doc.norm_eps) then
    return "params.json", families["params.json"]
  end
  if fallback then
    if not families[fallback] then return model_type or implied end
    if model_type then
      run.notes:add("%smodel_type: %s is not known; taken as %s", where, shown(model_type), fallback)
    end
    return fallback, families[fallback], model_type and ("model_type %s is not known"):format(shown(model_type))
  end
  return model_type
end

-- Whether nested objects look like models, and the key of one if it is the only one.
local function looks_like_models(doc)
  local key, count = nil, 0
  for k, v in pairs(doc) do
    if type(v) == "table" then
      local list = v.n and v[1] or v
      if type(list) == "table" and (has(list.model_type) or has(list.hidden_size) or has(list.model_name)) then
        key, count = k, count + (v.n or 1)
      end
    end
  end
  return count > 0, count == 1 and key or nil
end

-- Nested objects that are no models, whatever they hold.
local NO_MODELS = {}
for word in ([[quantization_config compression_config rope_scaling rope_parameters generation_config id2label label2id
  auto_map task_specific_params pretrained_cfg preprocessor_config peft_config tokenizer_config transformers_weights
  hybrid_kernel_config]]):gmatch("%S+") do
  NO_MODELS[word] = true
end

-- Whether a nested object looks like a model: it names a type, or has a width, and layers or an eps.
local function like_model(v)
  if type(v) ~= "table" or v.n then return false end
  if type(v.model_type) == "string" and v.model_type ~= "" then return true end
  return guess.width_key(v) ~= nil and (guess.layers_key(v) or guess.eps_key(v)) ~= nil
end

local resolve

-- As resolve, but a part that makes no sense gives nil, the reason, and true. Takes back what the attempt added.
local function attempt(run, ...)
  local sites, notes, left, depth, without = #run.sites, #run.notes, #run.left, run.depth, run.without
  local ok, found, why = pcall(resolve, run, ...)
  if ok and found then return true end
  if not ok and type(found) ~= "table" then error(found, 0) end
  for i = #run.sites, sites + 1, -1 do run.sites[i] = nil end
  for i = #run.left, left + 1, -1 do run.left[i] = nil end
  run.notes:cut(notes)
  run.depth, run.without = depth, without
  why = ok and why or found.message:gsub("^" .. run.path:gsub("%p", "%%%0") .. ": ", "")
  return nil, why, not ok
end

local function leave_out(run, name, why)
  run.notes:add("%s: %s; its norms are not known, and not listed", name, why)
  run.left[#run.left + 1] = ("%s: %s"):format(name, why)
end

-- Keys that name a tower and say nothing of its layers: text, or an object with a name.
local TOWERS = { mm_vision_tower = true, img_processor = true, audio_processor = true, image_embd_layer = true }

-- Lists what looks like a model in `doc` and is not in `handled`: as a guess, or as a note.
local function other_parts(run, doc, component, handled, parent)
  local prefix = expressions.prefix(component)
  local keys = {}
  for key, value in pairs(doc) do
    if type(key) == "string" and not handled[key] and not NO_MODELS[key]
      and (type(value) == "table" or TOWERS[key] and type(value) == "string" and value ~= "") then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    local value = doc[key]
    if TOWERS[key] and not like_model(value) then
      local name = type(value) == "string" and value or value.name
      leave_out(run, prefix .. key, type(name) == "string" and "a tower, " .. shown(name) or "a tower")
    elseif like_model(value) then
      -- settings of the model itself repeat its type and give no width
      if run.depth < 8 and (value.model_type ~= doc.model_type or guess.width_key(value)) then
        local first = #run.sites + 1
        run.depth = run.depth + 1
        local ok, why = attempt(run, value, prefix .. key .. ".", nil, nil, parent)
        run.depth = run.depth - 1
        if ok then
          if #run.sites >= first then
            run.notes:add("%s%s: not known to be a part of %s; its norms are a guess", prefix, key, parent.type)
          end
          for i = first, #run.sites do run.sites[i].guess = true end
        else
          leave_out(run, prefix .. key, why)
        end
      elseif parent.guess and key:find("_config$") then
        leave_out(run, prefix .. key, "no key gives a width")
      end
    elseif value.n then
      for i = 1, math.min(value.n, 64) do
        if like_model(value[i]) then
          leave_out(run, ("%s%s[%d]"):format(prefix, key, i), "not known")
          break
        end
      end
    elseif run.depth < 8 then
      run.depth = run.depth + 1
      other_parts(run, value, prefix .. key .. ".", {}, parent)
      run.depth = run.depth - 1
    end
  end
end

-- A second width and a second number of layers among the keys of the file itself: decoder_hidden_size and
-- decoder_num_hidden_layers, pred_hidden_size and pred_num_hidden_layers.
local WIDTH_ENDINGS = { "hidden_size", "d_model", "embed_dim", "hidden_dim", "width", "dim", "n_embd", "embedding_dim" }
local LAYER_ENDINGS = { "num_hidden_layers", "num_layers", "layers", "depth", "n_layers", "n_layer" }

local function other_stacks(self)
  local doc = self.doc
  local keys = {}
  for key, value in pairs(doc) do
    if math.type(value) == "integer" and value > 1 then keys[#keys + 1] = key end
  end
  table.sort(keys)
  local seen = {}
  for _, key in ipairs(keys) do
    for _, ending in ipairs(WIDTH_ENDINGS) do
      local stack = key:match("^(.+)_" .. ending .. "$")
      if stack and not seen[stack] and not self:mentions(key) then
        for _, layers in ipairs(LAYER_ENDINGS) do
          local other = stack .. "_" .. layers
          if math.type(doc[other]) ~= "integer" then other = "num_" .. stack .. "_layers" end
          if math.type(doc[other]) == "integer" and doc[other] > 0 then
            seen[stack] = true
            self.run.notes:add("%s: a width, with '%s' layers, that is not known to belong to %s; a guess",
              self:key(key), other, self.type)
            local main = self.family[1]
            if main and not main.each then
              add_site(self, { site = stack, norm = main.norm, width = key, eps = main.eps, count = "2*" .. other,
                guess = true })
            else
              leave_out(self.run, self:key(stack), "not known")
            end
            break
          end
        end
      end
    end
  end
end

-- Keys about norms that the entry does not know, such as use_qk_norm: what follows is a guess.
local NO_SWITCHES = { "topk", "normaliz", "weight_norm", "batch_?norm", "group_?norm", "grad", "init", "image", "logit",
  "prob", "score", "route", "moe", "expert", "apply_residual", "^attn_implementation", "_path$", "_name",
  "norm_before_gate", "norm_reduction", "fused?_", "max_norm", "rescale" }

local QK_SITES = { "q_norm", "q_layernorm", "q_ln", "query_layernorm", "q/k" }

local function has_qk_norm(entry)
  for _, row in ipairs(entry) do
    for _, name in ipairs(QK_SITES) do
      if row.site:find(name, 1, true) then return true end
    end
  end
end

-- Whether a key switches off the norms of q and k that the family always has.
local function switches_off(self, key)
  if self.doc[key] ~= false or not has_qk_norm(self.family) then return false end
  for _, name in ipairs(guess.HEAD_KEYS) do
    if name == key then return true end
  end
  return false
end

local function unknown_switches(self)
  local keys = {}
  for key, value in pairs(self.doc) do
    local text = type(value) == "string" and value ~= "none" and value ~= ""
    if type(key) == "string" and (value == true or text or switches_off(self, key)) then
      local word = key:lower()
      if word:find("norm") or word:find("%f[%a]ln%f[%A]") or word:find("layernorm") then
        local harmless = type(value) == "string" and (value:find("weight_norm") or value:find("batch_?norm")
          or value:find("group_?norm"))
        local expected = self.family.expects and self.family.expects[key]
        if expected and type(value) == "string" then harmless = value:find(expected) end
        for _, pattern in ipairs(NO_SWITCHES) do
          harmless = harmless or word:find(pattern)
        end
        if not harmless and (expected or not self:mentions(key)) then keys[#keys + 1] = key end
      end
    end
  end
  table.sort(keys)
  if #keys > 0 and self.family[1] and not self.family[1].each and not has_qk_norm(self.family) then
    self.heads = guess.heads(self.doc, self.family[1].norm, self.family[1].eps)
  end
  for _, key in ipairs(keys) do
    self.run.notes:add("%s: %s in the file, and %s is not known to use it; the norms are a guess", self:key(key),
      shown(self.doc[key]), self.type)
    self.doubt = true
  end
end

-- Whether a model inside `doc` has this width and, unless it is nil, this number of layers.
local function stands_inside(doc, width, layers, depth)
  for _, v in pairs(doc) do
    if type(v) == "table" and not v.n and depth < 8 then
      local w, l = guess.width_key(v), layers and guess.layers_key(v)
      if w and v[w] == width and (not layers or l and v[l] == layers) then return true end
      if stands_inside(v, width, layers, depth + 1) then return true end
    end
  end
end

local function absent_part(self)
  for _, part in ipairs(self.family.parts or {}) do
    if not has(self.doc[part[1]]) and families[part[2]] then return part end
  end
end

local function has_width(sites, first, width)
  for i = first, #sites do
    if sites[i].width == width then return true end
  end
end

-- Where the file lacks the key of the family's width, but has another of those that usually hold one: a guess.
local function strange_width(self)
  local main = self.family[1]
  local key = main and not main.each and main.width
  if type(key) ~= "string" or not key:find("^[%a_][%w_]*$") or self:in_file(key) ~= nil then return end
  local other = guess.width_key(self.doc)
  if other and not self:mentions(other) then self:doubtful(key, other) end
end

-- A width and a number of layers of the file itself that no site since `first` uses: those of the part that the file
-- lacks, which is a guess; or a note names them.
local function own_stack(self, prefix, first)
  local doc, run = self.doc, self.run
  local width, layers = guess.width_key(doc), guess.layers_key(doc)
  if not width or not layers or self.used[doc[width]] or self.used[doc[layers]] then return end
  local part = absent_part(self)
  if stands_inside(doc, doc[width], part and doc[layers], 0) then return end
  if part then
    run.notes:add("%s%s: not in the file, whose own '%s' and '%s' are taken as those of %s; a guess", prefix, part[1],
      width, layers, part[2])
    local own = scope(doc, self.component, part[2], families[part[2]], self.parent, run)
    own.guess = true
    add_sites(own)
  elseif self.family.parts then
    leave_out(run, prefix .. width, ("with '%s', not known to belong to %s"):format(layers, self.type))
  elseif not has_width(run.sites, first, doc[width]) then
    run.notes:add("%s: %s is not known to use it, nor '%s'; a guess", self:key(width), self.type, layers)
    self.doubt = true
  end
end

-- Adds the sites of the keys of the file itself: those of the type of `flat`, in place of the first part, and those of
-- its own entry. Returns the scope of the former if there is one, else `self`.
local function add_own(self, prefix, fixed)
  local doc, entry, first = self.doc, self.family, #self.run.sites + 1
  local flat = entry.flat and not has(doc[entry.parts[1][1]]) and families[entry.flat]
  local main = self
  if flat then
    main = scope(doc, self.component, self.type, flat, self.parent, self.run)
    main.guess = self.guess
  end
  if not fixed then
    unknown_switches(main)
    strange_width(main)
  end
  if flat then add_sites(main) end
  add_sites(self)
  if main.heads then add_site(main, main.heads) end
  if not fixed and not flat then own_stack(self, prefix, first) end
  return main
end

-- Adds the sites of a part that the entry names. Returns the reason why its norms are not listed, if they are not.
local function resolve_part(self, part, sub, component)
  local run, outer = self.run, self.run.without
  local here = part.as and part.as[sub.model_type or part[2]]
  -- what says that it is of a type that is not known may have other keys
  local named = has(sub.model_type) and sub.model_type ~= ""
  local strange = named and sub.model_type ~= self.type and not families[sub.model_type]
  run.depth, run.without = run.depth + 1, part.without
  local _, why, senseless = (strange and attempt or resolve)(run, sub, component, here or part[2], part.fixed or here,
    self)
  run.depth, run.without = run.depth - 1, outer
  if senseless then self.doubt = true end
  return why
end

local function add_part(self, part, prefix)
  local run, key, sub = self.run, part[1], self.doc[part[1]]
  if type(sub) ~= "table" or sub.n then self:bad(key, sub, "an object") end
  if part.none then
    run.notes:add("%s%s: %s", prefix, key, part.none)
    return
  end
  local first = #run.sites + 1
  local why = part.skip or resolve_part(self, part, sub, prefix .. key .. ".")
  if why then leave_out(run, prefix .. key, why) end
  for i = first, #run.sites do
    run.sites[i].count = run.sites[i].count * (part.times or 1)
    if part.guess then run.sites[i].guess = true end
  end
  if part.guess then run.notes:add("%s%s: %s; a guess", prefix, key, part.guess) end
end

-- Adds the sites of a `doc` of no known type, if its keys show them.
local function resolve_unknown(run, doc, component, name, parent)
  local prefix = expressions.prefix(component)
  local rows, why = guess.entry(run, doc, prefix, name)
  local holder = scope(doc, component, name or "a model without model_type", rows or {}, parent, run)
  holder.guess = rows ~= nil
  if not rows and component == "." and not name and not class_of(doc) and looks_like_models(doc) then
    return nil, why
  end
  local before = #run.sites
  if rows then add_sites(holder) end
  other_parts(run, doc, component, {}, holder)
  if #run.sites == before then return nil, why or "no norms found" end
  if not rows then leave_out(run, component, why) end
  return true
end

-- Adds the sites of the parts of `self`, and names what else its file holds.
local function add_parts(self, own, prefix, fixed)
  local run, doc = self.run, self.doc
  local handled, without = {}, run.without or {}
  for _, part in ipairs(self.family.parts or {}) do
    handled[part[1]] = true
    if has(doc[part[1]]) and not without[part[1]] and (not part.when or self:evaluate(part.when, false)) then
      add_part(self, part, prefix)
    end
  end
  for key, why in pairs(without) do
    if has(doc[key]) then
      handled[key] = true
      run.notes:add("%s%s: %s", prefix, key, why)
    end
  end
  for key in pairs(doc) do
    if type(key) == "string" and (self:mentions(key) or own:mentions(key)) then handled[key] = true end
  end
  if not fixed then other_stacks(own) end
  other_parts(run, doc, self.component, handled, self)
end

-- Adds the sites of `doc`. Returns true, or nil and the reason why its norms are not known.
function resolve(run, doc, component, fallback, fixed, parent)
  if run.depth > 8 then return nil, "parts nested deeper than 8 levels" end
  local prefix = expressions.prefix(component)
  check_types(run, doc, prefix)
  -- a pipeline names the class of a component whose config may not
  if not parent and run.options.class and not class_of(doc) then doc.architectures = { run.options.class, n = 1 } end
  local name, entry, doubt = identify(run, doc, component, fallback, fixed, parent)
  if not entry then return resolve_unknown(run, doc, component, name, parent) end
  local s = scope(doc, component, name, entry, parent, run)
  if doubt then
    run.notes:add("%s%s; a guess", prefix, doubt)
    s.guess = true
  end
  local found = entry.flat or not entry.parts or #entry > 0
  for _, part in ipairs(entry.parts or {}) do
    found = found or has(doc[part[1]])
  end
  if not found then return nil, ("%s without '%s'"):format(name, prefix .. entry.parts[1][1]) end
  local first = #run.sites + 1
  add_parts(s, add_own(s, prefix, fixed), prefix, fixed)
  -- what is not sure of a model is not sure of its parts
  for i = first, #run.sites do
    if s.guess or s.doubt then run.sites[i].guess = true end
  end
  return true
end

-- config.sites(doc, path, options) -> sites, notes, left. `doc` is a parsed config.json; `left` lists the parts whose
-- norms are not among the sites. options.component is the path of the component that the file is, options.class its
-- class. `called`, if given, is what the user's file calls the keys of doc.
function config.sites(doc, path, options, called)
  options = options or {}
  local run = { path = path, options = options, called = called, sites = {}, notes = note_list.new(), left = {},
    depth = 0 }
  if type(doc) ~= "table" or doc.n then
    fail.input("%s: holds %s, expected one JSON object with a model's configuration", path,
      type(doc) == "table" and "a list" or shown(doc))
  end
  local ok, why = resolve(run, doc, options.component or ".")
  if not ok then
    local models, only = looks_like_models(doc)
    if not has(doc.model_type) and only then
      fail.input("%s: no model_type beside %s, expected the config.json of a model; cut out what %s holds", path,
        shown(only), shown(only))
    elseif not has(doc.model_type) and models then
      fail.input("%s: holds many models, expected the config.json of one; cut out the one you want", path)
    end
    fail.input("%s: %s; %s", path, why, BY_HAND)
  end
  if #run.sites == 0 then
    fail.input("%s: %s has no LayerNorm or RMSNorm to generate", path, shown(doc.model_type or doc._class_name))
  end
  return run.sites, run.notes, run.left
end

config.shown = shown
config.BY_HAND = BY_HAND
return config

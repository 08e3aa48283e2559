-- SPDX-License-Identifier: MIT
-- model/weights.lua: finds norms by the names and shapes of tensors in a safetensors or GGUF header.
--
-- A group is a list of tensors whose names differ only in numbers and that have the same shape, described as
-- { name, role, part, width, heads, count, biased, bias, dtype }. role is "main" for the norms of the layers and the
-- final norm, else q_norm, k_norm, q_a, kv_a, embeddings, ssm or other; part is "vision", "audio" or "text".
local expressions = require "model.expressions"
local spec_module = require "spec.spec"

local weights = {}

local SUFFIX = { weight = "gamma", gamma = "gamma", bias = "beta", beta = "beta" }

-- The role of a module by its name; the first pattern that matches decides.
local ROLES = {
  { "q_a_layernorm", "q_a" }, { "attn_q_a_norm", "q_a" }, { "kv_a_layernorm", "kv_a" }, { "attn_kv_a_norm", "kv_a" },
  { "indexer", "other" }, { "q_norm", "q_norm" }, { "k_norm", "k_norm" }, { "q_layernorm", "q_norm" },
  { "k_layernorm", "k_norm" }, { "query_layernorm", "q_norm" }, { "key_layernorm", "k_norm" },
  { "q_ln", "q_norm" }, { "k_ln", "k_norm" },
  { "embeddings%.layernorm", "embeddings" }, { "token_embd_norm", "embeddings" },
  { "word_embeddings_layernorm", "embeddings" }, { "feature_projection", "other" }, { "conv_layers", "other" },
  { "projector", "other" }, { "resampler", "other" }, { "merger", "other" }, { "mlp1", "other" },
  { "dt_layernorm", "other" }, { "b_layernorm", "other" }, { "c_layernorm", "other" }, { "mixer%.norm", "other" },
  { "linear_attn", "other" }, { "sub_norm", "other" }, { "per_layer", "other" }, { "ssm_norm", "ssm" },
  { "ssm", "other" },
  { "^mm%.", "other" }, { "nextn", "other" },
  { "predictions", "other" }, { "lm_head", "other" }, { "visual_projection", "other" },
}

local PARTS = {
  { "vision", "vision" }, { "visual", "vision" }, { "vpm", "vision" }, { "^v%.", "vision" }, { "audio", "audio" },
  { "^a%.", "audio" }, { "^mm%.a%.", "audio" }, { "image_encoder", "vision" },
}

local function first_match(list, text, default)
  for _, entry in ipairs(list) do
    if text:find(entry[1]) then return entry[2] end
  end
  return default
end

-- "h.0.ln_1.weight" -> "h.#.ln_1", "gamma", "h.0.ln_1"; nil for tensors that are not gamma or beta of a norm. A number
-- at the end stays, since it is the name of a module: "mlp1.0.weight" -> "mlp1.0"; such a module may be no norm, and
-- true comes fourth.
local function parse(t)
  local module, suffix = t.name:match("^(.*)%.([%a]+)$")
  local kind = SUFFIX[suffix]
  if not kind then return nil end
  local lower = module:lower()
  if lower:find("batch_?norm") or lower:find("group_?norm") or lower:find("weight_?norm") then return nil end
  local leaf = lower:gsub("[%.%d]*$", ""):match("([^%.]*)$")
  local pattern = ("." .. module .. "."):gsub("%.%d+%f[%.]", ".#"):sub(2, -2)
  if leaf:find("norm") or leaf:find("^ln") or leaf:find("_ln$") then return pattern, kind, module end
  local number = module:match("%.(%d+)$")
  if number and t.n_dims == 1 then return pattern:gsub("#$", number), kind, module, true end
end

-- weights.groups(tensors, width_first, skip) -> the groups, sorted by name, and what has the name of a norm but is in
-- none of them: a list of { name, why }. It leaves out the norms for which skip(module) is true.
function weights.groups(tensors, width_first, skip)
  local by_key, groups, gammas, betas, batch, odd = {}, {}, {}, {}, {}, {}
  for _, t in ipairs(tensors) do
    local module = t.name:match("^(.*)%.running_mean$")
    if module then batch[module] = true end
  end
  for _, t in ipairs(tensors) do
    local pattern, kind, module, numbered = parse(t)
    if pattern and (batch[module] or skip and skip(module)) then
      pattern = nil
    elseif pattern and kind == "beta" then
      betas[module] = numbered and "" or pattern
    end
    if pattern and kind == "gamma" then
      gammas[module] = true
      local width = width_first and t[1] or t[t.n_dims or 1]
      local heads = t.n_dims == 2 and (width_first and t[2] or t[1]) or nil
      local role = first_match(ROLES, pattern:lower(), "main")
      if #t == 1 or heads and (role == "q_norm" or role == "k_norm" or role == "ssm") then
        local key = ("%s|%s|%s"):format(pattern, width, heads)
        local g = by_key[key]
        if not g then
          g = { name = pattern, role = role, part = first_match(PARTS, pattern:lower(), "text"), width = width,
            heads = heads, count = 0, biased = 0, dtype = t.dtype, modules = {} }
          by_key[key] = g
          groups[#groups + 1] = g
        end
        g.count = g.count + 1
        g.modules[#g.modules + 1] = module
      else
        odd[#odd + 1] = { pattern, ("a norm of shape %s, expected one dimension"):format(table.concat(t, " x ")) }
      end
    end
  end
  for module, pattern in pairs(betas) do
    if not gammas[module] and pattern ~= "" then odd[#odd + 1] = { pattern, "a beta without a gamma" } end
  end
  for _, g in ipairs(groups) do
    for _, module in ipairs(g.modules) do
      if betas[module] then g.biased = g.biased + 1 end
    end
    g.bias = g.biased == g.count
    g.modules = nil
  end
  table.sort(groups, function(a, b)
    if a.name ~= b.name then return a.name < b.name end
    return (a.width or 0) < (b.width or 0)
  end)
  table.sort(odd, function(a, b)
    if a[1] ~= b[1] then return a[1] < b[1] end
    return a[2] < b[2]
  end)
  return groups, odd
end

local DTYPES = { F32 = "f32", BF16 = "bf16", F16 = "f16", f32 = "f32", bf16 = "bf16", f16 = "f16" }

local function site_role(site)
  local label = site.site
  if label:find("q_a") then return "q_a" end
  if label:find("kv_a") then return "kv_a" end
  if label:find("^block") or label == "vision blocks" or label:find("^blocks") then return "main" end
  if label:find("q_norm,k_norm") or label:find("q_layernorm,k_layernorm") then return "q_norm", "k_norm" end
  if label:find("q_norm") or label:find("q_layernorm") then return "q_norm" end
  if label:find("k_norm") or label:find("k_layernorm") then return "k_norm" end
  if label == "embeddings" then return "embeddings" end
  return "other"
end

local function site_part(site)
  local component = site.component
  return component:find("vision") and "vision" or component:find("audio") and "audio" or "text"
end

-- The site of a group that no config speaks of.
local function site_of(g, label, op, eps, count, guess)
  return { component = g.part == "text" and "." or g.part .. ".", site = label, op = op,
    affine = g.bias and "full" or "gamma", width = g.width, eps = eps, dtype = DTYPES[g.dtype] or "f32", count = count,
    guess = guess or nil, rounding = op == "layernorm" and "once" or "before_gain", gain2d = g.heads and true or nil,
    heads = g.heads }
end

-- Compares how many norms of each width the weights hold with how many the sites count. Norms of a width that no site
-- has become a site that is a guess. Where the weights hold more norms of a width, its sites become a guess.
local function account(sites, groups, where, notes)
  local counted, listed, held, names = {}, {}, {}, {}
  for _, site in ipairs(sites) do
    local width = site.width * (site.groups or 1)
    listed[width] = true
    if site.affine ~= "none" then counted[width] = (counted[width] or 0) + site.count end
  end
  local main = sites[1]
  local first_new = #sites + 1
  for _, g in ipairs(groups) do
    local plain_width = spec_module.is_width(g.width) and g.width > 1
    if plain_width and listed[g.width] then
      held[g.width] = (held[g.width] or 0) + g.count
      names[g.width] = (names[g.width] and names[g.width] .. ", " or "") .. g.name
    elseif plain_width then
      notes:add("%s: %d norms of width %d in %s, which the config does not show; a guess", g.name, g.count, g.width,
        where)
      weights.name_some_betas({ g }, notes)
      local op = g.bias and "layernorm" or main.op
      sites[#sites + 1] = site_of(g, g.name, op, op == main.op and main.eps or 1e-5, g.count, true)
    end
  end
  for width, n in pairs(held) do
    local expected = counted[width] or 0
    if n ~= expected then
      local text = names[width]
      if #text > 200 then text = text:sub(1, 200) .. " ..." end
      notes:add("width %d: %d norms run according to the config, %s holds %d: %s", width, expected, where, n, text)
    end
    if n > expected then
      for i = 1, first_new - 1 do
        if sites[i].width == width then sites[i].guess = true end
      end
      notes:add("width %d: the weights hold norms that the config does not show; a guess", width)
    end
  end
end

-- The groups of a site's part and role, and those of them that have its width. has_embeddings: the part has a site for
-- the norm of embeddings; without one that norm is a main one.
local function groups_of(site, groups, has_embeddings)
  local r1, r2 = site_role(site)
  local part, fitting, any = site_part(site), {}, {}
  for _, g in ipairs(r1 ~= "other" and groups or {}) do
    local role = g.role == "embeddings" and not has_embeddings and "main" or g.role
    if g.part == part and (role == r1 or role == r2) then
      any[#any + 1] = g
      if g.width == site.width then fitting[#fitting + 1] = g end
    end
  end
  return any, fitting
end

-- Gives a site the width of its groups, of which none has the site's, where all are alike. Returns those groups.
local function correct_width(site, groups, label, where, notes)
  table.sort(groups, function(a, b) return a.count > b.count end)
  local width, alike = groups[1].width, true
  for _, g in ipairs(groups) do alike = alike and g.width == width end
  if not alike or not spec_module.is_width(width) then
    notes:add("%s: no norm of width %d among the weights of %s", label, site.width, where)
    return {}
  end
  notes:add("%s: width %d according to the config, %d according to %s in %s; the weights count", label, site.width,
    width, groups[1].name, where)
  site.width = width
  return groups
end

-- Gives a site the affine form that the weights show: of `modules` norms `biased` have a beta.
local function correct_affine(site, modules, biased, label, where, notes)
  local affine = site.affine
  local one = affine:match("1$") or ""
  if affine == "none" then
    affine = biased == modules and "full" or "gamma"
  elseif biased == modules then
    affine = "full" .. one
  elseif biased == 0 and affine == "full" .. one then
    affine = "gamma" .. one
  elseif biased > 0 and biased < modules then
    notes:add("%s: %d of %d norms in %s have a beta", label, biased, modules, where)
  end
  if affine ~= site.affine then
    notes:add("%s: affine %s according to the config, %s according to the weights of %s; the weights count", label,
      site.affine, affine, where)
    site.affine = affine
  end
end

-- Compares a site with the groups that hold its weights, of which there is one at least.
local function correct_site(site, groups, label, where, notes)
  local modules, biased = 0, 0
  for _, g in ipairs(groups) do
    modules, biased = modules + g.count, biased + g.biased
    if g.heads and not site.gain2d then
      site.gain2d, site.heads = true, g.heads
      notes:add("%s: a gain for each head, [%d, %d], according to %s in %s", label, g.heads, g.width, g.name, where)
    end
  end
  correct_affine(site, modules, biased, label, where, notes)
  local dtype = DTYPES[groups[1].dtype]
  site.gain_dtype = dtype
  if dtype and dtype ~= site.dtype then
    notes:add("%s: gamma is stored as %s, the model's type is %s", label, dtype, site.dtype)
  end
  if modules > site.count then
    notes:add("%s: the config says that the norm runs %d times, but %s holds %d norms", label, site.count, where,
      modules)
  end
end

-- weights.correct(sites, groups, where, notes): compares the sites from a config with the weights, and corrects width,
-- shape of gamma, and beta where the weights differ. It adds a note for each correction.
function weights.correct(sites, groups, where, notes)
  local has_embeddings, confirmed = {}, 0 -- by part
  for _, site in ipairs(sites) do
    if site_role(site) == "embeddings" then has_embeddings[site_part(site)] = true end
  end
  for _, site in ipairs(sites) do
    local any, fitting = groups_of(site, groups, has_embeddings[site_part(site)])
    local label = expressions.prefix(site.component) .. site.site
    if #fitting == 0 and #any > 0 then fitting = correct_width(site, any, label, where, notes) end
    if #fitting > 0 then
      confirmed = confirmed + 1
      correct_site(site, fitting, label, where, notes)
    elseif #any == 0 and site_role(site) ~= "other" and site.affine ~= "none" and #groups > 0 then
      notes:add("%s: %s holds no weights of this norm", label, where)
    end
  end
  notes:add("%d of %d sites confirmed by the weights of %s", confirmed, #sites, where)
  account(sites, groups, where, notes)
end

-- Names what no site is made of: norms that are too wide, and those that groups() found to be odd.
function weights.name_left_out(groups, odd, where, notes)
  for _, g in ipairs(groups) do
    if g.width > spec_module.WIDTH_MAX then
      notes:add("%s: a norm of width %d in %s, and lngen makes norms of up to %d; not listed", g.name, g.width, where,
        spec_module.WIDTH_MAX)
    end
  end
  for _, o in ipairs(odd) do notes:add("%s: %s; not listed", o[1], o[2]) end
end

-- Names groups of which some norms have a beta and others none: their sites have none.
function weights.name_some_betas(groups, notes)
  for _, g in ipairs(groups) do
    if g.biased > 0 and not g.bias then
      notes:add("%s: %d of %d norms have a beta, which is not listed", g.name, g.biased, g.count)
    end
  end
end

-- weights.sites(groups, settle): the sites that the weights show without a config. settle(group) -> op, eps, guess,
-- further; `further` is a table with more fields of the site. A group without op is left out.
function weights.sites(groups, settle)
  local sites, by_key = {}, {}
  for _, g in ipairs(groups) do
    if spec_module.is_width(g.width) then
      local op, eps, guess, further = settle(g)
      if not op then goto continue end
      local role = g.role
      local label = role == "main" and "block+final" or role == "other" and g.name or role
      local key = table.concat({ g.part, label, op, tostring(g.bias), g.width, eps, tostring(g.heads) }, "|")
      local site = by_key[key]
      if not site then
        site = site_of(g, label, op, eps, 0, guess)
        for k, v in pairs(further or {}) do site[k] = v or nil end
        by_key[key] = site
        sites[#sites + 1] = site
      end
      site.count = site.count + g.count
    end
    ::continue::
  end
  table.sort(sites, function(a, b)
    if a.component ~= b.component then return a.component < b.component end
    if (a.site == "block+final") ~= (b.site == "block+final") then return a.site == "block+final" end
    if a.site ~= b.site then return a.site < b.site end
    return a.width < b.width
  end)
  return sites
end

return weights

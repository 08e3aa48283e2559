-- SPDX-License-Identifier: MIT
-- model/family.lua: what an entry of the table of model families is made of. The entries stand in model/families/.
--
-- An entry says which norms the models of a model_type have. It lists their sites, each as
--
--   { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" }
--
-- site   what `lngen model` prints; MAIN stands for the norms of the layers and the norm after the last layer
-- norm   one of the words below: LN (gamma and beta), LNW (gamma alone), LN0 (neither), LN1 ((1 + gamma) and beta),
--        RMS (gamma), RMS1 ((1 + gamma)), RMS0 (no gamma), RMSB (gamma and beta)
-- width, eps, count
--        numbers, or Lua expressions over the keys of the config; eps is a number where the model's code has it fixed;
--        count is how often such a norm runs in one forward pass of the whole model
-- when   an expression; the site exists only if it is true
-- each   the name of a list; there is one site for each element, in whose expressions the element is `item`, its number
--        `i` and the length of the list `items`
-- gated  the result ("silu", "sigmoid") or x ("silu_before") is multiplied by an activation of a second input
-- modulated
--        true where scale and shift come from a condition, such as the time step, in place of gamma and beta, or after
--        them
-- gain2d, heads
--        true where each head has its own gain, which is [heads, width] then; how many heads there are
-- groups each group of `width` elements is normalised by itself, and the gain is one vector over all groups
-- guess  true where the site is not sure
-- rounding, of a site or of the entry, matters for bf16 and f16:
--        "before_gain" the normalised value is rounded to the type of x, then multiplied by gamma (usual for RMSNorm)
--        "once"        gamma is applied in f32 and the result rounded once (usual for LayerNorm)
--        "promoted"    the normalised value stays in f32, or is rounded to gamma's type if that has 16 bits, before
--                      gamma multiplies it (T5)
--
-- An entry has these other fields:
--
-- source   where the norms were read: the file or project and the class
-- default  the value of a key that the file does not give: a number or an expression
-- alias    another name of a key
-- let      names for expressions that several sites use
-- ignores  keys of the file that the model does not use, though they look as if it did
-- knows    keys about norms that change nothing in this family
-- expects  keys about norms, and a pattern of their text; another text makes a guess
-- classes  patterns of further names in `architectures` that are of this family
-- parts    nested configs: { key, type, fixed = true }; `type` counts if the nested config names none itself or repeats
--          that of the model around it, and always with `fixed`; `as` maps a type to the entry that it has in this
--          place. `skip` says why the norms of a part are not listed, `none` why it has none. `times` is how many
--          such parts run, `guess` why the count is a guess. `when` is an expression.
--          `without` names configs inside the part that this model does not use, each with the reason
-- flat     the type as which the file itself is read when it has no nested config under the first key of `parts`
-- remark   a note about norms that the entry leaves out on purpose, such as GroupNorms
--
-- To add a family, add an entry. Expressions may call the functions in `helpers` of model/expressions.lua.
local family = {}

family.LN, family.LNW, family.LN0, family.LN1 = "layernorm full", "layernorm gamma", "layernorm none", "layernorm full1"
family.RMS, family.RMS1, family.RMS0 = "rmsnorm gamma", "rmsnorm gamma1", "rmsnorm none"
family.RMSB = "rmsnorm full"

family.MAIN = "block+final"
family.HEAD_DIM = "hidden_size//num_attention_heads"

-- A site of the layers and the norm after them.
function family.main(norm, width, eps, count)
  return { site = family.MAIN, norm = norm, width = width, eps = eps, count = count }
end

-- The entries that are loaded, by model_type. Indexing it loads the file that has the entry (see families.lua).
family.table = {}

-- A copy of `entry` with the fields of `changes`. The sites of `changes` come after those of `entry`; defaults are
-- merged.
function family.like(entry, changes)
  local out = {}
  for k, v in pairs(entry) do out[k] = v end
  for k, v in pairs(changes or {}) do
    if math.type(k) == "integer" then
      out[#out + 1] = v
    elseif k == "default" then
      out.default = {}
      for name, value in pairs(entry.default or {}) do out.default[name] = value end
      for name, value in pairs(v) do out.default[name] = value end
    else
      out[k] = v
    end
  end
  return out
end

function family.each_name(names, entry)
  for name in names:gmatch("%S+") do rawset(family.table, name, entry) end
end

return family

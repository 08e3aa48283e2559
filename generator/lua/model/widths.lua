-- SPDX-License-Identifier: MIT
-- model/widths.lua: whether the norm tensors of a GGUF file agree with its keys, and each stands there once.
local fail = require "fail"

local widths = {}

-- The tensors of the norms that graphs of text models run over whole rows of the model.
local CORE = { "^blk%.%d+%.attn_norm%.", "^blk%.%d+%.ffn_norm%.", "^output_norm%." }

local function is_core(name)
  for _, pattern in ipairs(CORE) do
    if name:find(pattern) then return true end
  end
end

local function shape_of(tensor) return table.concat(tensor, " x ") end

-- Refuses a tensor that stands twice.
function widths.refuse_twice(path, tensors)
  local seen = {}
  for _, t in ipairs(tensors) do
    if seen[t.name] then fail.input("%s: tensor '%s' stands twice, expected it once", path, t.name) end
    seen[t.name] = true
  end
end

-- Refuses a norm of a text model whose width is not `width`, which `key` gives: no graph runs such a model.
function widths.refuse_others(path, tensors, key, width)
  for _, t in ipairs(tensors) do
    if is_core(t.name) and (t.n_dims ~= 1 or t[1] ~= width) then
      fail.input("%s: tensor '%s' has width %s, but key '%s' is %s; expected the same number", path, t.name,
        shape_of(t), key, width)
    end
  end
end

-- By the role of a norm, the keys that may give its width. Norms of q and k run over one head or all of them.
local HEADS = { "attention.key_length", "attention.key_length_swa" }
local KEYS = { main = { "embedding_length" }, embeddings = { "embedding_length" }, q_a = { "attention.q_lora_rank" },
  kv_a = { "attention.kv_lora_rank" }, q_norm = HEADS, k_norm = HEADS }

local function keys_of(group, prefix)
  if group.part ~= "text" then
    return group.name:find("^[va]%.blk%.#%.ln%d$") and { group.part .. ".embedding_length" } or {}
  end
  return prefix ~= "clip" and KEYS[group.role] or {}
end

-- The first key whose number is not the width of a group, and the number; nil if another one is, or if there is none.
local function contradicting(group, prefix, number)
  local found, its
  for _, name in ipairs(keys_of(group, prefix)) do
    local key = prefix .. "." .. name
    local width = number(key)
    if width == group.width or width and KEYS[group.role] == HEADS and width > 0 and group.width % width == 0 then
      return nil
    end
    if width and not found then found, its = key, width end
  end
  return found, its
end

-- Names groups whose widths are not those of the keys, and what the tensors show and lngen does not list. number(key):
-- the number that the file gives, or nil. `omitted`: see weights.groups.
function widths.remark(groups, omitted, prefix, number, notes)
  for _, g in ipairs(groups) do
    local key, width = contradicting(g, prefix, number)
    if key then notes:add("%s: width %d, but key '%s' is %s; the tensors count", g.name, g.width, key, width) end
    if g.biased > 0 and not g.bias then
      notes:add("%s: %d of %d norms have a beta, which is not listed", g.name, g.biased, g.count)
    end
  end
  for _, t in ipairs(omitted) do
    notes:add("%s: a norm of shape %s, expected one dimension; not listed", t.name, shape_of(t))
  end
end

return widths

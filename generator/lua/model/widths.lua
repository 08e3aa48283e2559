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
        table.concat(t, " x "), key, width)
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

-- What the keys say of a width where none of them agrees with that of the group: the first of them, and its number.
local function contradicting(group, prefix, number)
  local heads = KEYS[group.role] == HEADS
  local said, its
  local function agrees(text, width)
    if not said then said, its = text, width end
    return width == group.width or heads and width > 0 and group.width % width == 0
  end
  for _, name in ipairs(keys_of(group, prefix)) do
    local width = number(prefix .. "." .. name)
    if width and agrees(("key '%s.%s' is"):format(prefix, name), width) then return nil end
  end
  if not said and heads and group.part == "text" then
    -- this is the length of a head where no key gives it
    local width, count = number(prefix .. ".embedding_length"), number(prefix .. ".attention.head_count")
    if not width or not count or count < 1 or width % count ~= 0
      or agrees(("key '%s.attention.head_count' gives heads of"):format(prefix), width // count) then
      return nil
    end
  end
  return said, its
end

-- Names groups whose widths are not those of the keys. number(key): the number that the file gives, or nil.
function widths.remark(groups, prefix, number, notes)
  for _, g in ipairs(groups) do
    local said, width = contradicting(g, prefix, number)
    if said then notes:add("%s: width %d, but %s %s; the tensors count", g.name, g.width, said, width) end
  end
end

return widths

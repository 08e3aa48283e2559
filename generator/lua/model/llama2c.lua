-- SPDX-License-Identifier: MIT
-- model/llama2c.lua: checkpoints of llama2.c, .bin files: a header of 32-bit integers, then the weights. The first
-- format begins with the sizes themselves; later ones, of its export.py, with "ak42" and a version.
local config = require "model.config"
local fail = require "fail"

local llama2c = {}

local MAGIC, SIZES = 0x616b3432, "<i4i4i4i4i4i4i4"

-- The sizes that a file's first bytes give, or nil where they make no sense.
local function sizes_of(head)
  local version, at = 0, 1
  if #head >= 8 and ("<I4"):unpack(head) == MAGIC then version, at = ("<i4"):unpack(head, 5), 9 end
  if #head < at - 1 + 28 then return nil end
  local dim, hidden, layers, heads, kv_heads, vocabulary, length = SIZES:unpack(head, at)
  if version == 0 then vocabulary = math.abs(vocabulary) end -- negative: the classifier has weights of its own
  for _, size in ipairs { dim, hidden, layers, heads, kv_heads, vocabulary, length } do
    if size < 1 or size > 1 << 24 then return nil end
  end
  if dim % heads ~= 0 or heads % kv_heads ~= 0 then return nil end
  return { dim = dim, hidden = hidden, layers = layers, heads = heads, kv_heads = kv_heads, vocabulary = vocabulary }
end

-- Whether a file that begins with `head` is such a checkpoint.
function llama2c.is(head) return sizes_of(head) ~= nil end

function llama2c.sites(path, head)
  local s = sizes_of(head)
  if not s then fail.input("%s: no checkpoint of llama2.c", path) end
  return config.sites({ model_type = "llama", hidden_size = s.dim, intermediate_size = s.hidden,
    num_hidden_layers = s.layers, num_attention_heads = s.heads, num_key_value_heads = s.kv_heads,
    vocab_size = s.vocabulary, rms_norm_eps = 1e-5, torch_dtype = "float32" }, path)
end

return llama2c

-- SPDX-License-Identifier: MIT
-- spellings.lua: how people write what an option takes: RMSNorm, float32, AVX-512, meta-llama/Llama-3.2-1B-Instruct.
--
--   spellings.value(option, text, values)  the value of the list that is meant, or nil
--   spellings.name(text, names)            the model's name of the list that is meant, and whether a part of the text
--                                          was left out for that; or nil, and a hint that names the nearest
local fail = require "fail"

local spellings = {}

-- Other words for a value, squeezed, by option.
local ALSO = {
  op = { ln = "layernorm", layer = "layernorm", rms = "rmsnorm" },
  pass = { fwd = "forward", bwd = "backward" },
  dtype = { fp32 = "f32", float32 = "f32", float = "f32", bfloat16 = "bf16", fp16 = "f16",
    float16 = "f16", half = "f16" },
  params = { fp32 = "f32", float32 = "f32", float = "f32" },
  isa = { avx512f = "avx512", c = "scalar", plain = "scalar", plainc = "scalar" },
  ["for"] = { pytorch = "torch", onnx = "onnxruntime", ort = "onnxruntime", np = "numpy", cargo = "rust",
    ["llm.c"] = "llmc", ["llama2.c"] = "llama2c", ["llama.cpp"] = "ggml", llamacpp = "ggml" },
}

local function squeezed(text) return (text:lower():gsub("[%s_-]", "")) end

function spellings.value(option, text, values)
  for _, v in ipairs(values) do
    if v == text then return v end
  end
  local wanted = squeezed(text)
  for _, v in ipairs(values) do
    if squeezed(v) == wanted then return v end
  end
  return ALSO[option] and ALSO[option][wanted]
end

-- What the names of published, quantised and fine-tuned models end with; their norms are those of the model itself,
-- unless the list has the longer name, too. The ending of a quantised model comes last in its name, and goes first.
local TUNED = { "%-awq$", "%-gptq.*$", "%-gguf$", "%-bnb.*$", "%-fp8.*$", "%-instruct.*$", "%-chat.*$", "%-it$",
  "%-base$", "%-hf$", "%-pt$", "%-thinking.*$", "%-uncased.*$", "%-cased.*$", "%-multilingual.*$", "%-v%d[%d.]*$",
  "%-patch%d+.*$", "%-discriminator$" }

local SHORTEST = 5 -- letters of a name, without which a text begins with it by chance

-- Up to three names that a text resembles, best first: those it begins, those that hold it, those with few differing
-- letters, those that it begins with.
local function nearest(text, names)
  local list = {}
  for _, name in ipairs(names) do
    local plain = squeezed(name)
    local from, most = plain:find(text, 1, true), math.max(math.min(3, (#text + 1) // 2), #text // 3)
    local rank = from == 1 and #plain / 1000 or from and 1 + #plain / 1000 or 2 + fail.distance(text, plain, most)
    local begins = #plain >= SHORTEST and text:find(plain, 1, true) == 1
    if rank >= 2 + most and begins then rank = 2 + most - #plain / 1000 end
    if rank < 2 + most then list[#list + 1] = { rank, name } end
  end
  table.sort(list, function(a, b)
    if a[1] ~= b[1] then return a[1] < b[1] end
    return a[2] < b[2]
  end)
  local best = {}
  for i = 1, math.min(3, #list) do best[i] = ("'%s'"):format(list[i][2]) end
  return best
end

function spellings.name(text, names)
  local by = {}
  for _, name in ipairs(names) do
    if name == text then return name end
    by[squeezed(name)] = name
  end
  local without_owner = text:match("[^/]*$")
  local wanted = squeezed(without_owner)
  if by[wanted] then return by[wanted] end
  local lower = without_owner:lower():gsub("[%s_]+", "-"):gsub("^meta%-", "")
  if by[squeezed(lower)] then return by[squeezed(lower)] end
  local begins -- what is left without an ending
  for _, ending in ipairs(TUNED) do
    local shorter, count = lower:gsub(ending, "")
    local plain = squeezed(shorter)
    if count > 0 and by[plain] then return by[plain], true end
    if count > 0 and plain ~= "" then begins = begins or plain end
  end
  local best = wanted ~= "" and nearest(wanted, names) or {}
  if #best == 0 and begins then best = nearest(begins, names) end
  return nil, #best > 0 and (" (did you mean %s?)"):format(table.concat(best, " or ")) or ""
end

return spellings

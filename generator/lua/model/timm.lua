-- SPDX-License-Identifier: MIT
-- model/timm.lua: makes an entry from the `architecture` of a timm config.json, such as vit_base_patch16_224. The name
-- alone tells the widths; they stand in timm/models/*.py.
local family = require "model.family"

local timm = {}

local LN = family.LN

-- width and layers of the vision transformers of vision_transformer.py
local VIT = {
  tiny = { 192, 12 }, small = { 384, 12 }, medium = { 512, 12 }, base = { 768, 12 }, large = { 1024, 24 },
  huge = { 1280, 32 }, giant = { 1408, 40 }, gigantic = { 1664, 48 }, so400m = { 1152, 27 },
}
local DINOV2_GIANT = { 1536, 40 }
-- width of the first stage and layers of each
local CONVNEXT = {
  atto = { 40, 2, 2, 6, 2 }, femto = { 48, 2, 2, 6, 2 }, pico = { 64, 2, 2, 6, 2 }, nano = { 80, 2, 2, 8, 2 },
  tiny = { 96, 3, 3, 9, 3 }, small = { 96, 3, 3, 27, 3 }, base = { 128, 3, 3, 27, 3 }, large = { 192, 3, 3, 27, 3 },
  xlarge = { 256, 3, 3, 27, 3 }, huge = { 352, 3, 3, 27, 3 },
}
local SWIN = {
  tiny = { 96, 2, 2, 6, 2 }, small = { 96, 2, 2, 18, 2 }, base = { 128, 2, 2, 18, 2 }, large = { 192, 2, 2, 18, 2 },
}

local function site(label, width, eps, count)
  return { site = label, norm = LN, width = width, eps = eps, count = count }
end

local function vit(size, eps, extra)
  return { site(family.MAIN, size[1], eps, 2 * size[2] + 1 + extra),
    source = "timm vision_transformer.py: VisionTransformer" }
end

local function stages(size)
  local rows = { source = "timm convnext.py: ConvNeXtStage, ConvNeXtBlock" }
  for i = 1, 4 do
    rows[i] = site("stage " .. i, size[1] << (i - 1), 1e-6, size[i + 1] + 1 + (i == 1 and 1 or 0))
  end
  return rows
end

local function windows(size)
  local rows = { source = "timm swin_transformer.py: SwinTransformerBlock, PatchMerging" }
  for i = 1, 4 do
    local width = size[1] << (i - 1)
    rows[#rows + 1] = site("blocks of stage " .. i, width, 1e-5, 2 * size[i + 1] + (i == 4 and 1 or 0)
      + (i == 1 and 1 or 0))
    if i < 4 then rows[#rows + 1] = site("patch merging after stage " .. i, 4 * width, 1e-5, 1) end
  end
  return rows
end

-- The entry that follows from the name of an architecture, or nil.
local function entry_of(name)
  local kind, size = name:match("^(vit)_%w+_patch%d+_"), name:match("^vit_(%w+)_patch")
  if not kind then
    kind, size = name:match("^(deit3?)_"), name:match("^deit3?_(%a+)_")
  end
  if kind and VIT[size] then
    local rest = name:match("_patch%d+_(.*)$") or ""
    local plain = rest:find("^%d+$") or rest:find("^%d+_in21k$") or rest == "224_distilled" or rest == "384_distilled"
    if rest == "dinov2" or rest == "reg4_dinov2" then
      return vit(size == "giant" and DINOV2_GIANT or VIT[size], 1e-6, 0)
    elseif plain or kind ~= "vit" then
      return vit(VIT[size], 1e-6, 0)
    elseif rest:find("^clip_%d+$") or rest:find("^clip_quickgelu_%d+$") then
      return vit(VIT[size], 1e-5, 1)
    elseif rest:find("^siglip_%d+$") then
      return vit(VIT[size], 1e-6, 1)
    end
  elseif name:find("^convnext") then
    local found = CONVNEXT[name:match("^convnextv?2?_(%a+)$") or ""]
    return found and stages(found)
  elseif name:find("^swin_") then
    local found = SWIN[name:match("^swin_(%a+)_patch%d+_window%d+_%d+$") or ""]
    return found and windows(found)
  end
end

-- timm.family(architecture, features) -> its name, an entry, and why this is a guess, if it is one; or nil. `features`,
-- if it is a number, is the width that the file gives to the result.
function timm.family(architecture, features)
  local name = architecture:match("^([%w_]+)") or ""
  local entry = entry_of(name)
  if not entry then return nil end
  local width = entry[#entry].width
  local other = math.type(features) == "integer" and features ~= width
  return name, entry, other and ("num_features is %d, but %s has %d"):format(features, name, width) or nil
end

return timm

-- model/known.lua: well-known models, the keys of their config.json that decide their norms.
--
-- names keeps the order of this file; known[name] = { model_type, key = value, ... }. What is not here is the family's
-- default.
local known = { names = {} }

-- One model a line: name, then key=value words; `shared` keys hold for all lines of the call.
local function add(model_type, shared, lines)
  for line in lines:gmatch("[^\n]+") do
    local entry, name = { model_type }, nil
    for k, v in pairs(shared) do entry[k] = v end
    for word in line:gmatch("%S+") do
      local key, value = word:match("^([%a_]+)=(.*)$")
      if key then
        entry[key] = tonumber(value) or value == "true" or value ~= "false" and value
      else
        name = word
      end
    end
    assert(not known[name], name)
    known[name] = entry
    known.names[#known.names + 1] = name
  end
end

local F32, F16, BF16 = "float32", "float16", "bfloat16"

add("gpt2", { dtype = F32 }, [[
gpt2            n_embd=768  n_layer=12
gpt2-medium     n_embd=1024 n_layer=24
]])

return known

-- fail.lua: errors for the user, on one line: what is wrong, where, and what would be right.
-- fail.input  bad usage or bad input   exit status 2
-- fail.io     could not read or write  exit status 3
-- fail.check  a check failed           exit status 1
local fail = {}

local function raise(status)
  return function(...)
    local message = string.format(...):gsub("[%c]", function(c) return ("\\%d"):format(c:byte()) end)
    error({ status = status, message = message }, 0)
  end
end

fail.check = raise(1)
fail.input = raise(2)
fail.io = raise(3)

-- How many letters have to be added, taken out or changed to make one word of the other.
function fail.distance(word, name)
  local row = {}
  for j = 0, #name do row[j] = j end
  for i = 1, #word do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #name do
      local cost = word:sub(i, i) == name:sub(j, j) and 0 or 1
      diagonal, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
    end
  end
  return row[#name]
end

-- A hint that names the most similar of the names in the list `known`; "" when none is similar to `word`.
function fail.nearest(word, known)
  local best, least = nil, 3
  for _, name in ipairs(known) do
    local distance = fail.distance(word, name)
    if distance < least then best, least = name, distance end
  end
  return best and (" (did you mean '%s'?)"):format(best) or ""
end

return fail

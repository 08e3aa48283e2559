-- SPDX-License-Identifier: MIT
-- finish.lua: how finish() of templates/kernel/statistics.c is called.
local finish = {}

-- What finish() is given: the type that holds the sums of a row, and the arguments for one row, or for up to four of
-- `rows` rows from `first` on.
function finish.of(k, spell)
  local apply = k.spec.pass == "apply"
  local names = spell.centred and "width_inverse, limit" or "width_inverse" -- of parameters, or of constants
  if not apply then names = names:upper() end
  local function of_rows(sum, rows, first)
    local one = apply and "rsplat(%s.%s)" or "rtotal(%s.%s)"
    if not rows then return one:format("sums", sum) end
    if rows - first == 1 then return one:format(("sums[%d]"):format(first), sum) end
    local list = {}
    for r = first, first + 3 do list[#list + 1] = ("sums[%d].%s"):format(math.min(r, rows - 1), sum) end
    return (apply and "rset(" or "totals(") .. table.concat(list, ", ") .. ")"
  end
  return {
    sums = apply and "ln_stats" or "Sums",
    all = function(rows) return rows > 4 and "255" or "15" end, -- a bit for each row, up to a multiple of four
    bits = function(field, rows) return (rows > 4 and "f0.%s | f1.%s << 4" or "f0.%s"):format(field, field) end,
    -- the last parameters of functions that finish rows whose width is an argument, and these as arguments
    whole = apply and ", double " .. names:gsub(", ", ", double ") or "",
    given = apply and ", " .. names or "",
    arguments = function(rows, first)
      local arguments = {}
      for _, sum in ipairs(spell.sums) do arguments[#arguments + 1] = of_rows(sum, rows, first) end
      local alone = not apply and (rows and ", 0" or ", 1") or ""
      return table.concat(arguments, ", ") .. ", " .. names .. ", (double)a->eps" .. alone
    end,
  }
end

return finish

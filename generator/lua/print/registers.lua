-- registers.lua: how printers of steps spell places in rows, pointers to rows and the names of registers.
local c = require "print.c"

local registers = {}

-- The place of an element. `at` is its number, or { text, number }: a number of elements behind what the text says, or
-- { text } for that alone.
function registers.place(pointer, at)
  if type(at) == "number" then return ("%s + %d"):format(pointer, at) end
  if not at[2] then return ("%s + %s"):format(pointer, at[1]) end
  return ("%s + %s + %d"):format(pointer, at[1], at[2])
end

-- The place of an element behind `base`, as text or nothing.
function registers.behind(base, at) return base and { base, at } or at end

-- The row `r` behind the present one.
function registers.row_at(r) return r == 0 and "row" or ("(row + %d)"):format(r) end

-- The name of register p of those a letter stands for; of a single one the letter alone.
function registers.name(letter, p, several)
  return several and letter .. (letter:match("%d") and "_" or "") .. p or letter
end

-- "add(add(a, c), add(b, d))" of up to four chains, nil without any.
function registers.sum_of(x, y) return x and y and ("add(%s, %s)"):format(x, y) or x end

-- Declares a pointer to the row that `index` names.
function registers.row_pointer(spell, kind, name, index)
  local const = (kind == "x" or kind == "residual" or kind == "dy") and "const " or ""
  local type = const .. (kind:find("^y") and spell.output or spell.element)
  return ("%s *%s = (%s *)a->%s + %s * a->%s_stride;"):format(type, name, type, kind, index, kind)
end

-- Declares pointers to parameters.
function registers.parameter_pointers(spell, parameters)
  local b = c.block()
  for _, parameter in ipairs(parameters or spell.parameters) do
    b:line("const %s *%s = (const %s *)a->%s;", spell.parameter, parameter.name, spell.parameter, parameter.name)
  end
  return b
end

function registers.bias_pointer(spell)
  local b = c.block()
  if spell.bias then b:line("const %s *bias = (const %s *)a->bias;", spell.element, spell.element) end
  return b
end

return registers

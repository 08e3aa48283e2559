-- SPDX-License-Identifier: MIT
-- rename.lua: renames identifiers in C text, and breaks lines that became too long. It knows tokens of C, no more.
local layout = require "print.layout"

local rename = {}

rename.LINE_MAX = layout.COLUMNS

-- Tokens in order, spaces and comments included: list of { kind, text }; kinds are space, comment, string, directive,
-- word, number, mark. Concatenated they give the text back.
local function tokens(text)
  local list, at, line_start = {}, 1, true
  local function take(kind, finish)
    local piece = text:sub(at, finish)
    list[#list + 1] = { kind, piece }
    at = finish + 1
    if piece:find("\n[ \t]*$") then
      line_start = true
    elseif kind ~= "space" and kind ~= "comment" then
      line_start = false
    end
  end
  -- the end of a line, with those that it goes on in behind a backslash
  local function line_end()
    local finish = select(2, text:find("^[^\n]*", at))
    while text:sub(finish, finish) == "\\" and finish < #text do
      finish = select(2, text:find("^[^\n]*", finish + 2))
    end
    return finish
  end
  local function quoted(quote)
    local finish = at + 1
    while text:sub(finish, finish) ~= quote and finish <= #text do
      finish = finish + (text:sub(finish, finish) == "\\" and 2 or 1)
    end
    return finish
  end
  while at <= #text do
    local c, two = text:sub(at, at), text:sub(at, at + 1)
    if c:find("%s") then
      take("space", select(2, text:find("^%s+", at)))
    elseif two == "/*" then
      take("comment", select(2, text:find("*/", at, true)) or #text)
    elseif two == "//" then
      take("comment", line_end())
    elseif c == "#" and line_start then
      take("directive", line_end())
    elseif c == '"' or c == "'" then
      take("string", quoted(c))
    elseif c:find("[%a_]") then
      take("word", select(2, text:find("^[%w_]+", at)))
    elseif text:find("^%.?%d", at) then
      take("number", select(2, text:find("^0[xX][%x.]+[pP][+-]?%d+%w*", at)) or
        select(2, text:find("^[%d.]+[eE][+-]?%d+%w*", at)) or select(2, text:find("^[%w.]+", at)))
    elseif two == "->" then
      take("mark", at + 1)
    else
      take("mark", at)
    end
  end
  return list
end

rename.tokens = tokens

local BODY = { struct = true, union = true }
local DECLARATOR_ENDS = { [","] = true, [";"] = true, ["["] = true, [":"] = true }

-- The set of those tokens, by their places in a list, that name a member where a struct or union declares it: in its
-- braces, but in no brackets, a word at the end of a declarator.
local function members(list)
  local set, bodies, brackets, opens, last = {}, {}, 0, false, nil
  for i, token in ipairs(list) do
    local kind, piece = token[1], token[2]
    if kind == "word" then
      opens = BODY[piece] or opens and BODY[list[last][2]] -- "struct {", "struct name {"
      last = i
    elseif kind == "mark" then
      if last and DECLARATOR_ENDS[piece] and bodies[#bodies] and brackets == 0 then set[last] = true end
      if piece == "{" then bodies[#bodies + 1] = opens or false end
      if piece == "}" then bodies[#bodies] = nil end
      brackets = brackets + (piece == "[" and 1 or piece == "]" and -1 or 0)
      opens, last = false, nil
    end
  end
  return set
end

-- The text with each identifier that is a key of `map` replaced by its value. Members stay, where they are declared and
-- after '.' and '->', and so do comments, except for keys that begin with "ln_" or "LN_".
function rename.text(text, map)
  local out, before, list = {}, "", tokens(text)
  local is_member = (text:find("struct", 1, true) or text:find("union", 1, true)) and members(list) or {}
  for i, token in ipairs(list) do
    local kind, piece = token[1], token[2]
    if kind == "word" and before ~= "." and before ~= "->" and not is_member[i] then
      out[#out + 1] = map[piece] or piece
    elseif kind == "directive" then
      local head, rest = piece:match("^(#%s*%a*)(.*)$")
      out[#out + 1] = head .. rename.text(rest, map)
    elseif kind == "comment" then
      out[#out + 1] = piece:gsub("%f[%w_][lL][nN]_[%w_]+", map)
    else
      out[#out + 1] = piece
    end
    if kind ~= "space" and kind ~= "comment" then before = piece end
  end
  return table.concat(out)
end

-- What a name of file scope is called in a pair with the prefix `prefix`: vend_add8, VEND_LANES8.
function rename.prefixed(name, prefix)
  local word = name:match("^%a*")
  return (#word > 1 and word == word:upper() and prefix:upper() or prefix) .. "_" .. name
end

local words_of = {}

-- The set of identifiers of a text, but for members after '->'; it is kept, since a pair asks for those of one text
-- many times.
function rename.words(text)
  local set = words_of[text]
  if set then return set end
  set = {}
  words_of[text] = set
  local function add(code)
    for word in code:gsub("%->[%a_][%w_]*", " "):gmatch("%f[%w_][%a_][%w_]*") do set[word] = true end
  end
  local code = text:gsub("/%*.-%*/", " ")
  if not code:find('"', 1, true) and not code:find("//", 1, true) then -- most text; tokens take much longer
    add(code)
    return set
  end
  for _, token in ipairs(tokens(text)) do
    if token[1] == "word" or token[1] == "directive" then add(token[2]) end
  end
  return set
end

-- Lines that are too long ---------------------------------------------------------------------------------------------

-- A line with "\1" in place of all that is in comments and "\2" in place of all that is in strings; second, whether it
-- ends within a comment. inside: it begins within one.
local function masked(line, inside)
  local head = ""
  if not inside and not line:find("[\"'/]") then return line, false end
  if inside then
    local finish = select(2, line:find("*/", 1, true))
    if not finish then return ("\1"):rep(#line), true end
    head, line = ("\1"):rep(finish), line:sub(finish + 1)
  end
  local list, open = tokens(line), false
  for i, token in ipairs(list) do
    local kind, piece = token[1], token[2]
    open = kind == "comment" and piece:sub(1, 2) == "/*" and (#piece < 4 or piece:sub(-2) ~= "*/")
    list[i] = kind == "comment" and ("\1"):rep(#piece) or kind == "string" and ("\2"):rep(#piece) or piece
  end
  return head .. table.concat(list), open
end

-- Where a line of code may be broken, best first: behind the end of a statement or a comment, behind a comma, before or
-- behind an operator. Each is a pattern of the masked line, and whether what follows belongs to the same statement.
local BREAKS = { { "; ()[^\1]", false }, { "\1 ()[^\1]", false }, { ", ()[^\1]", true }, { " ()&& ", true },
  { " ()| ", true }, { " ()%+ ", true }, { " ()|| ", true }, { " ()[-*/?] ", true }, { " = ()", true },
  { "%(()", true } }

-- The first character of what follows the last place where the line, masked, can be broken so that it fits, and whether
-- it belongs to the same statement; nil where there is none. A statement ends outside of parentheses.
local function break_of(mask)
  local least = #mask:match("^ *") + 20
  for _, of in ipairs(BREAKS) do
    local best
    for at in mask:gmatch(of[1]) do
      local head = mask:sub(1, at - 1)
      if #head:gsub(" +$", "") > rename.LINE_MAX then break end
      if at > least and (of[2] or select(2, head:gsub("%(", "")) <= select(2, head:gsub("%)", ""))) then best = at end
    end
    if best then return best, of[2] end
  end
end

-- Where a statement goes on below its first line, masked: behind the last parenthesis that is open, or at `otherwise`.
local function column_of(mask, otherwise)
  local open = {}
  for at, mark in mask:gmatch("()([()])") do
    if mark == "(" then open[#open + 1] = at else open[#open] = nil end
  end
  local column = open[#open]
  return column and column <= rename.LINE_MAX // 2 and column or otherwise
end

-- The last place where a line of a comment can be broken, a space, if its first part is to have at most `most`
-- characters; nil where there is none.
local function comment_break(line, most, least)
  for at = most + 1, least + 1, -1 do
    if line:sub(at, at) == " " and line:sub(at + 1) ~= "*/" then return at end
  end
end

-- What begins the lines that a line of a comment goes on in; nil for a line that begins in another way.
local function comment_start(line)
  local indent, first = line:match("^(%s*)(/?)%*")
  return indent and indent .. (first == "/" and " * " or "* ")
end

local SHORT = 12 -- a last line of fewer characters looks left over

-- A line of a comment, or a comment of one line, broken at spaces.
local function wrap_comment(line)
  local start = comment_start(line)
  if not start then return line end
  local done = {}
  while #line > rename.LINE_MAX do
    local most = rename.LINE_MAX
    if #line - most < SHORT then most = most - SHORT end
    local cut = comment_break(line, most, #start)
    if not cut then break end
    done[#done + 1] = line:sub(1, cut - 1)
    line = start .. line:sub(cut + 1)
  end
  done[#done + 1] = line
  return table.concat(done, "\n")
end

-- Whether words may move from the end of one line of a comment to the beginning of the next: both are text, none is an
-- entry of a list.
local function runs_on(line, next_line)
  local start = comment_start(line)
  local rest = start and next_line and next_line:sub(1, #start) == start and next_line:sub(#start + 1)
  return rest and rest:find("^%w") and not rest:find("%S  ") and not line:sub(#start + 1):find("%S  ") and start
end

-- `shallow`: going on eight spaces further in, wherever parentheses are open.
local function wrap_code(line, mask, shallow)
  local indent, done = line:match("^ *"), {}
  while #line > rename.LINE_MAX do
    local cut, inside = break_of(mask)
    if not cut then break end
    done[#done + 1] = line:sub(1, cut - 1):gsub(" +$", "")
    local rest, rest_mask = line:sub(cut), mask:sub(cut)
    local function at_column(column) line, mask = (" "):rep(column) .. rest, (" "):rep(column) .. rest_mask end
    if not inside then
      at_column(#indent)
    else
      at_column(shallow and #indent + 8 or column_of(mask:sub(1, cut - 1), #indent + 8))
      if #line > rename.LINE_MAX and not break_of(mask) then at_column(#indent + 8) end
    end
  end
  done[#done + 1] = line
  return table.concat(done, "\n")
end

local function has_long_line(text)
  local from = 1
  while true do
    local finish = text:find("\n", from, true) or #text + 1
    if finish - from > rename.LINE_MAX then return true end
    if finish > #text then return false end
    from = finish + 1
  end
end

-- Text whose lines that are too long are broken: a function that was one line gets its body on lines of its own, a
-- comment behind code a line above it. Directives stay as they are.
function rename.wrap(text)
  if not has_long_line(text) then return text end
  local lines, out, in_comment, in_directive = {}, {}, false, false
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
  for i, line in ipairs(lines) do
    local was_in_comment = in_comment
    local mask
    mask, in_comment = masked(line, in_comment)
    in_directive = in_directive or not was_in_comment and line:find("^%s*#") ~= nil
    local stays = in_directive or #line <= rename.LINE_MAX
    in_directive = in_directive and line:sub(-1) == "\\"
    if stays then
      out[i] = line
    elseif not mask:find("[^%s\1]") then
      local start = in_comment and runs_on(line, lines[i + 1])
      local cut = start and comment_break(line, rename.LINE_MAX, #start)
      if cut then
        lines[i + 1] = start .. line:sub(cut + 1) .. " " .. lines[i + 1]:sub(#start + 1)
        out[i] = line:sub(1, cut - 1)
      else
        out[i] = wrap_comment(line)
      end
    else
      local code, comment = mask:match("^( *[^\1]*[^\1 ]) +()\1+$")
      local body = mask:match("^%a.-%)() { .* }$")
      if code and not in_comment then
        out[i] = rename.wrap(line:match("^ *") .. line:sub(comment)) .. "\n" .. rename.wrap(line:sub(1, #code))
      elseif body then
        out[i] = rename.wrap(("%s\n{\n    %s\n}"):format(line:sub(1, body - 1), line:sub(body + 3, -3)))
      else
        out[i] = wrap_code(line, mask)
      end
    end
  end
  return table.concat(out, "\n")
end

-- Text whose statements of several lines are broken anew, with eight more spaces on the lines that go on: once names
-- have other lengths, the columns of the old breaks mean nothing. Statements that hold a comment stay as they are.
function rename.refilled(text)
  local out, in_comment, in_directive, open = {}, false, false, nil -- open: the statement that may go on
  local function close()
    if open and open.goes_on then out[#out] = wrap_code(table.concat(open.lines), table.concat(open.masks), true) end
    open = nil
  end
  for line in text:gmatch("([^\n]*)\n?") do
    local mask
    local within = in_comment or in_directive
    mask, in_comment = masked(line, in_comment)
    in_directive = (in_directive or not within and line:find("^%s*#") ~= nil) and line:sub(-1) == "\\"
    local indent = #line:match("^ *")
    if open and not within and indent >= open.indent + 8 and not mask:find("\1") then
      local lines, masks = open.lines, open.masks
      local gap = lines[#lines]:find("%($") and "" or " "
      lines[#lines + 1], masks[#masks + 1] = gap .. line:sub(indent + 1), gap .. mask:sub(indent + 1)
      open.goes_on = true
    else
      close()
      out[#out + 1] = line
      local code = not within and line ~= "" and not mask:find("\1") and not line:find("^%s*#")
      open = code and { lines = { line }, masks = { mask }, indent = indent } or nil
    end
  end
  close()
  return table.concat(out, "\n") .. "\n"
end

return rename

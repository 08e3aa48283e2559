-- rename.lua: identifiers of C text renamed, and lines that became too long broken. Tokens are all that is known of C here.
local rename = {}

rename.LINE_MAX = 120

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
    elseif c == "#" and line_start then
      local finish = select(2, text:find("^[^\n]*", at))
      while text:sub(finish, finish) == "\\" do finish = select(2, text:find("^[^\n]*", finish + 2)) end
      take("directive", finish)
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

-- Every identifier that `map` knows by the name it gives there; members after '.' and '->' are left, comments too,
-- but for names of `map` that begin with "ln_".
function rename.text(text, map)
  local out, before = {}, ""
  for _, token in ipairs(tokens(text)) do
    local kind, piece = token[1], token[2]
    if kind == "word" and before ~= "." and before ~= "->" then
      out[#out + 1] = map[piece] or piece
    elseif kind == "directive" then
      local head, rest = piece:match("^(#%s*%a*)(.*)$")
      out[#out + 1] = head .. rename.text(rest, map)
    elseif kind == "comment" then
      out[#out + 1] = piece:gsub("ln_[%w_]+", map)
    else
      out[#out + 1] = piece
    end
    if kind ~= "space" and kind ~= "comment" then before = piece end
  end
  return table.concat(out)
end

-- The set of identifiers of a text.
function rename.words(text)
  local set = {}
  for _, token in ipairs(tokens(text)) do
    if token[1] == "word" then set[token[2]] = true end
    if token[1] == "directive" then
      for word in token[2]:gmatch("[%a_][%w_]*") do set[word] = true end
    end
  end
  return set
end

-- Where to break a line of code that is too long: behind the last "; " that fits, else behind ", ", else before an operator;
-- not in a string. Second, whether what follows belongs to the same statement.
local function break_of(line, indent)
  for _, mark in ipairs { "; ", ", ", " && ", " | ", " + " } do
    for at = rename.LINE_MAX, #indent + 20, -1 do
      if line:sub(at, at + #mark - 1) == mark and select(2, line:sub(1, at):gsub('"', "")) % 2 == 0 then
        return mark:sub(1, 1) == " " and at - 1 or at, mark ~= "; "
      end
    end
  end
end

-- Where a statement goes on below its first line: behind the last parenthesis that is open, or at `otherwise`.
local function column_of(line, otherwise)
  local open = {}
  for at, mark in line:gmatch("()([()])") do
    if mark == "(" then open[#open + 1] = at else open[#open] = nil end
  end
  local column = open[#open]
  return column and column <= rename.LINE_MAX // 2 and column or otherwise
end

-- A line of a comment, or a comment of one line, broken at spaces.
local function wrap_comment(line)
  local indent, first = line:match("^(%s*)(/?)%*")
  local next_line = indent .. (first == "/" and " * " or "* ")
  local done = {}
  while #line > rename.LINE_MAX do
    local cut
    for at = rename.LINE_MAX + 1, #next_line + 1, -1 do
      if line:sub(at, at) == " " then
        cut = at
        break
      end
    end
    if not cut then break end
    done[#done + 1] = line:sub(1, cut - 1)
    line = next_line .. line:sub(cut + 1)
  end
  done[#done + 1] = line
  return table.concat(done, "\n")
end

-- Text whose lines that are too long are broken: a function that was one line gets its body on lines of its own, a comment
-- behind code a line above it.
function rename.wrap(text)
  return (text:gsub("[^\n]+", function(line)
    if #line <= rename.LINE_MAX or line:find("^%s*#") then return end
    if line:find("^%s*/%*") or line:find("^%s*%* ") then return wrap_comment(line) end
    local code, comment = line:match("^(%s*%S.-)%s+(/%*.*%*/)$")
    if code then return rename.wrap(line:match("^%s*") .. comment) .. "\n" .. rename.wrap(code) end
    local head, body = line:match("^(%a.-%)) { (.*) }$")
    if head then return rename.wrap(("%s\n{\n    %s\n}"):format(head, body)) end
    local indent = line:match("^%s*")
    local done = {}
    while #line > rename.LINE_MAX do
      local cut, inside = break_of(line, indent)
      if not cut then break end
      done[#done + 1] = line:sub(1, cut)
      line = (inside and (" "):rep(column_of(done[#done], #indent + 8)) or indent) .. line:sub(cut + 1):gsub("^ ", "")
    end
    done[#done + 1] = line
    return table.concat(done, "\n")
  end))
end

return rename

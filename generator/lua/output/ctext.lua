-- ctext.lua: C as text: tokens, the items of a file, identifiers renamed. Enough C for what the templates make.
local ctext = {}

-- Tokens in order, spaces and comments included: list of { kind, text }; kinds are space, comment, string, directive,
-- word, number, mark. Concatenated they give the text back.
function ctext.tokens(text)
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
    elseif two == "//" then
      take("comment", select(2, text:find("^[^\n]*", at)))
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

-- Every identifier that `map` knows by the name it gives there; members after '.' and '->' are left, comments too,
-- but for names of `map` that begin with "ln_".
function ctext.rename(text, map)
  local out, before = {}, ""
  for _, token in ipairs(ctext.tokens(text)) do
    local kind, piece = token[1], token[2]
    if kind == "word" and before ~= "." and before ~= "->" then
      out[#out + 1] = map[piece] or piece
    elseif kind == "directive" then
      local head, rest = piece:match("^(#%s*%a*)(.*)$")
      out[#out + 1] = head .. ctext.rename(rest, map)
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
function ctext.words(text)
  local set = {}
  for _, token in ipairs(ctext.tokens(text)) do
    if token[1] == "word" then set[token[2]] = true end
    if token[1] == "directive" then
      for word in token[2]:gmatch("[%a_][%w_]*") do set[word] = true end
    end
  end
  return set
end

-- What an item defines: kind ("function", "declaration", "type", "enum", "variable") and a list of names.
local function defined(significant)
  local first = significant[1]
  local last = significant[#significant]
  if first == "typedef" then
    for i = #significant, 1, -1 do
      if significant[i]:find("^[%a_]") then return "type", { significant[i] } end
    end
  elseif first == "enum" then
    local names = {}
    for i = 2, #significant do
      local before = significant[i - 1]
      if significant[i]:find("^[%a_]") and (before == "{" or before == "," or before == "enum") then
        names[#names + 1] = significant[i]
      end
    end
    return "enum", names
  end
  for i = 1, #significant - 1 do
    local word, after = significant[i], significant[i + 1]
    if word:find("^[%a_]") and word ~= "__attribute__" then
      if after == "(" then return last == "}" and "function" or "declaration", { word } end
      if after == "=" or after == "[" then return "variable", { word } end
    end
  end
  return "declaration", {}
end

-- The items of a file: definitions and declarations with the comments above them, directives each by itself.
-- List of { text, kind, names }; a directive has kind "directive".
function ctext.items(text)
  local items, current, significant = {}, {}, {}
  local depth, tokens = 0, ctext.tokens(text)
  local function close(kind, names)
    local piece = table.concat(current):gsub("^%s*\n", "")
    items[#items + 1] = { text = piece, kind = kind, names = names }
    current, significant = {}, {}
  end
  local i = 1
  while i <= #tokens do
    local kind, piece = tokens[i][1], tokens[i][2]
    current[#current + 1] = piece
    if kind == "directive" and depth == 0 then
      close("directive", {})
    elseif kind == "mark" or kind == "word" or kind == "number" or kind == "string" then
      significant[#significant + 1] = piece
      if piece == "{" or piece == "(" then depth = depth + 1 end
      if piece == "}" or piece == ")" then depth = depth - 1 end
      local ends = depth == 0 and piece == ";"
      if depth == 0 and piece == "}" then
        local first = significant[1]
        ends = first ~= "typedef" and first ~= "enum" and first ~= "struct" and first ~= "union"
        for _, s in ipairs(significant) do
          if s == "=" then ends = false end
          if s == "{" then break end
        end
      end
      if ends then
        -- a comment on the same line belongs here
        local space, comment = tokens[i + 1], tokens[i + 2]
        if space and comment and space[1] == "space" and not space[2]:find("\n") and comment[1] == "comment" then
          current[#current + 1] = space[2] .. comment[2]
          i = i + 2
        end
        close(defined(significant))
      end
    end
    i = i + 1
  end
  return items
end

return ctext

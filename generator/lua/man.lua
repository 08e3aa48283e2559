-- SPDX-License-Identifier: MIT
-- man.lua: the manual pages of lngen and of its commands, from the declarations that --help is printed from.
local man = {}

local function escaped(text)
  text = text:gsub("\\", "\\e"):gsub("%-", "\\-")
  return (text:gsub("%f[^\n\0][.']", "\\&%0"))
end

local function add(page, format, ...) page[#page + 1] = select("#", ...) > 0 and format:format(...) or format end

-- "-o DIR, --output DIR" of an option, or "NAME" of an argument, in roff.
local function label(element)
  local argument = element._argname
  if type(argument) == "table" then argument = table.concat(argument, " ") end
  if not element._aliases then return ("\\fI%s\\fR"):format(escaped(argument or element._name)) end
  local takes = (element._maxargs or 0) > 0
  local parts = {}
  for i, alias in ipairs(element._aliases) do
    parts[i] = ("\\fB%s\\fR"):format(escaped(alias))
      .. (takes and (" \\fI%s\\fR"):format(escaped(argument or "VALUE")) or "")
  end
  return table.concat(parts, ", ")
end

local function paragraphs(page, text)
  for line in (text .. "\n"):gmatch("(.-)\n") do
    if line:find("^   ") then
      add(page, ".nf")
      add(page, escaped(line))
      add(page, ".fi")
    else
      add(page, line == "" and ".PP" or escaped(line))
    end
  end
end

local function entries(page, title, elements)
  local shown = false
  for _, element in ipairs(elements) do
    if not element._hidden then
      if not shown then add(page, ".SH %s", title) end
      shown = true
      add(page, ".TP")
      add(page, label(element))
      local text = escaped(element._summary or element._description or "")
      if element._default and element._show_default then text = ("%s (default: %s)"):format(text, element._default) end
      add(page, text)
    end
  end
end

-- The page of a command, or of lngen itself where `command` is nil.
function man.page(parser, command)
  local page, name = {}, command and "lngen-" .. command._name or "lngen"
  local of = command or parser
  local summary = (command and command._summary or parser._description):gsub("%.$", "")
  add(page, '.TH "%s" "1" "" "lngen %s" "lngen"', name:upper(), host.version)
  add(page, ".SH NAME")
  add(page, "%s \\- %s", escaped(name), escaped(summary))
  add(page, ".SH SYNOPSIS")
  local usage = of:get_usage():gsub("^Usage: ", ""):gsub("%s+", " ")
  add(page, "%s", escaped(usage))
  add(page, ".SH DESCRIPTION")
  paragraphs(page, of._description or summary)
  entries(page, "ARGUMENTS", of._arguments)
  entries(page, "OPTIONS", of._options)
  if not command then
    entries(page, "COMMANDS", parser._commands)
    add(page, ".SH NOTES")
    paragraphs(page, parser._epilog)
    add(page, ".SH ENVIRONMENT")
    add(page, ".TP\n\\fBCC\\fR\nThe compiler that tune, report, explain and doctor run; cc without it.")
    add(page, ".TP\n\\fBGNUPLOT\\fR, \\fBLLVM_MCA\\fR\nThe programs that report and explain run; gnuplot and "
      .. "llvm\\-mca without them.")
    add(page, ".TP\n\\fBNO_COLOR\\fR\nIf set, show and doctor print no colours.")
    add(page, ".TP\n\\fBTMPDIR\\fR\nWhere these commands work; /tmp without it.")
    add(page, ".TP\n\\fBLN_ISA\\fR\nIn programs that use the kernels: the best instruction set that may run.")
    add(page, ".SH COPYRIGHT")
    add(page, "What lngen writes is 0BSD: copy it anywhere, without any notice.")
  end
  add(page, ".SH SEE ALSO")
  local others = {}
  if command then others[1] = "\\fBlngen\\fR(1)" end
  for _, other in ipairs(parser._commands) do
    if other ~= command and other._has_page then others[#others + 1] = ("\\fBlngen\\-%s\\fR(1)"):format(other._name) end
  end
  add(page, table.concat(others, ",\n"))
  return table.concat(page, "\n")
end

return man

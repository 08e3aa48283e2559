-- SPDX-License-Identifier: MIT
-- man.lua: the manual pages of lngen and of its commands, from the declarations that --help is printed from.
local man = {}

-- What the pages say beside the declarations: { what, text, the commands that it is about; all where there are none }.
local STATUSES = {
  { "0", "Done." },
  { "1", "A check failed. emit --check found files that differ; doctor found no C compiler that works; tune, report or "
    .. "explain --measure could not compile, time or draw.", { "emit", "doctor", "tune", "report", "explain" } },
  { "2", "Bad usage or bad input. One line on standard error says what is wrong, and what would be right." },
  { "3", "A file could not be read or written." },
  { "70", "A fault of lngen (internal error), or too little memory." },
  { "128 + n", "Signal number n interrupted emit or a command that runs other programs; its temporary files have been "
    .. "removed. An example is 130 after Ctrl-C.", { "emit", "doctor", "tune", "report", "explain" } },
}

-- The same in a line, for --help: what each text says up to its first full stop or semicolon.
function man.statuses()
  local parts = {}
  for i, row in ipairs(STATUSES) do parts[i] = row[1] .. " " .. row[2]:match("^[^.;]*"):gsub("^%u", string.lower) end
  return ("Exit status: %s."):format(table.concat(parts, "; "))
end

local VARIABLES = {
  { "CC", "The C compiler that tune, report, explain and doctor run; cc without it.",
    { "tune", "report", "explain", "doctor" } },
  { "GNUPLOT", "The program that draws the charts of report; gnuplot without it.", { "report" } },
  { "LLVM_MCA", "The program that explain --cpu asks for cycles; llvm-mca without it.", { "explain" } },
  { "NO_COLOR", "If this is set and not empty, show and doctor print no colours.", { "show", "doctor" } },
  { "TMPDIR", "Where tune, report, explain and doctor make a temporary directory and run programs in it; /tmp "
    .. "without it.",
    { "tune", "report", "explain", "doctor" } },
  { "LN_ISA", "In programs that use the kernels: the best instruction set that may run, which is avx512, avx2 or "
    .. "scalar. doctor says what it does here.", { "doctor" } },
  { "OMP_NUM_THREADS", "In programs that use the kernels with OpenMP: how many threads there may be. doctor says how "
    .. "many there are here.", { "doctor" } },
}

local FILES = {
  { "DIR/.lngen-writes", "It is there while emit writes into DIR, and stays if emit is killed. The same command "
    .. "then completes the files and removes it.", { "emit" } },
  { "plans/default.lua", "The measured schedules that lngen ships. The program holds a copy, so lngen does not read "
    .. "this file when it runs. There is no file of settings.", { "emit", "list", "show", "explain", "report" } },
}

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

-- A section of the rows above that are about the command.
local function rows(page, title, list, command)
  local shown = false
  for _, row in ipairs(list) do
    local about = not command or not row[3]
    for _, name in ipairs(row[3] or {}) do about = about or name == command._name end
    if about then
      if not shown then add(page, ".SH %s", title) end
      shown = true
      add(page, ".TP")
      add(page, "\\fB%s\\fR", escaped(row[1]))
      add(page, escaped(row[2]))
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
    add(page, ".SH EXAMPLES")
    paragraphs(page, parser._examples)
  end
  rows(page, "EXIT STATUS", STATUSES, command)
  rows(page, "ENVIRONMENT", VARIABLES, command)
  rows(page, "FILES", FILES, command)
  if not command then
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
  add(page, ".PP\nIn the sources of lngen: docs/cli.md, with examples and what they print, and docs/recipes.md.")
  return table.concat(page, "\n")
end

return man

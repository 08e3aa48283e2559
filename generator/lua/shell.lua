-- SPDX-License-Identifier: MIT
-- shell.lua: runs the user's tools, such as the compiler.
local fail = require "fail"

local shell = {}

shell.FLAGS = "-std=c11 -O2" -- for kernels and programs that lngen compiles itself

function shell.quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- The text as one word of a command, in quotes where it needs them.
function shell.word(text) return text:find("[^%w/._-]") and shell.quote(text) or text end

-- Whether a command succeeds. Meanwhile lngen ignores interrupts of the keyboard (SIGINT and SIGQUIT); one that ends
-- the command, or the shell for it, ends lngen afterwards.
function shell.succeeds(command)
  local ok, how, number = os.execute(command)
  local signal = how == "signal" and number or number - 128
  if signal == 2 or signal == 3 then fail.leave(128 + signal, true) end
  return ok
end

-- What a command prints to standard output; "" when it cannot be run.
function shell.output(command)
  local pipe = io.popen(command .. " 2>/dev/null")
  local text = pipe and pipe:read("a") or ""
  if pipe then pipe:close() end
  return text
end

-- The command that an environment variable names, else `otherwise`. It may begin with variables, as in LC_ALL=C gcc; a
-- program that is named from the current directory gets its whole path, since commands run in other directories.
function shell.program(variable, otherwise)
  local command = os.getenv(variable)
  if not command or command == "" then return otherwise end
  local before, rest = "", command
  while rest:find("^%s*[%a_][%w_]*=%S*%s") do
    local first, more = rest:match("^(%s*%S+%s+)(.*)$")
    before, rest = before .. first, more
  end
  if not rest:find("^%s*[^%s/'\"$~]+/") then return command end
  local here = shell.output("pwd"):gsub("\n$", "")
  return before .. shell.word(here) .. "/" .. rest:gsub("^%s+", "")
end

-- The command that compiles C.
function shell.compiler() return shell.program("CC", "cc") end

-- The bytes of code in an object file; nil when there is no `size` command.
function shell.code_bytes(path) return tonumber(shell.output("size " .. shell.quote(path)):match("\n%s*(%d+)")) end

-- Makes a temporary directory; returns its path. From now on a signal ends the commands of shell.run and host.run
-- instead of lngen, so that its owner can remove the directory.
function shell.temporary()
  host.watch_signals()
  local directory, problem = host.temporary_directory()
  if not directory then fail.io("%s", problem) end
  return directory
end

-- host.write_set, which ends lngen where a signal has stopped it.
function shell.write_set(...)
  local ok, result, interrupted = host.write_set(...)
  if interrupted then shell.check_interrupt() end
  return ok, result
end

-- Writes files into a temporary directory.
function shell.write(directory, files)
  local ok, problem = shell.write_set(directory, files)
  if not ok then fail.io("%s; TMPDIR may name another directory", problem) end
end

local ROOM = 1 << 17 -- bytes that compiling and its program take at most

-- Fails where a temporary directory has no room for what a compiler makes, which is not to blame then.
function shell.check_room(directory) shell.write(directory, { { "room", ("x"):rep(ROOM) } }) end

-- Fails where programs in a temporary directory may not run, as on a disk that is mounted with noexec.
function shell.check_runs(directory)
  shell.write(directory, { { "runs", "#!/bin/sh\n" } })
  local _, _, status = host.run({ "chmod +x runs && exec ./runs 2>/dev/null" }, 1, directory)
  if status == 126 then
    fail.io("%s: no program may run in this directory; TMPDIR may name another directory", directory:match("^(.*)/"))
  end
end

-- The command, which may begin with variables, such that the shell becomes it: host.run waits for the command itself
-- then, and a compiler that is stopped removes its temporary files first.
function shell.replacing(command) return "exec env " .. command end

-- Whether a command, run in a directory, succeeds; it does not if a signal has interrupted lngen.
function shell.run(command, directory) return (host.run({ shell.replacing(command) }, 1, directory)) end

-- Raises an error if a signal has interrupted lngen.
function shell.check_interrupt()
  local signal = host.interrupted()
  if signal then fail.leave(128 + signal, true) end
end

-- For a command that failed in a temporary directory: fails where a signal, or no room there, is to blame.
function shell.check_failure(directory)
  shell.check_interrupt()
  shell.check_room(directory)
end

-- Returns what f(directory) returns; the directory, a temporary one, is removed in any case.
function shell.removing(directory, f)
  local results = table.pack(fail.try(f, directory))
  host.remove_tree(directory)
  shell.check_interrupt()
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

-- The same with a new directory.
function shell.in_temporary(f) return shell.removing(shell.temporary(), f) end

return shell

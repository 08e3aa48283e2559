-- SPDX-License-Identifier: MIT
-- files.lua: what the host's functions for files, models and processes say of what cannot be read, written or started.
local check = require "check"

local place = host.temporary_directory()
local function refused(problem, f, ...)
  check.same({ f(...) }, { nil, problem }, problem)
end

-- Reading
local nothing = place .. "/nothing"
refused(nothing .. ": No such file or directory", host.read, nothing)
refused(nothing .. ": No such file or directory", host.list, nothing)
refused(nothing .. ": No such file or directory", host.head, nothing, 4)
refused(place .. ": is a directory, expected a file", host.read, place)
refused(place .. ": Is a directory", host.head, place, 4)
check.equal(host.exists(nothing), nil)
check.equal(host.exists("/dev/null"), "other")
check.same({ host.exists(nothing .. "/below") }, { nil, nothing .. "/below: No such file or directory", true })
local long = place .. "/" .. ("x"):rep(5000)
check.same({ host.exists(long) }, { nil, long .. ": File name too long", false })
for _, reader in ipairs { "gguf", "safetensors", "index" } do
  check.same({ host[reader](nothing) }, { nil, nothing .. ": No such file or directory", true }, reader)
  check.same({ host[reader](place) }, { nil, place .. ": not a regular file", true }, reader)
end
if host.exists("/proc/self/mem") then
  refused("/proc/self/mem: Input/output error", host.read, "/proc/self/mem")
end

check.same({ host.writable(place) }, { true })
refused(nothing .. ": No such file or directory", host.writable, nothing)

-- JSON: what is no JSON is refused, with its place in the text
for text, problem in pairs {
  ['{"a\\uZZZZ": 1}'] = "line 1, column 4: \\u without four hexadecimal digits",
  ['["\\u12"]'] = "line 1, column 3: \\u without four hexadecimal digits",
  ['["\\u004G"]'] = "line 1, column 3: \\u without four hexadecimal digits",
  ['["\\u'] = "line 1, column 3: \\u without four hexadecimal digits",
  ['["\\u0000"]'] = "line 1, column 3: \\u0000 in a string",
  ['[NaN, NaN,\n NaN, "NaN", NaN 1]'] = "line 2, column 18: not JSON",
  ['{"a": NaN, "NaN": 1, NaN: 2}'] = 'line 1, column 22: key "NaN" stands twice in one object',
  ['{"a": {"b": "\\\\\\"", "c": [1]},\n "b\\"": "b", /* "d" */\n "a": 2}'] =
    'line 3, column 2: key "a" stands twice in one object',
} do
  refused(problem, host.json, text)
end
check.same((host.json '["\\u00e9\\u0041", NaN, "NaN"]'), { "\u{e9}A", "NaN", "NaN", n = 3 })

-- An index keeps what may be a norm in its shard: what is called one, and layers that have a number for a name
check.that(host.write_set(place, { { "index.json", '{"weight_map": {"a.norm.weight": "1", "b.0.bias": "2", '
  .. '"c.weight": "3"}}' } }))
local indexed = host.index(place .. "/index.json").tensors
check.same(indexed, { { name = "a.norm.weight", file = "1" }, { name = "b.0.bias", file = "2" } })
os.remove(place .. "/index.json")

-- Writing: what fails leaves neither a file nor a mark
local FILES = { { "a", "1" }, { "b/c", "2" } }
local function holds(names, what)
  local list = host.list(place)
  table.sort(list)
  check.same(list, names, what)
end
refused("'': No such file or directory", host.write_set, "", FILES)
refused(place .. "/b: Invalid argument", host.write_set, place, { { "a", "1" }, { "b" } })
holds({}, "a file without text")
check.raises("why", host.write_set, place, function() error("why") end)
holds({}, "a list that raises an error")
check.that(host.write_set(place, FILES))
check.equal(host.read(place .. "/b/c"), "2")
refused(place .. "/a: larger than 0 bytes", host.read, place .. "/a", 0)
refused(place .. "/b: is a directory, expected a file", host.write_set, place, { { "a", "3" }, { "b", "4" } })
refused(place .. "/a/d: Not a directory", host.write_set, place, { { "b/c", "3" }, { "a/d", "4" } })
check.equal(host.read(place .. "/a") .. host.read(place .. "/b/c"), "12", "files before a failure")
holds({ "a", "b" }, "a directory in the way")

-- nor a directory that was not there before
check.that(host.write_set(place .. "/empty", {}))
for _, list in ipairs { { { "a", "1" }, { "c/d/e", "2" }, { "b" } }, function() error("why") end } do
  pcall(host.write_set, place .. "/new/below", list)
  pcall(host.write_set, place .. "/empty", list)
end
refused(place .. "/a/d: Not a directory", host.write_set, place, { { "new/b", "3" }, { "a/d", "4" } })
local deep = place .. "/new/" .. ("x"):rep(300)
refused(deep .. ": File name too long", host.write_set, deep, FILES)
holds({ "a", "b", "empty" }, "directories that were made")
check.same(host.list(place .. "/empty"), {}, "a directory that was empty")
check.that(host.remove_tree(place .. "/empty"))

-- A link stays, and the file that it names is replaced and keeps its permissions; all other files get the usual ones
local function shell(...) check.same({ host.run({ (...):format(select(2, ...)) }, 1, place) }, { true }, (...)) end
shell("umask 022; mkdir real; echo old >real/private; chmod 600 real/private; ln -s real/private link; ln -s none gone")
check.that(host.write_set(place, { { "link", "new" }, { "a", "1" }, { "b/more", "2" } }))
check.equal(host.read(place .. "/real/private"), "new")
shell('[ -L link ] && [ "$(stat -c %%a real/private)" = 600 ] && [ "$(ls -A real)" = private ] && [ -e b/more ]')
refused(place .. "/gone: a symbolic link leads to nothing", host.write_set, place, { { "a", "3" }, { "gone", "4" } })
refused(place .. "/gone/sub: a symbolic link leads to nothing", host.write_set, place .. "/gone/sub", FILES)
check.equal(host.read(place .. "/a"), "1")
shell("rm -r real link gone b/more")

-- What a link leads to is written under the lock of its directory, for which this waits
if host.run({ "command -v flock >/dev/null" }, 1) then
  shell("mkdir other; echo old >other/far; ln -s other/far link; "
    .. "flock other/.lngen-writes sh -c ': >held; sleep 0.4; : >released' >held.out 2>&1 & "
    .. "until [ -e held ]; do :; done")
  check.that(host.write_set(place, { { "link", "new" }, { "a", "1" } }))
  check.equal(host.exists(place .. "/released"), "file", "the lock of another directory")
  shell('[ "$(ls -A other)" = far ] && [ "$(cat other/far)" = new ] && rm -r other link held held.out released')
end

-- A file that is replaced keeps permissions beyond the usual ones, and its owner where the user may give files away
shell("echo old >free; chmod 666 free; chown 65534:65534 free 2>/dev/null; stat -c %%a:%%u:%%g free >was")
check.that(host.write_set(place, { { "free", "new" }, { "a", "1" } }))
check.equal(host.read(place .. "/free"), "new")
shell('[ "$(stat -c %%a:%%u:%%g free)" = "$(cat was)" ] && rm free was')
if host.exists("/proc/self") then
  refused("/proc: no files can be made in this directory; name another", host.write_set, "/proc", { { "a", "1" } })
  refused("/proc/nosuch: No such file or directory", host.write_set, "/proc/nosuch", { { "a", "1" } })
end

-- What an interrupted writer has left, also in directories within the set
shell("touch .2.lngen-old b/.1.lngen-new b/.1.lngen-old")
check.that(host.write_set(place, FILES))
shell('[ "$(ls -A)" = "a\nb" ] && [ "$(ls -A b)" = c ]')

-- A directory in the place of the mark
local mark = place .. "/.lngen-writes"
check.that(host.write_set(mark, {}), "a directory in the place of a mark")
refused(mark .. ": Is a directory", host.write_set, place, FILES)
check.equal(host.unfinished(place), nil)

-- The mark of an interrupted writer stays until its files are there
local cut = host.temporary_directory()
local writes <close> = assert(io.open(cut .. "/.lngen-writes", "w"))
assert(writes:write("a writer was here\n a\n b/c\n"):flush())
check.raises("why", host.write_set, cut, function() error("why") end)
check.equal(host.unfinished(cut), "interrupted", "a list that raises an error")
refused(cut .. "/b: Invalid argument", host.write_set, cut, { { "b" } }, FILES)
check.equal(host.unfinished(cut), "interrupted", "a file without text")
check.same({ host.write_set(cut, FILES) }, { true, "mended" })
check.equal(host.unfinished(cut), nil)
check.that(host.remove_tree(cut))

-- Processes: the first failure stops the others
check.same({ host.run({ "exit 3", "exit 0" }, 1) }, { nil, 1, 3 })
check.same({ host.run({ "sleep 60", "kill -9 $$" }, 2) }, { nil, 2, 137 })
check.same({ host.run({ "exit 0", nothing .. " 2>/dev/null" }, 0) }, { nil, 2, 127 })
check.same({ host.run({}, 1000) }, { true })
shell("mkdir alive seen")
local crowd = {} -- each writes down how many there are
for i = 1, 80 do
  crowd[i] = (": >alive/%d; ls alive 2>/dev/null | wc -l >seen/%d; sleep 0.3; rm alive/%d"):format(i, i, i)
end
check.same({ host.run(crowd, 1000, place) }, { true })
shell('[ "$(cat seen/* | sort -n | tail -n 1)" -le 64 ] && rm -r alive seen')
check.same({ host.run({ 'echo "$PWD" >where; echo "$TMPDIR" >temporary' }, 1, place) }, { true })
local there = host.read(place .. "/where")
check.that(there:find(place:match("[^/]*$"), 1, true), "where commands run")
check.equal(host.read(place .. "/temporary"), there, "where temporary files go")
check.same({ host.run({ "exit 0" }, 1, nothing) }, { nil, 1, 127 })
check.equal(host.interrupted(), nil)

-- Modules and resources that are not embedded
check.equal(host.resource("lua/nothing.lua"), nil)
check.raises("no embedded module 'nothing'", require, "nothing")

-- A tree is removed even while a process makes files in it
shell("mkdir busy; (for i in $(seq 9000); do : >busy/$i || exit; done) >/dev/null 2>&1 & "
  .. "until [ -e busy/99 ]; do :; done")
check.same({ host.remove_tree(place .. "/busy") }, { true })

-- A tree is removed, and what its links lead to is kept
local kept = host.temporary_directory()
check.same({ host.write_set(kept, { { "a", "1" } }) }, { true })
check.same({ host.run({ ("mkdir '%s/tree' && ln -s '%s' '%s/tree/link'"):format(place, kept, place) }, 1) }, { true })
check.same({ host.remove_tree(place) }, { true })
check.equal(host.exists(place), nil)
check.equal(host.exists(kept .. "/a"), "file")
check.same({ host.remove_tree(kept) }, { true })
refused(kept .. ": No such file or directory", host.remove_tree, kept)

-- A signal that is watched stops the writing of a set, which leaves nothing, but not of a single file
local stopped = host.temporary_directory()
host.watch_signals()
host.run({ "kill -TERM $PPID" }, 1)
check.equal(host.interrupted(), 15)
check.same({ host.write_set(stopped .. "/x/y", FILES) }, { nil, stopped .. "/x/y/a: interrupted", true })
check.same(host.list(stopped), {}, "what an interrupted writer has left")
check.same({ host.write_set(stopped, { { "a", "1" } }) }, { true })
check.that(host.remove_tree(stopped))
return check.status()

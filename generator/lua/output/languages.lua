-- SPDX-License-Identifier: MIT
-- languages.lua: prefixes that other languages than C, or a program around an engine, do not take as names.
local fail = require "fail"

local languages = {}

local KEYWORDS = {
  Python = [[
    False None True and as assert async await break class continue def del elif else except finally for from global if
    import in is lambda nonlocal not or pass raise return try while with yield]],
  Rust = [[
    abstract alloc as async await become box break const continue core crate do dyn else enum extern false final fn for
    gen if impl in let loop macro match mod move mut override priv proc_macro pub ref return self Self static std
    struct super test trait true try type typeof union unsafe unsized use virtual where while yield]],
  ["llama.cpp"] = "llama",
}

-- Modules of Python's standard library, and those by which others are installed: one of the same name would hide them,
-- or they it.
local MODULES = [[
    abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
    binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys
    compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses
    dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler
    fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib
    grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json
    keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib
    msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev
    pathlib pdb pickle pickletools pip pipes pkg_resources pkgutil platform plistlib poplib posix posixpath pprint
    profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib
    resource rlcompleter runpy sched secrets select selectors setup setuptools shelve shlex shutil signal site smtpd
    smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
    stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios
    test textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle
    turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg
    winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo]]

local function among(words, prefix)
  return (" " .. words:gsub("%s+", " ") .. " "):find(" " .. prefix .. " ", 1, true) ~= nil
end

-- Fails where `prefix` cannot be a name in `language`, or begin names beside its own.
function languages.check(prefix, language)
  if among(KEYWORDS[language], prefix) then
    fail.input("--prefix: '%s' is %s's own word; take another, as in --prefix gpt2", prefix, language)
  end
end

-- Fails where `prefix` cannot be the name of a module of Python.
function languages.check_module(prefix)
  languages.check(prefix, "Python")
  if among(MODULES, prefix) then
    fail.input("--prefix: '%s' is a module that Python or its setuptools has; take another, as in --prefix gpt2",
      prefix)
  end
end

return languages

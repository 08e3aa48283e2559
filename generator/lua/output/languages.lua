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
    gen if impl in let loop macro match mod move mut override priv proc_macro pub ref return self static std struct
    super test trait true try type typeof union unsafe unsized use virtual where while yield]],
  ["llama.cpp"] = "llama",
}

-- Fails where `prefix` cannot be the name of a module of `language`, or begin names beside its own.
function languages.check(prefix, language)
  for word in KEYWORDS[language]:gmatch("%S+") do
    if word == prefix then
      fail.input("--prefix: '%s' is %s's own word; take another, as in --prefix gpt2", prefix, language)
    end
  end
end

return languages

-- frozen.lua: tables that many modules and templates share and none may change.
--
-- frozen(t, name) -> a table that reads as t does; an assignment to it is an error that says which table it was.
return function(t, name)
  local function each(_, key) return next(t, key) end
  return setmetatable({}, {
    __index = t,
    __len = function() return #t end,
    __pairs = function() return each end,
    __newindex = function(_, key)
      error(("assignment to '%s' of %s, which many read and none may change"):format(tostring(key), name), 2)
    end,
    __metatable = false,
  })
end

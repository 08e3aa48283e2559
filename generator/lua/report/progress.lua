-- SPDX-License-Identifier: MIT
-- progress.lua: a line on a terminal that says what is done and how long the rest will take; nothing elsewhere.
local progress = {}

-- " 40 s" or " 3 min" for the rest of some work, or nil before any of it is done.
function progress.left(begun, done, all)
  if done <= 0 then return nil end
  local seconds = (os.time() - begun) / done * (all - done)
  if seconds < 90 then return ("%d s"):format(math.ceil(seconds)) end
  return ("%d min"):format((seconds + 30) // 60)
end

-- progress.of(all) -> an object with at(done, what) and finish().
function progress.of(all)
  local self, begun, terminal = {}, os.time(), host.on_terminal()
  function self.at(done, what)
    if not terminal then return end
    local left = progress.left(begun, done, all)
    io.stderr:write(("\r\27[K[%d/%d] %s%s"):format(done + 1, all, what, left and (", about %s left"):format(left)
      or ""))
  end
  function self.finish()
    if terminal then io.stderr:write("\r\27[K") end
  end
  return self
end

return progress

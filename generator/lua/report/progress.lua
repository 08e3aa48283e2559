-- SPDX-License-Identifier: MIT
-- progress.lua: a line on a terminal that says what is done and how long the rest will take; nothing elsewhere.
local progress = {}

-- How long the rest of some work takes, as ", about 40 s left", or "" before any of it is done. begun: by os.time.
function progress.left(begun, done, all)
  if done <= 0 then return "" end
  local seconds = (os.time() - begun) / done * (all - done)
  if seconds < 90 then return (", about %d s left"):format(math.ceil(seconds)) end
  return (", about %d min left"):format((seconds + 30) // 60)
end

-- progress.of(all) -> an object with at(done, what) and finish().
function progress.of(all)
  local self, begun, terminal = {}, os.time(), host.on_terminal()
  function self.at(done, what)
    if not terminal then return end
    io.stderr:write(("\r\27[K[%d/%d] %s%s"):format(done + 1, all, what, progress.left(begun, done, all)))
  end
  function self.finish()
    if terminal then io.stderr:write("\r\27[K") end
  end
  return self
end

return progress

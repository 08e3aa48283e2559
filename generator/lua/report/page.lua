-- SPDX-License-Identifier: MIT
-- page.lua: a page of HTML that needs nothing from a network and no JavaScript.
local words = require "report.words"

local page = {}

-- A table in HTML: heads, rows of cells; numbers are set to the right. It scrolls by itself where it is too wide.
function page.table(heads, rows, caption)
  local out = {
    ('<div class="wide" tabindex="0" role="region" aria-label="%s">\n<table>'):format(words.escaped(caption)) }
  local function row(cells, tag)
    local line = {}
    for _, cell in ipairs(cells) do
      local number = type(cell) == "number" or tostring(cell):match("^[%d.,]+$")
      line[#line + 1] = ("<%s%s>%s</%s>"):format(tag, number and ' class="n"' or tag == "th" and ' scope="col"' or "",
        words.escaped(cell), tag)
    end
    out[#out + 1] = "<tr>" .. table.concat(line) .. "</tr>"
  end
  row(heads, "th")
  for _, cells in ipairs(rows) do row(cells, "td") end
  out[#out + 1] = "</table>\n</div>"
  return table.concat(out, "\n")
end

function page.figure(svg, caption)
  return ("<figure>\n%s\n<figcaption>%s</figcaption>\n</figure>"):format(svg, words.escaped(caption))
end

-- Text that is shown when its summary is opened.
function page.folded(summary, text)
  return ("<details>\n<summary>%s</summary>\n<pre tabindex=\"0\"><code>%s</code></pre>\n</details>"):format(
    words.escaped(summary), words.escaped(text))
end

-- page.html(title, introduction, sections): sections are { id, title, parts }; parts are texts of HTML.
function page.html(title, introduction, sections)
  local out = {}
  local function add(format, ...) out[#out + 1] = format:format(...) end
  add('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
  add('<meta name="viewport" content="width=device-width, initial-scale=1">')
  add("<title>%s</title>", words.escaped(title))
  add('<link rel="icon" href="data:,">')
  out[#out + 1] = "<style>\n" .. host.resource("templates/report/style.css") .. "</style>\n</head>\n<body>"
  add('<a class="skip" href="#main">To the content</a>')
  add("<header>\n<h1>%s</h1>", words.escaped(title))
  out[#out + 1] = introduction
  add("<nav aria-label=\"Contents\">\n<ul>")
  for _, section in ipairs(sections) do
    add('<li><a href="#%s">%s</a></li>', section.id, words.escaped(section.title))
  end
  add('</ul>\n</nav>\n</header>\n<main id="main">')
  for _, section in ipairs(sections) do
    add('<section aria-labelledby="%s">\n<h2 id="%s">%s</h2>', section.id, section.id, words.escaped(section.title))
    for _, part in ipairs(section.parts) do out[#out + 1] = part end
    add("</section>")
  end
  add("</main>\n</body>\n</html>")
  return table.concat(out, "\n") .. "\n"
end

return page

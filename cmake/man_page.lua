-- Turns a page of docs/cli/ into a manual page in the order that readers of man expect: NAME (from
-- the first sentence, for `whatis` and `apropos`), SYNOPSIS, DESCRIPTION (the opening text, and what
-- follows the synopsis), then the page's other sections.

local function capitals(inlines)
  return inlines:walk({
    Str = function(text) return pandoc.Str(pandoc.text.upper(text.text)) end,
  })
end

local function summary(paragraph)
  local text = pandoc.utils.stringify(paragraph)
  return (text:match("^(.-)%.%s") or text):gsub("%.$", "")
end

local function section(title)
  return pandoc.Header(1, { pandoc.Str(title) })
end

-- The blocks between the title and the first section, and all from that section on.
local function split(blocks)
  local opening, rest = pandoc.List(), pandoc.List()
  for _, block in ipairs(blocks) do
    local is_title = block.t == "Header" and block.level == 1
    if #rest > 0 or (block.t == "Header" and not is_title) then
      rest:insert(block)
    elseif not is_title then
      opening:insert(block)
    end
  end
  return opening, rest
end

function Pandoc(document)
  local page = pandoc.utils.stringify(document.meta.page)
  local opening, rest = split(document.blocks)
  local blocks = pandoc.List({ section("NAME"), pandoc.Para({ pandoc.Str(page .. " - " .. summary(opening[1])) }) })
  if rest[1] and pandoc.utils.stringify(rest[1]) == "Synopsis" then
    blocks:extend({ section("SYNOPSIS"), rest[2] })
    rest:remove(1)
    rest:remove(1)
  end
  blocks:insert(section("DESCRIPTION"))
  blocks:extend(opening)
  for _, block in ipairs(rest) do
    if block.t == "Header" then
      local level = block.level - 1
      blocks:insert(pandoc.Header(level, level == 1 and capitals(block.content) or block.content))
    else
      blocks:insert(block)
    end
  end
  document.blocks = blocks
  document.meta.title = pandoc.MetaString(page:upper())
  return document
end

-- A link within the documentation leads nowhere in man: its text is enough.
function Link(link)
  if not link.target:match("^https?://") then
    return link.content
  end
end

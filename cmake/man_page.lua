-- Turns a page of docs/cli/ into a manual page. The page's title and first paragraph become the
-- NAME section, which `whatis` and `apropos` read; sections are in capitals, as everywhere in man.

local function capitals(inlines)
  return inlines:walk({
    Str = function(text) return pandoc.Str(pandoc.text.upper(text.text)) end,
  })
end

local function summary(paragraph)
  local text = pandoc.utils.stringify(paragraph)
  return (text:match("^(.-)%.%s") or text):gsub("%.$", "")
end

function Pandoc(document)
  local page = pandoc.utils.stringify(document.meta.page)
  local blocks, named = pandoc.List(), false
  for _, block in ipairs(document.blocks) do
    if block.t == "Header" and block.level == 1 then
      -- the title: man prints the page's name itself
    elseif block.t == "Para" and not named then
      named = true
      blocks:insert(pandoc.Header(1, { pandoc.Str("NAME") }))
      blocks:insert(pandoc.Para({ pandoc.Str(page .. " - " .. summary(block)) }))
      blocks:insert(pandoc.Header(1, { pandoc.Str("DESCRIPTION") }))
      blocks:insert(block)
    elseif block.t == "Header" then
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

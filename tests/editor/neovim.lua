-- Drives Neovim's own LSP client as a person would, and writes down what it shows. It runs under Neovim 0.7 and newer.
--
-- nvim --headless --clean -n -c "luafile neovim.lua", with the answers to where and what in the environment:
-- SERVER (JSON list), PROJECT (folder), OUT (file for the result, JSON).

local server = vim.fn.json_decode(vim.env.SERVER)
local project = vim.env.PROJECT
local seen = { version = tostring(vim.version().major) .. "." .. tostring(vim.version().minor), steps = {}, told = {} }

local function finish()
  local out = assert(io.open(vim.env.OUT, "w"))
  out:write(vim.fn.json_encode(seen))
  out:close()
  vim.cmd("qa!")
end

local function codes(buffer)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local lsp = diagnostic.user_data and diagnostic.user_data.lsp or {}
    table.insert(found, diagnostic.code or lsp.code)
  end
  table.sort(found)
  return found
end

-- Wait until the buffer shows the code, or no longer shows it.
local function await(buffer, code, there)
  local done = vim.wait(120000, function()
    return vim.tbl_contains(codes(buffer), code) == there
  end, 50)
  if not done then
    error(("%s is %s after two minutes: %s"):format(code, there and "not shown" or "still shown", vim.inspect(codes(buffer))))
  end
end

local function step(name, buffer)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  table.insert(seen.steps, { name = name, codes = codes(buffer), text = table.concat(lines, "\n") })
end

-- Keys as they are typed; they go through the editor's own undo and change events.
local function type_keys(keys)
  local raw = vim.api.nvim_replace_termcodes(keys, true, false, true)
  vim.api.nvim_feedkeys(raw, "x", false)
end

-- Ask for the actions at the cursor and take the one whose title holds the text.
local function take_action(text)
  local titles = {}
  local taken = false
  local select = vim.ui.select
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do
      local title = options.format_item(item)
      table.insert(titles, title)
      if not taken and title:find(text, 1, true) then
        taken = true
        choose(item, 1)
      end
    end
    if not taken then
      choose(nil, nil)
    end
  end
  vim.lsp.buf.code_action()
  vim.wait(120000, function()
    return #titles > 0
  end, 50)
  vim.ui.select = select
  table.insert(seen.steps, { name = "offered", titles = titles })
  if not taken then
    error("no action holds " .. text)
  end
end

-- The answer to a request about the place of the cursor.
local function ask(buffer, method)
  local params = vim.lsp.util.make_position_params(0, "utf-16")
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 120000)
  for _, answer in pairs(answers or {}) do
    return answer.result
  end
end

local function start()
  local configuration = {
    name = "agentflow-lint",
    cmd = server,
    root_dir = project,
    handlers = {
      ["window/showMessage"] = function(_, result)
        table.insert(seen.told, result.message)
      end,
    },
  }
  if vim.lsp.start then
    return vim.lsp.start(configuration, { attach = false })
  end
  return vim.lsp.start_client(configuration)
end

local function open(name, client)
  vim.cmd("edit " .. vim.fn.fnameescape(project .. "/" .. name))
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client)
  return buffer
end

local function drive()
  local client = assert(start(), "the server does not start")
  local config = open("10xgraph.json", client)
  await(config, "AF401", true)
  step("opened", config)

  -- Typing: auth as an object that no release takes.
  type_keys('/"auth"<CR>cc  "auth": {"method": "jwt"}<Esc>')
  await(config, "AF404", true)
  await(config, "AF401", false)
  step("typed", config)

  take_action("AF404: ")
  await(config, "AF404", false)
  step("applied", config)
  await(config, "AF402", true)

  -- What is typed into another buffer and not saved counts at once.
  vim.o.hidden = true
  local env = open(".env", client)
  type_keys("Go# 🔑<CR>JWT_SECRET_KEY=" .. ("k7"):rep(24) .. "<CR>JWT_ALGORITHM=HS256<Esc>")
  await(config, "AF402", false)
  step("supplied", config)
  step("env", env)

  type_keys("/ORIGINS<CR>")
  seen.hover = ask(env, "textDocument/hover")

  type_keys("u")
  await(config, "AF402", true)
  step("undone", config)

  vim.cmd("buffer " .. config)
  type_keys("/graph<CR>")
  seen.definition = ask(config, "textDocument/definition")
  type_keys("/env<CR>")
  seen.completion = ask(config, "textDocument/completion")

  seen.saved = table.concat(vim.fn.readfile(project .. "/10xgraph.json"), "\n")
end

local ok, problem = xpcall(drive, debug.traceback)
if not ok then
  seen.problem = problem
end
finish()

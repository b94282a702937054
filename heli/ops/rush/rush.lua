-- The rush, for wrk: wrk ... -s rush.lua ADDRESS -- FOLDER FIRST_SLOT SLOTS
--
-- Thread N sends the requests of FOLDER/requests-N, each ended there by a NUL, and keeps the codes
-- of its bookings in FOLDER/codes-N. With SLOTS above 0 the requests book: each is sent once, with
-- the slot that is open at that moment at its end. Otherwise they are sent as they are, over and
-- over. wrk shows an answer and does not say to which request: the couple that is told
-- "slot_full" gives way to the next one, which goes on to the next slot in its place. With
-- RUSH_IS_PATIENT a client that is told to come back later (Retry-After) waits so long.

local BLOCK_BYTES = 256 * 1024
local find, match, sub = string.find, string.match, string.sub

local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

local requests, codes, books
local block, at = "", 1
local slot, last_slot, slot_text
local unanswered = {} -- by slot: how many requests wait for their answer
local oldest -- the first slot for which any may wait

local function open_slot(id)
  slot, slot_text = id, string.format("%19d}", id)
  unanswered[slot] = 0
  if id > last_slot then
    ran_out = true
    wrk.thread:stop()
  end
end

function init(arguments)
  local folder, first, count = arguments[1], tonumber(arguments[2]), tonumber(arguments[3])
  requests = assert(io.open(folder .. "/requests-" .. number, "rb"))
  codes = assert(io.open(folder .. "/codes-" .. number, "wb"))
  codes:setvbuf("full", BLOCK_BYTES)
  books = count > 0
  taken, fine, refused, ran_out = 0, 0, {}, false
  last_slot = first + count - 1
  if books then
    oldest = first
    open_slot(first)
  end
end

local function next_request()
  while true do
    local stop = find(block, "\0", at, true)
    if stop then
      local request = sub(block, at, stop - 1)
      at = stop + 1
      return request
    end
    local more = requests:read(BLOCK_BYTES)
    if more then
      block, at = sub(block, at) .. more, 1
    elseif books then
      ran_out = true
      wrk.thread:stop()
      return nil
    else
      requests:seek("set")
    end
  end
end

function request()
  local prepared = next_request()
  if not books then
    return prepared
  end
  if not prepared then
    return wrk.format("GET", "/health/live")
  end
  unanswered[slot] = unanswered[slot] + 1
  return prepared .. slot_text
end

-- A refusal does not say for which slot. It counts for the oldest one of which answers are awaited:
-- so those that were under way to a slot that is full do not pass for the next one's.
local function refused_for_a_slot(is_full)
  while oldest < slot and (unanswered[oldest] or 0) <= 0 do
    unanswered[oldest] = nil
    oldest = oldest + 1
  end
  unanswered[oldest] = unanswered[oldest] - 1
  if is_full and oldest == slot then
    open_slot(slot + 1)
  end
end

local function taken_in(id)
  if unanswered[id] then
    unanswered[id] = unanswered[id] - 1
  end
end

-- wrk asks for the pause before each request, also the first one of a connection; after that nearly
-- in the order of the answers.
local pauses, first_pause, last_pause = {}, 1, 0

if os.getenv("RUSH_IS_PATIENT") then
  function delay()
    local pause = pauses[first_pause]
    if not pause then
      return 0
    end
    pauses[first_pause] = nil
    first_pause = first_pause + 1
    return pause
  end
end

function response(status, headers, body)
  if delay then
    last_pause = last_pause + 1
    pauses[last_pause] = 1000 * (tonumber(headers["retry-after"]) or 0)
  end
  if status == 201 then
    taken = taken + 1
    codes:write(match(body, '"code": ?"(%w+)"'), "\n")
    if books then taken_in(tonumber(match(body, '"slot": ?{"id": ?(%d+)'))) end
  elseif status < 400 then
    fine = fine + 1
  else
    local code = match(body, '"code": ?"([%w_]+)"') or tostring(status)
    refused[code] = (refused[code] or 0) + 1
    if books then refused_for_a_slot(code == "slot_full") end
  end
end

function done(summary, latency, _)
  local all = { taken = 0, fine = 0, refused = {}, ran_out = false }
  for _, thread in ipairs(threads) do
    all.taken = all.taken + thread:get("taken")
    all.fine = all.fine + thread:get("fine")
    all.ran_out = all.ran_out or thread:get("ran_out")
    for code, times in pairs(thread:get("refused")) do
      all.refused[code] = (all.refused[code] or 0) + times
    end
  end
  local by_code = {}
  for code, times in pairs(all.refused) do
    table.insert(by_code, string.format('"%s": %d', code, times))
  end
  local errors = summary.errors
  print(string.format(
    'RUSH {"seconds": %.6f, "taken": %d, "fine": %d, "refused": {%s}, "broken": %d, '
      .. '"p50_ms": %.3f, "p99_ms": %.3f, "ran_out": %s}',
    summary.duration / 1e6, all.taken, all.fine, table.concat(by_code, ", "),
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, tostring(all.ran_out)
  ))
end

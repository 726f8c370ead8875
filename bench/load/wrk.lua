-- Sends prepared requests in their order, over and over, each with ids of its own.
-- wrk ... -s wrk.lua URL -- REQUESTS PLACE RUN
local heads, bodies, count = {}, {}, 0
local place, run
local threads = {}
issued = 0

local escapes = { n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

local function read_text(text)
  return (text:sub(2, -2):gsub("\\(.)", escapes))
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  place, run = args[2], args[3]
  for line in io.lines(args[1]) do
    local head, body = line:match("^(.-)\t(.*)$")
    count = count + 1
    heads[count] = read_text(head) .. "\r\n\r\n"
    bodies[count] = read_text(body)
  end
end

function request()
  local around, index = math.floor(issued / count), issued % count + 1
  issued = issued + 1
  return heads[index] .. bodies[index]:gsub(place, run .. string.format("%06d", around))
end

function done(summary, latency, _)
  local sent = 0
  for _, thread in ipairs(threads) do
    sent = sent + thread:get("issued")
  end
  local errors = summary.errors
  io.write(string.format(
    '{"issued":%d,"answered":%d,"refused":%d,"seconds":%.6f,"p50_ms":%.4f,"p99_ms":%.4f}\n',
    sent, summary.requests, errors.status, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

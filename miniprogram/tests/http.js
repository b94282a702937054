// Requests over real HTTP. Tests run in a browser's surroundings, which have no fetch of node's.

const http = require("http");

/** { status, text } of a request. how: { method, headers, body }. */
function send(url, { method = "GET", headers = {}, body, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const all = { ...headers };
    if (body !== undefined) all["Content-Length"] = Buffer.byteLength(body);
    const request = http.request(url, { method, headers: all, timeout, agent: false }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    request.on("timeout", () => request.destroy(new Error("timeout")));
    request.on("error", reject);
    request.end(body);
  });
}

/** JSON there and back. Fails for anything but a 2xx. */
async function sendJson(url, document, headers = {}) {
  const answer = await send(url, {
    method: document === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: document === undefined ? undefined : JSON.stringify(document),
  });
  if (answer.status >= 300) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  return answer.text ? JSON.parse(answer.text) : null;
}

module.exports = { send, sendJson };

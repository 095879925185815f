import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { AskError, Client } from "../src/client.js";

const REPLY = { status: "answered", answers: [] };
/** @type {{method?: string | undefined, url?: string | undefined, headers: import("node:http").IncomingHttpHeaders, body: string}[]} */
const seen = [];
/** @type {[number, Record<string, string>, string]} */
let next = [200, {}, "{}"];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  seen.push({ method: request.method, url: request.url, headers: request.headers, body });
  response.writeHead(next[0], next[1]).end(next[2]);
});
let address = "";

before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  address = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
});
after(() => server.close());

test("a question is a POST with the key, below whatever path the server has", async () => {
  next = [200, {}, JSON.stringify(REPLY)];
  assert.deepEqual(await new Client(`${address}/qa/`, "pk").ask({ question: "Who?" }), REPLY);
  const { method, url, headers, body } = /** @type {typeof seen[number]} */ (seen.at(-1));
  assert.deepEqual([method, url, headers.authorization], ["POST", "/qa/ask", "Bearer pk"]);
  assert.deepEqual(JSON.parse(body), { question: "Who?" });
  assert.equal(headers.cookie, undefined);
});

test("every failure has a name, and says how long to wait", async () => {
  /** @type {[number, Record<string, string>, string, string, number | undefined][]} */
  const failures = [
    [429, { "Retry-After": "7" }, "", "limited", 7], [503, { "Retry-After": "0.01" }, "", "busy", 0.01], [503, { "Retry-After": "60" }, "", "busy", 60], [401, {}, "", "refused", undefined],
    [403, {}, "", "refused", undefined], [422, {}, "", "invalid", undefined], [500, {}, "", "broken", undefined],
    [200, {}, "<html>", "broken", undefined], [200, {}, "null", "broken", undefined], [200, {}, "[]", "broken", undefined],
  ];
  for (const [status, headers, body, code, seconds] of failures) {
    next = [status, headers, body];
    await assert.rejects(new Client(address).ask({ question: "Who?" }), (error) => {
      assert.ok(error instanceof AskError);
      assert.deepEqual([error.code, error.seconds], [code, seconds], String(status));
      return true;
    });
  }
});

test("a server that cannot be reached is offline, a question that was given up is not a failure", async () => {
  await assert.rejects(new Client("http://127.0.0.1:1").ask({ question: "Who?" }), { code: "offline" });
  await assert.rejects(new Client(address).ask({ question: "Who?" }, AbortSignal.abort()), { name: "AbortError" });
});

test("a server that does not say what it offers offers nothing", async () => {
  next = [404, {}, "{}"];
  assert.deepEqual(await new Client(address).offers({ url: "https://a.example/?b=c", article: undefined }), {});
  assert.equal(seen.at(-1)?.url, "/widget.json?url=https%3A%2F%2Fa.example%2F%3Fb%3Dc");
  next = [200, {}, "null"];
  assert.deepEqual(await new Client(address).offers({}), {});
});

test("what a server offers is asked for by the story's id or address", async () => {
  const offered = { questions: ["Who is the mayor?"], feedback: true };
  next = [200, {}, JSON.stringify(offered)];
  assert.deepEqual(await new Client(address, "pk").offers({ url: undefined, article: "a/b c" }), offered);
  const { method, url, headers } = /** @type {typeof seen[number]} */ (seen.at(-1));
  assert.deepEqual([method, url, headers.authorization], ["GET", "/widget.json?article=a%2Fb+c", "Bearer pk"]);
});

test("an opinion is a POST with the key, and one that is not taken is a failure", async () => {
  next = [200, {}, "{}"];
  const said = { answer_id: "id1", verdict: /** @type {const} */ ("wrong") };
  await new Client(address, "pk").feedback(said);
  const { method, url, headers, body } = /** @type {typeof seen[number]} */ (seen.at(-1));
  assert.deepEqual([method, url, headers.authorization], ["POST", "/feedback", "Bearer pk"]);
  assert.deepEqual(JSON.parse(body), said);
  next = [404, {}, "{}"];
  await assert.rejects(new Client(address).feedback(said), { code: "broken" });
});

test("a server that is too busy is asked again, a few times, and whoever waits is told once more each time", async () => {
  const asked = seen.length;
  let told = 0;
  const late = () => {
    told += 1;
    if (told === 2) next = [200, {}, JSON.stringify(REPLY)];
  };
  next = [503, { "Retry-After": "0.01" }, ""];
  assert.deepEqual(await new Client(address).ask({ question: "Who?" }, undefined, late), REPLY);
  assert.deepEqual([seen.length - asked, told], [3, 2]);
  next = [503, { "Retry-After": "0.01" }, ""];
  await assert.rejects(new Client(address).ask({ question: "Who?" }));
  assert.equal(seen.length - asked, 3 + 4);
});

test("who is told to wait long, or too many questions are his own, is not kept waiting", async () => {
  const asked = seen.length;
  for (const [status, seconds] of [[503, "11"], [429, "0.01"]]) {
    next = [Number(status), { "Retry-After": String(seconds) }, ""];
    await assert.rejects(new Client(address).ask({ question: "Who?" }));
  }
  assert.equal(seen.length - asked, 2);
});

test("a question that is given up while it waits is not asked again", async () => {
  const asked = seen.length;
  const stop = new AbortController();
  next = [503, { "Retry-After": "5" }, ""];
  const given = () => void setTimeout(() => stop.abort(), 10);
  const began = performance.now();
  await assert.rejects(new Client(address).ask({ question: "Who?" }, stop.signal, given));
  assert.ok(performance.now() - began < 3_000);
  assert.equal(seen.length - asked, 1);
});

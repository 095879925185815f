import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

import { list, name, safeUrl, string } from "../src/safe.js";

test("only whole web addresses are links", () => {
  assert.equal(safeUrl("https://news.example/a?b#:~:text=c%2Cd"), "https://news.example/a?b#:~:text=c%2Cd");
  assert.equal(safeUrl("http://news.example"), "http://news.example/");
  const others = [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", "\u0001javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
    "vbscript:x", "blob:https://a.example/1", "file:///etc/passwd", "//a.example", "/a", "a", "", "https://",
    "https://good.example@evil.example/", "https://a:b@c.example/", null, undefined, 5, {}, ["https://a.example"],
  ];
  for (const other of others) assert.equal(safeUrl(other), null, String(other));
});

test("what is not text shows as nothing, what is not a list has nothing in it", () => {
  assert.deepEqual([string("a"), string(5), string(null), string({}), string(["a"])], ["a", "5", "", "", ""]);
  assert.deepEqual(list([{}, null, 5, "a", [1]]), [{}, [1]]);
  assert.deepEqual([list({ a: 1 }), list("a"), list(undefined)], [[{ a: 1 }], [], []]);
});

test("no source parses markup, evaluates text, or writes styles into elements", async () => {
  const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|\beval\b|new Function|srcdoc|\.style\b|document\.cookie|postMessage|onmessage|"message"/;
  const folder = new URL("../src/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  assert.ok(names.length >= 6);
  for (const name of names) assert.doesNotMatch(await readFile(new URL(name, folder), "utf8"), forbidden, name);
});

test("a name that is longer than anybody's is cut between characters", () => {
  assert.equal(name("Town opens bridge"), "Town opens bridge");
  assert.equal(name("🌉".repeat(10_000)), `${"🌉".repeat(300)}…`);
  assert.equal(name({}), "");
});

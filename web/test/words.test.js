import assert from "node:assert/strict";
import { test } from "node:test";

import { certainty, direction, ENGLISH, fill, isThere, lasting, wordsFor, written } from "../src/words.js";

test("every language says everything, with the same places to fill", () => {
  for (const lang of ["de", "fr", "es", "ar"]) {
    const words = /** @type {Record<string, string>} */ (wordsFor(lang));
    for (const [name, english] of Object.entries(ENGLISH)) {
      assert.ok(words[name], `${lang}: ${name}`);
      assert.deepEqual(words[name].match(/\{\w+\}/g), english.match(/\{\w+\}/g), `${lang}: ${name}`);
    }
    assert.notEqual(words.ask, ENGLISH.ask);
  }
});

test("a language that is not there is English, and a newsroom's own words come first", () => {
  assert.deepEqual(wordsFor("xx"), ENGLISH);
  for (const odd of ["", "constructor", "__proto__", "-"]) assert.equal(isThere(odd), false);
  assert.equal(wordsFor("de-AT").ask, "Fragen");
  assert.equal(wordsFor("de", { ask: "Los" }).ask, "Los");
});

test("Arabic, Hebrew, Persian and Urdu run from right to left", () => {
  assert.deepEqual(["ar-EG", "he", "fa", "UR", "en", "arn"].map(direction), ["rtl", "rtl", "rtl", "rtl", "ltr", "ltr"]);
});

test("what is filled in is never read as a template", () => {
  assert.equal(fill("Understood as: {text}", "$& {n} {text}"), "Understood as: $& {n} {text}");
});

test("certainty is a word and a number, and never a hundred", () => {
  assert.deepEqual(certainty("answered", 1, ENGLISH), ["Very likely", "99 % sure"]);
  assert.deepEqual(certainty("answered", 0.9, ENGLISH), ["Likely", "90 % sure"]);
  assert.deepEqual(certainty("uncertain", 0.97, ENGLISH), ["Perhaps", "97 % sure"]);
  assert.deepEqual(certainty("answered", NaN, ENGLISH), ["Likely", ""]);
});

test("a day is written as its language does, whatever the reader's own zone", () => {
  assert.equal(written("2024-05-03", "en-GB"), "3 May 2024");
  assert.equal(written("2024-05-03T23:59:00-11:00", "de"), "3. Mai 2024");
  for (const none of [null, undefined, 5, "", "yesterday", "2024-13-40", "<b>"]) assert.equal(written(none, "en"), "");
  assert.equal(written("2024-05-03", "no language"), "2024-05-03");
});

test("a time to wait is in whole units of a size that says something", () => {
  const said = [0, 1, 1.2, 90, 91, 5400, 5401, 36_000].map((seconds) => lasting(seconds, "en"));
  assert.deepEqual(said, [
    "1 second", "1 second", "2 seconds", "90 seconds", "2 minutes", "90 minutes", "2 hours", "10 hours",
  ]);
  assert.deepEqual([lasting(1, "de"), lasting(120, "fr"), lasting(7, "no language")], ["1 Sekunde", "2 minutes", "7 s"]);
});

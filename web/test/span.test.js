import assert from "node:assert/strict";
import { test } from "node:test";

import { around, locate, segments, skeleton } from "../src/span.js";

test("a quote is cut out by code points, whatever stands before it", () => {
  const sentence = "It cost 🌉🌉 1.2 million.";
  assert.deepEqual(around({ sentence, sentence_start: 50, start: 61, end: 72 }), ["It cost 🌉🌉 ", "1.2 million", "."]);
});

test("offsets that do not fit mark the whole sentence", () => {
  for (const [start, end] of [[0, 5], [10, 10], [12, 11], [10, 99], [NaN, 11]]) {
    const cited = { sentence: "Four.", sentence_start: 10, start: start ?? 0, end: end ?? 0 };
    assert.deepEqual(around(cited), ["", "Four.", ""]);
  }
});

test("white space, soft hyphens and the kind of quotation marks make no difference", () => {
  assert.equal(skeleton("“A\u00a0bar\u00adgain”,\n she – said"), skeleton('"Abargain", she - said'));
});

/** @param {string[]} texts @param {ReturnType<typeof locate>} place */
function cut(texts, place) {
  assert.ok(place);
  const [first, from] = place.from;
  const [last, to] = place.to;
  const joined = texts.slice(first, last + 1).join("");
  return joined.slice(from, joined.length - (texts[last] ?? "").length + to);
}

test("words are found across text nodes, in their own sentence", () => {
  const texts = ["Ana Ortiz left.", "\n  ", "The mayor, ", "Ana ", "Or\u00adtiz", ", 47, said", " so."];
  assert.equal(cut(texts, locate(texts, "The mayor, ", "Ana Ortiz", ", 47, said so.")), "Ana Or\u00adtiz");
  assert.equal(cut(texts, locate(texts, "", "Ana Ortiz", " left.")), "Ana Ortiz");
});

test("words at the very edges of the page are found", () => {
  assert.deepEqual(locate(["", "All", "of it"], "", "All of it", ""), { from: [1, 0], to: [2, 5] });
});

test("words that are not there, or are none, are not found", () => {
  assert.equal(locate(["Ana Ortiz left."], "", "Ana Ortiz", " stayed."), null);
  assert.equal(locate(["Ana"], "A", " \u00ad", "na"), null);
  assert.equal(locate([], "", "Ana", ""), null);
});

test("marks cut a paragraph into pieces, and of two that overlap the later one is seen", () => {
  assert.deepEqual(segments(10, 30, [[5, 25, "sentence"], [12, 15, "quote"], [40, 50, "quote"]]), [
    [10, 12, "sentence"], [12, 15, "quote"], [15, 25, "sentence"], [25, 30, ""],
  ]);
  assert.deepEqual(segments(0, 4, []), [[0, 4, ""]]);
});

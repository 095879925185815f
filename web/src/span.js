/** Offsets. The server counts code points, JavaScript UTF-16 units; and a host page has white space of its own. */

/**
 * A citation's sentence in three: before the quote, the quote, after it. The whole sentence is the quote if the
 * offsets do not fit.
 *
 * @param {{sentence: string, sentence_start: number, start: number, end: number}} citation
 * @returns {[string, string, string]}
 */
export function around({ sentence, sentence_start, start, end }) {
  const points = Array.from(sentence);
  const [from, to] = [start - sentence_start, end - sentence_start];
  if (!(from >= 0 && from < to && to <= points.length)) return ["", sentence, ""];
  return [points.slice(0, from).join(""), points.slice(from, to).join(""), points.slice(to).join("")];
}

/**
 * A stretch of text in pieces of one kind each: where marks overlap, the later one is seen.
 *
 * @param {number} start
 * @param {number} end
 * @param {readonly [number, number, string][]} marks half-open, with their kinds
 * @returns {[number, number, string][]} pieces in order; the kind is "" outside all marks
 */
export function segments(start, end, marks) {
  const inside = marks.map(([from, to, kind]) => /** @type {const} */ ([Math.max(from, start), Math.min(to, end), kind]));
  const kept = inside.filter(([from, to]) => from < to);
  const cuts = [...new Set([start, end, ...kept.flatMap(([from, to]) => [from, to])])].sort((a, b) => a - b);
  return cuts.slice(1).map((to, index) => {
    const from = cuts[index] ?? start;
    return [from, to, kept.filter((mark) => mark[0] <= from && to <= mark[1]).at(-1)?.[2] ?? ""];
  });
}

const IGNORED = /[\s\u00ad\u200b-\u200f\u2060\ufeff]/u;
/** @type {Record<string, string>} */
const SAME = { "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-" };

/**
 * What two renderings of the same words have in common: no white space, no soft hyphens, plain quotation marks.
 *
 * @param {string} text
 * @returns {string}
 */
export function skeleton(text) {
  let bare = "";
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    if (!IGNORED.test(unit)) bare += SAME[unit] ?? unit;
  }
  return bare;
}

/**
 * Where the words stand in a page's text nodes.
 *
 * @param {readonly string[]} texts the text nodes, in the order of the page
 * @param {string} before the sentence up to the words
 * @param {string} words
 * @param {string} after the rest of the sentence
 * @returns {{from: [number, number], to: [number, number]} | null} number of the text and half-open UTF-16 offset in it
 */
export function locate(texts, before, words, after) {
  const [lead, middle] = [skeleton(before), skeleton(words)];
  if (!middle) return null;
  const bare = texts.map(skeleton);
  const at = bare.join("").indexOf(lead + middle + skeleton(after));
  if (at < 0) return null;
  const from = position(texts, bare, at + lead.length);
  const [node, offset] = position(texts, bare, at + lead.length + middle.length - 1);
  return { from, to: [node, offset + 1] };
}

/**
 * @param {readonly string[]} texts
 * @param {readonly string[]} bare their skeletons
 * @param {number} index in the skeletons joined
 * @returns {[number, number]}
 */
function position(texts, bare, index) {
  let node = 0;
  while (index >= (bare[node] ?? "").length) index -= (bare[node++] ?? "").length;
  const text = texts[node] ?? "";
  let offset = 0;
  for (; ; offset++) {
    if (IGNORED.test(text.charAt(offset))) continue;
    if (index-- === 0) return [node, offset];
  }
}

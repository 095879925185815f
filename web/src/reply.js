/** A reply as nodes. Whatever the reply holds, it becomes text, or a link that `safeUrl` lets through. */

/** @import { Answer, Citation, Moment, Near, Reply } from "./contract.js" */
/** @import { Words } from "./words.js" */

import { h, list, name, outside, safeUrl, string } from "./safe.js";
import { around } from "./span.js";
import { certainty, fill, written } from "./words.js";

/**
 * What the nodes need of the element that they stand in.
 *
 * @typedef {object} Around
 * @property {Words} words
 * @property {string} lang for dates
 * @property {(cited: Citation | Near) => boolean} here whether it is of the article on this page
 * @property {(event: Event, cited: Citation | Near) => void} cite a link was followed
 * @property {((reply: Reply) => void) | null} widen asks the question of all articles; null where that is no use
 * @property {((reply: Reply, verdict: "right" | "wrong") => void) | null} rate null where the server takes none
 */

/**
 * @param {Reply} reply
 * @param {Around} page
 * @returns {HTMLElement}
 */
export function renderReply(reply, page) {
  const { words } = page;
  const answers = list(reply.answers).filter((answer) => list(answer.citations).length);
  const asked = string(reply.question);
  const understood = string(reply.understood_as);
  const heard = understood && understood !== asked.normalize() && split(words.understood, understood);
  const body = answers.length && reply.status !== "no_answer"
    ? found(reply, answers, page)
    : nothing(reply, page);
  const part = reply.status === "uncertain" ? "perhaps" : answers.length ? "answered" : "none";
  return h(
    "div",
    { class: `reply ${part}`, part: `reply ${part}` },
    heard && h("p", { class: "quiet", part: "understood" }, ...heard),
    ...body,
    ...moments(list(reply.timeline), page),
    ...listed("newer", list(reply.newer), page),
    page.rate && opinion(reply, page),
  );
}

/**
 * @param {Reply} reply
 * @param {Answer[]} answers
 * @param {Around} page
 * @returns {(HTMLElement | false)[]}
 */
function found(reply, answers, page) {
  const [first, ...others] = answers;
  const unsure = reply.status === "uncertain";
  const rest = others.map((answer) => h("li", {}, ...one(answer, unsure, page)));
  const more = h("ol", { class: "others" }, ...rest);
  return [
    unsure && h("p", { class: "quiet" }, page.words.notsure),
    ...(first ? one(first, unsure, page) : []),
    rest.length > 0 &&
      (unsure ? more : h("details", { part: "others" }, h("summary", {}, page.words.others), more)),
  ];
}

/**
 * An answer: how sure, its words, their sentence, where that stands.
 *
 * @param {Answer} answer
 * @param {boolean} unsure
 * @param {Around} page
 * @returns {HTMLElement[]}
 */
function one(answer, unsure, page) {
  const { words } = page;
  const citations = /** @type {Citation[]} */ (list(answer.citations));
  const [cited, ...elsewhere] = citations;
  if (!cited) return [];
  const [level, percent] = certainty(unsure ? "uncertain" : "answered", answer.confidence, words);
  const articles = answer.corroboration?.articles;
  const sure = h(
    "p",
    { class: "certainty", part: "certainty" },
    h("strong", {}, level),
    h("span", {}, [percent, Number(articles) > 1 && fill(words.stands, Number(articles))].filter(Boolean).join(" · ")),
  );
  const [before, quote, after] = around(cited);
  const whole = !(before.trim() || after.trim());
  const speaker = string(cited.attribution?.speaker);
  const nodes = [
    sure,
    !whole && h("p", { class: "answer", part: "answer" }, outside(answer.text)),
    h(
      "blockquote",
      { part: "sentence", dir: "auto", cite: cited.url },
      before,
      h("mark", { part: "mark" }, quote),
      after,
    ),
    speaker && h("p", { class: "quiet", part: "attribution" }, ...split(words.said, speaker)),
    ...source(cited, page, true),
    elsewhere.length > 0 &&
      h(
        "div",
        { class: "also" },
        h("p", { class: "quiet" }, words.also),
        h("ul", {}, ...elsewhere.map((other) => h("li", {}, ...source(other, page, false)))),
      ),
  ];
  return /** @type {HTMLElement[]} */ (nodes.filter(Boolean));
}

/**
 * Headline, source, date; the correction; and the link to the words.
 *
 * @param {Citation | Near} cited
 * @param {Around} page
 * @param {boolean} button whether the link has a line of its own, else it is the headline
 * @returns {(HTMLElement | false)[]}
 */
function source(cited, page, button) {
  const { words, lang } = page;
  const here = page.here(cited);
  const address = safeUrl(cited.deep_link) ?? safeUrl(cited.url);
  const day = written(cited.published, lang);
  const updated = "updated" in cited && written(cited.updated, lang);
  const paragraph = Number(cited.paragraph) > 0 ? fill(words.paragraph, Number(cited.paragraph)) : "";
  const label = here ? words.show : words.open;
  /** @param {...(Node | string)} children */
  const link = (...children) =>
    here && !address
      ? h("button", { type: "button", part: "link", click: (event) => page.cite(event, cited) }, ...children)
      : h(
          "a",
          {
            part: "link", href: address, rel: "noopener", target: here ? null : "_blank",
            click: (event) => page.cite(event, cited),
          },
          ...children,
        );
  const open = Boolean(address) || here;
  const headline = h("cite", { dir: "auto" }, name(cited.headline));
  const facts = [cited.source, day, updated && updated !== day && fill(words.updated, updated), paragraph].filter(Boolean);
  const last = facts.length - 1;
  return [
    h(
      "p",
      { class: "source", part: "source" },
      open && !button ? link(headline) : headline,
      facts.length > 0 && "\u00a0· ", // with what stands before it: no line begins with a point
      ...facts.flatMap((fact, at) => [h("span", { class: "fact" }, outside(name(fact)), at < last && "\u00a0·"), " "]),
    ),
    note(words.correction, cited.correction),
    open && button && h("p", {}, link(label, h("span", { class: "unseen" }, ": ", name(cited.headline)))),
  ];
}

/**
 * @param {string} label
 * @param {unknown} text
 */
function note(label, text) {
  return (
    typeof text === "string" &&
    text !== "" &&
    h("p", { class: "correction", part: "correction" }, h("strong", {}, label, ": "), outside(text))
  );
}

/**
 * @param {Reply} reply
 * @param {Around} page
 */
function nothing(reply, page) {
  const { words } = page;
  const reason = string(reply.reason);
  const chosen = `${reason}_chosen`; // true of what the question was kept to alone
  const kept = Array.isArray(reply.limits) && reply.limits.length > 0;
  const said = kept && Object.hasOwn(words, chosen) ? chosen : reason;
  const known = Object.hasOwn(words, said) ? words[/** @type {keyof Words} */ (said)] : "";
  const widen = page.widen;
  return [
    h("p", { class: "certainty", part: "certainty" }, h("strong", {}, words.none), " ", known),
    ...listed("nearest", list(reply.nearest), page),
    widen !== null && h("p", {}, h("button", { type: "button", part: "widen", click: () => widen(reply) }, words.widen)),
  ];
}

/**
 * Articles by name under a heading: the nearest passages, or newer coverage.
 *
 * @param {"nearest" | "newer"} kind
 * @param {Near[]} items
 * @param {Around} page
 */
function listed(kind, items, page) {
  if (!items.length) return [];
  const entries = items.map((item) =>
    h(
      "li",
      {},
      item.sentence ? h("blockquote", { dir: "auto", cite: item.url }, string(item.sentence)) : null,
      ...source(item, page, false),
    ),
  );
  return [h("div", { class: kind, part: kind }, h("p", {}, page.words[kind]), h("ul", {}, ...entries))];
}

/**
 * @param {Moment[]} items
 * @param {Around} page
 */
function moments(items, page) {
  if (!items.length) return [];
  const entries = items.map((item) => {
    const cited = item.citation;
    const day = written(item.published ?? cited?.published, page.lang);
    return h(
      "li",
      {},
      h("span", { class: "quiet" }, day), " ",
      h("span", {}, h("strong", {}, outside(item.value)), item.current ? ` (${page.words.current})` : ""),
      cited ? h("div", {}, ...source(cited, page, false)) : null,
    );
  });
  return [h("div", { class: "timeline", part: "timeline" }, h("p", {}, page.words.timeline), h("ol", {}, ...entries))];
}

/**
 * @param {Reply} reply
 * @param {Around} page
 */
function opinion(reply, page) {
  const { words } = page;
  /** @param {"right" | "wrong"} verdict @param {string} label */
  const button = (verdict, label) =>
    h("button", { type: "button", part: "verdict", click: () => {
      page.rate?.(reply, verdict);
      made.replaceChildren(words.thanks);
      made.focus();
    } }, label);
  const made = h(
    "p",
    { class: "quiet opinion", part: "feedback", tabindex: "-1" },
    list(reply.answers).length ? words.helpful : words.helpful_none, " ", button("right", words.yes), " ", button("wrong", words.no),
  );
  return made;
}

/**
 * A template with the text in its own direction at its place.
 *
 * @param {string} template
 * @param {string} text
 */
function split(template, text) {
  const [before, after] = template.split("{text}");
  return [before ?? "", outside(text), after ?? ""];
}

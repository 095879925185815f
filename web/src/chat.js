/**
 * The page at /: <pullquote-ask> as a chat of its own, with the cited article beside it. The conversation is kept in this
 * browser alone; a link to a question holds it behind the "#", which browsers send to no server.
 */

/** @import { Citation, Near, Turn } from "./contract.js" */
/** @import { PullquoteAsk } from "./widget.js" */

import "./widget.js";
import { AskError, Client } from "./client.js";
import { h, list, outside, string } from "./safe.js";
import { segments } from "./span.js";
import { written } from "./words.js";

const KEPT = "pullquote.conversation";
const MAX_KEPT = 50;
const SCOPE = ["sources", "from", "to"];
const WIDE = matchMedia("(min-width: 60rem)");

/** @template {Element} E @param {string} selector @returns {E} */
const one = (selector) => /** @type {E} */ (document.querySelector(selector));

const ask = /** @type {PullquoteAsk} */ (one("pullquote-ask"));
const pane = /** @type {HTMLElement} */ (one("#article"));
const scope = /** @type {HTMLFormElement} */ (one("#scope"));
const done = one("#done");
const client = new Client(new URL(".", import.meta.url).href, ask.getAttribute("key") ?? "");

/** @param {string} name */
const input = (name) => /** @type {HTMLInputElement} */ (scope.elements.namedItem(name));

/** @typedef {{id: string, headline: string, source: string | null, author: string | null, published: string | null,
 *   url: string | null, text: string, sha256: string, correction?: string | null,
 *   paragraphs: {number: number, start: number, end: number}[]}} Article */

/** Keep the newest turns, where the browser lets us. @param {readonly Turn[]} turns */
function keep(turns) {
  try {
    if (turns.length) localStorage.setItem(KEPT, JSON.stringify(turns.slice(-MAX_KEPT)));
    else localStorage.removeItem(KEPT);
  } catch {
    // no storage, or a full one: the conversation lasts as long as the page
  }
}

/** @returns {unknown} the turns that were kept */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

/** A link that asks this question again, in this scope. @param {string} question */
function linkTo(question) {
  const about = new URLSearchParams({ q: question });
  for (const name of SCOPE) if (ask.getAttribute(name)) about.set(name, ask.getAttribute(name) ?? "");
  return new URL(`#${about}`, location.href).href;
}

/** Take scope and question from the address. */
function fromAddress() {
  const about = new URLSearchParams(location.hash.slice(1));
  if (!about.size) return;
  for (const name of SCOPE) input(name).value = about.get(name) ?? "";
  takeScope();
  const question = about.get("q") ?? "";
  if (question && question !== ask.turns.at(-1)?.question) void ask.ask(question);
}

function takeScope() {
  for (const name of SCOPE) {
    const { value } = input(name);
    if (value.trim()) ask.setAttribute(name, value);
    else ask.removeAttribute(name);
  }
}

/** Every place of the article that the same reply cites. @param {Citation | Near} cited */
function citedWith(cited) {
  for (const { reply } of ask.turns) {
    const all = [...list(reply.answers).flatMap((answer) => list(answer.citations)), ...list(reply.nearest)];
    if (all.includes(cited)) return all.filter((other) => other.article_id === cited.article_id);
  }
  return [cited];
}

/**
 * Show the article with the evidence marked; where it may not be read, the sentence alone.
 *
 * @param {Citation | Near} cited
 * @param {boolean} go whether the reader asked for it, and is taken there
 */
async function show(cited, go) {
  /** @type {Article | null} */
  let article = null;
  let missing = "";
  try {
    article = await client.article(cited.article_id);
  } catch (error) {
    const refused = error instanceof AskError && error.code === "refused";
    missing = refused ? "" : "The article cannot be shown now.";
  }
  const sentence = string("sentence" in cited ? cited.sentence : "");
  const about = /** @type {Record<string, unknown>} */ (article ?? cited);
  const author = "author" in about ? string(about.author) : "";
  const close = () => {
    pane.hidden = true;
    ask.focus();
  };
  pane.replaceChildren(
    h("p", { class: "bar" },
      h("button", { type: "button", click: close }, "Close the article"),
      cited.deep_link || cited.url ? h("a", { href: cited.deep_link || cited.url, rel: "noopener", target: "_blank" }, "Open the story") : null),
    h("h2", { dir: "auto" }, string(about.headline)),
    h("p", { class: "about" },
      ...[about.source, author, written(about.published, document.documentElement.lang)].filter(Boolean)
        .flatMap((fact, at) => [at ? " · " : "", outside(fact)])),
    article?.correction ? h("p", {}, h("strong", {}, "Correction: "), outside(article.correction)) : "",
    missing ? h("p", {}, missing) : "",
    ...(article ? paragraphs(article, citedWith(cited)) : [h("p", { dir: "auto" }, h("mark", {}, sentence))]),
  );
  pane.hidden = false;
  const mark = pane.querySelector("mark.quote, mark");
  if (go) pane.focus({ preventScroll: Boolean(mark) && WIDE.matches });
  mark?.scrollIntoView({ block: go || WIDE.matches ? "center" : "nearest", behavior: "instant" });
}

/**
 * @param {Article} article
 * @param {(Citation | Near)[]} evidence
 */
function paragraphs(article, evidence) {
  const points = Array.from(article.text);
  /** @type {[number, number, string][]} */
  const marks = [];
  for (const item of evidence) {
    if ("article_sha256" in item && item.article_sha256 !== article.sha256) continue; // it has changed since
    const [from, to] = "sentence_start" in item ? [item.sentence_start, item.sentence_end] : [item.start, item.end];
    marks.push([Number(from), Number(to), "sentence"]);
    if ("quote" in item) marks.push([item.start, item.end, "quote"]);
  }
  const changed = evidence.length > 0 && marks.length === 0;
  return [
    changed ? h("p", {}, h("strong", {}, "This article has changed since the answer.")) : "",
    ...article.paragraphs.map(({ start, end }) =>
      h("p", { class: "paragraph", dir: "auto" },
        ...segments(start, end, marks).map(([from, to, kind]) => {
          const text = points.slice(from, to).join("");
          return kind ? h("mark", { class: kind }, text) : text;
        })),
    ),
  ];
}

async function listSources() {
  try {
    const names = new Set((await client.articles()).map(({ source }) => string(source)).filter(Boolean));
    one("#known").replaceChildren(...[...names].sort().map((name) => h("option", { value: name })));
  } catch {
    // a key that may only ask: names are typed
  }
}

ask.beside = true;
ask.words = { show: "Show it in the article" };
ask.restore(kept());
document.addEventListener("pullquote-reply", (event) => {
  keep(ask.turns);
  const { question, reply } = /** @type {CustomEvent<Turn>} */ (event).detail;
  history.replaceState(null, "", linkTo(question));
  const first = list(list(reply.answers)[0]?.citations)[0];
  if (first && WIDE.matches) void show(first, false);
});
document.addEventListener("pullquote-clear", () => {
  keep([]);
  pane.hidden = true;
  history.replaceState(null, "", location.pathname);
});
document.addEventListener("pullquote-cite", (event) => {
  event.preventDefault();
  void show(/** @type {CustomEvent<Citation | Near>} */ (event).detail, true);
});
scope.addEventListener("change", takeScope);
scope.addEventListener("reset", () => setTimeout(takeScope));
scope.addEventListener("submit", (event) => event.preventDefault());
scope.addEventListener("focusin", () => void listSources(), { once: true });
one("#print").addEventListener("click", () => print());
one("#share").addEventListener("click", async () => {
  const last = ask.turns.at(-1);
  if (!last) return void (done.textContent = "Ask something first.");
  try {
    await navigator.clipboard.writeText(linkTo(last.question));
    done.textContent = "Copied.";
  } catch {
    done.textContent = linkTo(last.question);
  }
});
addEventListener("hashchange", fromAddress);
fromAddress();

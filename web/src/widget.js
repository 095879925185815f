/**
 * <pullquote-ask>: a question field, and answers that are words from articles.
 *
 * Attributes: `article` (an id) or `url` (a story's address) to ask one story, else the library; `sources` (separated
 * by ";"), `from`, `to` (days), `lang`, `theme` (light, dark; else the reader's own), `key` (a public key), `server`
 * (else where this file came from).
 *
 * Events, all bubbling out of the shadow tree: `pullquote-reply` with `{question, reply}`; `pullquote-cite` with the
 * citation of a link that was followed, cancelable; `pullquote-clear` when the reader begins anew.
 */

/** @import { AskBody, Citation, Near, Offers, Reply, Turn } from "./contract.js" */
/** @import { Words } from "./words.js" */

import { AskError, Client } from "./client.js";
import { isThisPage, showWords } from "./page.js";
import { renderReply } from "./reply.js";
import { h, list, outside, string } from "./safe.js";
import { around } from "./span.js";
import css from "./style.css";
import { direction, fill, isThere, lasting, wordsFor } from "./words.js";

const MAX_QUESTION = 1000;
const MAX_ANSWER = 5000;
const TURNS_SENT = 3;
const MAX_SUGGESTIONS = 6;

/** @type {CSSStyleSheet | undefined} */
let sheet;

export class PullquoteAsk extends HTMLElement {
  static observedAttributes = ["article", "url", "lang", "key", "server"];

  /**
   * What a newsroom words itself: some of the words in words.js. Set before the element is in the page.
   *
   * @type {Partial<Words>}
   */
  words = /** @type {{words?: Partial<Words>}} */ (this).words ?? {};
  /** Whether the page shows every article that is cited itself, when it hears `pullquote-cite`. */
  beside = false;
  /** @type {Turn[]} */
  #turns = [];
  /** @type {Promise<void> | null} */
  #meeting = null;
  /** @type {Offers} */
  #offered = {};
  /** @type {AbortController | null} */
  #asking = null;
  #seen = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) void this.#meet();
  }, { rootMargin: "200px" });

  #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  #log = h("div", { class: "log", part: "conversation", role: "log", "aria-live": "polite" });
  #status = h("p", { class: "quiet status", part: "status", role: "status" });
  #suggestions = h("div", { class: "suggestions", part: "suggestions", hidden: true });
  #title = h("p", { class: "title", part: "title", role: "heading", "aria-level": "2", id: "title" });
  #label = h("label", { class: "unseen", for: "question" });
  #field = h("input", {
    id: "question", part: "field", type: "text", maxlength: String(MAX_QUESTION), autocomplete: "off",
    enterkeyhint: "send",
  });
  #button = h("button", { part: "ask", class: "ask", type: "submit" });
  #clear = h("button", { part: "clear", class: "plain", type: "button", hidden: true, click: () => this.#forget() });
  #note = h("p", { class: "quiet note", part: "note" });
  #form = h("form", { part: "form", submit: (event) => this.#submit(event) }, this.#label, this.#field, this.#button);
  #box = h(
    "section",
    { class: "box", part: "box", "aria-labelledby": "title" },
    this.#title, this.#log, this.#status, this.#suggestions, this.#form,
    h("div", { class: "foot" }, this.#note, this.#clear),
  );

  connectedCallback() {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    this.#root.adoptedStyleSheets = [sheet];
    if (!this.#box.isConnected) this.#root.append(this.#box);
    this.#write_labels();
    this.#seen.observe(this);
  }

  disconnectedCallback() {
    this.#seen.disconnect();
    this.#asking?.abort();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (!this.isConnected) return;
    if (name !== "lang") {
      this.#meeting = null;
      this.#seen.disconnect();
      this.#seen.observe(this);
    }
    this.#write_labels();
  }

  /** The conversation so far; to keep, and to give to `restore` later. @returns {readonly Turn[]} */
  get turns() {
    return [...this.#turns];
  }

  /** Show turns that were kept. @param {unknown} turns */
  restore(turns) {
    this.clear();
    for (const { question, reply } of list(turns)) {
      if (typeof question === "string" && reply) this.#answer(this.#begin(question), { question, reply });
    }
  }

  #forget() {
    this.clear();
    this.dispatchEvent(new CustomEvent("pullquote-clear", { bubbles: true, composed: true }));
  }

  /** Forget the conversation. */
  clear() {
    const inside = this.#root.activeElement !== null; // asked before the button that has the focus is hidden
    this.#asking?.abort();
    this.#turns = [];
    this.#log.replaceChildren();
    this.#clear.hidden = true;
    this.#suggestions.hidden = this.#suggestions.childElementCount < 2;
    this.#say("");
    if (inside) this.#field.focus();
  }

  /**
   * Ask. Nothing happens while another question is being answered, or without one.
   *
   * @param {string} question
   * @param {boolean} [everywhere] of all articles, although the component stands under one
   */
  async ask(question, everywhere = false) {
    const text = question.trim().slice(0, MAX_QUESTION);
    if (!text || this.#asking) return;
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const turn = this.#begin(text);
    this.#say(this.#words.reading);
    this.#log.setAttribute("aria-busy", "true");
    this.#button.setAttribute("aria-disabled", "true");
    try {
      const reply = await this.#client.ask(await this.#body(text, everywhere), signal, () => this.#say(this.#words.still));
      this.#answer(turn, { question: text, reply });
      this.#say("");
      this.dispatchEvent(
        new CustomEvent("pullquote-reply", { detail: { question: text, reply }, bubbles: true, composed: true }),
      );
    } catch (error) {
      if (!signal.aborted) this.#fail(turn, text, everywhere, error);
    } finally {
      this.#asking = null;
      this.#log.removeAttribute("aria-busy");
      this.#button.removeAttribute("aria-disabled");
    }
  }

  /** The language of the component's words, with its region. */
  get #lang() {
    const wanted = (this.closest("[lang]")?.getAttribute("lang") || "en").replaceAll("_", "-");
    return isThere(wanted) || Object.keys(this.words).length ? wanted : "en";
  }

  get #words() {
    return wordsFor(this.#lang, this.words);
  }

  get #client() {
    return new Client(this.getAttribute("server") || new URL(".", import.meta.url).href, this.getAttribute("key") ?? "");
  }

  /** What the server offers here, asked for once, when the reader comes near. */
  #meet() {
    return (this.#meeting ??= this.#look());
  }

  async #look() {
    const given = { article: this.getAttribute("article") || undefined, url: this.getAttribute("url") || undefined };
    const offers = (this.#offered = await this.#client.offers(given));
    const questions = (Array.isArray(offers.questions) ? offers.questions : []).map(string).filter(Boolean);
    this.#suggestions.replaceChildren(
      h("p", { class: "quiet" }, this.#words.suggested),
      ...questions.slice(0, MAX_SUGGESTIONS).map((text) =>
        h("button", { type: "button", part: "suggestion", click: () => void this.ask(text) }, outside(text)),
      ),
    );
    this.#suggestions.hidden = !questions.length || this.#log.childElementCount > 0;
    this.#form.hidden = Boolean(given.url && !this.#article(offers));
    if (this.#form.hidden) this.#say(this.#words.unknown);
  }

  /** The id of the one article that is asked, if there is one. @param {Offers} offers */
  #article(offers) {
    return this.getAttribute("article") || string(offers.article);
  }

  /**
   * @param {string} question
   * @param {boolean} everywhere
   * @returns {Promise<AskBody>}
   */
  async #body(question, everywhere) {
    await this.#meet();
    const article = this.#article(this.#offered);
    if (this.getAttribute("url") && !article) throw new AskError("refused");
    /** @type {NonNullable<AskBody["filters"]>} */
    const filters = {};
    if (article && !everywhere) filters.article_ids = [article];
    const sources = (this.getAttribute("sources") ?? "").split(";").map((name) => name.trim()).filter(Boolean);
    if (sources.length) filters.sources = sources;
    const [from, to] = [this.getAttribute("from"), this.getAttribute("to")];
    if (from) filters.published_from = from;
    if (to) filters.published_to = to;
    const history = this.#turns.slice(-TURNS_SENT).map((turn) => ({
      question: turn.question,
      answer: string(turn.reply.answers?.[0]?.text).slice(0, MAX_ANSWER) || null,
    }));
    return { question, filters, history };
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.#asking) return;
    const question = this.#field.value;
    if (question.trim()) this.#field.value = "";
    else this.#field.focus();
    void this.ask(question);
  }

  /** @param {string} question @returns {HTMLElement} where the answer goes */
  #begin(question) {
    const turn = h(
      "article",
      { class: "turn", part: "turn", tabindex: "-1" },
      h("p", { class: "asked", part: "question", role: "heading", "aria-level": "3" }, outside(question)),
    );
    const left = this.#suggestions.contains(this.#root.activeElement);
    this.#log.append(turn);
    this.#suggestions.hidden = true;
    if (left) turn.focus({ preventScroll: true }); // the suggestion that had it is gone
    return turn;
  }

  /** @param {HTMLElement} turn @param {Turn} answered */
  #answer(turn, answered) {
    const scoped = Boolean(this.#article(this.#offered));
    turn.append(
      renderReply(answered.reply, {
        words: this.#words,
        lang: this.#lang,
        here: (cited) => this.#here(cited),
        cite: (event, cited) => this.#cite(event, cited),
        widen: scoped ? () => void this.ask(answered.question, true) : null,
        rate: this.#offered.feedback === true ? (reply, verdict) => this.#rate(reply, verdict) : null,
      }),
    );
    this.#turns.push(answered);
    this.#clear.hidden = false;
    turn.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /** @param {HTMLElement} turn @param {string} question @param {boolean} everywhere @param {unknown} error */
  #fail(turn, question, everywhere, error) {
    const { code, seconds } = error instanceof AskError ? error : new AskError("broken");
    const again = () => {
      turn.remove();
      this.#field.focus();
      void this.ask(question, everywhere);
    };
    this.#say("");
    turn.append(
      h("p", { part: "error" }, fill(this.#words[code], lasting(seconds ?? 1, this.#lang))),
      code !== "refused" && code !== "invalid"
        ? h("p", {}, h("button", { type: "button", part: "again", click: again }, this.#words.again))
        : "",
    );
  }

  /** @param {Reply} reply @param {"right" | "wrong"} verdict */
  #rate(reply, verdict) {
    this.#client.feedback({ answer_id: reply.id, verdict }).catch(() => undefined); // an opinion, not an answer
  }

  /** @param {Citation | Near} cited */
  #here(cited) {
    const article = this.#article(this.#offered);
    return this.beside || (article !== "" && cited.article_id === article) || isThisPage(cited.url);
  }

  /** @param {Event} event @param {Citation | Near} cited */
  #cite(event, cited) {
    const followed = new CustomEvent("pullquote-cite", { detail: cited, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(followed)) {
      event.preventDefault();
      return;
    }
    if (!this.#here(cited) || !("sentence" in cited) || !cited.sentence) return;
    const words = "quote" in cited ? around(cited) : /** @type {[string, string, string]} */ (["", cited.sentence, ""]);
    if (showWords(words)) event.preventDefault();
    else this.#say(this.#words.missing);
  }

  #write_labels() {
    const words = this.#words;
    this.#box.lang = this.#lang;
    this.#box.dir = this.getAttribute("dir") || direction(this.#lang);
    this.#title.textContent = this.getAttribute("article") || this.getAttribute("url") ? words.about : words.library;
    this.#label.textContent = words.question;
    this.#field.placeholder = words.example;
    this.#button.textContent = words.ask;
    this.#clear.textContent = words.clear;
    this.#note.textContent = words.note;
    this.#log.setAttribute("aria-label", words.library);
  }

  /** @param {string} text for eyes and ears, below the conversation */
  #say(text) {
    this.#status.textContent = text;
  }
}

if (!customElements.get("pullquote-ask")) customElements.define("pullquote-ask", PullquoteAsk);

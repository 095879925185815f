/** The calls to a Pullquote server: no cookies, no referrer, bounded in time; every failure is an `AskError`. */

/** @import { AskBody, Offers, Opinion, Reply } from "./contract.js" */

import { list } from "./safe.js";

export const SECONDS = 60;

/** A call that failed: `code` is a name in the words ("offline", "limited", "refused", "invalid", "broken"). */
export class AskError extends Error {
  /**
   * @param {"offline" | "limited" | "refused" | "invalid" | "broken"} code
   * @param {number} [seconds] how long to wait before the next try
   */
  constructor(code, seconds) {
    super(code);
    this.code = code;
    this.seconds = seconds;
  }
}

export class Client {
  /**
   * @param {string} server its address, as https://ask.example; a path in front of the routes is kept
   * @param {string} [key] a public key for pages
   */
  constructor(server, key) {
    this.base = server.replace(/\/+$/, "");
    this.key = key;
  }

  /**
   * @param {AskBody} body
   * @param {AbortSignal} [signal]
   * @returns {Promise<Reply>}
   */
  async ask(body, signal) {
    const reply = await this.#call("/ask", body, signal);
    if (typeof reply?.status !== "string" || !Array.isArray(reply.answers)) throw new AskError("broken");
    return reply;
  }

  /**
   * What the server offers beside answers; nothing if it does not say.
   *
   * @param {{url?: string | undefined, article?: string | undefined}} about
   * @returns {Promise<Offers>}
   */
  async offers(about) {
    const given = Object.entries(about).filter(([, value]) => value);
    const query = new URLSearchParams(/** @type {[string, string][]} */ (given));
    try {
      return (await this.#call(`/widget.json?${query}`)) ?? {};
    } catch {
      return {};
    }
  }

  /** @param {Opinion} body what a reader thinks of a reply */
  async feedback(body) {
    await this.#call("/feedback", body);
  }

  /** @param {string} id @returns {Promise<any>} the article */
  async article(id) {
    return this.#call(`/articles/${encodeURIComponent(id)}`);
  }

  /** @returns {Promise<any[]>} the first thousand articles by name */
  async articles() {
    return list((await this.#call("/articles?limit=1000"))?.articles);
  }

  /**
   * @param {string} path
   * @param {object} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async #call(path, body, signal) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (this.key) headers["Authorization"] = `Bearer ${this.key}`;
    const late = AbortSignal.timeout(SECONDS * 1000);
    let response;
    try {
      response = await fetch(this.base + path, {
        method: body ? "POST" : "GET",
        headers,
        body: body ? JSON.stringify(body) : null,
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: signal ? either(signal, late) : late,
      });
      if (response.ok) return response.status === 204 ? null : await response.json();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new AskError(response ? "broken" : "offline");
    }
    throw failed(response);
  }
}

/**
 * @param {AbortSignal} one
 * @param {AbortSignal} other
 */
function either(one, other) {
  const both = new AbortController();
  for (const signal of [one, other]) {
    if (signal.aborted) both.abort();
    signal.addEventListener("abort", () => both.abort());
  }
  return both.signal;
}

/** @param {Response} response */
function failed({ status, headers }) {
  if (status === 429 || status === 503) return new AskError("limited", Number(headers.get("Retry-After")) || 1);
  if (status === 401 || status === 403) return new AskError("refused");
  return new AskError(status === 422 || status === 413 ? "invalid" : "broken");
}

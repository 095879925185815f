/** The calls to a Pullquote server: no cookies, no referrer, bounded in time; every failure is an `AskError`. */

/** @import { AskBody, Offers, Opinion, Reply } from "./contract.js" */

import { list } from "./safe.js";

export const SECONDS = 60;
/** After so long a reader is told that it takes longer than usual. */
export const LONG_SECONDS = 6;
/** How often a question is put to a server that is too busy for it, each time after twice the wait. */
const TRIES = 4;
/** Whoever is told to wait longer is told so, instead of being kept waiting. */
const MOST_PATIENCE_SECONDS = 10;

/** A call that failed: `code` is a name in the words. */
export class AskError extends Error {
  /**
   * @param {"offline" | "busy" | "limited" | "refused" | "invalid" | "broken"} code
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
   * The reply; a server that is too busy is asked again.
   *
   * @param {AskBody} body
   * @param {AbortSignal} [signal]
   * @param {() => void} [late] called when it takes longer than usual
   * @returns {Promise<Reply>}
   */
  async ask(body, signal, late = () => undefined) {
    const long = setTimeout(late, LONG_SECONDS * 1000);
    try {
      for (let tried = 1; ; tried++) {
        try {
          const reply = await this.#call("/ask", body, signal);
          if (typeof reply?.status !== "string" || !Array.isArray(reply.answers)) throw new AskError("broken");
          return reply;
        } catch (error) {
          const seconds = error instanceof AskError && error.code === "busy" ? (error.seconds ?? 1) : Infinity;
          if (tried === TRIES || seconds > MOST_PATIENCE_SECONDS) throw error;
          late();
          // not all readers at the same moment again
          await pause(seconds * 2 ** (tried - 1) * (0.75 + Math.random() / 2), signal);
        }
      }
    } finally {
      clearTimeout(long);
    }
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

/** @param {number} seconds @param {AbortSignal} [signal] */
function pause(seconds, signal) {
  return new Promise((done, stop) => {
    signal?.throwIfAborted();
    const timer = setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      stop(signal.reason);
    });
  });
}

/** @param {Response} response */
function failed({ status, headers }) {
  if (status === 429 || status === 503) {
    return new AskError(status === 503 ? "busy" : "limited", Number(headers.get("Retry-After")) || 1);
  }
  if (status === 401 || status === 403) return new AskError("refused");
  return new AskError(status === 422 || status === 413 ? "invalid" : "broken");
}

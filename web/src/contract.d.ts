// What the server sends, as far as the component looks at it. Fields with a "?" came later than the others: an older
// server leaves them out, and the component lives without them.

export type Day = string; // 2025-03-05, or with a time: 2025-03-05T07:30:00+00:00

export interface Attribution { speaker: string; said?: string | null; kind?: string | null }

export interface Citation {
  article_id: string; headline: string; source: string | null; author: string | null; published: Day | null;
  url: string | null; deep_link: string | null; paragraph: number; quote: string; start: number; end: number;
  sentence: string; sentence_start: number; sentence_end: number; article_sha256: string;
  updated?: Day | null; status?: string | null; section?: string | null; kind?: string | null;
  correction?: string | null; attribution?: Attribution | null;
}

export interface Answer {
  text: string; confidence: number; citations: Citation[];
  kind?: "span" | "sentence"; corroboration?: { articles?: number; sources?: number } | null;
}

/** An article by name, as `nearest` and `newer` give it, with its best sentence where there is one. */
export interface Near {
  article_id: string; headline: string; source: string | null; published: Day | null; url: string | null;
  sentence?: string | null; paragraph?: number | null; start?: number | null; end?: number | null;
  deep_link?: string | null; correction?: string | null;
}

/** A value that changed from story to story. */
export interface Moment { value: string; published?: Day | null; current?: boolean; citation?: Citation | null }

export interface Reply {
  id: string; status: "answered" | "uncertain" | "no_answer"; reason: string | null; limits?: string[];
  question: string; understood_as: string; answers: Answer[]; nearest: Near[];
  newer?: Near[] | null; timeline?: Moment[] | null;
}

/** The body of POST /ask, as far as the component uses it. */
export interface AskBody {
  question: string;
  filters?: { article_ids?: string[]; sources?: string[]; published_from?: string; published_to?: string };
  history?: { question: string; answer: string | null }[];
}

/** GET /widget.json: what this server offers to whoever holds this key. */
export interface Offers {
  article?: string | null; // for ?url=: the id of the article at this address
  questions?: string[]; // what the article of ?url= or ?article= answers surely now; none yet while that is found out
  feedback?: boolean;
  articles?: boolean; // whether GET /articles/{id} may be read
}

/** The body of POST /feedback, as far as the component uses it. */
export interface Opinion { answer_id: string; verdict: "right" | "wrong" | "incomplete" | "outdated"; note?: string | null }

/** A question that was asked, and what came of it. */
export interface Turn { question: string; reply: Reply }

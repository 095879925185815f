/**
 * The one place where nodes are made and addresses become links. What comes from outside gets into the document as
 * text or as an attribute that cannot act: nothing here, or anywhere else in the component, parses markup.
 */

/**
 * The address if it is one that a link may have, else null: absolute, http or https, no name or password in it.
 *
 * @param {unknown} address
 * @returns {string | null}
 */
export function safeUrl(address) {
  if (typeof address !== "string") return null;
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const web = url.protocol === "https:" || url.protocol === "http:";
  return web && !url.username && !url.password ? url.href : null;
}

/** The attributes that the component sets; no handler in text, no style in text, no address but `href`. */
const ATTRIBUTES = new Set(
  ("class part id dir lang role type name value placeholder maxlength autocomplete enterkeyhint for title " +
    "href target rel cite datetime open disabled hidden tabindex").split(" "),
);

/**
 * A new element. A function among the properties is a listener, `true` an attribute without value, `null` and `false`
 * none at all. Strings among the children become text.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | null | ((event: any) => void)>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
      continue;
    }
    const text = name === "href" || name === "cite" ? safeUrl(value) : value;
    if (text === null || text === false) continue;
    if (!ATTRIBUTES.has(name) && !name.startsWith("aria-")) throw new TypeError(name);
    made.setAttribute(name, text === true ? "" : text);
  }
  made.append(.../** @type {(Node | string)[]} */ (children.filter((child) => child || child === "")));
  return made;
}

/**
 * Text from outside in an element of its own direction, whatever the direction around it.
 *
 * @param {unknown} text
 * @returns {HTMLElement}
 */
export function outside(text) {
  return h("bdi", {}, string(text));
}

const LONGEST_NAME = 300;

/**
 * A headline, a source: what nobody's is longer than is cut, with "…".
 *
 * @param {unknown} text
 */
export function name(text) {
  const points = Array.from(string(text).slice(0, 4 * LONGEST_NAME));
  return points.length > LONGEST_NAME ? `${points.slice(0, LONGEST_NAME).join("")}…` : points.join("");
}

/**
 * @param {unknown} value
 * @returns {string} `value` if it is a string or a number, else ""
 */
export function string(value) {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/**
 * @param {unknown} value
 * @returns {any[]} `value` if it is a list (without what is not an object), a list of it if it is an object, else []
 */
export function list(value) {
  const items = Array.isArray(value) ? value : [value];
  return items.filter((item) => item !== null && typeof item === "object");
}

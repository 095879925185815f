/** The words in the page around the component: found, scrolled to, marked. The page's own nodes stay as they are. */

import { locate } from "./span.js";

const NAME = "pullquote";
const SKIPPED = "script, style, noscript, template, textarea, select, pullquote-ask, [hidden]";
/** @type {CSSStyleSheet | undefined} */
let sheet;

/**
 * Whether the address is this page's: the same without fragment and query, or the page's canonical one.
 *
 * @param {unknown} address
 */
export function isThisPage(address) {
  if (typeof address !== "string") return false;
  const canonical = document.querySelector('link[rel="canonical"]');
  const wanted = bare(address);
  return wanted !== "" && [location.href, canonical instanceof HTMLLinkElement ? canonical.href : ""].map(bare).includes(wanted);
}

/** @param {string} address */
function bare(address) {
  try {
    const { origin, pathname } = new URL(address);
    return origin === "null" ? "" : origin + pathname;
  } catch {
    return "";
  }
}

/**
 * Scroll to the words, mark them, and move the keyboard's place there.
 *
 * @param {[string, string, string]} words the sentence before them, they themselves, the sentence after them
 * @returns {boolean} whether they stand in this page
 */
export function showWords([before, words, after]) {
  // A teaser or a list of headlines may hold the same words: the story itself is looked at first.
  for (const root of ["article", "main", "body"].flatMap((name) => [...document.querySelectorAll(name)])) {
    const nodes = textNodes(root);
    const place = locate(nodes.map((node) => node.data), before, words, after);
    const [from, to] = [place && nodes[place.from[0]], place && nodes[place.to[0]]];
    if (!place || !from || !to) continue;
    const range = document.createRange();
    range.setStart(from, place.from[1]);
    range.setEnd(to, place.to[1]);
    mark(range);
    goTo(from.parentElement ?? document.body);
    return true;
  }
  return false;
}

/** @param {Element} root */
function textNodes(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node instanceof Text) return NodeFilter.FILTER_ACCEPT;
    return /** @type {Element} */ (node).matches(SKIPPED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  const found = [];
  while (walker.nextNode()) found.push(/** @type {Text} */ (walker.currentNode));
  return found;
}

/** @param {Range} range marked with the browser's highlights, in a browser without them selected */
function mark(range) {
  if (!("highlights" in CSS)) {
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    return;
  }
  CSS.highlights.set(NAME, new Highlight(range));
  if (sheet) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(`::highlight(${NAME}){background-color:#ffe08a;color:#1a1a1a}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** @param {Element} element */
function goTo(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  if (!(element instanceof HTMLElement)) return;
  const focusable = element.hasAttribute("tabindex");
  if (!focusable) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  if (!focusable) element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
}

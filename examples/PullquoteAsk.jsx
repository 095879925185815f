"use client"; // Next.js: the component lives in the browser

import { useEffect, useRef } from "react";

const SERVER = "https://ask.example";

/** Questions under a story: <PullquoteAsk article="town-opens-bridge-1a2b3c4d" apiKey="pk_…" /> */
export default function PullquoteAsk({ article, url, apiKey, lang, onReply }) {
  const element = useRef(null);

  useEffect(() => {
    import(/* webpackIgnore: true */ /* @vite-ignore */ `${SERVER}/widget.js`);
  }, []);

  useEffect(() => {
    const current = element.current;
    const tell = (event) => onReply?.(event.detail);
    current.addEventListener("pullquote-reply", tell);
    return () => current.removeEventListener("pullquote-reply", tell);
  }, [onReply]);

  // "key" would be React's own: the attribute is set by hand.
  useEffect(() => {
    if (apiKey) element.current.setAttribute("key", apiKey);
  }, [apiKey]);

  return <pullquote-ask ref={element} article={article} url={url} lang={lang} />;
}

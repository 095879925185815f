/** The component's own words. What a server sends is never looked up here, only shown. */

export const ENGLISH = {
  about: "Ask about this story",
  library: "Ask our articles",
  question: "Your question",
  example: "Who, what, when, where, how many …?",
  ask: "Ask",
  reading: "Reading the articles …",
  still: "Still looking: it takes longer than usual …",
  suggested: "Suggested questions",
  understood: "Understood as: {text}",
  very: "Very likely",
  likely: "Likely",
  perhaps: "Perhaps",
  sure: "{n} % sure",
  notsure: "The articles may say this; read the sentence before you rely on it.",
  none: "No answer.",
  nothing_relevant: "Nothing about that was found.",
  nothing_relevant_chosen: "Nothing about that was found in the articles that were chosen.",
  weak_evidence: "An article may say it, but not surely enough to answer.",
  weak_evidence_chosen: "An article may say it among those that were chosen, but not surely enough to answer.",
  not_a_question: "That is not a question about the news. Ask for example: Who resigned on Friday?",
  outside_filters: "No article may be read now.",
  outside_filters_chosen: "There is nothing to read in what was chosen.",
  empty_library: "There are no articles yet.",
  nearest: "The nearest passages",
  widen: "Ask all stories",
  paragraph: "paragraph {n}",
  open: "Read it in the story",
  show: "Show it in this story",
  missing: "These words no longer stand on this page.",
  also: "It also stands in",
  stands: "in {n} articles",
  others: "Other answers",
  said: "According to {text}",
  correction: "Correction",
  updated: "updated {text}",
  newer: "Newer on this",
  timeline: "What happened when",
  current: "latest",
  helpful: "Did this answer your question?",
  helpful_none: "Was this helpful?",
  yes: "Yes",
  no: "No",
  thanks: "Thank you.",
  again: "Try again",
  clear: "New conversation",
  unknown: "No questions can be asked about this story yet.",
  offline: "The answers cannot be reached. Are you online?",
  busy: "So many are asking at the moment that your question had to wait too long. Try again in a little while.",
  limited: "Too many questions at the moment. Try again in {text}.",
  refused: "Questions are not possible on this page.",
  invalid: "This question cannot be taken; ask in one short sentence.",
  broken: "Something went wrong. Try again.",
  note: "Every answer is quoted from an article.",
};

/** @typedef {typeof ENGLISH} Words */

/** @type {Record<string, Words>} */
const LANGUAGES = {
  en: ENGLISH,
  de: {
    about: "Fragen zu diesem Artikel",
    library: "Fragen an unsere Artikel",
    question: "Ihre Frage",
    example: "Wer, was, wann, wo, wie viele …?",
    ask: "Fragen",
    reading: "Die Artikel werden gelesen …",
    still: "Die Suche läuft noch: Es dauert länger als sonst …",
    suggested: "Vorgeschlagene Fragen",
    understood: "Verstanden als: {text}",
    very: "Sehr wahrscheinlich",
    likely: "Wahrscheinlich",
    perhaps: "Vielleicht",
    sure: "zu {n} % sicher",
    notsure: "Das steht vielleicht in den Artikeln; lesen Sie den Satz, bevor Sie sich darauf verlassen.",
    none: "Keine Antwort.",
    nothing_relevant: "Dazu wurde nichts gefunden.",
    nothing_relevant_chosen: "Dazu wurde in der Auswahl nichts gefunden.",
    weak_evidence: "Vielleicht sagt es ein Artikel, aber nicht sicher genug für eine Antwort.",
    weak_evidence_chosen: "Vielleicht sagt es ein Artikel der Auswahl, aber nicht sicher genug für eine Antwort.",
    not_a_question: "Das ist keine Frage zu den Nachrichten. Fragen Sie zum Beispiel: Wer trat am Freitag zurück?",
    outside_filters: "Zurzeit kann kein Artikel gelesen werden.",
    outside_filters_chosen: "In der Auswahl gibt es nichts zu lesen.",
    empty_library: "Es gibt noch keine Artikel.",
    nearest: "Die nächsten Stellen",
    widen: "Alle Artikel fragen",
    paragraph: "Absatz {n}",
    open: "Im Artikel lesen",
    show: "In diesem Artikel zeigen",
    missing: "Diese Worte stehen nicht mehr auf dieser Seite.",
    also: "Es steht auch in",
    stands: "in {n} Artikeln",
    others: "Andere Antworten",
    said: "Laut {text}",
    correction: "Korrektur",
    updated: "aktualisiert {text}",
    newer: "Neueres dazu",
    timeline: "Was wann geschah",
    current: "zuletzt",
    helpful: "Hat das Ihre Frage beantwortet?",
    helpful_none: "War das hilfreich?",
    yes: "Ja",
    no: "Nein",
    thanks: "Danke.",
    again: "Noch einmal",
    clear: "Neues Gespräch",
    unknown: "Zu diesem Artikel kann noch nicht gefragt werden.",
    offline: "Die Antworten sind nicht erreichbar. Sind Sie online?",
    busy: "Im Moment fragen so viele, dass Ihre Frage zu lange warten musste. Versuchen Sie es gleich noch einmal.",
    limited: "Im Moment zu viele Fragen. Versuchen Sie es wieder in: {text}.",
    refused: "Auf dieser Seite sind keine Fragen möglich.",
    invalid: "Diese Frage geht nicht; fragen Sie in einem kurzen Satz.",
    broken: "Etwas ist schiefgegangen. Versuchen Sie es noch einmal.",
    note: "Jede Antwort ist aus einem Artikel zitiert.",
  },
  fr: {
    about: "Posez une question sur cet article",
    library: "Interrogez nos articles",
    question: "Votre question",
    example: "Qui, quoi, quand, où, combien … ?",
    ask: "Demander",
    reading: "Lecture des articles …",
    still: "La recherche continue : c’est plus long que d’habitude …",
    suggested: "Questions suggérées",
    understood: "Compris comme : {text}",
    very: "Très probable",
    likely: "Probable",
    perhaps: "Peut-être",
    sure: "sûr à {n} %",
    notsure: "Les articles le disent peut-être ; lisez la phrase avant de vous y fier.",
    none: "Pas de réponse.",
    nothing_relevant: "Rien n’a été trouvé à ce sujet.",
    nothing_relevant_chosen: "Rien n’a été trouvé à ce sujet dans la sélection.",
    weak_evidence: "Un article le dit peut-être, mais pas assez sûrement pour répondre.",
    weak_evidence_chosen: "Un article de la sélection le dit peut-être, mais pas assez sûrement pour répondre.",
    not_a_question: "Ce n’est pas une question d’actualité. Par exemple : Qui a démissionné vendredi ?",
    outside_filters: "Aucun article ne peut être lu pour le moment.",
    outside_filters_chosen: "Il n’y a rien à lire dans la sélection.",
    empty_library: "Il n’y a pas encore d’articles.",
    nearest: "Les passages les plus proches",
    widen: "Interroger tous les articles",
    paragraph: "paragraphe {n}",
    open: "Lire dans l’article",
    show: "Montrer dans cet article",
    missing: "Ces mots ne sont plus sur cette page.",
    also: "On le lit aussi dans",
    stands: "dans {n} articles",
    others: "Autres réponses",
    said: "Selon {text}",
    correction: "Correction",
    updated: "mis à jour le {text}",
    newer: "Plus récent",
    timeline: "Chronologie",
    current: "dernier état",
    helpful: "Cela répond-il à votre question ?",
    helpful_none: "Cela vous a-t-il aidé ?",
    yes: "Oui",
    no: "Non",
    thanks: "Merci.",
    again: "Réessayer",
    clear: "Nouvelle conversation",
    unknown: "On ne peut pas encore poser de questions sur cet article.",
    offline: "Les réponses sont injoignables. Êtes-vous en ligne ?",
    busy: "Tant de lecteurs posent des questions que la vôtre a dû attendre trop longtemps. Réessayez dans un instant.",
    limited: "Trop de questions en ce moment. Réessayez dans {text}.",
    refused: "Les questions ne sont pas possibles sur cette page.",
    invalid: "Cette question n’est pas acceptée ; faites une phrase courte.",
    broken: "Une erreur est survenue. Réessayez.",
    note: "Chaque réponse est tirée mot pour mot d’un article.",
  },
  es: {
    about: "Pregunte sobre esta noticia",
    library: "Pregunte a nuestros artículos",
    question: "Su pregunta",
    example: "¿Quién, qué, cuándo, dónde, cuántos …?",
    ask: "Preguntar",
    reading: "Leyendo los artículos …",
    still: "La búsqueda sigue: tarda más de lo habitual …",
    suggested: "Preguntas sugeridas",
    understood: "Entendido como: {text}",
    very: "Muy probable",
    likely: "Probable",
    perhaps: "Quizá",
    sure: "{n} % de certeza",
    notsure: "Puede que los artículos lo digan; lea la frase antes de fiarse.",
    none: "Sin respuesta.",
    nothing_relevant: "No se encontró nada sobre eso.",
    nothing_relevant_chosen: "No se encontró nada sobre eso en la selección.",
    weak_evidence: "Quizá lo diga un artículo, pero no con bastante seguridad para responder.",
    weak_evidence_chosen: "Quizá lo diga un artículo de la selección, pero no con bastante seguridad para responder.",
    not_a_question: "Eso no es una pregunta sobre la actualidad. Por ejemplo: ¿Quién dimitió el viernes?",
    outside_filters: "Ahora no se puede leer ningún artículo.",
    outside_filters_chosen: "No hay nada que leer en la selección.",
    empty_library: "Todavía no hay artículos.",
    nearest: "Los pasajes más cercanos",
    widen: "Preguntar a todos los artículos",
    paragraph: "párrafo {n}",
    open: "Leerlo en la noticia",
    show: "Mostrarlo en esta noticia",
    missing: "Estas palabras ya no están en esta página.",
    also: "También está en",
    stands: "en {n} artículos",
    others: "Otras respuestas",
    said: "Según {text}",
    correction: "Corrección",
    updated: "actualizado el {text}",
    newer: "Más reciente",
    timeline: "Cronología",
    current: "lo último",
    helpful: "¿Responde a su pregunta?",
    helpful_none: "¿Le ha sido útil?",
    yes: "Sí",
    no: "No",
    thanks: "Gracias.",
    again: "Reintentar",
    clear: "Nueva conversación",
    unknown: "Todavía no se puede preguntar sobre esta noticia.",
    offline: "No se puede llegar a las respuestas. ¿Tiene conexión?",
    busy: "Preguntan tantos lectores que su pregunta ha esperado demasiado. Inténtelo de nuevo en un momento.",
    limited: "Demasiadas preguntas en este momento. Inténtelo en {text}.",
    refused: "En esta página no se puede preguntar.",
    invalid: "Esta pregunta no se puede aceptar; use una frase corta.",
    broken: "Algo ha fallado. Inténtelo de nuevo.",
    note: "Cada respuesta se cita de un artículo.",
  },
  ar: {
    about: "اسأل عن هذا الخبر",
    library: "اسأل مقالاتنا",
    question: "سؤالك",
    example: "من، ماذا، متى، أين، كم …؟",
    ask: "اسأل",
    reading: "جارٍ قراءة المقالات …",
    still: "ما زال البحث جاريًا، وهو يستغرق وقتًا أطول من المعتاد …",
    suggested: "أسئلة مقترحة",
    understood: "فُهم على أنه: {text}",
    very: "مرجّح جدًا",
    likely: "مرجّح",
    perhaps: "ربما",
    sure: "بنسبة {n} ٪",
    notsure: "قد تقول المقالات ذلك؛ اقرأ الجملة قبل أن تعتمد عليها.",
    none: "لا جواب.",
    nothing_relevant: "لم يُعثر على شيء عن ذلك.",
    nothing_relevant_chosen: "لم يُعثر على شيء عن ذلك ضمن المختار.",
    weak_evidence: "ربما يقول ذلك مقال، لكن ليس بيقين يكفي للإجابة.",
    weak_evidence_chosen: "ربما يقول ذلك مقال ضمن المختار، لكن ليس بيقين يكفي للإجابة.",
    not_a_question: "هذا ليس سؤالًا عن الأخبار. مثلًا: من استقال يوم الجمعة؟",
    outside_filters: "لا يمكن قراءة أي مقال الآن.",
    outside_filters_chosen: "لا يوجد ما يُقرأ ضمن المختار.",
    empty_library: "لا توجد مقالات بعد.",
    nearest: "أقرب المقاطع",
    widen: "اسأل كل المقالات",
    paragraph: "الفقرة {n}",
    open: "اقرأه في الخبر",
    show: "أظهره في هذا الخبر",
    missing: "لم تعد هذه الكلمات في هذه الصفحة.",
    also: "ورد أيضًا في",
    stands: "في {n} مقالات",
    others: "أجوبة أخرى",
    said: "وفقًا لـ {text}",
    correction: "تصحيح",
    updated: "حُدّث في {text}",
    newer: "الأحدث في هذا",
    timeline: "التسلسل الزمني",
    current: "الأحدث",
    helpful: "هل أجاب هذا عن سؤالك؟",
    helpful_none: "هل أفادك هذا؟",
    yes: "نعم",
    no: "لا",
    thanks: "شكرًا.",
    again: "حاول مجددًا",
    clear: "محادثة جديدة",
    unknown: "لا يمكن السؤال عن هذا الخبر بعد.",
    offline: "لا يمكن الوصول إلى الأجوبة. هل أنت متصل؟",
    busy: "يسأل كثيرون الآن، فطال انتظار سؤالك. حاول بعد قليل.",
    limited: "الأسئلة كثيرة الآن. حاول بعد {text}.",
    refused: "لا يمكن طرح الأسئلة في هذه الصفحة.",
    invalid: "لا يمكن قبول هذا السؤال؛ اسأل بجملة قصيرة.",
    broken: "حدث خطأ ما. حاول مجددًا.",
    note: "كل جواب مقتبس حرفيًا من مقال.",
  },
};

/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = /^(ar|he|fa|ur|ps|yi|dv|ug|ckb|sd)\b/;

/**
 * @param {string} lang a language tag, as "de-AT"
 * @param {Partial<Words>} [own] what a newsroom words itself
 * @returns {Words} English where the language is not there
 */
export function wordsFor(lang, own = {}) {
  return { ...ENGLISH, ...(isThere(lang) ? LANGUAGES[primary(lang)] : {}), ...own };
}

/** @param {string} lang whether its words are here */
export function isThere(lang) {
  return Object.hasOwn(LANGUAGES, primary(lang));
}

/** @param {string} lang */
function primary(lang) {
  return lang.toLowerCase().split("-")[0] ?? "";
}

/** @param {string} lang */
export function direction(lang) {
  return RIGHT_TO_LEFT.test(lang.toLowerCase()) ? "rtl" : "ltr";
}

/**
 * @param {string} template
 * @param {string | number} value goes to the place of {n} or {text}
 */
export function fill(template, value) {
  return template.replace(/\{(n|text)\}/, () => String(value));
}

/** Units of time, with the seconds in each. @type {[string, number][]} */
const UNITS = [["hour", 3600], ["minute", 60], ["second", 1]];

/**
 * A time to wait as the language writes it, rounded up: seconds up to a minute and a half, minutes, hours.
 *
 * @param {number} seconds
 * @param {string} lang
 */
export function lasting(seconds, lang) {
  const [unit, length] = UNITS.find(([, size]) => seconds > 1.5 * size) ?? ["second", 1];
  const count = Math.max(1, Math.ceil(seconds / length));
  try {
    return new Intl.NumberFormat(lang || "en", { style: "unit", unit, unitDisplay: "long" }).format(count);
  } catch {
    return `${count} s`; // no language tag
  }
}

const VERY_LIKELY = 0.95;

/**
 * How sure an answer is, in words and as a number that is never 100.
 *
 * @param {"answered" | "uncertain"} status
 * @param {number} confidence in [0, 1]
 * @param {Words} words
 * @returns {[string, string]}
 */
export function certainty(status, confidence, words) {
  const percent = Math.max(0, Math.min(99, Math.round(100 * confidence)));
  const level = status === "uncertain" ? words.perhaps : confidence >= VERY_LIKELY ? words.very : words.likely;
  return [level, Number.isFinite(percent) ? fill(words.sure, percent) : ""];
}

/**
 * A day as the language writes it; "" if it is none.
 *
 * @param {unknown} day 2025-03-05, with or without a time after it
 * @param {string} lang
 */
export function written(day, lang) {
  const found = typeof day === "string" && /^(\d{4})-(\d\d)-(\d\d)/.exec(day);
  if (!found) return "";
  const date = new Date(`${found[0]}T12:00:00Z`);
  if (Number.isNaN(date.getTime())) return "";
  try {
    return new Intl.DateTimeFormat(lang || "en", { dateStyle: "long", timeZone: "UTC" }).format(date);
  } catch {
    return found[0]; // no language tag
  }
}

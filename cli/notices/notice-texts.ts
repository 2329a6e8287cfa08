/** What a notice to users is about (guide K4). */
export const noticeKinds = ["planned", "window", "complete", "problem"] as const;

/** A kind of notice. */
export type NoticeKind = (typeof noticeKinds)[number];

/** Whom a notice names. */
interface Sender {
  /** As users know it. */
  readonly title: string;
  /** Where they can ask. */
  readonly contact: string;
  /** Where users open it. */
  readonly host: string;
}

/** What each kind of notice says. Times are as users read them. */
export type NoticeFacts = Sender &
  (
    | { readonly kind: "planned"; readonly from: string; readonly until: string; readonly features: string }
    | { readonly kind: "window"; readonly from: string; readonly until: string; readonly why: string }
    | { readonly kind: "complete"; readonly features: string }
    | { readonly kind: "problem"; readonly at: string; readonly means: string; readonly data: "kept" | "lost" }
  );

/** A notice, ready to be sent. */
export interface Notice {
  readonly subject: string;
  readonly body: string;
}

/** Writes a notice to users from its facts. */
export function noticeText(facts: NoticeFacts): Notice {
  const { subject, paragraphs } = partsOf(facts);
  const { title, contact, host } = facts;
  return {
    subject: `${title}: ${subject}`,
    body: ["Hello,", ...paragraphs, `Questions and feedback: ${contact}.`, `${title}, https://${host}`].join("\n\n"),
  };
}

function partsOf(facts: NoticeFacts): { readonly subject: string; readonly paragraphs: readonly string[] } {
  switch (facts.kind) {
    case "planned":
      return {
        subject: `an update from ${facts.from}`,
        paragraphs: [
          `From ${facts.from} we bring an update to the ${facts.title}. It reaches everybody step by step until ${facts.until}.`,
          `New: ${facts.features}.`,
          "You need do nothing, and no interruption is planned. If something looks wrong, please tell us.",
        ],
      };
    case "window":
      return {
        subject: `not available from ${facts.from}`,
        paragraphs: [
          `From ${facts.from} to ${facts.until} the ${facts.title} is not available: ${facts.why}.`,
          "What you have saved before stays. Please log in again afterwards.",
        ],
      };
    case "complete":
      return {
        subject: "the update is complete",
        paragraphs: [`The update of the ${facts.title} is complete.`, `New: ${facts.features}.`],
      };
    case "problem":
      return {
        subject: "we have returned to the previous version",
        paragraphs: [
          `At ${facts.at} we returned the ${facts.title} to its previous version. ${sentence(facts.means)}`,
          facts.data === "kept"
            ? "What you have entered since the update is kept."
            : "What you entered since the update is not kept. We are sorry. Please look through your last entries.",
        ],
      };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

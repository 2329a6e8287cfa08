import type { VerifyReport } from "../../verify/verify-stage.ts";
import { html, page, scrolling } from "../page/html.ts";
import { pageStyle } from "../page/page-style.ts";
import { countsText, notShown, verdictSentence, verifyHeadings, verifyRow } from "./verify-words.ts";

/** The report as one HTML page, the verdict first. */
export function verifyPage(report: VerifyReport): string {
  const { stage, from, until, release, sections, verdict } = report;
  const mood = verdict === "pass" ? "good" : "bad";
  const title = `Verification of ${stage}`;
  const body = html`<header>
<h1>${title}</h1>
<div class="verdict ${verdict === "pass" ? "" : "bad"}">
<p><strong class="${mood}">${verdictSentence(report)}</strong></p>
<p>${countsText(report)}.</p>
</div>
<p class="soft">Release: ${release === null ? "no single one" : `${release.colour}, ${release.image}`}. From ${from} until ${until}.</p>
</header>
<main>
${sections.map(
  ({ title: theme, findings }) => html`<section>
<h2>${theme}</h2>
${scrolling(
  html`<table>
<thead><tr>${verifyHeadings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${findings.map((finding) => {
  const [what = "", guide = "", result = "", found = ""] = verifyRow(finding);
  const shown = result === "fail" || result === "not checked" ? "bad" : result === "pass" ? "good" : "soft";
  return html`<tr><th scope="row">${what}</th><td>${guide}</td><td><span class="${shown}">${result}</span></td><td style="white-space: normal">${found}</td></tr>\n`;
})}</tbody>
</table>`,
  theme,
)}
</section>
`,
)}<section>
<h2>What this report does not show</h2>
<ul>${notShown.map((one) => html`<li>${one}</li>\n`)}</ul>
</section>
</main>
`;
  return page({ title: `${title}: ${verdict}`, style: pageStyle, body });
}

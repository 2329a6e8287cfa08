/** Style of the report: readable on a phone, on paper, and in both colour schemes. It loads nothing. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2430; --soft: #5a6472; --line: #d5dae1; --panel: #f5f7fa;
  --good: #17693a; --bad: #b3261e; --blue: #2563a8; --green: #1f7a4d; --accent: #7a4bb5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181f; --ink: #e6eaf0; --soft: #a3adba; --line: #39424f; --panel: #1d232c;
    --good: #6fd69a; --bad: #ff8a80; --blue: #7db4f0; --green: #6fd69a; --accent: #c3a3f0;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; border-top: 2px solid var(--line); padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
p, ul, ol { margin: 0.5rem 0; }
.verdict { border-left: 6px solid var(--good); padding: 0.25rem 0 0.25rem 1rem; }
.verdict.bad { border-color: var(--bad); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.soft { color: var(--soft); font-size: 0.9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th, td:last-child { white-space: nowrap; }
td.figures, th.figures { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; font-size: 0.9rem; }
figure svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none; }
details { background: var(--panel); border-radius: 6px; padding: 0.5rem 0.75rem; margin: 0.75rem 0; }
summary { cursor: pointer; font-weight: 600; }
ol.events { columns: 22rem; font-size: 0.9rem; padding-left: 1.75rem; }
ol.events li { break-inside: avoid; }
code { overflow-wrap: anywhere; }
@media (max-width: 40rem) { .narrow { display: block; } .wide { display: none; } }
@media print {
  :root { --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --panel: #ffffff;
    --good: #17693a; --bad: #b3261e; --blue: #2563a8; --green: #1f7a4d; --accent: #7a4bb5; }
  body { max-width: none; font-size: 11pt; }
  h2 { break-before: page; }
  figure, tr { break-inside: avoid; }
}
`;

/** The report's own sheet: system fonts, light and dark by the reader's choice, print always light. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --raised: #f6f7f9; --ink: #1b1f24; --soft: #57606a; --faint: #6e7781; --rule: #d8dee4; --accent: #2f5fb3;
  --series-1: #2f6db5; --series-2: #c2510c; --series-3: #1c7f5b; --series-4: #a8408f;
  --series-5: #8a6d00; --series-6: #0f7f94; --series-7: #6b52b5; --series-8: #b3364a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --raised: #1c2026; --ink: #e4e8ee; --soft: #a3adb9; --faint: #7d8793; --rule: #30363e; --accent: #8db4f2;
    --series-1: #6ea8ea; --series-2: #f0904d; --series-3: #4fc497; --series-4: #dd86c8;
    --series-5: #d3b23e; --series-6: #4fc0d6; --series-7: #a995ee; --series-8: #ef7f90;
  }
}
* { box-sizing: border-box }
html { background: var(--page); -webkit-text-size-adjust: 100% }
body { margin: 0; color: var(--ink); font: .94rem/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; font-feature-settings: "tnum" }
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 2rem 5rem }
.brand { margin: 0 0 .4rem; color: var(--accent); font-size: .8rem; font-weight: 600; letter-spacing: .06em }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.15; letter-spacing: -.02em; text-wrap: balance }
h2 { margin: 0 0 .8rem; font-size: 1.15rem; letter-spacing: -.01em }
h3 { margin: 0 0 .6rem; font-size: .95rem }
section { margin-top: 3rem }
p { margin: 0 0 .7rem; max-width: 46rem }
.lead { margin: .8rem 0 0; font-size: 1.1rem; color: var(--soft); max-width: 44rem }
small { font-size: .84em; color: var(--soft); font-weight: 400 }
code, pre { font: .8rem/1.5 "JetBrains Mono", ui-monospace, "SF Mono", Menlo, Consolas, monospace }
.note { font-size: .8rem; color: var(--soft) }
.contradictions { margin-top: 1.6rem; padding: .2rem 1.1rem 1rem; border: 2px solid #c0362c; background: var(--raised) }
.contradictions h2, .contradictions .error { color: #c0362c }
.notice { margin-top: 1.2rem; padding: .6rem .9rem; border-left: 3px solid var(--series-2); background: var(--raised) }
dl { margin: 0 } dt { color: var(--soft) } dd { margin: 0 }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2.6rem; margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--rule) }
.facts dt { font-size: .78rem } .facts dd { font-weight: 500 }
.factors { margin-top: 2.2rem }
.factors dl > div { display: grid; grid-template-columns: minmax(11rem, auto) 1fr; gap: 1rem; padding: .3rem 0 }
.factors dt { font: .82rem/1.9 "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace }
.chip { display: inline-block; margin: 0 .35rem .2rem 0; padding: .05rem .55rem; border: 1px solid var(--rule); border-radius: 1rem; font-size: .85rem }
.findings { padding: 1.3rem 1.6rem .8rem; border-radius: .6rem; background: var(--raised) }
.findings h2 { font-size: 1rem }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0 0 .9rem; padding: 0; list-style: none; font-size: .88rem }
.legend li { display: flex; align-items: center; gap: .5rem }
.key { width: 34px; height: 12px; flex: none }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 1.5rem }
.panels svg { width: 100%; max-width: 34rem; height: auto; overflow: visible }
svg text { fill: var(--soft); font: 11px Inter, system-ui, sans-serif }
svg .panel-title { fill: var(--ink); font-size: 13px; font-weight: 600 }
svg .axis-title { font-size: 11.5px } svg .faint { fill: var(--faint) }
svg .grid { stroke: var(--rule); stroke-width: 1 } svg .axis { stroke: var(--soft); stroke-width: 1 }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round } svg .bar { stroke-width: 1.4 } svg .band { opacity: .13 }
svg .seed { opacity: .55 }
svg .gap { fill: var(--soft); opacity: .14 } svg .front { fill: none; stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 3 3 } svg circle.front { stroke-dasharray: none; opacity: .8 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th { text-align: left; font-weight: 600; vertical-align: bottom } tbody th { font-weight: 500; vertical-align: top; min-width: 9rem }
th, td { padding: .5rem .9rem .5rem 0 } td { vertical-align: top }
th:last-child, td:last-child { padding-right: 0 }
thead th { border-bottom: 1px solid var(--soft) }
tbody td { border-top: 1px solid var(--rule) } tbody tr.first > * { border-top: 1px solid var(--soft) } tbody tr:last-child > * { border-bottom: 1px solid var(--soft) }
table.dense tbody th { border-top: 1px solid var(--rule) } table.dense tbody tr.first > * { border-top-color: var(--rule) }
.number { text-align: right; white-space: nowrap } thead .number { white-space: normal }
td small, th small { display: block } table.dense { font-size: .84rem } .dense th, .dense td { padding-top: .3rem; padding-bottom: .3rem }
.retention { color: var(--ink) } .noise { color: var(--faint) } .missing { color: var(--faint) }
.results .scroll + .scroll, .results h3 { margin-top: 1.6rem } .results .note, .matrices .note, .sizes .note { margin-top: .8rem }
.small-panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1rem 1.4rem } .layers .figure { margin-top: 1.8rem } .layers h3 small { display: inline; margin-left: .5rem }
svg .panel-title.small { font-size: 11.5px }
svg .distribution { stroke: none; fill: none } svg .in-clean { fill: var(--series-1); fill-opacity: .3 } svg .out-clean { fill: var(--series-2); fill-opacity: .3 }
svg .in-attacked { stroke: var(--series-1); stroke-width: 1.4; stroke-dasharray: 4 2 } svg .out-attacked { stroke: var(--series-2); stroke-width: 1.6 } svg .threshold { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 2 2 }
.wide-panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem 1.4rem } .wide-panels svg { width: 100%; max-width: 20rem; height: auto; overflow: visible } .open-world h3 { margin-top: 1.8rem } .open-world .note, .ratios .note, .detectors .note, .mitigation .note { margin-top: .8rem }
svg .weights-before { fill: var(--soft); fill-opacity: .28; stroke: none } svg .weights-after { fill: none; stroke: var(--series-1); stroke-width: 1.4 }
.matrix-grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.8rem 2.2rem } .matrix caption { padding-bottom: .5rem; text-align: left; font-weight: 600; font-size: .9rem } .matrix tbody td, .matrix tbody th { border-top: 1px solid var(--rule) } .level { color: var(--faint) } .level small { color: inherit }
.threats > div { display: grid; grid-template-columns: minmax(11rem, auto) 1fr; gap: 1rem; padding: .5rem 0; border-top: 1px solid var(--rule) }
.threats dt { font-weight: 500; color: var(--ink) } .threats dd { max-width: 44rem }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem }
.cards article { padding: 1rem 1.2rem; border: 1px solid var(--rule); border-radius: .6rem }
.cards dl > div { display: grid; grid-template-columns: 5.5rem 1fr; gap: .6rem; font-size: .86rem; padding: .12rem 0 }
.cards dd { overflow-wrap: anywhere }
details { border-top: 1px solid var(--rule) } details:last-of-type { border-bottom: 1px solid var(--rule) }
summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: 1rem; padding: .5rem 0; cursor: pointer; list-style: none }
summary::-webkit-details-marker { display: none }
summary::before { content: "›"; width: .7rem; color: var(--soft); transition: transform .15s } details[open] > summary::before { transform: rotate(90deg) }
summary h2 { margin: 0 } summary small { flex: 1 } .recipe summary code { color: var(--soft) }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px }
pre { margin: 0 0 1rem; padding: 1rem; border-radius: .5rem; background: var(--raised); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere }
@media (max-width: 40rem) { main { padding: 1.8rem 1.1rem 3rem } .factors dl > div, .threats > div { grid-template-columns: 1fr; gap: .1rem } }
@media (prefers-reduced-motion: reduce) { summary::before { transition: none } }
@page { margin: 16mm 15mm }
@media print {
  :root { color-scheme: light }
  html { font-size: 12.5px } html, body { background: #fff } body { -webkit-print-color-adjust: exact; print-color-adjust: exact }
  main { max-width: none; padding: 0 } section { margin-top: 1.6rem } h2, h3, caption, .legend { break-after: avoid }
  .panels { grid-template-columns: 1fr 1fr; gap: .8rem } .figure, .findings, .cards article, tr { break-inside: avoid }
  .wide-panels { grid-template-columns: 1fr 1fr 1fr } .scroll { overflow: visible } th, td { padding: .25rem .6rem .25rem 0 } tbody th { min-width: 0 }
  .printed::details-content { content-visibility: visible; block-size: auto }
  table.dense { font-size: .76rem } .dense th, .dense td { padding: .18rem .5rem .18rem 0 } .dense tbody th, .dense td:not(.number) { white-space: nowrap } .dense td:not(.number) small, .dense th small { white-space: normal }
  tbody tr:nth-child(-n + 2) { break-after: avoid }
  summary { padding: .12rem 0; font-size: .88rem } summary::before { content: none } pre { background: none; border: 1px solid var(--rule) }
}
`;

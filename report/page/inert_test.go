package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markup "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"

	"conpar/report/chart"
	"conpar/report/claims"
	"conpar/report/series"
)

// Reports are inert: whatever stands in a name, a unit, a configuration line or
// a reason, no output says it in another way than as text. The payloads are
// planted in the model, behind everything that cleans what is read, so that each
// writer has to hold on its own.

// payloads are texts that would do something if a writer let them.
var payloads = []string{
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

// places is where a payload can stand in what was measured.
var places = []string{
	"name", "value", "key", "family", "unit", "label", "path", "machine", "cpu", "goos", "goarch", "go", "pkg", "note",
	"status", "profile", "started", "kind", "dropped", "failure", "failed cell", "trace file", "trace cell", "warning", "warned file",
	"hazard", "hazard state", "hazard found", "condition", "forced",
}

// planted is a run with a text of text in every place.
func planted(text func(place string) string) *series.Data {
	source := series.Source{Label: text("label"), Path: text("path"), Config: map[string]string{}}
	for _, key := range append(slices.Clone(configKeys), "note") {
		source.Config[key] = text(key)
	}
	names := []string{headWaiting, headComputing, text("name"), "X/work=" + text("value"), "X/" + text("key") + "=1", text("family") + "/work=w"}
	run := &series.Run{
		Status: text("status"), Profile: text("profile"), Started: text("started"), Rounds: 12, Planned: 900, Actual: 900, CPUs: 2, Foreign: 0.01, Steal: 0.01,
		Kinds: map[string]string{headWaiting: "waiting", headComputing: "computing"}, Cells: map[series.Key]bool{},
		Dropped:    map[string]string{},
		Failures:   []string{"BenchmarkX/work=a/goroutines=1, round 3: " + text("failure"), text("failed cell") + ", round 3: killed"},
		Traces:     []series.Trace{{File: text("trace file"), Cell: text("trace cell"), Steps: 8, RunningMax: 2, Makespan: 1e6}},
		Hazards:    []series.Hazard{{Name: text("hazard"), State: text("hazard state"), Found: text("hazard found")}, {Name: "swap", State: "warn", Found: text("hazard found")}},
		Conditions: []series.Conditions{{Hazards: []series.Hazard{{Name: text("condition"), State: "warn", Found: text("condition")}}}},
		Forced:     []string{text("forced")},
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
			run.Cells[series.Key{Name: name, Goroutines: c[0], Procs: c[1]}] = true
			d.Points = append(d.Points, somePoint(series.Key{Source: source.Label, Name: name, Goroutines: c[0], Procs: c[1]}, i, text("unit")))
		}
	}
	d.Sources = []series.Source{source}
	return d
}

// somePoint is a cell with 12 rounds that scatter a little.
func somePoint(k series.Key, work int, unit string) *series.Point {
	p := &series.Point{Key: k, Units: map[string][]float64{}}
	gain := float64(k.Procs)
	if work == 0 {
		gain = float64(k.Goroutines)
	}
	for round := range 12 {
		noise := 1 + 0.001*float64((round*7+k.Goroutines+k.Procs)%5)
		p.Rounds = append(p.Rounds, round)
		p.Foreign = append(p.Foreign, 0.01)
		for u, v := range map[string]float64{"sec/op": 0.01 / gain * noise, "tasks/s": 100 * gain / noise, "inflight": float64(k.Goroutines), "cpus": float64(k.Procs) * noise / 1.01, unit: 5 * noise} {
			p.Units[u] = append(p.Units[u], v)
		}
	}
	return p
}

// outputs is every output of a report, by name.
func outputs(t *testing.T, d *series.Data) map[string]string {
	t.Helper()
	r := New(d)
	source := d.Sources[0].Label
	figures, err := r.Charts(source)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"report.md": r.Markdown(source, figures), "alone.md": r.Markdown(source, nil), "verdicts.md": r.VerdictSection(source, nil)}
	page, err := r.HTML(source, figures)
	if err != nil {
		t.Fatal(err)
	}
	out["report.html"] = string(page)
	for name, write := range map[string]func(io.Writer) error{
		"gains.csv": r.WriteCSV, "verdicts.csv": r.WriteVerdictsCSV, "gains.json": r.WriteJSON,
		"verdicts.json": func(w io.Writer) error { return r.WriteVerdicts(w, source) },
		"plain.txt":     func(w io.Writer) error { return r.WriteTerminal(w, Terminal{Cells: true}) },
		"color.txt":     func(w io.Writer) error { return r.WriteTerminal(w, Terminal{Cells: true, Color: true}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	for _, f := range figures {
		out[f.Text().ID+".svg"] = string(f.SVG(chart.Wide))
		out[f.Text().ID+"-narrow.svg"] = string(f.SVG(chart.Narrow))
	}
	return out
}

// turns is how often a payload is planted in each place: together over a
// thousand times, and each payload in several places. With len(payloads) turns
// each is planted everywhere, which takes six times as long.
const turns = 36

func TestReportsAreInert(t *testing.T) {
	if n := turns * len(places); n < 1000 || turns < len(payloads)/len(places) {
		t.Fatalf("%d are planted, and not all", n)
	}
	harmless := outputs(t, planted(func(place string) string { return "harmless " + place }))
	for i := range turns {
		// Each place has another payload at each turn. What stands behind it
		// says where it was planted.
		text := func(place string) string {
			return payloads[(i+slices.Index(places, place)*len(payloads)/len(places))%len(payloads)] + " harmless " + place
		}
		got := outputs(t, planted(text))
		if diff := cmp.Diff(slices.Sorted(maps.Keys(harmless)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Fatalf("other outputs:\n%s", diff)
		}
		for name, text := range got {
			if err := inertAs(name, text, harmless[name]); err != nil {
				t.Errorf("payloads from %q: %s: %v", clip(payloads[i]), name, err)
			}
		}
		if t.Failed() && i > 20 {
			t.Fatal("enough of that")
		}
	}
}

func clip(s string) string { return s[:min(len(s), 60)] }

// inertAs compares an output with that of a harmless report of the same shape.
func inertAs(name, got, harmless string) error {
	if strings.HasPrefix(name, "color.") {
		for _, ours := range colours.FindAllString(harmless, -1) {
			got = strings.ReplaceAll(got, ours, "")
		}
	}
	if err := visible(got); err != nil {
		return err
	}
	switch name[strings.LastIndex(name, "."):] {
	case ".html":
		return sameElements(got, harmless)
	case ".md":
		return sameElements(rendered(got), rendered(harmless))
	case ".svg":
		return inertSVG(got)
	case ".csv":
		return inertCSV(got, harmless)
	case ".json":
		return inertJSON(got, harmless)
	}
	return nil
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]+m")

// visible says what of a text cannot be seen: nothing but spaces and line ends
// may be.
func visible(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("not UTF-8")
	}
	for i, c := range s {
		hidden := unicode.Is(unicode.C, c) || unicode.In(c, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
		if hidden && c != '\n' {
			return fmt.Errorf("%U in %q", c, s[max(0, i-40):min(len(s), i+40)])
		}
	}
	return nil
}

// rendered is Markdown as GitHub's dialect has it, raw HTML included.
func rendered(text string) string {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(markup.WithUnsafe()))
	var b bytes.Buffer
	if err := md.Convert([]byte(text), &b); err != nil {
		return err.Error()
	}
	return b.String()
}

// sameElements compares the elements of two pages, with their attributes. What
// an attribute says may differ only where it carries a text to be shown or
// sorted by; within drawings, whose elements depend on the length of texts,
// all is of a kind that drawings have.
func sameElements(got, harmless string) error {
	a, err := elements(got)
	if err != nil {
		return err
	}
	b, err := elements(harmless)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(b, a); diff != "" {
		return fmt.Errorf("other elements than those of a harmless page:\n%s", clip4(diff))
	}
	return nil
}

func clip4(s string) string { return s[:min(len(s), 2000)] }

func elements(page string) ([]string, error) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, err
	}
	var out []string
	var bad error
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.CommentNode:
			out = append(out, "a comment")
		case n.Type == html.ElementNode && n.Namespace == "svg":
			if !slices.Contains(svgElements, n.Data) {
				bad = errors.Join(bad, fmt.Errorf("a drawing with a %q", n.Data))
			}
			for _, a := range n.Attr {
				bad = errors.Join(bad, svgAttribute(a.Key, a.Val))
			}
		case n.Type == html.ElementNode && n.Data != "wbr": // which follows from the slashes of a name
			e := n.Data
			for _, a := range n.Attr {
				e += " " + a.Namespace + a.Key
				switch a.Key {
				case "data-v":
				default:
					e += "=" + a.Val
				}
			}
			out = append(out, e)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return out, bad
}

var svgElements = []string{"svg", "g", "path", "circle", "text", "title", "desc", "style"}

// svgAttribute allows what drawings of ours are made of: numbers, colours by
// name, and a font.
func svgAttribute(key, value string) error {
	if key == "font-family" {
		if value == "Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif" {
			return nil
		}
	} else if slices.Contains([]string{
		"xmlns", "viewBox", "viewbox", "width", "height", "role", "aria-labelledby", "aria-hidden", "id", "class", "d", "cx", "cy", "r", "x", "y", "transform",
		"fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "text-anchor", "font-size", "font-weight", "textLength", "textlength", "lengthAdjust", "lengthadjust", "pointer-events",
	}, key) && !strings.ContainsFunc(value, func(c rune) bool {
		return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(" .,-()", c) && key != "xmlns"
	}) && !strings.Contains(value, "url(") {
		return nil
	}
	return fmt.Errorf("a drawing with %s=%q", key, clip(value))
}

func inertSVG(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if !slices.Contains(svgElements, e.Name.Local) {
				return fmt.Errorf("a %q", e.Name.Local)
			}
			for _, a := range e.Attr {
				if err := svgAttribute(a.Name.Local, a.Value); err != nil {
					return err
				}
			}
		case xml.ProcInst, xml.Directive, xml.Comment:
			return fmt.Errorf("%T", e)
		}
	}
}

func inertCSV(text, harmless string) error {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return err
	}
	same, err := csv.NewReader(strings.NewReader(harmless)).ReadAll()
	if err != nil || len(rows) != len(same) {
		return fmt.Errorf("%d rows, want %d; %v", len(rows), len(same), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if _, err := strconv.ParseFloat(cell, 64); err == nil || cell == "" {
				continue
			}
			// Spreadsheets skip blanks, and some take full-width signs.
			if c, _ := utf8.DecodeRuneInString(strings.TrimSpace(cell)); strings.ContainsRune("=+-@\t\r＝＋－＠", c) {
				return fmt.Errorf("a live formula: %q", clip(cell))
			}
		}
	}
	return nil
}

// inertJSON compares the keys and kinds of values.
func inertJSON(text, harmless string) error {
	var got, want any
	if err := errors.Join(json.Unmarshal([]byte(text), &got), json.Unmarshal([]byte(harmless), &want)); err != nil {
		return err
	}
	if strings.ContainsAny(text, "<>&") {
		return errors.New("markup in a string")
	}
	var shape func(v any) any
	shape = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				v[k] = shape(v[k])
			}
			return v
		case []any:
			for i := range v {
				v[i] = shape(v[i])
			}
			return v
		}
		return fmt.Sprintf("%T", v)
	}
	if diff := cmp.Diff(shape(want), shape(got)); diff != "" {
		return fmt.Errorf("another shape:\n%s", clip4(diff))
	}
	return nil
}

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

	"conpar/report/series"
)

// Reports are inert: whatever stands in a name, a unit, a configuration line or
// a reason, no output says it in another way than as text. The payloads are
// planted in the model, behind everything that cleans what is read, so that each
// writer has to hold on its own.

// outputs is every output of a report, by name.
func outputs(t *testing.T, d *series.Data) map[string]string {
	t.Helper()
	r := New(d)
	source := d.Sources[0].Label
	figures, err := r.Charts(source)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"report.md": r.Markdown(source, figures), "alone.md": r.Markdown(source, nil), "verdicts.md": r.VerdictSection(source)}
	page, err := r.HTML(source, figures)
	if err != nil {
		t.Fatal(err)
	}
	out["report.html"] = string(page)
	index, err := r.Index(map[string]string{source: "run/report/report.html"})
	if err != nil {
		t.Fatal(err)
	}
	out["index.html"] = string(index)
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
		out[f.Text().ID+".svg"] = string(f.SVG(false))
		out[f.Text().ID+"-narrow.svg"] = string(f.SVG(true))
	}
	return out
}

// Each payload stands somewhere. The tag system has it stand in more places.
func TestReportsAreInert(t *testing.T) {
	inert(t, len(Payloads)/len(Places)+1)
}

// inert plants payloads in every place, in so many turns.
func inert(t *testing.T, turns int) {
	t.Helper()
	harmless := outputs(t, Planted(Harmless))
	for i := range turns {
		text := func(place string) string { return At(i, place) }
		got := outputs(t, Planted(text))
		if diff := cmp.Diff(slices.Sorted(maps.Keys(harmless)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Fatalf("other outputs:\n%s", diff)
		}
		for name, text := range got {
			if err := inertAs(name, text, harmless[name]); err != nil {
				t.Errorf("turn %d, with %q: %s: %v", i, clip(Payloads[i]), name, err)
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
		return sameElements(ownStyle(got), ownStyle(harmless))
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

// ownStyle takes the digest of a page's own style sheet out of its policy: which
// looks its drawings need depends on the figures.
func ownStyle(page string) string {
	_, rest, _ := strings.Cut(page, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	return strings.Replace(page, strings.ReplaceAll(digest(style), "+", "&#43;"), "its own", 1)
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

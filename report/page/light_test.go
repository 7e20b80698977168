package page

import (
	"strings"
	"testing"
)

func TestDrawingsShareTheirLooks(t *testing.T) {
	const wide = `<svg><path d="M1.26 2L3.999 4" fill="none" stroke="var(--c1)" stroke-width="2"/>
<g class="pt"><title>one &lt;b&gt;</title>
<circle cx="0.04" cy="2" r="3" fill="none" stroke="var(--c1)" stroke-width="2"/>
</g>
<text x="1" y="2" font-size="9" textLength="7.5" lengthAdjust="spacingAndGlyphs" fill="var(--muted)">1.25</text></svg>`
	var s shared
	w, n := s.pair([]byte(wide), []byte(wide))
	for _, want := range []string{`<path d="M1.3 2L4 4" class="q0"/>`, `<circle cx="0" cy="2" r="3" class="q0"/>`, "<title>one &lt;b&gt;</title>",
		`<text x="1" y="2" class="q1">1.25</text>`} {
		if !strings.Contains(string(w), want) {
			t.Errorf("the wide drawing lacks %s:\n%s", want, w)
		}
	}
	if strings.Contains(string(n), "title") {
		t.Errorf("the narrow drawing has the same texts once more:\n%s", n)
	}
	if _, n := s.pair([]byte(wide), []byte(strings.Replace(wide, "one &lt;", "two &lt;", 1))); !strings.Contains(string(n), "two") {
		t.Errorf("the narrow drawing lacks a text of its own:\n%s", n)
	}
	want := ".q0{fill:none;stroke:var(--c1);stroke-width:2;}\n.q1{font-size:9px;fill:var(--muted);}\n"
	if got := s.css.String(); got != want {
		t.Errorf("styles %q, want %q", got, want)
	}
	const lines = `<path d="M1 2L3 4" fill="none" stroke="var(--c1)" stroke-width="2"/>` + "\n"
	if got := string(s.drawing([]byte(lines + lines + "<g/>\n" + lines))); got !=
		`<path d="M1 2L3 4M1 2L3 4" class="q0"/>`+"\n<g/>\n"+`<path d="M1 2L3 4" class="q0"/>`+"\n" {
		t.Errorf("neighbours become %s", got)
	}
	outline := `<circle cx="1" cy="2" r="3" fill="none" stroke="var(--bg)" stroke-width="2"/>` + "\n"
	filled := `<circle cx="1" cy="2" r="3" fill="var(--c2)"/>` + "\n"
	if got := string(s.drawing([]byte(outline + filled))); got != `<circle cx="1" cy="2" r="3" class="q2"/>`+"\n" ||
		!strings.HasSuffix(s.css.String(), ".q2{fill:var(--c2);paint-order:stroke;stroke:var(--bg);stroke-width:2;}\n") {
		t.Errorf("an outline and its filling become %s with %s", got, &s.css)
	}
	if got := string(s.drawing([]byte(outline + strings.Replace(filled, `r="3"`, `r="4"`, 1)))); !strings.Contains(got, `r="4" fill="var(--c2)"`) {
		t.Errorf("an outline and what fills another place become %s", got)
	}
	const evil = `<path d="M1 2" fill="red}body{display:none" stroke="url(&quot;//x&quot;)"/>`
	if got := string(s.drawing([]byte(evil))); got != evil {
		t.Errorf("a look of unknown letters gets into the style sheet: %s", got)
	}
}

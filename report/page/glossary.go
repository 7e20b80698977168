package page

import (
	_ "embed" // the words
	"html/template"
	"regexp"
	"strings"
	"sync"
)

//go:embed glossary.txt
var glossaryText string

// term is a word of the glossary.
type term struct {
	ID, Name, Text string
	pattern        string // a regular expression of what it is called in a text
}

// glossary are the lines of glossary.txt: ID, name, what it is called in a
// text, and what it is, with a tab between them. Longer names stand for more
// than the words in them, so the pattern of all tries them first.
var glossary = sync.OnceValue(func() (words []term) {
	for line := range strings.Lines(glossaryText) {
		parts := strings.SplitN(strings.TrimSpace(line), "\t", 4)
		words = append(words, term{"w-" + parts[0], parts[1], parts[3], parts[2]})
	}
	return words
})

// inGlossary finds a term in a text; the group that matched is the index of its
// term plus one.
var inGlossary = sync.OnceValue(func() *regexp.Regexp {
	var patterns []string
	for _, t := range glossary() {
		patterns = append(patterns, `(`+t.pattern+`)`)
	}
	re := regexp.MustCompile(`\b(?:` + strings.Join(patterns, "|") + `)\b`)
	re.Longest()
	return re
})

// linker links the first use of each term on a page to the glossary.
type linker struct{ done map[string]bool }

// Link writes a plain text as HTML.
func (l *linker) Link(text string) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range inGlossary().FindAllStringSubmatchIndex(text, -1) {
		t := termOf(m)
		if l.done[t.ID] {
			continue
		}
		l.done[t.ID] = true
		b.WriteString(template.HTMLEscapeString(text[at:m[0]]))
		b.WriteString(`<a href="#` + t.ID + `">` + template.HTMLEscapeString(text[m[0]:m[1]]) + `</a>`)
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(b.String())
}

// First returns the terms of a text that no text before has used. Where a text
// cannot hold a link, as that of a button, they stand beside it.
func (l *linker) First(text string) (first []term) {
	for _, m := range inGlossary().FindAllStringSubmatchIndex(text, -1) {
		if t := termOf(m); !l.done[t.ID] {
			l.done[t.ID] = true
			first = append(first, t)
		}
	}
	return first
}

// termOf is the term of a match.
func termOf(match []int) term {
	for i, t := range glossary() {
		if match[2*i+2] >= 0 {
			return t
		}
	}
	panic("a match of no term")
}

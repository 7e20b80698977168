package page

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"conpar/results/lazy"
)

// shared is what drawings on one page have in common. A drawing says with each
// mark how it looks; on a page with thousands of marks, most of its bytes would
// be the same few looks again and again. So each look becomes a class of the
// page's style sheet.
type shared struct {
	class    map[string]string // by the attributes
	unfilled map[string]bool   // by what ends a line of that class
	css      strings.Builder
}

var (
	lookOfMark = lazy.Regexp(`(<(?:path|circle|text)(?: (?:d|x|y|cx|cy|r|text-anchor)="[^"]*")*)` +
		`((?: (?:fill|stroke|fill-opacity|stroke-opacity|stroke-width|stroke-dasharray|paint-order|font-size|font-weight|pointer-events)="[a-z0-9 .()-]*"){2,})`)
	// Lengths of texts are for readers without the font, which the page brings.
	lengthOfText = lazy.Regexp(` textLength="[^"]*" lengthAdjust="[a-zA-Z]*"`)
	// Tenths of a point are finer than a screen.
	hundredths  = lazy.Regexp(`\d+\.\d\d+`)
	titleOfMark = lazy.Regexp(`(<g class="[a-z]+">)<title>([^<]*)</title>\n`)
	attribute   = lazy.Regexp(` ([a-z-]+)="([^"]*)"`)
)

// drawing writes a drawing for the page.
func (s *shared) drawing(svg []byte) template.HTML {
	svg = lengthOfText().ReplaceAll(svg, nil)
	text := lookOfMark().ReplaceAllStringFunc(outlined(string(svg)), func(mark string) string {
		m := lookOfMark().FindStringSubmatch(mark)
		where := hundredths().ReplaceAllStringFunc(m[1], func(number string) string {
			v, _ := strconv.ParseFloat(number, 64)
			return strconv.FormatFloat(math.Round(10*v)/10, 'f', -1, 64)
		})
		return where + ` class="` + s.classOf(m[2]) + `"`
	})
	return template.HTML(s.joined(text))
}

// outlined makes one mark of an outline and what fills it, which follows.
func outlined(svg string) string {
	lines := strings.Split(svg, "\n")
	out := lines[:0]
	for _, line := range lines {
		at := strings.Index(line, ` fill="var(`)
		last := len(out) - 1
		if at > 0 && strings.HasSuffix(line, `)"/>`) && last >= 0 && strings.HasPrefix(out[last], line[:at]+" ") &&
			strings.Contains(out[last], `stroke="`) && strings.Contains(out[last], ` fill="none"`) {
			fill := strings.TrimSuffix(line[at:], "/>") + ` paint-order="stroke"`
			out[last] = strings.Replace(out[last], ` fill="none"`, fill, 1)
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// joined draws neighbours that are lines of one look at once.
func (s *shared) joined(svg string) string {
	var out []string
	was := "" // the class of the line before
	for line := range strings.SplitSeq(svg, "\n") {
		path, class, _ := strings.Cut(strings.TrimPrefix(line, `<path d="`), `" class="`)
		if path == line || !s.unfilled[class] {
			class = ""
		}
		if last := len(out) - 1; class != "" && class == was {
			out[last] = strings.TrimSuffix(out[last], `" class="`+class) + path + `" class="` + class
		} else {
			out = append(out, line)
		}
		was = class
	}
	return strings.Join(out, "\n")
}

// pair writes the two drawings of a chart. The narrow one takes the texts of its
// marks from the wide one, if they are the same; the script shows them.
func (s *shared) pair(wide, narrow []byte) (w, n template.HTML) {
	texts := func(svg []byte) (all []string) {
		for _, m := range titleOfMark().FindAllSubmatch(svg, -1) {
			all = append(all, string(m[0]))
		}
		return all
	}
	if slices.Equal(texts(wide), texts(narrow)) {
		narrow = titleOfMark().ReplaceAll(narrow, []byte("$1"))
	}
	return s.drawing(wide), s.drawing(narrow)
}

func (s *shared) classOf(look string) string {
	if name := s.class[look]; name != "" {
		return name
	}
	if s.class == nil {
		s.class, s.unfilled = map[string]string{}, map[string]bool{}
	}
	name := fmt.Sprint("q", len(s.class))
	s.class[look], s.unfilled[name+`"/>`] = name, strings.Contains(look, ` fill="none"`)
	s.css.WriteString("." + name + "{")
	for _, m := range attribute().FindAllStringSubmatch(look, -1) {
		value := m[2]
		if m[1] == "font-size" {
			value += "px"
		}
		s.css.WriteString(m[1] + ":" + value + ";")
	}
	s.css.WriteString("}\n")
	return name
}

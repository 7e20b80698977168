package words

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Sanitize makes text from a file safe to print. It replaces control
// characters, which could move the cursor, bidirectional marks, which could
// turn words round, and all else that cannot be seen, by which two names could
// look alike.
func Sanitize(s string) string {
	return strings.Map(func(r rune) rune {
		if !visible(r) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// visible says whether a reader sees c.
func visible(c rune) bool {
	if c < utf8.RuneSelf {
		return c >= ' ' && c != 0x7f
	}
	return unicode.IsPrint(c) && !unicode.In(c, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Spreadsheet makes text safe in a spreadsheet: a leading =, +, - or @ begins a
// formula there, which can start programs.
func Spreadsheet(s string) string {
	s = Sanitize(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(s)) // spreadsheets skip blanks
	if strings.ContainsRune("=+-@\uFF1D\uFF0B\uFF0D\uFF20", first) {
		return "'" + s
	}
	return s
}

// JSON writes v as JSON with indents, and escapes all that cannot be seen.
func JSON(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(text)+1)
	for _, c := range string(text) { // what is not visible stands only in strings
		switch {
		case c < 0x7f || visible(c):
			out = append(out, string(c)...)
		case c > 0xffff:
			hi, lo := utf16.EncodeRune(c)
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
	}
	return append(out, '\n'), nil
}

var markdown = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", "\\", "\\\\",
	"`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]",
	"!", "\\!", "|", "\\|", "~", "\\~", "$", "\\$", "@", "\\@", "://", "\\://", "www.", "www\\.", "WWW.", "WWW\\.")

// Markdown escapes text for a paragraph or a table in Markdown. An address,
// which GitHub would make a link, stays text.
func Markdown(s string) string { return markdown.Replace(s) }

// Code writes a span of code in Markdown, in which nothing is markup: between
// more backticks than it holds in a row.
func Code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// ShellWord writes a path for a shell, in quotes where it needs them.
func ShellWord(s string) string {
	s = Sanitize(s)
	for _, c := range s {
		plain := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !plain && !strings.ContainsRune("./-_,:@%+=", c) {
			return ShellQuote(s)
		}
	}
	return s
}

// ShellQuote writes a word for a shell, always in quotes.
func ShellQuote(s string) string {
	return "'" + strings.ReplaceAll(Sanitize(s), "'", `'\''`) + "'"
}

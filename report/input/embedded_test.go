package input

import (
	"bytes"
	"strings"
	"testing"
)

func TestEscapes(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"\x1b[1;31mred\x1b[0m", "red"},
		{"\x1b[2K\x1b[1G\x1b[?25lmoved\x1b[10;4H", "moved"},
		{"\x1b(B\x1b)0set\x1b#8", "set"},
		{"\x1b]0;title\a\x1b]2;t\x1b\\titled", "titled"},
		{"\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\", "link"},
		{"\x1b_bk;t=1700000000\aagent\x1bP1;2|x\x1b\\\x1b^p\x1b\\\x1bXs\x1b\\", "agent"},
		{"\x1b7saved\x1b8\x1bM\x1b=", "saved"},
		{"\u009b31mC1\u009d0;t\u009c\u0084", "C1"},
		{"\x9b31m8 bits\x9d0;t\x9c\x90q\x1b\\", "8 bits"},
		// What is not whole, or may be a letter in another code.
		{"\x1b", `\x1b`}, {"\x1b[31", `\x1b[31`}, {"\x1b]0;open", `\x1b]0;open`}, {"a\x9bb", `a\x9bb`}, {"Ryzen\xae", `Ryzen\xae`},
		{"\x1b]0;a\x1b[mb\a", `\x1b]0;ab\a`}, {"next\u0085line", "next line"},
	} {
		if got := string(printable([]byte(test.text))); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

func TestPrefixes(t *testing.T) {
	for prefix, want := range map[string]struct {
		key        string
		structured bool
	}{
		"    ":                                  {"", false},
		"2026-01-02T03:04:05.1234567Z ":         {"", false},
		"[2026-01-02T03:04:05.123Z] ":           {"", false},
		"2026-01-02T03:04:05.123456Z 01O ":      {"", false},
		"Jan  2 03:04:05 PM ":                   {"", false},
		"     7\t":                              {"", false},
		"12:":                                   {"", false},
		"bench-1  | ":                           {"bench-1 |", true},
		"bench-1  | 2026-01-02T03:04:05Z ":      {"bench-1 |", true},
		"[pod/bench-7d9f4/run] ":                {"[pod/bench-7d9f4/run]", true},
		"[bench:12] ":                           {"[bench]", true},
		"old.txt:":                              {"old.txt:", true},
		"old.txt:12:":                           {"old.txt:", true},
		"bench (1.26)\tRun\t2026-01-02T03:04Z ": {"bench (1.26) Run", true},
		"| linux | amd64 | ":                    {"| linux | amd64 |", true},
		"connected to 127.0.0.1:5432":           {"connected to", false},
		"#11 3.456 ":                            {"#11", false},
		"> ":                                    {">", false},
	} {
		key := identity(prefix)
		if key != want.key || structured([]byte(prefix), key) != want.structured {
			t.Errorf("%q: %q, structured %v, want %+v", prefix, key, structured([]byte(prefix), key), want)
		}
		if n := match(shapeOf(prefix), []byte(prefix+"goos: linux")); n != len(prefix) {
			t.Errorf("%q: its shape %q matches %d bytes of it", prefix, shapeOf(prefix), n)
		}
	}
	if match(shapeOf("[1.2s] "), []byte("[x] goos")) != 0 || match(shapeOf("a "), []byte("a")) != 0 {
		t.Error("another prefix has the same shape")
	}
}

// Escape sequences anywhere in a text take nothing else away, and what is left is
// printable.
func FuzzPrintable(f *testing.F) {
	for _, seed := range []string{"\x1b[31m", "\x1b]0;t\a", "\u009b1m", "\x9b1m", "é\x9c", "BenchmarkA\x1b(B 1 1 x"} {
		f.Add([]byte("BenchmarkA 1 1 x"), []byte(seed), uint8(3))
	}
	whole := []string{"\x1b[31m", "\x1b]0;t\a", "\u009b1m", "\x1b(B", "\x1b]8;;x\x1b\\", "\x1b_a\x1b\\"}
	f.Fuzz(func(t *testing.T, text, between []byte, at uint8) {
		got := printable(text)
		if !isPrintable(got) || !bytes.Equal(printable(got), got) {
			t.Errorf("%q became %q", text, got)
		}
		if n := escapeLen(between); n < 0 || n > len(between) || n == 0 && len(between) > 0 && bytes.Contains(printable(between), []byte{0x1b}) {
			t.Errorf("%q: %d", between, n)
		}
		if !isPrintable(text) {
			return
		}
		cut := int(at) % (len(text) + 1)
		for cut > 0 && cut < len(text) && text[cut]&0xc0 == 0x80 {
			cut--
		}
		escape := whole[int(at)%len(whole)]
		if got := printable([]byte(string(text[:cut]) + escape + string(text[cut:]))); !bytes.Equal(got, text) {
			t.Errorf("%q with %q at %d became %q", text, escape, cut, got)
		}
	})
}

// A prefix has the shape that is made of it, wherever its numbers go on.
func FuzzPrefix(f *testing.F) {
	for _, seed := range []string{"2026-01-02T03:04:05.1Z ", "[3.4s] ", "a | ", "x\t\t1.2.3", "1..2 "} {
		f.Add(seed, "goos: linux")
	}
	f.Fuzz(func(t *testing.T, prefix, rest string) {
		prefix = strings.TrimRight(prefix, "0123456789.") + " "
		rest = strings.TrimLeft(rest, " \t")
		if n := match(shapeOf(prefix), []byte(prefix+rest)); n != len(prefix) {
			t.Errorf("%q matches %d of %q", shapeOf(prefix), n, prefix)
		}
		_ = structured([]byte(prefix), identity(prefix))
	})
}

package main

import (
	"strings"
	"testing"
)

// An alias names a folder, and stands in a line of the benchmark format: it is
// to be a plain name by the rules of every system.
func TestMachineNames(t *testing.T) {
	plain := []string{"a", "7", "laptop", "amd-epyc-2cpu", "My_Laptop-2", "console", "com", "com10", "lpt", "nul-1", "auxiliary", strings.Repeat("a", 63)}
	for _, name := range plain {
		var o options
		if err := o.setMachine(name); err != nil || o.machine != name {
			t.Errorf("%q: %v", name, err)
		}
	}
	refused := []string{
		"", " ", ".", "..", "...", "~", "-", "_", "-rf", "_x", strings.Repeat("a", 64),
		"CON", "con", "Nul", "PRN", "aux", "COM1", "com9", "com0", "Lpt1", "LPT9", "aux.txt", "nul.", "CON ", "CONIN$", "conout$", "COM¹", "lpt²", "CLOCK$",
		"name.", "name ", " name", "a b", "a\tb", "a\n", "\na", "a\x00b", "a\x1b[31m", "a\u202eb", "a\u200bb", "\ufeffa",
		"a/b", "/a", "a/", "../a", "a/..", `a\b`, `\a`, `..\a`, "c:", "c:a", "a:b", "a*", "a?", `a"b`, "a'b", "a<b", "a>b", "a|b", "a;b", "a&b", "$HOME", "a`b`", "%TEMP%", "a=b", "a,b", "a@b", "a+b", "(a)", "#a", "!a",
		"аррӏе", "lаptop", "ａ", "é", "e\u0301", "ß", "ﬁ", "Ⅷ", "٣", "a\u00ad", "a‐b", "a–b", "日本", "\xff", "a\xc3",
	}
	for _, name := range refused {
		t.Chdir(t.TempDir())
		code, stdout, stderr := command("-machine", name, "-dry-run")
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, "-machine") || strings.ContainsAny(stderr, "\x00\x1b\u202e") {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
	}
}

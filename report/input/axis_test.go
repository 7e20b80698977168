package input

import "testing"

// TestAxisLabel holds what sentences call an axis.
func TestAxisLabel(t *testing.T) {
	for text, want := range map[string]string{
		"/workers":            "workers",
		"inflight":            "inflight",
		`With(\d+)`:           "With",
		`^Sort_(\d+)$`:        "Sort",
		`/n=?(\d+)`:           "n",
		`(\d+)Bit`:            "Bit",
		`size-(\d+)_kb`:       "size",
		`_(\d+)$`:             `_(\d+)$`,
		`(\d+)`:               `(\d+)`,
		`Do|With(\d+)`:        `Do|With(\d+)`,
		`(?:Send|Post)(\d+)`:  `(?:Send|Post)(\d+)`,
		`two words(\d+)`:      `two words(\d+)`,
		`Anfänger(\d+)`:       "Anfänger",
		`[A-Z](\d+)`:          `[A-Z](\d+)`,
		`(?:Send|Post)(\d+)K`: "K",
	} {
		a, err := newAxis(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.label(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

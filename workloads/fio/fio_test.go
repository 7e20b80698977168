package fio

import (
	"strings"
	"testing"

	"conpar/workloads"
	"conpar/workloads/workloadtest"
)

func TestMain(m *testing.M) { workloadtest.Main(m) }

// What fio 3.33 prints, cut down to what is read of it, and what it may print
// instead.
func TestParse(t *testing.T) {
	for _, tt := range []struct {
		text string
		rate float64
		err  string
	}{
		{`{"fio version": "fio-3.33", "jobs": [{"jobname": "job", "error": 0,
			"read": {"io_bytes": 1, "iops": 16323.383085, "total_ios": 3281}, "write": {"iops": 0.0}}]}`, 16323.383085, ""},
		{`{"jobs": [{"error": 0, "read": {"iops": 0.0}, "write": {"iops": 7158.5}, "sync": {"total_ios": 1446}}]}`, 7158.5, ""},
		{`{"jobs": [{"error": 28, "read": {"iops": 3.0}, "write": {"iops": 0.0}}]}`, 0, "ended with error 28"},
		{`{"jobs": [{"error": 0, "read": {"iops": 0.0}, "write": {"iops": 0.0}}]}`, 0, "did 0 operations"},
		{`{"jobs": []}`, 0, "0 groups"},
		{`{"jobs": [{"error": 0, "read": {"iops": 1}}, {"error": 0, "read": {"iops": 1}}]}`, 0, "2 groups"},
		{"fio: this platform is not supported\n", 0, "its JSON"},
		{"", 0, "its JSON"},
	} {
		rate, err := parse([]byte(tt.text))
		if rate != tt.rate || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%.60q: %v, %v; want %v, %q", tt.text, rate, err, tt.rate, tt.err)
		}
	}
}

// Without fio its workloads are not measurable, which is no failure.
func TestWithoutFio(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, w := range Set.All() {
		if _, err := w.Open(t.Context(), workloads.Env{Dir: t.TempDir(), CPUs: 2}); err != workloads.Unavailable("fio is not installed") {
			t.Errorf("%s: %v", w.Name, err)
		}
	}
}

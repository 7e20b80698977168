//go:build system

package page

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"conpar/report/mix"
)

// The page's script repeats the rule of package mix for a reader's own numbers: it
// says what the page says.
func TestScriptKnowsTheRuleForMixedWork(t *testing.T) {
	script, err := os.ReadFile("page.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(script), "\n  function mix(form) {\n")
	body, _, ends := strings.Cut(rest, "\n  }\n")
	if !begins || !ends {
		t.Fatal("page.js has no function mix")
	}
	type tried struct {
		Wait, Compute float64 // ms
		CPUs          int
		Efficiency    float64
	}
	var tries []tried
	var want []string
	for _, of := range []mix.Mix{
		{Wait: 10 * time.Millisecond, Compute: 2 * time.Millisecond}, {Compute: time.Millisecond},
		{Wait: time.Millisecond, Compute: 99 * time.Millisecond}, {Wait: 100 * time.Millisecond, Compute: 7 * time.Millisecond},
	} {
		for _, cpus := range []int{1, 2, 7} {
			for _, efficiency := range []float64{1, 0.6} {
				ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
				tries = append(tries, tried{ms(of.Wait), ms(of.Compute), cpus, efficiency})
				want = append(want, fmt.Sprintf("GOMAXPROCS %d, %s workers:", cpus, workersOf(of.On(cpus, efficiency))))
			}
		}
	}
	asked, err := json.Marshal(tries)
	if err != nil {
		t.Fatal(err)
	}
	program := fmt.Sprintf(`
const all = (_, form) => form.inputs;
function mix(form) {
%s
}
console.log(JSON.stringify(%s.map((t) => {
  const out = {};
  mix({
    inputs: [{ value: t.Wait }, { value: t.Compute }], dataset: { cpus: t.CPUs, efficiency: t.Efficiency },
    querySelector: () => out, addEventListener: () => {},
  });
  return out.textContent;
})));`, body, asked)
	printed, err := exec.CommandContext(t.Context(), "node", "-e", program).Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var got []string
	if err := json.Unmarshal(printed, &got); err != nil || len(got) != len(want) {
		t.Fatalf("%v: %s", err, printed)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("%+v: %q, want %q", tries[i], got[i], want[i])
		}
	}
}

// Package sides makes the programs that `bench test` measures: the test binaries of
// a module's packages, once for each side that is to be compared.
//
// A side is a commit, or the files as they are, with an environment and build flags.
// A commit is checked out into a shared clone in a temporary folder; of files as they
// are, a copy is made there. The binaries run in these folders, so that neither the
// work tree nor the repository of the user is written to. Then one run of a single
// iteration lists the benchmarks, sub-benchmarks included.
//
// The package measures nothing and judges nothing.
package sides

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"conpar/results/lazy"
)

// Spec says what a side is made of.
type Spec struct {
	Name    string
	Rev     string   // the commit; "": the files as they are
	Env     []string // "GOGC=50"
	Go      string   // GOTOOLCHAIN; "": as it is
	Tags    string
	GCFlags string
	PGO     string // a file, "auto" or "off"
}

// copyName is the end of a control's name.
const copyName = "-copy"

// A side's name stands in tables, and as a configuration line.
var plainName = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// ParseSpec reads NAME:key=value,key=value. A comma in a value is one if no key of
// ours follows it, so that tags=a,b names two tags.
func ParseSpec(text string) (Spec, error) {
	name, rest, described := strings.Cut(text, ":")
	s := Spec{Name: name}
	if err := checkName(name); err != nil || !described {
		return s, err
	}
	var parts []string
	for part := range strings.SplitSeq(rest, ",") {
		if key, _, ok := strings.Cut(part, "="); len(parts) > 0 && (!ok || !slices.Contains(keys, key)) {
			parts[len(parts)-1] += "," + part
			continue
		}
		parts = append(parts, part)
	}
	for _, part := range parts {
		key, value, _ := strings.Cut(part, "=")
		if err := s.set(key, value); err != nil {
			return s, fmt.Errorf("side %s: %w", name, err)
		}
	}
	return s, nil
}

func checkName(name string) error {
	if !plainName().MatchString(name) || strings.HasSuffix(name, copyName) {
		return fmt.Errorf("%q is no name for a side: use up to 32 letters, digits, dots, - and _, "+
			"a letter or digit first, and not %s at the end", name, copyName)
	}
	return nil
}

var keys = []string{"at", "env", "go", "tags", "gcflags", "pgo"}

func (s *Spec) set(key, value string) error {
	if value == "" {
		return fmt.Errorf("%q gives no value; write key=value with one of %s", key, strings.Join(keys, ", "))
	}
	to := map[string]*string{"at": &s.Rev, "go": &s.Go, "tags": &s.Tags, "gcflags": &s.GCFlags, "pgo": &s.PGO}[key]
	switch {
	case key == "env":
		variable, _, ok := strings.Cut(value, "=")
		switch {
		case !ok || variable == "":
			return fmt.Errorf("env=%s sets no variable; write env=GOGC=50", value)
		case variable == "GOMAXPROCS":
			return errors.New("GOMAXPROCS is set by -cpu, for all sides alike")
		case variable == "GOTOOLCHAIN":
			return errors.New("write go=VERSION instead of env=GOTOOLCHAIN=VERSION")
		}
		s.Env = append(s.Env, value)
	case to == nil:
		return fmt.Errorf("%q is no key; there are %s", key, strings.Join(keys, ", "))
	case *to != "":
		return fmt.Errorf("%s= is there twice", key)
	default:
		*to = value
	}
	if s.Go != "" && s.Go[0] >= '0' && s.Go[0] <= '9' {
		s.Go = "go" + s.Go
	}
	return nil
}

// Check says what is wrong with sides that are to be compared.
func Check(specs []Spec) error {
	seen := map[string]bool{}
	for _, s := range specs {
		if seen[s.Name] {
			return fmt.Errorf("two sides are called %s", s.Name)
		}
		seen[s.Name] = true
	}
	return nil
}

// Against returns the sides for a comparison of the files as they are with the commit
// where their history left that of rev.
func Against(rev string) []Spec {
	base := Spec{Name: strings.NewReplacer("/", "-", "~", "-", "^", "-").Replace(rev), Rev: rev + mergeBase}
	if checkName(base.Name) != nil || base.Name == newName {
		base.Name = "base"
	}
	return []Spec{base, {Name: newName}}
}

const (
	newName   = "new"
	mergeBase = "..." // at the end of a Rev: where the history of HEAD left that of the commit
)

// One returns the only side, which is the files as they are.
func One() []Spec { return []Spec{{Name: newName}} }

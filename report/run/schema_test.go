package run_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"conpar/report/run"
	"conpar/results"
)

// schemaOf compiles the schema of a kind of JSON.
func schemaOf(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	path := filepath.Join(testdata, "../../schema", name+".json")
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// written returns JSON of each kind that has a schema, by what wrote it: the
// recorded runs' and the golden files, and some made here of all else.
func written(t *testing.T) map[string]map[string]string {
	t.Helper()
	top := filepath.Join(testdata, "../../..")
	files := map[string][]string{
		"run":        {"results/*/*/run.json"},
		"gains":      {"report/run/testdata/format.json", "report/testdata/recorded/gains.json"},
		"verdicts":   {"report/testdata/recorded/verdicts.json"},
		"comparison": {"report/run/testdata/compare/awkward.json"}, // behind what is said on stderr
		"scale":      {"report/run/testdata/scale.json", "report/run/testdata/scale-clients.json"},
		"timeline":   {"report/run/testdata/timeline.json"},
	}
	all := map[string]map[string]string{}
	for kind, patterns := range files {
		all[kind] = map[string]string{}
		for _, pattern := range patterns {
			paths, _ := filepath.Glob(filepath.Join(top, pattern))
			if len(paths) == 0 {
				t.Errorf("no %s", pattern)
			}
			for _, path := range paths {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				all[kind][path] = string(text[bytes.IndexAny(text, "[{"):])
			}
		}
	}
	t.Chdir(t.TempDir())
	sides(t, "run", 16, func(side, _ string) float64 { return map[string]float64{"new": 1.06}[side] + 1 })
	profiles(t, "run")
	text, err := os.ReadFile("run/run.json")
	if err != nil {
		t.Fatal(err)
	}
	all["run"]["of bench test"], all["fleet"] = string(text), map[string]string{}
	makeFleet(t, "fleet", 6, func(i int, m *member) {
		if m.cells = 30; i == 2 {
			m.speed = map[string]float64{"computing": 0.7}
		}
	})
	list := "alias\tfeatures\tstate\trounds\ttries\treason\nn1\t\tcomplete\t12\t1\nlost\tx\tfailed\t0\t3\tNODE_FAIL\nnew\n"
	if err := os.WriteFile("fleet/nodes.tsv", []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	const turin = "results/amd-turin-2cpu/"
	for kind, commands := range map[string][]string{
		"gains":      {"-format json results/amd-epyc-2cpu", "-format json run"},
		"verdicts":   {"-verdicts -format json " + turin + "20261130T122339Z"},
		"comparison": {"compare -format json -floor Sort-4>=1.5@2 run", "compare -format json " + turin + "20261130T122339Z " + turin + "20261130T122453Z"},
		"scale":      {"scale -format json -floor Sort-4>=1.5@2 run"},
		"fleet":      {"fleet -format json results/", "fleet -format json fleet"},
	} {
		for _, command := range commands {
			args := strings.Fields(strings.ReplaceAll(command, "results/", filepath.Join(top, "results")+"/"))
			code, out, errs := report(t, ".", "", args...)
			if code != run.Fine {
				t.Fatalf("%s: exit code %d: %s", command, code, errs)
			}
			all[kind][command] = out
		}
	}
	return all
}

// optional are the keys that JSON may lack: those of run.json that are left out
// where they say nothing, and what README calls "only of" something.
var optional = regexp.MustCompile(`^run:|config\.\w+$|\.(faults|floors|paired)$|\.(speedups|shares)\[\]\.(p|share)$|\.of\[\]\.change$`)

// All JSON that the project writes is as its schema says. The schema refuses it with
// a value of another type, a key less, or a key more, wherever that is.
func TestSchemas(t *testing.T) {
	for kind, texts := range written(t) {
		schema := schemaOf(t, kind)
		kept, seen := map[string]bool{}, map[string]bool{}
		short := func(a, b string) int { return len(texts[a]) - len(texts[b]) } // in which altering is quick
		for _, name := range slices.SortedFunc(maps.Keys(texts), short) {
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(texts[name]))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%s, %s: %v", kind, name, err)
				continue
			}
			doc = sparse(doc, kind+":", kept)
			if err := schema.Validate(doc); err != nil {
				t.Fatalf("%s, %s, with fewer elements: %v", kind, name, err)
			}
			mutate(doc, kind+":", seen, func(what string) {
				if schema.Validate(doc) == nil {
					t.Errorf("%s: the schema takes %s", name, what)
				}
			})
		}
		t.Logf("%s: %d places in %d texts", kind, len(seen), len(texts))
	}
}

// sparse leaves in the lists of v two elements, and those that have a path and kind
// of value that was not seen before: all would be checked again with each alteration.
func sparse(v any, path string, seen map[string]bool) any {
	switch v := v.(type) {
	case []any:
		left := []any{}
		for _, of := range v {
			before := len(seen)
			if of = sparse(of, path+"[]", seen); len(left) < 2 || len(seen) > before {
				left = append(left, of)
			}
		}
		return left
	case map[string]any:
		for key, of := range v {
			v[key] = sparse(of, path+"."+key, seen)
		}
	}
	seen[path+" "+reflect.ValueOf(v).Kind().String()] = true
	return v
}

// mutate calls try with v altered in each of its places, once for each path and kind
// of value that was not seen before.
func mutate(v any, path string, seen map[string]bool, try func(what string)) {
	switch v := v.(type) {
	case []any:
		for _, of := range v {
			mutate(of, path+"[]", seen, try)
		}
	case map[string]any:
		if !seen[path] {
			v["novelty"] = true
			try("a key more in " + path)
			delete(v, "novelty")
			seen[path] = true
		}
		for key, was := range v {
			at := path + "." + key
			kind := at + " " + reflect.ValueOf(was).Kind().String()
			if !seen[kind] {
				seen[kind] = true
				v[key] = []any{[]any{}}
				if k := reflect.ValueOf(was).Kind(); k == reflect.Map || k == reflect.Slice {
					v[key] = "text"
				}
				try("another type of " + at)
				delete(v, key)
				if !optional.MatchString(at) {
					try("no " + at)
				}
				v[key] = was
			}
			mutate(was, at, seen, try)
		}
	}
}

// run.json's schema has the fields of [results.Run], and those that are always
// written are required.
func TestRunSchemaHasEveryField(t *testing.T) {
	fields(t, reflect.TypeFor[results.Run](), schemaOf(t, "run"), "run")
}

func fields(t *testing.T, typ reflect.Type, s *jsonschema.Schema, path string) {
	for s.Ref != nil && len(s.Properties) == 0 {
		s = s.Ref
	}
	switch {
	case typ.Kind() == reflect.Pointer:
		fields(t, typ.Elem(), s, path)
	case typ.Kind() == reflect.Slice:
		fields(t, typ.Elem(), s.Items2020, path+"[]")
	case typ.Kind() == reflect.Struct && typ.NumMethod() < 10: // a time is a text
		required, properties := s.Required, s.Properties
		if s.Ref != nil { // that of what is embedded
			required, properties = slices.Concat(required, s.Ref.Required), maps.Clone(properties)
			maps.Copy(properties, s.Ref.Properties)
		}
		n := 0
		for _, f := range reflect.VisibleFields(typ) {
			name, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || !f.IsExported() {
				continue
			}
			n++
			of := properties[name]
			if of == nil {
				t.Errorf("the schema lacks %s.%s", path, name)
				continue
			}
			always := !tagged || !strings.HasPrefix(options, "omit")
			if always != slices.Contains(required, name) && path+"."+name != "run.machine.oneCPU" { // which format 4 lacks
				t.Errorf("%s.%s: always there %v, required %v", path, name, always, !always)
			}
			fields(t, f.Type, of, path+"."+name)
		}
		if n != len(properties) {
			t.Errorf("%s has %d fields, and the schema %d", path, n, len(properties))
		}
	}
}

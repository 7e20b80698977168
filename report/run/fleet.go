package run

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"conpar/report/fleet"
	"conpar/report/input"
	"conpar/report/page"
	"conpar/report/series"
	"conpar/results"
	"conpar/results/rundir"
)

// fleetCommand is report fleet.
type fleetCommand struct {
	*common
	margin string  // as it was written
	limit  float64 // the same
}

func (c *fleetCommand) declare(set *flag.FlagSet) {
	c.declareFormat(set, reportFormats...)
	set.StringVar(&c.margin, "margin", "1%", "")
}

func (c *fleetCommand) check() error {
	var err error
	if c.limit, err = Fraction(c.margin); err != nil {
		return fmt.Errorf("-margin %q: %w", c.margin, err)
	}
	if len(c.paths) != 1 {
		return fmt.Errorf("one folder with the runs of a fleet is expected, not %d", len(c.paths))
	}
	return nil
}

func (c *fleetCommand) run(ctx context.Context) error {
	read, err := readFleet(ctx, c.paths[0])
	if err != nil {
		return err
	}
	c.warn(&read.said)
	shown := &page.Fleet{Fleet: fleet.Of(read.nodes, c.limit), Missing: read.missing(), LeftOut: read.leftOut()}
	return c.publish(ctx, &read.said, output{
		dir: c.out, name: "page", main: shown.Main(), files: shown.Files,
		print: map[string]func(io.Writer) error{
			"text": func(w io.Writer) error { return shown.WriteTerminal(w, color(w)) },
			"markdown": func(w io.Writer) error {
				_, err := io.WriteString(w, shown.Markdown())
				return err
			},
			"csv": shown.WriteCSV, "json": shown.WriteJSON,
		},
	})
}

// fleetRead is what was read of a fleet.
type fleetRead struct {
	nodes  []fleet.Node
	listed []fleet.Listed
	said   series.Data // has the warnings alone
}

// place is the folder of a run, and the node that it is of.
type place struct {
	dir, shown, alias string
	node              fleet.Node
	read              bool
	digest            string // of the samples; "": not known
	said              []series.Warning
	failed            error
}

// readFleet reads the runs below a folder, some at once, and keeps no samples: what stays of a
// run takes about a hundredth of the memory that reading it does.
func readFleet(ctx context.Context, dir string) (*fleetRead, error) {
	real, err := filepath.EvalSymlinks(dir) // Find does not follow a link
	if err != nil {
		return nil, err
	}
	dirs, err := rundir.Find(real)
	if errors.Is(err, rundir.ErrNoRun) {
		return nil, fmt.Errorf("%w: there is no run in %s; scripts/fleet/fleet.sh or go run ./bench makes some",
			input.ErrBadInput, dir)
	}
	if err != nil {
		return nil, err
	}
	if !collectorSet() {
		debug.SetGCPercent(400) // nearly all of a run is garbage soon, and little stays of it
	}
	out := &fleetRead{}
	out.list(filepath.Join(real, fleet.ListFile))
	places := make([]place, len(dirs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range dirs {
		places[i] = placeOf(real, dir, dirs[i])
		group.Go(func() error {
			if ctx.Err() == nil {
				places[i].fill(out.features(places[i].alias))
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return out, out.gather(places)
}

// placeOf says what node a run is of: the first folder on the way to it. A run in
// the folder itself is of the node that the run names.
func placeOf(real, shown, dir string) place {
	p := place{dir: dir, shown: dir}
	if rel, err := filepath.Rel(real, dir); err == nil {
		p.shown = filepath.Join(shown, rel)
		if first, _, deeper := strings.Cut(filepath.ToSlash(rel), "/"); deeper {
			p.alias = input.Printable(first)
		}
	}
	return p
}

// fill reads the run and sums it up.
func (p *place) fill(features string) {
	data, err := input.Read([]string{p.dir}, nil)
	if err != nil {
		p.failed = err
		return
	}
	for i := range data.Warnings {
		data.Warnings[i].File = strings.Replace(data.Warnings[i].File, p.dir, p.shown, 1)
	}
	p.said = data.Warnings
	if run := data.Sources[0].Run; run != nil {
		p.alias, p.digest = cmp.Or(p.alias, run.Machine.Name), run.BenchSHA256
	}
	p.node, p.read = fleet.NodeOf(data, p.alias, features)
	p.node.Path = p.shown
}

// gather takes one run of each node, and tells of what is not used.
func (r *fleetRead) gather(places []place) error {
	var first error
	at, taken := map[string]int{}, map[string]string{}
	for _, p := range places {
		r.said.Warnings = append(r.said.Warnings, p.said...)
		switch other := taken[p.digest]; {
		case p.failed != nil:
			first = cmp.Or(first, p.failed)
			text := strings.TrimPrefix(input.Printable(p.failed.Error()), input.Printable(p.dir)+": ")
			r.lose(p.shown, "left out: "+text)
			continue
		case !p.read:
			continue
		case p.digest != "" && other != "":
			r.say(p.shown, "the same run as "+other+"; counted once")
			continue
		}
		taken[p.digest] = p.shown
		i, known := at[p.alias]
		if !known {
			at[p.alias], r.nodes = len(r.nodes), append(r.nodes, p.node)
			continue
		}
		p.node.Unused = r.nodes[i].Unused + 1
		if r.nodes[i].Unused++; newer(p.node, r.nodes[i]) {
			r.nodes[i] = p.node
		}
	}
	if len(r.nodes) == 0 {
		return cmp.Or(first, fmt.Errorf("%w: no run can be read", input.ErrBadInput))
	}
	return nil
}

// newer prefers complete runs to others.
func newer(a, b fleet.Node) bool {
	complete := func(n fleet.Node) int {
		if n.Status == results.Complete {
			return 1
		}
		return 0
	}
	return cmp.Or(complete(a)-complete(b), a.Started.Compare(b.Started)) > 0
}

// list reads the list of nodes, if there is one.
func (r *fleetRead) list(path string) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		r.lose(path, "left out: "+err.Error())
		return
	}
	defer f.Close()
	listed, bad := fleet.ReadList(f)
	for _, err := range bad {
		r.lose(path, err.Error())
	}
	for _, l := range listed {
		for _, text := range []*string{&l.Alias, &l.Features, &l.State, &l.Reason} {
			*text = input.Printable(*text)
		}
		r.listed = append(r.listed, l)
	}
}

func (r *fleetRead) say(path, text string) {
	r.said.Warnings = append(r.said.Warnings, series.Warning{File: input.Printable(path), Text: input.Printable(text)})
}

func (r *fleetRead) lose(path, text string) {
	r.say(path, text)
	r.said.Warnings[len(r.said.Warnings)-1].Lost = true
}

func (r *fleetRead) features(alias string) string {
	for _, l := range r.listed {
		if l.Alias == alias {
			return l.Features
		}
	}
	return ""
}

// missing are the nodes of the list that have no run.
func (r *fleetRead) missing() []fleet.Listed {
	return slices.DeleteFunc(slices.Clone(r.listed), func(l fleet.Listed) bool {
		return slices.ContainsFunc(r.nodes, func(n fleet.Node) bool { return n.Alias == l.Alias })
	})
}

// leftOut says what could not be read.
func (r *fleetRead) leftOut() (lines []string) {
	for _, w := range r.said.Warnings {
		if w.Lost {
			lines = append(lines, w.File+": "+w.Text)
		}
	}
	return lines
}

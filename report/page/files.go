package page

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"conpar/report/chart"
)

// The names of a page's files. Charts stand in a folder beside the page, each
// as drawings for a desktop and for a phone, which follow the reader's colour
// scheme, and as two pictures.
const (
	chartDir  = "charts"
	vector    = ".svg"
	narrowSVG = "-narrow.svg"
	lightPNG  = ".png"
	darkPNG   = "-dark.png"
)

// The widths of drawings.
const wide, narrow = false, true

// Main is the file that a reader opens; beside it stands the same as Markdown,
// which GitHub shows.
const (
	Main         = "report.html"
	markdownPage = "report.md"
)

// File is one of a page's files. Its name is relative to the page's folder,
// with slashes.
type File struct {
	Name string
	Data []byte
}

// Files prepares the page of the only source with everything that it refers to:
// the charts, gains and verdicts as CSV and JSON, and last of all [Main]. Written in this order, the page never refers to something missing.
// With an error there are no files.
func (r *Report) Files(ctx context.Context, source string) ([]File, error) {
	figures, err := r.Charts(source)
	if err != nil {
		return nil, err
	}
	html, err := r.HTML(source, figures)
	if err != nil {
		return nil, err
	}
	return pageFiles(ctx, figures, []dataFile{
		{"gains.csv", r.WriteCSV}, {"gains.json", r.WriteJSON}, {"verdicts.csv", r.WriteVerdictsCSV},
		{"verdicts.json", func(w io.Writer) error { return r.WriteVerdicts(w, source) }},
	}, File{markdownPage, []byte(r.Markdown(source, figures))}, File{Main, html})
}

// dataFile is a file for other programs, with what writes it.
type dataFile struct {
	name  string
	write func(io.Writer) error
}

// pageFiles are the files of a page in the order in which they are written: the
// charts, the figures for other programs, and the page.
func pageFiles(ctx context.Context, figures []*chart.Figure, data []dataFile, page ...File) ([]File, error) {
	files, err := draw(ctx, figures)
	if err != nil {
		return nil, err
	}
	for _, d := range data {
		var b bytes.Buffer
		if err := d.write(&b); err != nil {
			return nil, err
		}
		files = append(files, File{d.name, b.Bytes()})
	}
	return append(files, page...), nil
}

// draw draws all figures in every form. Pictures take some 30 ms each, a
// hundred times as long as drawings, so as many are drawn at once as there are
// processors: computing work.
func draw(ctx context.Context, figures []*chart.Figure) ([]File, error) {
	const forms = 4
	files := make([]File, forms*len(figures))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range figures {
		id := f.Text().ID
		files[forms*i] = File{chartPath(id, vector), f.SVG(wide)}
		files[forms*i+1] = File{chartPath(id, narrowSVG), f.SVG(narrow)}
		for j, suffix := range []string{lightPNG, darkPNG} {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				data, err := f.PNG(suffix == darkPNG)
				files[forms*i+2+j] = File{chartPath(id, suffix), data}
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("drawing the charts: %w", err)
	}
	return files, nil
}

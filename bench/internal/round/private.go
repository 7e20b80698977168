package round

import (
	"cmp"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"conpar/results/lazy"
)

// Runs are published, with the original error texts. These also come from
// compilers, interpreters and the system: they name files below a user's home, and
// Java even repeats a variable of the environment.

// hidden replaces what is not published.
const hidden = "…"

// minSecret is the length from which on the value of a variable is hidden wherever
// it stands: a shorter one may be an ordinary word.
const minSecret = 8

// inFolder is the folder of an absolute path, or of one whose beginning was
// hidden. A blank ends it; Go's quoting doubles what Windows separates by.
var inFolder = lazy.Regexp(`(^|[\s"'` + "`" + `(=:,;\[](?:-[A-Za-z])?)(?:[A-Za-z]:|` + hidden + `)?(?:(?:/|\\{1,2})[^/\\\s"':;]+)+(?:/|\\{1,2})`)

// private returns text without the names of the user, the machine and its folders.
func private(text string) string { return thisMachine()(text) }

var thisMachine = sync.OnceValue(func() func(string) string {
	folders := append(sourceFolders(), os.TempDir())
	add := func(folder string, err error) {
		if err == nil {
			folders = append(folders, folder)
		}
	}
	add(os.UserHomeDir())
	add(os.UserCacheDir())
	add(os.Getwd())
	program, err := os.Executable()
	add(filepath.Dir(program), err)
	var names []string
	if host, err := os.Hostname(); err == nil {
		short, _, _ := strings.Cut(host, ".")
		names = append(names, host, short)
	}
	if u, err := user.Current(); err == nil {
		names = append(names, u.Username, filepath.Base(u.Username)) // DOMAIN\name
		folders = append(folders, u.HomeDir)
	}
	return hider(folders, names, os.Environ())
})

// whoVars are the variables whose values are names, however short.
var whoVars = []string{"USER", "LOGNAME", "USERNAME", "HOSTNAME", "COMPUTERNAME", "USERDOMAIN"}

// hider returns a function that hides in a text of one line the folders, the
// names where they are words, the values of env, and the folders of all other
// absolute paths: the names of files are what tells what failed.
func hider(folders, names, env []string) func(string) string {
	var anywhere []string
	hide := func(s string, least int) {
		if s = strings.Join(strings.Fields(s), " "); len(s) >= least {
			anywhere = append(anywhere, s)
		}
	}
	for _, f := range folders {
		hide(f, len("C:")+1) // not the root
	}
	for _, entry := range env {
		key, value, _ := strings.Cut(entry, "=")
		if slices.Contains(whoVars, key) {
			names = append(names, value)
		}
		for _, v := range append(filepath.SplitList(value), value) {
			hide(v, minSecret)
		}
	}
	slices.SortFunc(anywhere, longestFirst)
	var pairs []string
	for _, s := range anywhere {
		pairs = append(pairs, s, hidden)
	}
	values := strings.NewReplacer(pairs...)
	var words []string
	for _, name := range names {
		if name != "" {
			words = append(words, regexp.QuoteMeta(name))
		}
	}
	slices.SortFunc(words, longestFirst)
	word := regexp.MustCompile(`(?i)(^|[^\pL\pN])(?:` + strings.Join(words, "|") + `)($|[^\pL\pN])`)
	return func(text string) string {
		text = values.Replace(text)
		text = inFolder().ReplaceAllString(text, "${1}"+hidden+"/")
		for len(words) > 0 && word.MatchString(text) { // two in a row share what is between them
			text = word.ReplaceAllString(text, "${1}"+hidden+"${2}")
		}
		return text
	}
}

func longestFirst(a, b string) int { return cmp.Compare(len(b), len(a)) }

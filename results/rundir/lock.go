package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"conpar/results/atomicfile"
)

// lockFile is what a Writer holds locked. Nothing is in it.
const lockFile = ".lock"

// hold keeps other processes from writing a run. The system releases it when the
// process dies.
type hold struct {
	dir    string
	is     fs.FileInfo  // which folder it is
	above  fs.FileInfo  // and the one that it is in
	file   *flock.Flock // lockFile
	folder *flock.Flock // that itself, as lockFile may be deleted; nil where a folder can't be locked
}

// tryLock locks a file without waiting. Tests have their own.
var tryLock = (*flock.Flock).TryLock

// acquire locks a run's folder, without waiting.
func acquire(dir string) (*hold, error) {
	path := filepath.Join(dir, lockFile)
	for {
		if err := regular(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		lock := flock.New(path)
		if ok, err := tryLock(lock); err != nil {
			_, _ = lock.Close(), os.Remove(path)
			return nil, fmt.Errorf("locking %s: %w", path, err)
		} else if !ok {
			return nil, fmt.Errorf("%s: %w", dir, ErrBusy)
		}
		held, err := lock.Stat()
		if err != nil {
			return nil, errors.Join(err, lock.Unlock())
		}
		if there, err := os.Stat(path); err == nil && os.SameFile(held, there) {
			return holdFolder(dir, lock)
		}
		// Another process has removed the file meanwhile: the next one may lock a new file.
		if err := lock.Unlock(); err != nil {
			return nil, err
		}
	}
}

// holdFolder locks the folder too.
func holdFolder(dir string, file *flock.Flock) (*hold, error) {
	h := &hold{dir: dir, file: file, folder: flock.New(dir, flock.SetFlag(os.O_RDONLY))}
	switch ok, err := h.folder.TryLock(); {
	case err != nil:
		h.folder = nil // Windows has no such locks, nor has NFS; neither deletes what is open
	case !ok:
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, ErrBusy), file.Unlock())
	}
	is, err := os.Stat(dir)
	above, err2 := os.Stat(filepath.Dir(dir))
	if err := errors.Join(err, err2); err != nil {
		return nil, errors.Join(err, h.unlock())
	}
	h.is, h.above = is, above
	return h, nil
}

func (h *hold) unlock() error {
	err := h.file.Unlock()
	if h.folder != nil {
		err = errors.Join(err, h.folder.Unlock())
	}
	return err
}

// release removes the lock's file and then unlocks: after unlocking, the file
// may be another process'. Windows cannot remove an open file, so there it is
// unlocked first.
func (h *hold) release() error {
	if os.Remove(h.file.Path()) == nil {
		return h.unlock()
	}
	err := h.unlock()
	_ = os.Remove(h.file.Path()) // an empty file that stays does no harm
	return err
}

// Try finds out whether a run can be written into dir, which is an empty folder:
// some file systems cannot lock, sync or rename. It leaves nothing there.
func Try(dir string) error {
	h, err := acquire(dir)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, JournalFile)
	if err = atomicfile.Write(path, nil); err == nil {
		err = os.Remove(path)
	}
	return errors.Join(err, h.release())
}

// Moved is the error about a run whose folder, or journal, was taken away while it
// went on.
type Moved struct {
	From string
	What string // "deleted or moved", "replaced"
	Dir  string // where the samples are: where the folder was moved to, or in one beside
}

func (m Moved) Error() string {
	return fmt.Sprintf("%s was %s while the run went on; what was measured is in %s", m.From, m.What, m.Dir)
}

// check says what keeps the run from being written.
func (w *Writer) check() error {
	if w.failed == nil {
		w.failed = w.whole()
	}
	return w.failed
}

// whole finds out whether the run is still where it was begun. If not, it keeps what
// it has elsewhere: nothing more is written to the old place.
func (w *Writer) whole() error {
	m := Moved{From: w.dir, What: "replaced by another"}
	here, err := os.Stat(w.dir)
	switch {
	case err != nil:
		m.What = "deleted or moved"
	case os.SameFile(here, w.lock.is):
		m.From = filepath.Join(w.dir, JournalFile)
		ours, err := w.file.Stat()
		there, err2 := os.Lstat(m.From)
		switch {
		case err2 != nil:
			m.What = "deleted or moved"
		case err == nil && os.SameFile(ours, there) && there.Size() == w.size:
			return nil
		case err == nil && os.SameFile(ours, there):
			m.What = "altered"
		}
	}
	if m.Dir = w.movedTo(); m.Dir != "" {
		return errors.Join(m, w.file.Sync())
	}
	if m.Dir, err = w.rescue(); err != nil {
		return fmt.Errorf("%s was %s while the run went on, and it can't be kept elsewhere: %w", m.From, m.What, err)
	}
	return m
}

// movedTo returns where the folder is now; "" if that is not known. Linux knows.
func (w *Writer) movedTo() string {
	path, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", w.file.Fd()))
	dir, isJournal := strings.CutSuffix(path, string(filepath.Separator)+JournalFile)
	if err != nil || !isJournal || dir == w.dir {
		return ""
	}
	if there, err := os.Stat(dir); err != nil || !os.SameFile(there, w.lock.is) {
		return ""
	}
	return dir
}

// rescue writes the run's journal into a new folder beside its own, or among the
// temporary ones where that is gone too. Its traces and profiles are lost.
func (w *Writer) rescue() (dir string, err error) {
	parent := filepath.Dir(w.dir)
	if there, err := os.Stat(parent); err != nil || !os.SameFile(there, w.lock.above) {
		parent = ""
	}
	if dir, err = os.MkdirTemp(parent, filepath.Base(w.dir)+"-rescued-"); err != nil {
		return "", err
	}
	run := w.run
	run.Traces, run.Profiles = nil, nil
	kept, err := begin(dir, run, nil)
	if err != nil {
		return "", err
	}
	return dir, errors.Join(kept.file.Sync(), kept.file.Close())
}

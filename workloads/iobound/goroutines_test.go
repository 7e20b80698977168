//go:build system

package iobound

import (
	"fmt"
	"testing"
)

func TestMoreGoroutines(t *testing.T) {
	for _, w := range Set.All() {
		_, more := split(w)
		for _, g := range more {
			t.Run(fmt.Sprintf("%s/%d", w.Name, g), func(t *testing.T) {
				if err := checkDescriptors(g); err != nil {
					t.Skip(err)
				}
				r := open(t, w.Name)
				for range 2 {
					if result, err := r.Run(t.Context(), g, g+3); err != nil || result.Sum != r.Want(g+3) {
						t.Errorf("sum %#x, %v; want %#x", result.Sum, err, r.Want(g+3))
					}
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Package cputime tells how much CPU time this process has used. It knows nothing of
// others.
package cputime

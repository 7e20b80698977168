// Package cputime tells how much CPU time this process has used, and the processes
// that it started and waited for. It knows nothing of others.
package cputime
